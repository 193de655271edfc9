"""Every case is planned: by its bill, its customer's day and the payment that failed."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.cases.context import Account, read_context
from core.cases.zones import zones_of
from core.controls.sandbox import build_session
from core.kernel.advice import Advice
from core.kernel.plan import FailedPayment, Timing
from core.lake.session import Limits, connect
from tests.builders.cases import FakeControl, a_context, built
from tests.builders.runs import NOW, a_finding

CYCLE = ("A-1", "2026-04-15")


def the_advice(account: Account | None = None, leaves: datetime | None = None, **given: Any) -> Advice:
    context = a_context(
        accounts={"A-1": account or Account("Nordwind", "business")},
        bills={CYCLE: leaves} if leaves else None,
    )
    (advice,) = built([a_finding(**given)], context).advice.values()
    return advice


def test_a_case_on_a_draft_is_planned_by_when_its_bill_leaves() -> None:
    leaves = NOW + timedelta(days=9)
    advice = the_advice(leaves=leaves)

    assert advice.plan is not None
    assert advice.facts is not None
    assert advice.facts.timing == Timing(NOW, ("UTC",), leaves)
    assert [(one.step, one.at) for one in advice.plan.steps][-1] == ("release_invoice", leaves)
    assert advice.message is not None


def test_a_case_whose_bill_has_left_holds_none() -> None:
    advice = the_advice(leaves=NOW - timedelta(days=1))

    assert advice.plan is not None
    assert advice.plan.issue_at is None
    assert [one.step for one in advice.plan.steps] == ["notify_customer", "correct"]


def test_the_hours_are_those_of_the_customers_country() -> None:
    advice = the_advice(Account("Chai", "business", country="IN"))

    assert advice.plan is not None
    assert advice.plan.zones == ("Asia/Kolkata",)


def test_an_incident_has_a_plan_of_its_own_and_tells_nobody() -> None:
    found = [a_finding(f"F{n}", account_id=f"A-{n}", cycle=None) for n in range(9)]
    places = {one.finding_id: frozenset({("plan", "P-1")}) for one in found}
    result = built(found, a_context(), places)

    incident = next(case for case in result.cases if case.children)
    plan = result.advice[incident.case_id].plan
    assert plan is not None
    assert (plan.silence, plan.tells) == ("no_customer", False)


@pytest.mark.parametrize(
    ("country", "home", "zones"),
    [
        ("PL", "Europe/Warsaw", ("Europe/Warsaw",)),
        ("PT", "Atlantic/Azores", ("Atlantic/Azores",)),
        ("PT", "Europe/Warsaw", ("Europe/Lisbon", "Atlantic/Madeira", "Atlantic/Azores")),
        ("XX", "Europe/Warsaw", ("Europe/Warsaw",)),
        (None, "Europe/Warsaw", ("Europe/Warsaw",)),
    ],
)
def test_the_zone_at_home_is_the_operators_and_abroad_each_of_the_country(
    country: str | None, home: str, zones: tuple[str, ...]
) -> None:
    assert zones_of(country, home) == zones


def test_a_failed_payment_is_known_with_the_tries_before_it_and_the_last_one_counts() -> None:
    tried = (("P1", "I1", 9, "failed"), ("P2", "I1", 5, "failed"), ("P3", "I1", 2, "failed"),
        ("P4", None, 2, "failed"), ("P5", None, 1, "failed"), ("P6", "I2", 1, "succeeded"))  # fmt: skip
    with connect(Limits(threads=1)) as session:
        rows = [
            {"payment_id": name, "invoice_id": bill, "account_id": "A-1", "status": status,
                "amount": Decimal(9), "failure_code": "gateway_error" if status == "failed" else None,
                "attempted_at": NOW - timedelta(days=days)}
            for name, bill, days, status in tried
        ]  # fmt: skip
        build_session(session, {"payments": rows, "dataset": [{"as_of": NOW, "timezone": "Europe/Warsaw"}]})
        session.execute(
            "create table findings as select 'A-1' as account_id, 'C1' as cycle, '{}' as evidence, "
            "finding_id, finding_id as subject_id, 'payment_failed' as fault "
            "from unnest(['P1', 'P3', 'P5', 'P6']) found(finding_id)"
        )
        context = read_context(session, {}, NOW)

    assert context.zone == "Europe/Warsaw"
    assert context.failures == {
        "P1": FailedPayment("gateway_error", NOW - timedelta(days=9), 0),
        "P3": FailedPayment("gateway_error", NOW - timedelta(days=2), 2),
        "P5": FailedPayment("gateway_error", NOW - timedelta(days=1), 0),
    }


def test_of_several_failed_payments_the_last_is_tried_again() -> None:
    given = {"fault": "payment_failed", "control_id": "payment_failed", "stream": "payments"}
    found = [a_finding(f"F{n}", subject_id=f"P{n}", **given) for n in (1, 2)]
    failures = {f"P{n}": FailedPayment("gateway_error", NOW - timedelta(days=9 - n)) for n in (1, 2)}
    context = a_context(FakeControl("payment_failed", action="retry_payment"), failures=failures)

    (advice,) = built(found, context).advice.values()

    assert advice.facts is not None
    assert advice.facts.timing is not None
    assert advice.facts.timing.failure == failures["P2"]
    assert advice.plan is not None
    assert len(advice.plan.steps) == 3
