"""What every operational store does, whatever keeps it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from core.kernel.reads import (
    CaseQuery,
    FaultCount,
    FlowTotal,
    MoneyTotal,
    QueueTotals,
    Reach,
    SeverityTotal,
    Sighting,
    SourceGap,
    StreamVersion,
)
from core.kernel.results import Finding, FlowLine, OpenItems, UsageEstimate
from core.ports.store import Store
from tests.builders.runs import NOW, a_case, a_control_result, a_file_report, a_finding, a_run


def ids(store: Store, query: CaseQuery | None = None, **how: object) -> list[str]:
    paging = {"offset": 0, "limit": 100} | how
    return [case.case_id for case in store.cases(query or CaseQuery(), **paging)]  # type: ignore[arg-type]


def test_an_empty_store_answers_every_question(store: Store) -> None:
    assert store.latest_run() is None
    assert store.run("R-1") is None
    assert store.runs(5) == ()
    assert store.streams("R-1") == store.control_results("R-1") == store.file_reports("R-1") == ()
    assert store.findings("R-1", offset=0, limit=5) == ()
    assert store.count_findings("R-1") == 0
    assert store.count_cases({"all": CaseQuery()}) == {"all": 0}
    assert store.totals(CaseQuery(), currency="PLN", due_by=NOW) == QueueTotals(0, Decimal(0), 0)
    assert store.by_severity(CaseQuery(), "PLN") == ()
    assert store.case("C-1") is None
    assert store.last_seen("C-1") is None
    assert store.sightings("C-1") == store.source_gaps("R-1") == store.controls_of("R-1", "C-1") == ()


def test_a_saved_run_comes_back_as_it_was(store: Store) -> None:
    streams = (StreamVersion("charges", 3, 120), StreamVersion("accounts", 1, 40))
    controls = (
        a_control_result("file_late"),
        a_control_result("cap", outcome="not_evaluated", reason="no consents"),
    )
    files = (
        a_file_report("b.csv", note="7 events, 8 declared"),
        a_file_report("a.csv", stream="payments"),
        a_file_report("a.csv"),
    )
    record = a_run(cases=[a_case()], findings=[a_finding()], controls=controls, files=files, streams=streams)

    assert store.save_run(record)

    assert store.latest_run() == store.run("R-1") == record.summary
    assert store.streams("R-1") == (streams[1], streams[0])
    assert store.control_results("R-1") == (controls[1], controls[0])
    assert store.file_reports("R-1") == (files[2], files[1], files[0])
    assert store.findings("R-1", offset=0, limit=5) == (a_finding(),)
    assert store.case("C-1") == a_case()
    assert store.last_seen("C-1") == "R-1"


def test_saving_the_same_run_again_changes_nothing(store: Store) -> None:
    store.save_run(a_run(cases=[a_case()], findings=[a_finding()]))

    assert not store.save_run(a_run(cases=[a_case(), a_case("C-2")], findings=[]))

    assert ids(store) == ["C-1"]
    assert store.count_findings("R-1") == 1
    assert len(store.sightings("C-1")) == 1


def test_one_path_that_landed_twice_keeps_both_reports(store: Store) -> None:
    files = (a_file_report("a.csv", accepted=7), a_file_report("a.csv", accepted=6, quarantined=2))
    store.save_run(a_run(files=files))

    assert store.file_reports("R-1") == files


def test_money_keeps_its_last_digit_and_its_sign(store: Store) -> None:
    amounts = [Decimal("-999999999999.999999"), Decimal("0.000001"), Decimal("-0.000001"), Decimal("0.1")]
    cases = [a_case(f"C-{place}", amount=amount) for place, amount in enumerate(amounts)]
    store.save_run(a_run(cases=cases, amount_at_stake=Decimal("123456.654321")))

    assert [store.case(case.case_id).amount for case in cases] == amounts  # type: ignore[union-attr]
    assert store.latest_run().amount_at_stake == Decimal("123456.654321")  # type: ignore[union-attr]


def test_money_is_summed_without_sign_and_never_across_currencies(store: Store) -> None:
    cases = [
        a_case("C-1", amount=Decimal("0.1")),
        a_case("C-2", amount=Decimal("-0.2"), severity="high"),
        a_case("C-3", amount=Decimal("5"), currency="EUR", severity="high"),
        a_case("C-4", amount=Decimal(0), currency="CHF", severity="low"),
    ]
    store.save_run(a_run(cases=cases))

    assert store.totals(CaseQuery(), currency="PLN", due_by=NOW) == QueueTotals(
        cases=4, amount=Decimal("0.3"), due=0, elsewhere=(MoneyTotal("EUR", Decimal(5)),)
    )
    assert store.by_severity(CaseQuery(), "PLN") == (
        SeverityTotal("high", 2, Decimal("0.2")),
        SeverityTotal("medium", 1, Decimal("0.1")),
        SeverityTotal("low", 1, Decimal(0)),
    )


def test_totals_count_what_is_due_within_the_selection(store: Store) -> None:
    store.save_run(a_run(cases=QUEUE))
    critical = CaseQuery(severities=("critical",))

    totals = store.totals(critical, currency="PLN", due_by=NOW + timedelta(hours=2))

    assert totals == QueueTotals(cases=3, amount=Decimal(60), due=1)


def test_a_severity_with_money_in_other_currencies_only_counts_none_at_home(store: Store) -> None:
    store.save_run(a_run(cases=[a_case(currency="EUR", amount=Decimal(5))]))

    assert store.by_severity(CaseQuery(), "PLN") == (SeverityTotal("medium", 1, Decimal(0)),)


@pytest.mark.parametrize(
    "due",
    [
        datetime(2026, 5, 4, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2))),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ],
)
def test_times_are_kept_to_the_microsecond_whatever_their_zone(store: Store, due: datetime) -> None:
    store.save_run(a_run(cases=[a_case(due_at=due)]))

    assert store.case("C-1").due_at == due  # type: ignore[union-attr]


def test_hostile_text_is_kept_as_text(store: Store) -> None:
    texts = [
        "'; drop table cases; --",
        "=cmd|'/c calc'!A1",
        "<script>alert(1)</script>",
        "ł" * 10_000,
        "\u202e",
    ]
    findings = [a_finding(f"F-{place}", subject_id=text) for place, text in enumerate(texts)]
    store.save_run(a_run(cases=[a_case()], findings=findings))

    kept = store.findings("R-1", offset=0, limit=10)

    assert [finding.subject_id for finding in kept] == texts


def test_a_name_too_long_for_an_index_does_not_fail_the_run(store: Store) -> None:
    long = "".join(chr(0x4E00 + place % 20_000) for place in range(10_000))
    assert store.save_run(a_run(cases=[a_case(account_name=long, currency=long, search_text=long)]))

    assert store.case("C-1").account_name == long  # type: ignore[union-attr]


def test_a_case_seen_again_keeps_its_identity_and_takes_the_new_amounts(store: Store) -> None:
    store.save_run(a_run("R-1", cases=[a_case(amount=Decimal(10), status="in_triage")]))
    later = NOW + timedelta(days=1)
    again = a_case(amount=Decimal(12), status="new", opened_at=later, findings=2, summary="More of it.")
    store.save_run(a_run("R-2", cases=[again], as_of=later))

    case = store.case("C-1")

    assert case is not None
    assert (case.status, case.opened_at) == ("in_triage", NOW)
    assert (case.amount, case.findings, case.summary) == (Decimal(12), 2, "More of it.")
    assert ids(store) == ["C-1"]


def test_a_due_time_never_moves_later_while_the_case_is_seen(store: Store) -> None:
    for run, hours in (("R-1", 72), ("R-2", 96), ("R-3", 48), ("R-4", 60)):
        store.save_run(a_run(run, cases=[a_case(due_at=NOW + timedelta(hours=hours))]))

    assert store.case("C-1").due_at == NOW + timedelta(hours=48)  # type: ignore[union-attr]


def test_a_case_found_again_after_a_gap_gets_a_new_due_time(store: Store) -> None:
    store.save_run(a_run("R-1", cases=[a_case(due_at=NOW + timedelta(hours=4))]))
    store.save_run(a_run("R-2"))
    store.save_run(a_run("R-3", cases=[a_case(due_at=NOW + timedelta(hours=72))]))

    assert store.case("C-1").due_at == NOW + timedelta(hours=72)  # type: ignore[union-attr]


def test_a_case_no_longer_found_leaves_the_queue_and_stays_with_its_last_run(store: Store) -> None:
    store.save_run(a_run("R-1", cases=[a_case("C-1"), a_case("C-2")], findings=[a_finding()]))
    store.save_run(a_run("R-2", cases=[a_case("C-2")]))

    assert ids(store) == ["C-2"]
    assert store.case("C-1") == a_case("C-1")
    assert store.last_seen("C-1") == "R-1"
    assert store.count_findings("R-1", case_id="C-1") == 1


def test_what_each_run_saw_of_a_case_is_kept(store: Store) -> None:
    store.save_run(a_run("R-1", cases=[a_case(amount=Decimal(10))]))
    later = NOW + timedelta(days=1)
    store.save_run(
        a_run("R-2", cases=[a_case(amount=Decimal(7), findings=3)], as_of=later, finished_at=later)
    )

    assert store.sightings("C-1") == (
        Sighting("R-1", NOW, NOW + timedelta(seconds=3), Decimal(10), 1),
        Sighting("R-2", later, later, Decimal(7), 3),
    )
    assert [run.run_id for run in store.runs(5)] == ["R-2", "R-1"]
    assert [run.run_id for run in store.runs(1)] == ["R-2"]


QUEUE = [
    a_case("C-1", severity="low", amount=Decimal("-900"), due_at=NOW + timedelta(hours=1)),
    a_case("C-2", severity="critical", amount=Decimal(5), due_at=NOW + timedelta(hours=9)),
    a_case("C-3", severity="critical", amount=Decimal(50), due_at=NOW + timedelta(hours=9)),
    a_case("C-4", severity="critical", amount=Decimal(5), due_at=NOW + timedelta(hours=2)),
    a_case("C-5", severity="low", amount=Decimal("-900"), due_at=NOW + timedelta(hours=1)),
]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("severity", ["C-4", "C-3", "C-2", "C-1", "C-5"]),
        ("due", ["C-1", "C-5", "C-4", "C-2", "C-3"]),
        ("amount", ["C-1", "C-5", "C-3", "C-2", "C-4"]),
        ("opened", ["C-1", "C-2", "C-3", "C-4", "C-5"]),
        ("worth", ["C-1", "C-5", "C-3", "C-2", "C-4"]),
    ],
)
def test_the_queue_sorts_with_the_case_id_settling_ties(store: Store, sort: str, expected: list[str]) -> None:
    store.save_run(a_run(cases=QUEUE[::-1]))

    assert ids(store, sort=sort) == expected


def test_pages_of_the_queue_neither_overlap_nor_skip(store: Store) -> None:
    store.save_run(a_run(cases=QUEUE))

    pages = [ids(store, offset=offset, limit=2) for offset in (0, 2, 4, 6)]

    assert pages == [["C-4", "C-3"], ["C-2", "C-1"], ["C-5"], []]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (CaseQuery(), ["C-1", "C-2", "C-3"]),
        (CaseQuery(text="NORDWIND"), ["C-1"]),
        (CaseQuery(text="50%"), ["C-3"]),
        (CaseQuery(text="_"), []),
        (CaseQuery(severities=("critical", "low")), ["C-1", "C-3"]),
        (CaseQuery(faults=("file_late",)), ["C-3"]),
        (CaseQuery(root_causes=("partner_delay",)), ["C-3"]),
        (CaseQuery(segments=("consumer",)), ["C-2"]),
        (CaseQuery(desk="roaming"), ["C-3"]),
        (CaseQuery(account_id="A-2"), ["C-2"]),
        (CaseQuery(due_by=NOW + timedelta(hours=2)), ["C-1", "C-2"]),
        (CaseQuery(least_at_stake=Decimal(100)), ["C-2"]),
        (CaseQuery(except_case="C-1"), ["C-2", "C-3"]),
        (CaseQuery(due_by=NOW + timedelta(hours=2), segments=("business",)), ["C-1"]),
    ],
)
def test_each_condition_narrows_the_queue(store: Store, query: CaseQuery, expected: list[str]) -> None:
    cases = [
        a_case(
            "C-1",
            severity="low",
            due_at=NOW + timedelta(hours=1),
            amount=Decimal("99.99"),
            search_text="nordwind",
        ),
        a_case(
            "C-2",
            account_id="A-2",
            segment="consumer",
            due_at=NOW + timedelta(hours=2),
            amount=Decimal(-100),
            search_text="ana petrović",
        ),
        a_case(
            "C-3",
            severity="critical",
            account_id=None,
            segment=None,
            fault="file_late",
            root_cause="partner_delay",
            desk="roaming",
            search_text="tap:deutm 50% late",
        ),
    ]
    store.save_run(a_run(cases=cases))

    assert sorted(ids(store, query)) == expected
    assert store.count_cases({"all": CaseQuery(), "chosen": query}) == {"all": 3, "chosen": len(expected)}


def test_findings_page_by_money_within_a_case_or_a_fault(store: Store) -> None:
    findings = [
        a_finding("F-1", amount=Decimal(1)),
        a_finding("F-2", amount=Decimal(-3)),
        a_finding("F-3", amount=Decimal(1), control_id="other"),
        a_finding("F-4", case_id="C-2", fault="file_late"),
    ]
    store.save_run(a_run(cases=[a_case(), a_case("C-2")], findings=findings))

    pages = [store.findings("R-1", case_id="C-1", offset=offset, limit=2) for offset in (0, 2)]

    assert [[finding.finding_id for finding in page] for page in pages] == [["F-2", "F-1"], ["F-3"]]
    assert [
        finding.finding_id for finding in store.findings("R-1", fault="file_late", offset=0, limit=9)
    ] == ["F-4"]
    assert store.count_findings("R-1", fault="file_late") == 1
    assert store.controls_of("R-1", "C-1") == ("other", "record_not_charged")


def test_sources_with_late_or_missing_files_are_counted_worst_first(store: Store) -> None:
    cases = [a_case("C-1", scope="tap:DEUTM"), a_case("C-2", scope="msc-01"), a_case("C-3", scope=None)]
    findings = [
        a_finding("F-1", fault="file_late", case_id="C-2"),
        a_finding("F-2", fault="file_missing", case_id="C-1"),
        a_finding("F-3", fault="feed_silent", case_id="C-1"),
        a_finding("F-4", fault="file_short", case_id="C-1"),
        a_finding("F-5", fault="file_late", case_id="C-3"),
    ]
    store.save_run(a_run(cases=cases, findings=findings))

    assert store.source_gaps("R-1") == (SourceGap("tap:DEUTM", 0, 2), SourceGap("msc-01", 1, 0))


def test_each_control_says_how_far_it_reaches_and_since_when(store: Store) -> None:
    late = a_control_result("file_late")
    before = a_run("R-1", as_of=NOW - timedelta(days=2), controls=[late], cases=[a_case()])
    findings = [
        a_finding("F-1", control_id="file_late", account_id="A-1"),
        a_finding("F-2", control_id="file_late", account_id="A-1"),
        a_finding("F-3", control_id="file_late", account_id=None),
        a_finding("F-4", control_id="cap", account_id="A-2"),
    ]
    now = a_run("R-2", controls=[late, a_control_result("cap")], cases=[a_case()], findings=findings)
    store.save_run(before)
    store.save_run(now)

    assert store.reach("R-2") == (
        Reach("cap", 1, 1, NOW),
        Reach("file_late", 3, 1, NOW - timedelta(days=2)),
    )
    assert store.reach("R-1") == store.reach("R-9") == ()


def test_findings_of_a_fault_can_be_narrowed_to_one_stream(store: Store) -> None:
    findings = [
        a_finding("F-1", fault="row_rejected", stream="payments"),
        a_finding("F-2", fault="row_rejected", stream="charges"),
    ]
    store.save_run(a_run(cases=[a_case()], findings=findings))

    found = store.findings("R-1", fault="row_rejected", stream="charges", offset=0, limit=9)
    assert [finding.finding_id for finding in found] == ["F-2"]


def test_the_flow_is_summed_by_point_and_state_and_by_what_is_asked(store: Store) -> None:
    def line(day: int, source: str, partner: str | None, state: str, records: int) -> FlowLine:
        when = date(2026, 5, day)
        amount = Decimal(records) / 4
        return FlowLine("mediation", when, source, "voice", partner, state, records, 60 * records, amount)

    flow = [
        line(1, "msc-01", None, "forwarded", 5),
        line(2, "msc-01", None, "forwarded", 3),
        line(1, "tap:AAA", "AAA", "event_not_mediated", 1),
        FlowLine("payment", date(2026, 5, 1), "payments", "card", None, "collected", 1, 0, Decimal("9.99")),
    ]
    store.save_run(replace(a_run(), flow=flow))

    assert store.flow("R-1") == (
        FlowTotal("mediation", None, "event_not_mediated", 1, 60, Decimal("0.25")),
        FlowTotal("mediation", None, "forwarded", 8, 480, Decimal(2)),
        FlowTotal("payment", None, "collected", 1, 0, Decimal("9.99")),
    )
    assert [(total.key, total.records) for total in store.flow("R-1", by="day", point="mediation")] == [
        ("2026-05-01", 1),
        ("2026-05-01", 5),
        ("2026-05-02", 3),
    ]
    assert {total.key for total in store.flow("R-1", by="partner", point="mediation")} == {None, "AAA"}
    assert store.flow("R-9") == ()


def test_findings_that_cite_a_file_are_counted_by_fault(store: Store) -> None:
    def cites(finding_id: str, fault: str, case_id: str, path: str) -> Finding:
        evidence = json.dumps(
            {"rows": [{"key": "K", "file": path, "row": 7}]}, separators=(",", ":"), ensure_ascii=False
        )
        return a_finding(finding_id, fault=fault, case_id=case_id, evidence=evidence)

    odd = 'charges/50 %_"ä".csv'
    findings = [
        cites("F-1", "wrong_rate", "C-1", odd),
        cites("F-2", "wrong_rate", "C-1", odd),
        cites("F-3", "wrong_zone", "C-1", odd),
        cites("F-4", "wrong_zone", "C-1", "charges/50 xx.csv"),
    ]
    store.save_run(a_run(cases=[a_case()], findings=findings))

    assert store.faults_of_file("R-1", odd) == (
        FaultCount("wrong_rate", 2, 1),
        FaultCount("wrong_zone", 1, 1),
    )
    assert store.faults_of_file("R-1", "charges/none.csv") == ()


def test_open_items_are_kept_by_control(store: Store) -> None:
    waiting = OpenItems("record_suspended", 3, 2, 1, NOW - timedelta(days=8), NOW + timedelta(hours=2), 5, 1)
    none_left = OpenItems("file_late", 0, 0, 0, None, None, 4, 0)
    store.save_run(replace(a_run(), open_items=[waiting, none_left]))

    assert store.open_items("R-1") == (none_left, waiting)
    assert store.open_items("R-9") == ()


def test_estimates_are_found_by_case_and_by_account(store: Store) -> None:
    def expected(case_id: str, account_id: str, amount: str) -> UsageEstimate:
        return UsageEstimate(
            case_id=case_id,
            account_id=account_id,
            subscription_id="S-1",
            partner_id="TURBM",
            source="tap:TURBM",
            sequence=2791,
            period_start=NOW - timedelta(days=2),
            period_end=NOW - timedelta(days=1),
            service="data",
            quantity=13_000_000,
            amount=Decimal(amount),
            low=Decimal("0.5"),
            high=Decimal("37.8"),
            basis="this subscriber's 4 days of this trip",
        )

    estimates = [expected("C-1", "A-1", "2"), expected("C-1", "A-2", "10.2"), expected("C-2", "A-1", "1")]
    store.save_run(replace(a_run(), estimates=estimates))

    assert store.estimates("R-1", case_id="C-1") == (estimates[1], estimates[0])
    assert store.estimates("R-1", account_id="A-1") == (estimates[0], estimates[2])
    assert store.estimates("R-9") == ()
