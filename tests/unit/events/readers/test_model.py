"""Names of a file's columns stand beside ours and beside each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.events.readers.model import distinct_names, file_format


@given(st.lists(st.sampled_from(["a", "A", "_row", "_ROW", "", "unnamed", "a_1", "b"]), unique=True))
def test_names_are_distinct_whatever_their_case_and_never_ours(names: list[str]) -> None:
    found = distinct_names(names)
    assert len({name.lower() for name in found} | {"_row"}) == len(names) + 1
    assert all(found)


@given(st.lists(st.sampled_from(["event_id", "EVENT_ID", "Event_Id", "other"]), unique=True))
def test_a_name_in_lower_case_stays_as_it_is(names: list[str]) -> None:
    assert all(
        new == old for old, new in zip(names, distinct_names(names), strict=True) if old == old.lower()
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.parquet", "parquet"),
        ("a.csv", "csv"),
        ("A.CSV.GZ", "csv"),
        ("a.jsonl", "jsonl"),
        ("a.b.jsonl.gz", "jsonl"),
        ("a.json", None),
        ("a.parquet.gz", None),
        ("csv", None),
    ],
)
def test_a_files_ending_says_its_format(name: str, kind: str | None) -> None:
    assert file_format(name) == kind
