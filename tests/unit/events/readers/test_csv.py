"""CSV: one bad row costs one row, whatever the quoting; rows keep their numbers through every block."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.events.readers.csv import read_csv
from core.events.readers.model import RECORD_LIMIT, CsvForm, Rejected
from core.kernel.errors import UnreadableFileError

SMALL = 4096
"""Bytes of a block that makes a small file many blocks."""

Read = tuple[list[tuple[int, list[str]]], dict[int, Rejected]]


def read(path: Path, form: CsvForm | None = None, *, block: int = 8 << 20) -> Read:
    rows, rejected = [], {}
    for table, bad in read_csv(path, form or CsvForm(), block=block):
        names = [name for name in table.column_names if name != "_row"]
        rows += [(row["_row"], [row[name] for name in names]) for row in table.to_pylist()]
        assert not rejected.keys() & {each.row for each in bad}
        rejected |= {each.row: each for each in bad}
    return rows, rejected


def put(folder: Path, content: bytes, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,2\n3,4\n",
        b"a,b\r\n1,2\r\n3,4\r\n",
        b"a,b\n1,2\n3,4",
        b"\xef\xbb\xbfa,b\n1,2\n3,4\n",
        b'\xef\xbb\xbf"a","b"\n"1","2"\n"3","4"\n',
        b"a,b\n\n1,2\n\n\n3,4\n\n",
        b"a,b\r\n\r\n1,2\r\n3,4\r\n\r\n",
    ],
    ids=["plain", "crlf", "no last line end", "bom", "bom and quotes", "blank lines", "blank crlf lines"],
)
def test_rows_are_read_and_numbered_from_one_without_header_and_blank_lines(
    tmp_path: Path, content: bytes
) -> None:
    assert read(put(tmp_path, content)) == ([(1, ["1", "2"]), (2, ["3", "4"])], {})


@pytest.mark.parametrize("name", ["a.csv.gz", "A.CSV.GZ"])
def test_a_gzipped_file_reads_like_a_plain_one(tmp_path: Path, name: str) -> None:
    path = put(tmp_path, gzip.compress(b"a,b\n1,2\n"), name)
    assert read(path) == ([(1, ["1", "2"])], {})


def test_a_value_may_hold_the_delimiter_quotes_and_line_breaks(tmp_path: Path) -> None:
    path = put(tmp_path, b'a,b\n"x,y","say ""hi"""\n"two\nlines",4\n5,"end\r\n"\n')
    assert read(path) == (
        [(1, ["x,y", 'say "hi"']), (2, ["two\nlines", "4"]), (3, ["5", "end\r\n"])],
        {},
    )


def test_a_quote_that_is_never_closed_costs_its_own_row_only(tmp_path: Path) -> None:
    rows, rejected = read(put(tmp_path, b'a,b\n1,2\n3,"4\n5,6\n7,8\n'))
    assert rows == [(1, ["1", "2"]), (3, ["5", "6"]), (4, ["7", "8"])]
    assert rejected[2].reason == "a quote is opened and never closed"
    assert rejected[2].value == '3,"4'


def test_a_quote_that_is_never_closed_in_the_last_row_is_no_silent_loss(tmp_path: Path) -> None:
    rows, rejected = read(put(tmp_path, b'a,b\n1,2\n3,"4'))
    assert [number for number, _ in rows] == [1]
    assert list(rejected) == [2]


def test_a_row_of_another_width_is_rejected_with_both_widths(tmp_path: Path) -> None:
    rows, rejected = read(put(tmp_path, b"a,b\n1\n2,3\n4,5,6\n"))
    assert rows == [(2, ["2", "3"])]
    assert rejected[1].reason == "the row has 1 values, the header names 2 columns"
    assert rejected[3].reason == "the row has 3 values, the header names 2 columns"


def test_broken_utf_8_costs_its_own_row_only(tmp_path: Path) -> None:
    rows, rejected = read(put(tmp_path, b"a,b\n1,2\n\xff,4\n5,\xc3\x28\n7,8\n"))
    assert rows == [(1, ["1", "2"]), (4, ["7", "8"])]
    assert {row: each.column for row, each in rejected.items()} == {2: "a", 3: "b"}


def test_broken_utf_8_is_found_beside_embedded_line_breaks_too(tmp_path: Path) -> None:
    rows, rejected = read(put(tmp_path, b'a,b\n"1\n1",2\n\xff,4\n5,6\n'))
    assert rows == [(1, ["1\n1", "2"]), (3, ["5", "6"])]
    assert rejected[2].reason == "the text is not UTF-8"


def test_a_byte_that_is_no_character_of_the_named_encoding_is_rejected_not_replaced(tmp_path: Path) -> None:
    path = put(tmp_path, "a,b\n1,café\n".encode("cp1252") + b"2,\x81\n")
    rows, rejected = read(path, CsvForm(encoding="cp1252"))
    assert rows == [(1, ["1", "café"])]
    assert list(rejected) == [2]


def test_an_encodings_name_may_be_in_capitals(tmp_path: Path) -> None:
    rows, rejected = read(put(tmp_path, b'a,b\n"1\n1",\xff\n'), CsvForm(encoding="UTF-8"))
    assert (rows, list(rejected)) == ([], [1])


def test_another_delimiter_is_a_matter_of_the_form(tmp_path: Path) -> None:
    assert read(put(tmp_path, b"a;b\n1,5;2\n"), CsvForm(delimiter=";")) == ([(1, ["1,5", "2"])], {})


def test_a_header_alone_is_an_empty_file_with_or_without_line_end(tmp_path: Path) -> None:
    for content in (b"a,b\n", b"a,b"):
        assert read(put(tmp_path, content)) == ([], {})


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "has no header"),
        (b"\n1,2\n", "has no header"),
        (b",,\n1,2,3\n", "has no header"),
        (b"a,b,a\n1,2,3\n", "names the column 'a' twice"),
        (b"a,b\r1,2\r", "carriage return alone"),
        (b"x" * 200_000 + b",b\n1,2\n", "header that is not CSV"),
        (b"\x00" * (RECORD_LIMIT + 1), "first line is longer"),
    ],
    ids=["empty", "blank first line", "no names", "a name twice", "cr only", "huge name", "huge line"],
)
def test_a_file_without_a_usable_header_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        read(put(tmp_path, content))


@pytest.mark.parametrize("cut", [1, 5, 10, 15, -8, -4, -1])
def test_a_truncated_gzip_is_refused(tmp_path: Path, cut: int) -> None:
    whole = gzip.compress(b"a,b\n" + b"".join(b"%d,x\n" % n for n in range(1000)))
    with pytest.raises(UnreadableFileError):
        read(put(tmp_path, whole[:cut], "a.csv.gz"))


def test_a_gzip_bomb_is_refused_when_it_grows_out_of_proportion(tmp_path: Path) -> None:
    packed = gzip.compress(b"a,b\n" + b"1,2\n" * (32 << 20), compresslevel=9)
    with pytest.raises(UnreadableFileError, match="expands more than"):
        read_all(put(tmp_path, packed, "a.csv.gz"))


def read_all(path: Path) -> int:
    return sum(table.num_rows + len(rejected) for table, rejected in read_csv(path, CsvForm()))


def test_an_inch_sign_in_a_value_without_quotes_is_data(tmp_path: Path) -> None:
    for more in (b"", b'"two\nlines",6\n'):
        rows, rejected = read(put(tmp_path, b'a,b\n1,5" pipe\n3,4\n' + more))
        assert rows[:2] == [(1, ["1", '5" pipe']), (2, ["3", "4"])]
        assert not rejected


def test_an_over_long_row_is_rejected_and_never_cut_to_fit(tmp_path: Path) -> None:
    # the line break hands over to the careful reader; the last value of the long row must not be cut
    filler = ",".join("x" * 90_000 for _ in range(11))
    width = ",".join(f"c{n}" for n in range(13))
    short = ",".join("1" for _ in range(13))
    long = filler + "," + "y" * (RECORD_LIMIT - 90_000 * 11 - 16) + ",1234567890123456789"
    content = f'{width}\n"a\nb",{short[2:]}\n{long}\n{short}\n'.encode()
    rows, rejected = read(put(tmp_path, content))
    assert [number for number, _ in rows] == [1, 3]
    assert rejected[2].reason == f"the row is longer than {RECORD_LIMIT} bytes"


def test_a_block_that_is_mostly_no_rows_is_read_all_the_same(tmp_path: Path) -> None:
    path = put(tmp_path, b"a,b\n" + b"1\n" * 60_000 + b"1,2\n" + b"1,2,3\n" * 60_000)
    rows, rejected = read(path)
    assert rows == [(60_001, ["1", "2"])]
    assert rejected.keys() == set(range(1, 120_002)) - {60_001}


LINES = st.lists(
    st.one_of(
        st.tuples(
            st.just("good"),
            st.text(st.characters(codec="ascii", exclude_characters='\r\n",'), min_size=1, max_size=6),
        ),
        st.tuples(st.sampled_from(["narrow", "wide", "broken", "open", "break", "blank"]), st.just("")),
    ),
    max_size=60,
)


def line(number: int, kind: str, text: str) -> bytes:
    pad = b"p" * 200
    match kind:
        case "good":
            return f"{number},".encode() + csv_value(text) + b"," + pad + b"\n"
        case "narrow":
            return b"only\n"
        case "wide":
            return b"a,b,c,d,e\n"
        case "broken":
            return b"%d,\xff," % number + pad + b"\n"
        case "open":
            return b'%d,"open,' % number + pad + b"\n"
        case "break":
            return b'%d,"two\nlines",' % number + pad + b"\n"
        case _:
            return b"\n"


def csv_value(text: str) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([text])
    return out.getvalue().encode()


@given(LINES)
@settings(max_examples=60, deadline=None)
def test_every_record_is_a_row_or_rejected_under_its_own_number_whatever_stands_around_it(
    tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[str, str]]
) -> None:
    # an open quote is followed over lines until another closes it: only then may more than one row be lost
    lines = [each for each in lines if each[0] != "open"] + [each for each in lines if each[0] == "open"][:1]
    records = [each for each in lines if each[0] != "blank"]
    numbered = iter(range(1, len(records) + 1))
    content = b"a,b,c\n" + b"".join(
        line(next(numbered) if kind != "blank" else 0, kind, text) for kind, text in lines
    )
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    path.write_bytes(content)
    rows, rejected = read(path, block=SMALL)
    kept = {"good": True, "break": True}
    expected = [n for n, (kind, _) in enumerate(records, 1) if kept.get(kind)]
    assert [number for number, _ in rows] == expected
    assert [values[0] for _, values in rows] == [str(number) for number in expected]
    assert rejected.keys() == set(range(1, len(records) + 1)) - set(expected)
