from __future__ import annotations

from pathlib import Path

import pytest

from core.controls.examples import bind, play
from core.controls.loader import read_control
from core.kernel.errors import ControlDefinitionError
from core.lake.session import Limits, Session, connect
from tests.builders.controls import EXAMPLES, SQL, control_file


def blank() -> Session:
    return connect(Limits(threads=1))


def played(path: Path, number: int = 0) -> list[str]:
    control = read_control(path)
    with blank() as session:
        return play(control, control.example[number], session)


def test_an_example_that_holds_has_nothing_to_say(tmp_path: Path) -> None:
    path = control_file(tmp_path)
    assert played(path, 0) == played(path, 1) == []


def test_a_violation_that_is_not_found_is_said(tmp_path: Path) -> None:
    path = control_file(tmp_path, SQL.replace("> 0", "> 1"))
    assert played(path) == ["not found: {'subject_id': 'F1'}"]


def test_a_near_miss_that_is_found_is_said(tmp_path: Path) -> None:
    path = control_file(tmp_path, SQL.replace("> 0", ">= 0"))
    assert played(path, 1) == ["found, not expected: F1"]


@pytest.mark.parametrize(
    ("column", "right", "wrong"),
    [
        ("amount", "0", "0.01"),
        ("occurred_at", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"),
        ("account_id", "", "A1"),
        ("root_cause", "unknown", "crm_error"),
        ("scope", "", "msc-01"),
    ],
)
def test_every_column_that_an_example_names_is_compared(
    tmp_path: Path, column: str, right: str, wrong: str
) -> None:
    for value, is_right in ((right, True), (wrong, False)):
        examples = EXAMPLES.replace("subject_id\nF1", f"subject_id | {column}\nF1 | {value}")
        assert (played(control_file(tmp_path, examples=examples)) == []) is is_right


def test_a_near_miss_must_have_been_judged(tmp_path: Path) -> None:
    path = control_file(tmp_path, eligible='"select count(*) from usage_files where record_count > 0"')
    assert played(path, 1) == ["nothing was judged: There are no files."]


def test_an_example_may_have_thresholds_of_its_own(tmp_path: Path) -> None:
    limit = '\n[params.limit]\ndefault = 0\nunit = "records"\nmeans = "more than so many"\n'
    examples = EXAMPLES.replace('name = "a file"', 'name = "a file"\nparams = {limit = 1}')
    sql = SQL.replace("> 0", "> $limit")
    assert played(control_file(tmp_path, sql, extra=limit, examples=examples)) == [
        "not found: {'subject_id': 'F1'}"
    ]


def test_a_control_binds_to_the_streams_it_declares(tmp_path: Path) -> None:
    bind(read_control(control_file(tmp_path)), blank)


@pytest.mark.parametrize(
    ("header", "complaint"),
    [
        ({"reads": '["usage_events"]'}, "usage_files does not exist"),
        ({"reads": '["usage_files", "charges"]'}, "stream charges is declared and never read"),
        ({"consults": '["partners"]'}, "stream partners is declared and never read"),
        (
            {"extra": '\n[params.limit]\ndefault = 5\nunit = "files"\nmeans = "a limit"\n'},
            "threshold limit is declared and never used",
        ),
    ],
)
def test_a_declaration_that_is_not_true_is_refused(
    tmp_path: Path, header: dict[str, str], complaint: str
) -> None:
    control = read_control(control_file(tmp_path, **header))
    with pytest.raises(ControlDefinitionError, match=complaint):
        bind(control, blank)
