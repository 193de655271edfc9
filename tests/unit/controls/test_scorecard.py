from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.controls.loader import load_controls
from core.controls.model import AREAS
from core.controls.scorecard import Score, coverage, scorecard
from core.kernel.results import ControlResult, FileReport
from tests.builders.runs import a_control_result, a_file_report

CONTROLS = load_controls()


def cells(*results: ControlResult, files: tuple[FileReport, ...] = ()) -> dict[tuple[str, str], Score]:
    return {(score.stream, score.dimension): score for score in scorecard(CONTROLS, results, files)}


def found(control_id: str, **given: Any) -> ControlResult:
    return a_control_result(control_id, **{"eligible": 1000, "violations": 0, "outcome": "passed"} | given)


def test_a_check_scores_the_share_of_judged_rows_that_nothing_is_wrong_with() -> None:
    (cell,) = cells(found("file_late", violations=5, outcome="violated")).values()
    assert (cell.stream, cell.dimension) == ("usage_files", "timeliness")
    assert cell.value == Decimal("0.995")


def test_a_cell_is_as_good_as_its_worst_check_and_shows_it_first() -> None:
    card = cells(
        found("file_missing"),
        found("record_not_charged", violations=1, outcome="violated"),
        found("event_not_mediated", violations=100, outcome="violated"),
    )
    assert card["usage_events", "completeness"].value == Decimal("0.9")
    assert card["usage_files", "completeness"].value == 1
    assert card["mediation_records", "completeness"].value == Decimal("0.999")


def test_one_bad_row_in_millions_is_never_rounded_to_a_faultless_score() -> None:
    (cell,) = cells(found("file_late", eligible=90_000_000, violations=1)).values()
    assert cell.value == Decimal("0.999999")


def test_more_findings_than_rows_is_zero_and_nothing_judged_is_no_score() -> None:
    card = cells(
        found("file_missing", eligible=3, violations=9),
        found("payment_mismatch", eligible=0, outcome="not_evaluated", reason="The dataset has no payments."),
    )
    assert card["usage_files", "completeness"].value == 0
    assert card["payments", "integrity"].value is None


def test_rows_in_quarantine_count_against_the_integrity_of_their_stream() -> None:
    files = (
        a_file_report("a.csv", stream="payments", rows_read=90, quarantined=1),
        a_file_report("b.csv", stream="payments", rows_read=10, quarantined=0),
        a_file_report("c.csv", stream="charges", rows_read=0, quarantined=0),
    )
    card = cells(found("payment_mismatch"), files=files)
    assert list(card) == [("payments", "integrity")]
    assert card["payments", "integrity"].value == Decimal("0.99")
    assert [check.control_id for check in card["payments", "integrity"].checks] == [
        "row_rejected",
        "payment_mismatch",
    ]


def test_every_leakage_area_is_covered_by_what_its_controls_did() -> None:
    results = [
        found("file_late", violations=1, outcome="violated", amount=Decimal("-2.5")),
        found("file_total_mismatch", outcome="not_evaluated"),
        found("payment_mismatch"),
        found("gone_control"),
    ]
    areas = {area.name: area for area in coverage(CONTROLS, results)}
    assert tuple(areas) == AREAS
    partner = areas["partner"]
    assert (partner.passed, partner.violated, partner.not_evaluated, partner.amount) == (
        0,
        1,
        1,
        Decimal("-2.5"),
    )
    assert areas["receivables"].passed == 1
    assert sum(area.passed + area.violated + area.not_evaluated for area in areas.values()) == 3
