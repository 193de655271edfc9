"""JSON Lines: one bad line costs one line, and a long one is never held."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.events.readers.jsonl import read_jsonl, why_not_json
from core.events.readers.model import RECORD_LIMIT, ROWS_LIMIT
from core.kernel.errors import UnreadableFileError


def read(path: Path, *, block: int = 8 << 20) -> tuple[list[tuple[int, str]], dict[int, str]]:
    lines, rejected = [], {}
    for table, bad in read_jsonl(path, block=block):
        lines += [(row["_row"], row["line"].rstrip("\r\n")) for row in table.to_pylist()]
        rejected |= {each.row: each.reason for each in bad}
    return lines, rejected


def put(folder: Path, content: bytes, name: str = "a.jsonl") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content", [b"{}\n[]\n", b"{}\r\n[]\r\n", b"{}\n[]", b"\xef\xbb\xbf{}\n\n \t\n[]\n\n"]
)
def test_lines_are_numbered_and_blank_ones_are_none(tmp_path: Path, content: bytes) -> None:
    assert read(put(tmp_path, content)) == ([(1, "{}"), (2, "[]")], {})


def test_an_empty_file_has_no_lines(tmp_path: Path) -> None:
    assert read(put(tmp_path, b"")) == ([], {})


def test_broken_utf_8_costs_its_own_line_only(tmp_path: Path) -> None:
    assert read(put(tmp_path, b'{"a":"\xff"}\n{}\n')) == ([(2, "{}")], {1: "the text is not UTF-8"})


@pytest.mark.parametrize("size", [RECORD_LIMIT + 1, 3 * RECORD_LIMIT])
@pytest.mark.parametrize("block", [1 << 16, 8 << 20])
def test_a_line_that_is_too_long_costs_its_own_line_only(tmp_path: Path, size: int, block: int) -> None:
    lines, rejected = read(put(tmp_path, b"{}\n" + b"x" * size + b"\n[]\n"), block=block)
    assert lines == [(1, "{}"), (3, "[]")]
    assert list(rejected) == [2]


def test_a_line_that_is_too_long_at_the_end_is_no_silent_loss(tmp_path: Path) -> None:
    assert list(read(put(tmp_path, b"{}\n" + b"x" * (2 * RECORD_LIMIT)), block=1 << 16)[1]) == [2]


def test_a_block_of_very_many_lines_is_handed_over_in_parts(tmp_path: Path) -> None:
    path = put(tmp_path, b"1\n" * (2 * ROWS_LIMIT + 5))
    assert [table.num_rows for table, _ in read_jsonl(path)] == [ROWS_LIMIT, ROWS_LIMIT, 5]


def test_a_truncated_gzip_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="whole gzip"):
        read(put(tmp_path, gzip.compress(b"{}\n" * 100)[:-5], "a.jsonl.gz"))


@given(
    st.lists(st.binary(max_size=40).map(lambda line: line.replace(b"\n", b"")), max_size=30),
    st.integers(1, 50),
)
@settings(max_examples=100, deadline=None)
def test_lines_do_not_depend_on_where_blocks_end(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], block: int
) -> None:
    path = tmp_path_factory.mktemp("jsonl") / "a.jsonl"
    path.write_bytes(b"\n".join(lines))
    assert read(path, block=block) == read(path)


def test_why_a_line_is_no_object_is_said() -> None:
    assert why_not_json("[1]") == "the line is a JSON list, not an object"
    assert why_not_json("{").startswith("the line is not JSON (")
    assert why_not_json("[" * 100_000).startswith("the line is not JSON (")
