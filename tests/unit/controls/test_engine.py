from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from core.controls.engine import run_controls
from core.controls.loader import load_controls, read_control
from core.controls.model import Control
from core.kernel.errors import ControlDefinitionError
from core.kernel.records import FINDINGS
from core.kernel.results import ControlResult
from core.lake.session import Session
from tests.builders.controls import control_file, select
from tests.unit.controls.conftest import Opener

AS_OF = datetime(2026, 4, 1, tzinfo=UTC)
FILES = """
file_id | record_count | period_end
F1      | 1            | 2026-03-01T00:00:00Z
F2      | 2            | 2026-03-02T00:00:00Z
F3      | 0            | 2026-03-03T00:00:00Z
"""


def run(session: Session, *controls: Control) -> tuple[list[ControlResult], list[dict[str, object]]]:
    results, findings = run_controls(session, controls, as_of=AS_OF)
    return results, [dict(zip(findings.columns, row, strict=True)) for row in findings.fetchall()]


def test_a_violation_becomes_a_whole_finding(tmp_path: Path, open_session: Opener) -> None:
    control = read_control(control_file(tmp_path))
    results, findings = run(open_session(usage_files=FILES), control)
    assert results == [ControlResult("tiny", "violated", None, 3, 2, Decimal(0))]
    first = next(finding for finding in findings if finding["subject_id"] == "F1")
    assert list(first) == [column.name for column in FINDINGS.columns]
    assert first | {"finding_id": ""} == {
        "finding_id": "",
        "control_id": "tiny",
        "fault": "file_late",
        "dimension": "timeliness",
        "account_id": None,
        "subscription_id": None,
        "stream": "usage_files",
        "subject_id": "F1",
        "occurred_at": datetime(2026, 3, 1, tzinfo=UTC),
        "detected_at": AS_OF,
        "amount": Decimal(0),
        "cycle": None,
        "currency": "EUR",
        "confidence": Decimal(1),
        "root_cause": "unknown",
        "evidence": '{"actual":null,"expected":null,"rows":[],"scope":null}',
        "caused_by": None,
        "case_id": None,
    }


def test_findings_have_the_contracts_types(tmp_path: Path, open_session: Opener) -> None:
    control = read_control(control_file(tmp_path, select("1 as amount, '2026-03-01'::date as cycle")))
    _, findings = run_controls(open_session(usage_files=FILES), [control], as_of=AS_OF)
    declared = ["TIMESTAMP WITH TIME ZONE" if c.type == "ts" else c.sql_type for c in FINDINGS.columns]
    assert [str(kind) for kind in findings.types] == declared


def test_what_the_select_leaves_null_is_filled_in(tmp_path: Path, open_session: Opener) -> None:
    columns = "'A1' as account_id, null::varchar as root_cause, null::decimal(18, 6) as amount"
    control = read_control(control_file(tmp_path, select(columns)))
    session = open_session(usage_files=FILES, accounts="account_id | currency\nA1 | PLN")
    _, findings = run(session, control)
    assert {(f["root_cause"], f["amount"], f["currency"]) for f in findings} == {
        ("unknown", Decimal(0), "PLN")
    }


def test_a_control_that_finds_nothing_has_passed(tmp_path: Path, open_session: Opener) -> None:
    control = read_control(control_file(tmp_path))
    results, findings = run(open_session(usage_files="file_id | record_count\nF1 | 0"), control)
    assert results == [ControlResult("tiny", "passed", None, 1, 0, Decimal(0))]
    assert findings == []


def test_a_control_whose_streams_are_missing_is_not_evaluated(tmp_path: Path, open_session: Opener) -> None:
    control = read_control(control_file(tmp_path, reads='["usage_files", "usage_events", "charges"]'))
    results, _ = run(open_session(usage_files=FILES), control)
    reason = "The dataset has no usage_events and no charges."
    assert results == [ControlResult("tiny", "not_evaluated", reason, 0, 0, Decimal(0))]


def test_a_control_that_saw_no_eligible_row_is_not_evaluated(tmp_path: Path, open_session: Opener) -> None:
    control = read_control(control_file(tmp_path))
    results, _ = run(open_session(present=("usage_files",)), control)
    assert results == [ControlResult("tiny", "not_evaluated", "There are no files.", 0, 0, Decimal(0))]


def test_a_control_that_is_switched_off_is_not_evaluated(tmp_path: Path, open_session: Opener) -> None:
    control_file(tmp_path)
    results, _ = run(
        open_session(usage_files=FILES), *load_controls(tmp_path, overrides={"tiny": {"enabled": False}})
    )
    assert (results[0].outcome, results[0].reason) == ("not_evaluated", "It is switched off.")


def test_a_stream_that_is_only_consulted_may_be_absent(tmp_path: Path, open_session: Opener) -> None:
    sql = select("(select any_value(name) from partners) as scope")
    control = read_control(control_file(tmp_path, sql, consults='["partners"]'))
    results, _ = run(open_session(usage_files=FILES), control)
    assert results[0].outcome == "violated"


@pytest.mark.parametrize(
    ("sql", "line", "complaint"),
    [
        ("select file_id as subject_id,\n    nope as occurred_at\nfrom usage_files\n", 2, '"nope" not found'),
        ("select file_id as subject_id\nfrom usage_flies\n", 2, "usage_flies does not exist"),
        ("select file_id as subject_id\nwhere from\n", 2, "syntax error"),
        (
            "select cast(file_id as bigint) as subject_id, period_end as occurred_at\nfrom usage_files\n",
            1,
            "convert",
        ),
        ("select 1; select 2\n", 1, "one statement is due here, there are 2"),
        (select("$limit as scope"), 1, "no threshold called limit"),
        ("select file_id as subject_id from usage_files\n", 1, "returns no occurred_at"),
        (select("1 as colour"), 1, "no column colour"),
        (select("0.5::double as amount"), 1, "amount is DOUBLE, it must be exact"),
        (select("{'b': 1, 'a': 2} as expected"), 1, "alphabetical order: a, b"),
        (select("{'total': 1.50} as actual"), 1, "belong into evidence as text"),
        (select("['F1'] as rows"), 1, "must be a struct"),
        (select("[{'key': 'F1'}] as rows"), 1, "rows has no field stream"),
    ],
)
def test_a_malformed_select_names_its_line(
    tmp_path: Path, open_session: Opener, sql: str, line: int, complaint: str
) -> None:
    control = read_control(control_file(tmp_path, sql))
    with pytest.raises(ControlDefinitionError) as caught:
        run(open_session(usage_files=FILES), control)
    assert caught.value.fields["line"] == control.sql_line + line - 1
    assert complaint in caught.value.message
    assert "\n" not in caught.value.message


def test_a_malformed_count_names_its_line(tmp_path: Path, open_session: Opener) -> None:
    path = control_file(tmp_path, eligible='"""\nselect count(*)\nfrom nowhere"""')
    control = read_control(path)
    with pytest.raises(ControlDefinitionError) as caught:
        run(open_session(usage_files=FILES), control)
    assert caught.value.fields["line"] == control.eligible_line + 1


def test_evidence_is_the_same_text_for_the_same_fact(tmp_path: Path, open_session: Opener) -> None:
    columns = """
        {'received_at': period_end, 'total': 1.5::decimal(18, 6)::varchar} as expected,
        {'received_at': null::timestamptz, 'total': null::varchar} as actual,
        [{'key': file_id, 'stream': 'usage_files'}] as rows,
        'msc-01' as scope"""
    control = read_control(control_file(tmp_path, select(columns)))
    _, findings = run(
        open_session(usage_files="file_id | record_count | period_end\nF1 | 1 | 2026-03-01T00:00:00.5Z"),
        control,
    )
    assert findings[0]["evidence"] == json.dumps(
        {
            "actual": {"received_at": None, "total": None},
            "expected": {"received_at": "2026-03-01T00:00:00.5Z", "total": "1.500000"},
            "rows": [{"key": "F1", "stream": "usage_files"}],
            "scope": "msc-01",
        },
        separators=(",", ":"),
    )


def test_an_id_depends_on_fault_stream_subject_and_cycle_only(tmp_path: Path, open_session: Opener) -> None:
    def ids(now: datetime, columns: str) -> set[str]:
        control = read_control(control_file(tmp_path, select(columns)))
        _, findings = run_controls(open_session(usage_files=FILES), [control], as_of=now)
        return {row[0] for row in findings.fetchall()}

    shipped = ids(AS_OF, "1 as amount")
    assert len(shipped) == 2
    assert ids(datetime(2027, 1, 1, tzinfo=UTC), "2 as amount, 'late' as scope") == shipped
    assert not ids(AS_OF, "'2026-03-01' as cycle") & shipped


def test_one_subject_has_one_finding_of_a_fault(tmp_path: Path, open_session: Opener) -> None:
    twice = f"{select('1 as amount')} union all {select('-5 as amount')}"
    controls = [
        read_control(control_file(tmp_path, twice, name="b_first_of_two")),
        read_control(control_file(tmp_path, select("2 as amount"), name="a_first")),
    ]
    results, findings = run(open_session(usage_files=FILES), *controls)
    assert [(result.control_id, result.violations, result.amount) for result in results] == [
        ("a_first", 2, Decimal(4)),
        ("b_first_of_two", 2, Decimal(-10)),
    ]
    assert {(finding["control_id"], finding["amount"]) for finding in findings} == {("a_first", Decimal(2))}


def test_money_of_another_currency_is_not_added_up(tmp_path: Path, open_session: Opener) -> None:
    columns = "3 as amount, case when file_id = 'F1' then 'USD' end as currency"
    results, _ = run(open_session(usage_files=FILES), read_control(control_file(tmp_path, select(columns))))
    assert (results[0].violations, results[0].amount) == (2, Decimal(3))


def test_rows_in_any_order_give_the_same_findings(tmp_path: Path, open_session: Opener) -> None:
    control = read_control(control_file(tmp_path, select("'s' as scope")))
    head, *rows = FILES.strip().splitlines()
    backwards = "\n".join([head, *reversed(rows)])
    assert run(open_session(usage_files=FILES), control) == run(open_session(usage_files=backwards), control)


def test_progress_hears_of_each_control(tmp_path: Path, open_session: Opener) -> None:
    heard: list[tuple[str, int, int]] = []
    controls = [read_control(control_file(tmp_path, name=name)) for name in ("one", "two")]
    run_controls(
        open_session(usage_files=FILES), controls, as_of=AS_OF, progress=lambda *said: heard.append(said)
    )
    assert heard == [("Tiny", 0, 2), ("Tiny", 1, 2)]


def test_a_second_run_starts_afresh(tmp_path: Path, open_session: Opener) -> None:
    session = open_session(usage_files=FILES)
    control = read_control(control_file(tmp_path))
    assert run(session, control) == run(session, control)


def test_a_hundred_thousand_findings_are_made_by_the_database(tmp_path: Path, open_session: Opener) -> None:
    session = open_session(present=("usage_files",))
    session.execute(
        "insert into usage_files by name select 'F' || i as file_id, 1 as record_count, "
        "timestamptz '2026-03-01 00:00:00Z' as period_end from range(100_000) numbers(i)"
    )
    columns = "[{'key': file_id, 'stream': 'usage_files'}] as rows"
    results, findings = run_controls(
        session, [read_control(control_file(tmp_path, select(columns)))], as_of=AS_OF
    )
    assert results[0].violations == 100_000
    assert findings.aggregate("count(distinct finding_id)").fetchall() == [(100_000,)]


def follower_and_cause(folder: Path, follower_amount: str, cause_amount: str) -> tuple[Control, Control]:
    """Return a control of late events that follow from file F2, and the one of late files that finds it."""
    cause = read_control(control_file(folder, select(f"{cause_amount} as amount"), name="z_cause"))
    late = {"fault": '"event_late"', "reads": '["usage_files"]'}
    columns = f"'file_late' as caused_by_fault, 'F2' as caused_by_subject, {follower_amount} as amount"
    return read_control(control_file(folder, select(columns), name="a_follower", **late)), cause


def test_what_follows_from_another_finding_says_so_and_its_money_is_not_counted(
    tmp_path: Path, open_session: Opener
) -> None:
    results, findings = run(open_session(usage_files=FILES), *follower_and_cause(tmp_path, "3", "2"))
    ids = {(f["fault"], f["subject_id"]): f["finding_id"] for f in findings}
    causes = {f["finding_id"]: f["caused_by"] for f in findings}
    assert {causes[ids["event_late", name]] for name in ("F1", "F2")} == {ids["file_late", "F2"]}
    assert causes[ids["file_late", "F1"]] is None
    assert [(result.violations, result.amount) for result in results] == [(2, Decimal(0)), (2, Decimal(4))]


def test_money_that_comes_of_a_finding_without_money_is_counted_where_it_is(
    tmp_path: Path, open_session: Opener
) -> None:
    controls = follower_and_cause(tmp_path, "if(file_id = 'F1', 3, 0)", "0")
    results, findings = run(open_session(usage_files=FILES), *controls)
    follows = {f["subject_id"]: f["caused_by"] is not None for f in findings if f["fault"] == "event_late"}
    assert follows == {"F1": False, "F2": True}
    assert [result.amount for result in results] == [Decimal(3), Decimal(0)]


@pytest.mark.parametrize("fault", ["file_late", "file_missing"])
def test_a_cause_that_nobody_found_or_that_is_the_finding_itself_is_none(
    tmp_path: Path, open_session: Opener, fault: str
) -> None:
    columns = f"'{fault}' as caused_by_fault, file_id as caused_by_subject, 3 as amount"
    results, findings = run(
        open_session(usage_files=FILES), read_control(control_file(tmp_path, select(columns)))
    )
    assert {finding["caused_by"] for finding in findings} == {None}
    assert results[0].amount == Decimal(6)
