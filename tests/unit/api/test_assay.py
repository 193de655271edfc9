from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.api import (
    VIEWS,
    Assay,
    CaseFilter,
    ControlLine,
    MoneyTotal,
    NotFoundError,
    SeverityTotal,
    SourceGap,
    StreamVersion,
)
from core.api.control_cards import card_of
from core.controls.loader import load_controls
from tests.builders.people import facade_over
from tests.builders.runs import NOW, a_case, a_control_result, a_file_report, a_finding, a_run
from tests.fakes.store import FakeStore

CONTROLS = tuple(control for control in load_controls() if control.id == "file_late")
CARD = card_of(*CONTROLS)


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def assay(store: FakeStore, tmp_path: Path) -> Assay:
    return facade_over(store, tmp_path, controls=CONTROLS, clock=lambda: NOW)


def test_before_the_first_run_there_is_nothing_to_show_and_no_error(assay: Assay) -> None:
    assert assay.status() is None
    assert assay.home() is None
    assert assay.runs() == assay.control_results() == assay.file_reports() == ()
    assert assay.case_queue(CaseFilter()).cases == ()
    assert assay.rejected_rows().total == 0
    assert assay.view_counts() == dict.fromkeys(VIEWS, 0)
    assert assay.case_findings("C-1") == ()


def test_the_status_says_what_the_figures_stand_on(assay: Assay, store: FakeStore) -> None:
    streams = (StreamVersion("charges", 3, 120),)
    controls = [
        a_control_result("a"),
        a_control_result("b", outcome="not_evaluated", reason="no consents"),
        a_control_result("c"),
    ]
    files = [a_file_report("a.csv"), a_file_report("a.csv", stream="payments"), a_file_report("b.csv")]
    store.save_run(a_run(controls=controls, files=files, streams=streams))

    status = assay.status()

    assert status is not None
    assert (status.run.run_id, status.run.operator, status.now) == ("R-1", "Wisła Telekom", NOW)
    assert status.outcomes == {"passed": 0, "violated": 2, "not_evaluated": 1}
    assert (status.files, status.rows_read, status.rows_quarantined) == (2, 30, 3)
    assert status.streams == streams


def test_home_says_what_needs_somebody_now(assay: Assay, store: FakeStore) -> None:
    cases = [
        a_case("C-1", due_at=NOW - timedelta(minutes=1), amount=Decimal(-10), severity="high"),
        a_case("C-2", due_at=NOW + timedelta(hours=4), amount=Decimal(5), severity="high"),
        a_case("C-3", due_at=NOW + timedelta(hours=8), amount=Decimal(7), currency="EUR"),
        a_case("C-4", due_at=NOW + timedelta(hours=8, seconds=1), scope="tap:DEUTM"),
    ]
    controls = [
        a_control_result("file_late"),
        a_control_result("gone"),
        a_control_result("b", outcome="passed"),
    ]
    files = [a_file_report("a.csv", quarantined=0), a_file_report("b.csv", quarantined=3)]
    findings = [a_finding(fault="file_late", case_id="C-4")]
    store.save_run(a_run(cases=cases, controls=controls, files=files, findings=findings))

    home = assay.home(first=2)

    assert home is not None
    assert (home.totals.cases, home.totals.at_stake, home.totals.currency) == (4, Decimal("16.25"), "PLN")
    assert home.totals.at_stake_elsewhere == (MoneyTotal("EUR", Decimal(7)),)
    assert (home.totals.due_soon, home.sla_at_risk, home.late) == (2, 3, 1)
    assert home.by_severity == (
        SeverityTotal("high", 2, Decimal(15)),
        SeverityTotal("medium", 2, Decimal("1.25")),
    )
    assert [case.case_id for case in home.due_first] == ["C-1", "C-2"]
    assert home.controls == (ControlLine(controls[0], CARD), ControlLine(controls[1], None))
    assert home.sources == (SourceGap("tap:DEUTM", 1, 0),)
    assert home.quarantined == (files[1],)


VIEWED = [
    a_case("C-1", due_at=NOW + timedelta(hours=4), amount=Decimal("999.99")),
    a_case("C-2", due_at=NOW + timedelta(hours=8), amount=Decimal(-1000)),
    a_case("C-3", due_at=NOW + timedelta(hours=9), desk="roaming"),
    a_case("C-4", due_at=NOW + timedelta(hours=9), desk="data_quality"),
]
COMPLAINT = a_case("C-7", fault="customer_contact", findings=0, amount=Decimal(0), contact_ids=("K-7",))


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("all", ["C-1", "C-2", "C-3", "C-4"]),
        ("due_soon", ["C-1"]),
        ("sla_at_risk", ["C-1", "C-2"]),
        ("high_value", ["C-2"]),
        ("roaming", ["C-3"]),
        ("data_quality", ["C-4"]),
        ("a view of an old link", ["C-1", "C-2", "C-3", "C-4"]),
    ],
)
def test_each_view_selects_its_cases_and_counts_them(
    assay: Assay, store: FakeStore, view: str, expected: list[str]
) -> None:
    store.save_run(a_run(cases=VIEWED))

    page = assay.case_queue(CaseFilter(view=view))

    assert [case.case_id for case in page.cases] == expected
    assert page.totals.cases == len(expected)
    assert assay.view_counts().get(view, 4) == len(expected)


def test_customers_who_ask_have_a_view_that_a_filter_narrows_further(assay: Assay, store: FakeStore) -> None:
    contested = a_case("C-8", fault="invoice_disputed", findings=0, severity="high")
    store.save_run(a_run(cases=[*VIEWED, COMPLAINT, contested]))

    def asking(*faults: str) -> list[str]:
        page = assay.case_queue(CaseFilter(view="customers_ask", faults=faults))
        return [case.case_id for case in page.cases]

    assert asking() == ["C-8", "C-7"]
    assert asking("customer_contact") == ["C-7"]
    assert asking("record_not_charged") == []
    assert assay.view_counts()["customers_ask"] == 2


def test_a_complaint_that_a_run_found_something_behind_leads_to_it(assay: Assay, store: FakeStore) -> None:
    store.save_run(a_run("R-1", cases=[COMPLAINT]))
    assert assay.case("C-7").behind is None
    store.save_run(a_run("R-2", cases=[a_case("C-1", contact_ids=("K-7",))]))

    complaint = assay.case("C-7")

    assert complaint.behind is not None
    assert (complaint.behind.case_id, complaint.in_latest_run) == ("C-1", False)


def test_a_page_of_the_queue_carries_the_totals_of_the_whole_selection(
    assay: Assay, store: FakeStore
) -> None:
    store.save_run(a_run(cases=VIEWED))

    page = assay.case_queue(CaseFilter(text=" NORDWIND "), offset=1, limit=2, sort="due")

    assert [case.case_id for case in page.cases] == ["C-2", "C-3"]
    assert (page.offset, page.now, page.totals.cases, page.totals.due_soon) == (1, NOW, 4, 1)


def test_a_filter_narrows_its_view(assay: Assay, store: FakeStore) -> None:
    store.save_run(a_run(cases=[*VIEWED, a_case("C-5", segment="iot", severity="low", account_id="A-5")]))

    def chosen(**narrowed: object) -> list[str]:
        return [case.case_id for case in assay.case_queue(CaseFilter(**narrowed)).cases]  # type: ignore[arg-type]

    assert chosen(segments=("iot",)) == ["C-5"]
    assert chosen(severities=("low",)) == ["C-5"]
    assert chosen(account_id="A-5") == ["C-5"]
    assert chosen(faults=("file_late",)) == chosen(root_causes=("partner_delay",)) == []
    assert chosen(view="roaming", segments=("iot",)) == []


def test_a_case_opens_with_its_evidence_controls_history_and_cases_like_it(
    assay: Assay, store: FakeStore
) -> None:
    alike = [
        a_case(f"C-{n}", fault="file_late", root_cause="partner_delay", amount=Decimal(n)) for n in (1, 2, 3)
    ]
    evidence = json.dumps({"actual": {"hours": 50}, "expected": {"hours": 36}})
    findings = [
        a_finding("F-1", control_id="file_late", fault="file_late", evidence=evidence),
        a_finding("F-2", control_id="gone", amount=Decimal(9)),
    ]
    store.save_run(a_run(cases=[*alike, a_case("C-9")], findings=findings))

    detail = assay.case("C-1", findings=1, similar=1)

    assert detail.case == alike[0]
    assert [view.finding.finding_id for view in detail.findings] == ["F-2"]
    assert detail.controls == (CARD,)
    assert [case.case_id for case in detail.similar] == ["C-3"]
    assert detail.similar_count == 2
    assert [sighting.run_id for sighting in detail.history] == ["R-1"]
    assert detail.in_latest_run
    assert assay.case_findings("C-1", offset=1)[0].evidence.lines[0].difference == Decimal(-14)


def test_a_case_no_longer_found_still_opens_with_the_evidence_of_the_run_that_saw_it(
    assay: Assay, store: FakeStore
) -> None:
    store.save_run(a_run("R-1", cases=[a_case()], findings=[a_finding()]))
    store.save_run(a_run("R-2"))

    detail = assay.case("C-1")

    assert not detail.in_latest_run
    assert [view.finding.finding_id for view in detail.findings] == ["F-1"]


def test_an_unknown_case_is_an_error_that_says_what_to_do(assay: Assay) -> None:
    with pytest.raises(NotFoundError, match="There is no case C-7: look for it in the queue"):
        assay.case("C-7")


def test_rejected_rows_come_with_the_file_the_row_and_the_reason(assay: Assay, store: FakeStore) -> None:
    row = {"stream": "charges", "key": "a.csv#17", "file": "a.csv", "row": 17, "reason": "is negative"}
    rejected = [
        a_finding(f"F-{n}", fault="row_rejected", evidence=json.dumps({"rows": [row]}), amount=Decimal(0))
        for n in (1, 2)
    ]
    store.save_run(a_run(cases=[a_case()], findings=[*rejected, a_finding("F-3")]))

    page = assay.rejected_rows(limit=1)

    assert page.total == 2
    (shown,) = page.rows
    assert (shown.evidence.rows[0].file, shown.evidence.rows[0].row) == ("a.csv", 17)
    assert shown.evidence.rows[0].values == (("reason", "is negative"),)


def test_results_and_reports_are_those_of_the_latest_run(assay: Assay, store: FakeStore) -> None:
    store.save_run(a_run("R-1", controls=[a_control_result("old")], files=[a_file_report("old.csv")]))
    store.save_run(a_run("R-2", controls=[a_control_result("new")], files=[a_file_report("new.csv")]))

    assert [line.result.control_id for line in assay.control_results()] == ["new"]
    assert [report.path for report in assay.file_reports()] == ["new.csv"]
    assert [run.run_id for run in assay.runs(limit=1)] == ["R-2"]
