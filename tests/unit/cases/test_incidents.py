"""What belongs under one incident: what follows from a case, and bursts by what they have in common."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from core.cases.context import Context
from core.cases.incidents import BURST
from core.kernel.results import Case, Finding
from tests.builders.cases import FakeControl, a_context, built
from tests.builders.runs import a_finding

CONTROLS = (
    FakeControl("record_not_charged"),
    FakeControl("file_late", action="request_partner_file"),
    FakeControl("wrong_rate", severity="high", action="rerate_charge"),
)


def known(**given: Any) -> Context:
    return a_context(*CONTROLS, **given)


def wrong(number: int, **given: Any) -> Finding:
    facts = {
        "control_id": "wrong_rate",
        "fault": "wrong_rate",
        "root_cause": "rating_config",
        "account_id": f"A-{number}",
        "amount": Decimal(-2),
    }
    return a_finding(f"F-{number:05}", **facts | given)


def by_id(cases: list[Case]) -> dict[str, Case]:
    return {case.case_id: case for case in cases}


def incidents(cases: list[Case]) -> list[Case]:
    return [case for case in cases if case.children]


def test_cases_of_one_cause_are_one_incident_that_stands_for_their_money() -> None:
    result = built([wrong(n) for n in range(BURST)], known())

    (incident,) = incidents(result.cases)
    children = [case for case in result.cases if case.parent_case_id == incident.case_id]
    assert (incident.children, len(children), incident.account_id) == (BURST, BURST, None)
    assert (incident.amount, incident.at_stake, incident.findings) == (0, Decimal(8), BURST)
    assert incident.severity == "high"
    assert sum((case.amount for case in result.cases), Decimal(0)) == Decimal(-8)
    assert "4 cases on 4 accounts" in incident.summary


def test_a_few_cases_of_one_cause_stand_by_themselves() -> None:
    assert not incidents(built([wrong(n) for n in range(BURST - 1)], known()).cases)


def test_what_a_burst_has_in_common_and_others_have_not_is_its_place() -> None:
    findings = [wrong(n) for n in range(12)]
    others = [a_finding(f"G-{n}", account_id=f"B-{n}", root_cause="bill_run_error") for n in range(3)]
    places = {
        finding.finding_id: frozenset({("price", "T7" if n < 8 else f"T{n + 10}"), ("plan", "solo")})
        for n, finding in enumerate(findings)
    } | {other.finding_id: frozenset({("plan", "solo")}) for other in others}

    found = incidents(built([*findings, *others], known(), places).cases)

    assert sorted((case.scope, case.children) for case in found) == [("Many accounts", 4), ("price T7", 8)]


def test_what_follows_from_a_late_file_belongs_under_it() -> None:
    late = a_finding(
        "F-1", control_id="file_late", fault="file_late", root_cause="partner_delay", account_id=None,
        cycle=None, amount=Decimal(0), evidence='{"scope":"tap:TURBM"}',
    )  # fmt: skip
    follows = [wrong(n, root_cause="partner_delay", caused_by="F-1", amount=Decimal(3)) for n in range(2, 5)]
    alone = wrong(9, root_cause="partner_delay")

    cases = built([late, *follows, alone], known()).cases

    (parent,) = incidents(cases)
    assert (parent.scope, parent.children, parent.findings) == ("tap:TURBM", 3, 1)
    assert {case.account_id for case in cases if case.parent_case_id} == {"A-2", "A-3", "A-4"}


def test_incidents_of_several_sources_stay_apart() -> None:
    late = [
        a_finding(
            f"F-{n}", control_id="file_late", fault="file_late", root_cause="partner_delay", account_id=None,
            amount=Decimal(0), evidence=f'{{"scope":"tap:P{n}"}}',
        )
        for n in range(6)
    ]  # fmt: skip

    cases = built(late, known()).cases

    assert len(cases) == 6
    assert not incidents(cases)


def test_an_incident_has_the_same_id_when_more_cases_join_it() -> None:
    (before,) = incidents(built([wrong(n) for n in range(5)], known()).cases)
    (after,) = incidents(built([wrong(n) for n in range(9)], known()).cases)

    assert before.case_id == after.case_id
    assert (before.findings, after.findings) == (5, 9)


def test_an_incident_is_advised_from_what_its_cases_have_in_common() -> None:
    findings = [wrong(n) for n in range(6)]
    places = {finding.finding_id: frozenset({("price", "T7")}) for finding in findings}
    result = built(findings, known(), places)

    (incident,) = incidents(result.cases)
    advice = result.advice[incident.case_id]
    assert advice.diagnosis.cause == "rating_config"
    assert advice.diagnosis.suspects[0].speaks_for == ("All at price T7: 6 cases",)


@pytest.mark.parametrize("size", [10_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_however_many_findings_of_one_cause_are_at_most_three_cases_without_a_parent(size: int) -> None:
    findings = [wrong(n) for n in range(size)]
    places = {finding.finding_id: frozenset({("price", f"T{n % 3}")}) for n, finding in enumerate(findings)}

    cases = built(findings, known(), places).cases

    assert len([case for case in cases if case.parent_case_id is None]) <= 3
    assert len(by_id(cases)) > size
