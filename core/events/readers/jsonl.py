"""Reads JSON Lines as texts, one object a line. Decides no types."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.events.readers.model import RECORD_LIMIT, ROWS_LIMIT, Rejected
from core.events.readers.stream import decode_text, open_bytes

__all__ = ["read_jsonl", "why_not_json"]

_BLOCK = 8 << 20
_BOM = b"\xef\xbb\xbf"


def read_jsonl(path: Path, *, block: int = _BLOCK) -> Iterator[tuple[pa.Table, list[Rejected]]]:
    """Yield the lines of a file as tables ``(line, _row)``, and the lines that are no text.

    Blank lines are no rows. A line longer than `RECORD_LIMIT` is rejected without being held.

    Parameters
    ----------
    block
        Bytes that are read at a time.
    """
    number = 0
    with open_bytes(path) as stream:
        for lines in _blocks(stream, block):
            for start in range(0, len(lines), ROWS_LIMIT):
                some = lines[start : start + ROWS_LIMIT]
                numbers = pa.array(np.arange(number + 1, number + 1 + len(some)))
                number += len(some)
                yield _rows(some, numbers)


def _rows(lines: pa.Array, numbers: pa.Array) -> tuple[pa.Table, list[Rejected]]:
    too_long = [_too_long(row) for row in numbers.filter(lines.is_null()).to_pylist()]
    kept = lines.is_valid()
    batch = pa.record_batch([lines.filter(kept)], names=["line"])
    table, broken = decode_text(batch, numbers.filter(kept))
    return table, too_long + broken


def _blocks(stream: IO[bytes], size: int) -> Iterator[pa.Array]:
    """Yield the lines that are not blank, block by block; null stands for one that is too long."""
    rest, dropping = stream.read(len(_BOM)).removeprefix(_BOM), False
    while block := stream.read(size):
        text = rest + block
        end = text.rfind(b"\n") + 1
        if end:
            yield _lines(text[:end], first_is_too_long=dropping)
            dropping = False
        rest = b"" if dropping else text[end:]
        if len(rest) > RECORD_LIMIT:
            rest, dropping = b"", True
    yield _lines(rest + b"\n", first_is_too_long=dropping)


def _lines(text: bytes, *, first_is_too_long: bool) -> pa.Array:
    """Split a text at its line feeds, the last byte being one, without copying it."""
    ends = np.flatnonzero(np.frombuffer(text, np.uint8) == ord("\n")) + 1
    offsets = np.concatenate(([0], ends)).astype(np.int32)
    is_long = np.diff(offsets) > RECORD_LIMIT
    is_long[0] |= first_is_too_long
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(text)]
    lines = pa.Array.from_buffers(pa.binary(), len(ends), buffers)
    lines = pc.if_else(is_long, None, lines)
    return lines.filter(pc.or_(is_long, pc.match_substring_regex(lines, r"\S").fill_null(False)))


def _too_long(row: int) -> Rejected:
    return Rejected(row, "", "", f"the line is longer than {RECORD_LIMIT} bytes", "split or correct the line")


def why_not_json(line: str) -> str:
    """Return the first thing that is wrong with a line, as the JSON library words it."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        return f"the line is not JSON ({str(error)[:100]})"
    return f"the line is a JSON {type(value).__name__}, not an object"
