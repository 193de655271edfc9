"""Names and texts that come from files are quoted, never read as SQL."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.lake.sql import file_pattern, identifier, literal, load_sql

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=30)


@given(TEXTS)
def test_any_text_survives_being_a_literal(text: str) -> None:
    assert duckdb.execute(f"SELECT {literal(text)}").fetchall() == [(text,)]  # noqa: S608


@given(TEXTS)
def test_any_text_survives_being_a_name(text: str) -> None:
    found = duckdb.execute(f"SELECT 1 AS {identifier(text)}")  # noqa: S608
    assert found.description
    assert found.description[0][0] == text


@pytest.mark.parametrize("name", ["a*.csv", "b?.csv", "c[1].csv", "d**.csv", "e'f.csv", "{g,h}.csv"])
def test_a_pattern_finds_the_one_file_and_not_its_neighbours(tmp_path: Path, name: str) -> None:
    for each in (name, "a2.csv", "bx.csv", "c1.csv", "dd.csv", "g", "h"):
        (tmp_path / each).touch()
    found = duckdb.execute("SELECT file FROM glob($pattern)", {"pattern": file_pattern(tmp_path / name)})
    assert [Path(file).name for (file,) in found.fetchall()] == [name]


def test_an_sql_file_is_found_beside_its_stage() -> None:
    assert load_sql("core.lake", "dataset").startswith("-- grain: one row")
    with pytest.raises(FileNotFoundError):
        load_sql("core.lake", "nothing")
