"""What every store keeps of incidents and of the advice on a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from core.cases.life import Asked, take
from core.kernel.advice import Advice, Alternative, CustomerMessage
from core.kernel.diagnosis import Diagnosis, Inquiry, Suspect
from core.kernel.plan import FailedPayment, Timing
from core.kernel.reads import CaseQuery
from core.policy.document import shipped_policy
from core.policy.plan import plan_of
from core.policy.rule import rule
from core.ports.store import Store
from tests.builders.audit import ANNA
from tests.builders.policy import PLAIN
from tests.builders.runs import NOW, a_case, a_run

TIMING = Timing(
    NOW, ("Europe/Warsaw",), NOW + timedelta(days=9), FailedPayment("gateway_error", NOW - timedelta(hours=1))
)
FACTS = replace(PLAIN, timing=TIMING)
ADVICE = Advice(
    "C-1",
    Diagnosis(
        (
            Suspect("mediation_backlog", Decimal("0.912"), ("it could not keep up",)),
            Suspect("crm_error", Decimal("0.080"), (), ("it could not keep up",)),
        ),
        (
            Inquiry(
                "Which reason?", "it could not keep up", "queue_full", "mediation_backlog", Decimal("0.9")
            ),
            Inquiry("Anything else?", None, None, "mediation_backlog", Decimal("0.912")),
        ),
    ),
    "the records are here — zażółć",
    (Alternative("write_off", "only when they cannot be mended"),),
    "the cause stays",
    FACTS,
    rule(shipped_policy(), FACTS),
    CustomerMessage("pl", "Zapłacisz mniej."),
    plan=plan_of(shipped_policy(), FACTS, "supervisor"),
)

INCIDENT = a_case("C-9", account_id=None, amount=Decimal(0), at_stake=Decimal("3.75"), children=2)
CHILDREN = [a_case(f"C-{n}", parent_case_id="C-9") for n in (1, 2)]
ALONE = a_case("C-5")


def ids(store: Store, query: CaseQuery) -> list[str]:
    return sorted(case.case_id for case in store.cases(query, offset=0, limit=10))


def test_advice_comes_back_as_it_was_and_a_later_run_replaces_it(store: Store) -> None:
    store.save_run(a_run("R-1", cases=[a_case()], advice={"C-1": ADVICE}))
    assert store.advice("C-1") == ADVICE

    newer = replace(ADVICE, because="another reason", alternatives=())
    store.save_run(a_run("R-2", cases=[a_case()], advice={"C-1": newer}))

    assert store.advice("C-1") == newer
    assert store.advice("C-404") is None


def test_the_queue_shows_an_incident_in_place_of_its_cases(store: Store) -> None:
    store.save_run(a_run("R-1", cases=[INCIDENT, *CHILDREN, ALONE]))

    assert ids(store, CaseQuery(top=True)) == ["C-5", "C-9"]
    assert ids(store, CaseQuery(parent_id="C-9")) == ["C-1", "C-2"]
    assert ids(store, CaseQuery()) == ["C-1", "C-2", "C-5", "C-9"]


def test_money_at_stake_counts_once_whether_one_looks_at_incidents_or_inside(store: Store) -> None:
    inside = [replace(child, at_stake=Decimal("1.875"), amount=Decimal("1.875")) for child in CHILDREN]
    store.save_run(a_run("R-1", cases=[INCIDENT, *inside]))

    outer = store.totals(CaseQuery(top=True), currency="PLN", due_by=NOW)
    inner = store.totals(CaseQuery(parent_id="C-9"), currency="PLN", due_by=NOW)

    assert outer.amount == inner.amount == Decimal("3.75")


@pytest.mark.parametrize("sort", ["amount", "severity"])
def test_an_incident_stands_in_the_queue_by_what_its_cases_are_worth(store: Store, sort: str) -> None:
    store.save_run(a_run("R-1", cases=[INCIDENT, *CHILDREN, ALONE]))

    shown = store.cases(CaseQuery(top=True), sort=sort, offset=0, limit=5)  # type: ignore[arg-type]

    assert [case.case_id for case in shown] == ["C-9", "C-5"]
    assert shown[0] == INCIDENT


def test_the_cases_of_a_closed_incident_stand_by_themselves_again(store: Store) -> None:
    store.save_run(a_run("R-1", cases=[INCIDENT, *CHILDREN]))
    closed = Asked("closed", ANNA, "one by one", {"closing": "known"})
    store.step_cases({"C-9": 0}, lambda life: take(life, closed, NOW))

    assert ids(store, CaseQuery(top=True, states=("new",))) == ["C-1", "C-2"]
