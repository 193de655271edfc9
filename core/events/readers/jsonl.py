"""Reads JSON Lines as texts, one object a line. Decides no types."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pyarrow as pa

from core.events.readers.model import RECORD_LIMIT, Rejected
from core.events.readers.stream import decode_text, open_bytes

__all__ = ["read_jsonl", "why_not_json"]

_BLOCK = 8 << 20


def read_jsonl(path: Path) -> Iterator[tuple[pa.Table, list[Rejected]]]:
    """Yield the lines of a file as tables ``(line, _row)``, and the lines that are no text.

    Blank lines are no rows. A line longer than `RECORD_LIMIT` is rejected without being held.
    """
    number = 0
    with open_bytes(path) as stream:
        for lines in _blocks(stream):
            if not number and lines and lines[0]:
                lines[0] = lines[0].removeprefix(b"\xef\xbb\xbf")
            numbers = list(range(number + 1, number + len(lines) + 1))
            number += len(lines)
            rejected = [_too_long(row) for row, line in zip(numbers, lines, strict=True) if line is None]
            kept = [(row, line) for row, line in zip(numbers, lines, strict=True) if line is not None]
            batch = pa.record_batch([pa.array([line for _, line in kept], pa.binary())], names=["line"])
            table, broken = decode_text(batch, pa.array([row for row, _ in kept], pa.int64()))
            yield table, rejected + broken


def _blocks(stream: IO[bytes]) -> Iterator[list[bytes | None]]:
    """Yield blocks of whole lines; None stands for one that is too long."""
    rest, dropping = b"", False
    while block := stream.read(_BLOCK):
        *whole, rest = (rest + block).split(b"\n")
        lines: list[bytes | None] = []
        for line in whole:
            if dropping or len(line) > RECORD_LIMIT:
                lines.append(None)
                dropping = False
            elif line.strip():
                lines.append(line)
        if len(rest) > RECORD_LIMIT:
            rest, dropping = b"", True
        yield lines
    if dropping:
        yield [None]
    elif rest.strip():
        yield [rest]


def _too_long(row: int) -> Rejected:
    return Rejected(row, "", "", f"the line is longer than {RECORD_LIMIT} bytes", "split or correct the line")


def why_not_json(line: str) -> str:
    """Return the first thing that is wrong with a line, as the JSON library words it."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        return f"the line is not JSON ({str(error)[:100]})"
    return f"the line is a JSON {type(value).__name__}, not an object"
