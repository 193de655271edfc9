"""Faults of the bill side: each is in the data as its label says, to the micro-unit, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.kernel.faults import FAULTS, ROOT_CAUSES
from core.lake.session import Session
from core.lake.sql import load_sql
from core.simulation.dataset import stage
from core.simulation.faults import PLANTINGS, Label, Shadow
from core.simulation.faults.model import BILLING, COLLECTION
from core.simulation.operator import AS_OF
from tests.builders.simulated import CALENDAR, Simulated, faults, simulated

BILL_SIDE = [name for name, planting in PLANTINGS.items() if planting.stage in (BILLING, COLLECTION)]
STREAMS = ("charges", "invoices", "payments", "tariffs", "promotion_grants")
UNTOUCHED = ("accounts", "subscriptions", "usage_events", "mediation_records", "usage_files", "plans")

GROUPS = 4

OTHER_MONEY = {"wrong_tax", "invoice_total_mismatch", "invoice_missing"} | {
    name for name in BILL_SIDE if name.startswith("payment_")
}
"""What leaves lines as they are, or bills without them: there the amount is not the lines' difference."""

KEYS = {
    "charges": "charge_id",
    "invoices": "invoice_id",
    "payments": "payment_id",
    "accounts": "account_id",
    "subscriptions": "subscription_id",
    "promotion_grants": "grant_id",
    "tariffs": "tariff_id",
    "mediation_records": "record_id",
}


@dataclass(frozen=True)
class Planted:
    """Hold what some plantings labelled, in the session that they spoilt."""

    names: list[str]
    labels: list[Label]
    session: Session

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        return self.session.execute(query, values).fetchall()


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulated]:
    made = simulated(tmp_path_factory.mktemp("spill"), 90, replace(CALENDAR, cycles=3))
    for stream in (*STREAMS, *UNTOUCHED):
        made.session.execute(f"create or replace temp table before_{stream} as from {stream}")
    yield made
    made.session.close()


@pytest.mark.parametrize("group", range(GROUPS))
def test_plantings_label_what_they_changed_and_change_nothing_else(copied: Simulated, group: int) -> None:
    names = BILL_SIDE[group::GROUPS]
    with copied.planted(dict.fromkeys(names, 2)) as shadow:
        labels = [label for label in shadow.labels if label.planted_by in names]
        planted = Planted(names, labels, copied.session)
        every_planting_labels_something_that_is_there(planted)
        only_bills_with_a_label_have_changed(planted)
        the_lines_of_a_cycle_lack_what_its_labels_say(planted)
        tax_total_and_payment_follow_the_lines(planted)


def every_planting_labels_something_that_is_there(planted: Planted) -> None:
    assert {label.planted_by for label in planted.labels} == set(planted.names)
    for label in planted.labels:
        faults_of = PLANTINGS[label.planted_by].faults
        assert label.kind == ("fault" if faults_of else "look_alike")
        assert label.fault in FAULTS
        assert label.kind == "look_alike" or label.fault in faults_of
        assert label.root_cause in ROOT_CAUSES
        assert label.planted_at <= AS_OF
        query = f"from {label.stream} where {KEYS[label.stream]} = $subject"
        assert planted.rows(query, subject=label.subject_id), label


def only_bills_with_a_label_have_changed(planted: Planted) -> None:
    for stream in UNTOUCHED:
        assert planted.rows(f"from {difference(stream)}") == []
    known = {label.account_id for label in planted.labels}
    for stream in ("charges", "invoices", "payments"):
        found = planted.rows(f"from {difference(stream)} select distinct account_id")
        assert {account for (account,) in found} <= known


def difference(stream: str) -> str:
    """Return what is not as it was, or was there before."""
    before = f"before_{stream}"
    return f"((from {stream} except all from {before}) union all (from {before} except all from {stream}))"


def the_lines_of_a_cycle_lack_what_its_labels_say(planted: Planted) -> None:
    labelled: dict[tuple[str | None, str | None], Decimal] = {}
    for label in planted.labels:
        if label.amount and label.planted_by not in OTHER_MONEY:
            cycle = (label.account_id, label.cycle)
            labelled[cycle] = labelled.get(cycle, Decimal(0)) + label.amount
    assert {(account, cycle): amount for account, cycle, amount in planted.rows(LACKING)} == labelled


def tax_total_and_payment_follow_the_lines(planted: Planted) -> None:
    apart = {label.account_id for label in planted.labels if label.planted_by in OTHER_MONEY}
    assert {account for (account,) in planted.rows(DO_NOT_ADD_UP)} <= apart
    assert {account for (account,) in planted.rows(OVERPAID)} <= apart


LACKING = """
    with versions as (
        select account_id, period_start, amount from before_charges where kind <> 'tax'
        union all
        select account_id, period_start, -amount from charges where kind <> 'tax'
    )
    select account_id, cycle, sum(amount) as lacking
    from versions join cycle_places using (account_id)
    where period_start >= cycle_start and period_start < cycle_end
    group by all having lacking <> 0
"""
DO_NOT_ADD_UP = """
    with sums as (
        select invoice_id,
            round(coalesce(sum(amount) filter (kind = 'usage'), 0), 2)
                + coalesce(sum(amount) filter (kind not in ('usage', 'tax')), 0) as net,
            coalesce(sum(amount) filter (kind = 'tax'), 0) as tax
        from charges where invoice_id is not null group by invoice_id
    )
    select account_id from sums join invoices using (invoice_id), dataset
    where total <> round(net, 2) + tax or tax <> round(net::decimal(24, 6) * tax_rate::decimal(8, 6), 2)
"""
OVERPAID = """
    select payments.account_id from payments join invoices using (invoice_id)
    where payments.status = 'succeeded' group by payments.account_id, invoice_id, total
    having sum(amount) <> total and count(*) filter (refund_of is not null) = 0 and sum(amount) > total
"""


def rows(operator: Simulated, query: str) -> list[tuple[Any, ...]]:
    return operator.session.execute(query).fetchall()


def test_every_fault_of_the_bill_side_has_a_planting() -> None:
    planted = {fault for planting in PLANTINGS.values() for fault in planting.faults}
    assert set(FAULTS) - planted <= {"row_rejected"}


def test_the_same_seed_plants_the_same(copied: Simulated) -> None:
    plan = dict.fromkeys(BILL_SIDE, 2)
    seen: list[tuple[list[Label], list[tuple[Any, ...]]]] = []
    for _ in range(2):
        with copied.planted(plan) as shadow:
            seen.append((shadow.labels, rows(copied, "from charges order by all")))
    assert seen[0] == seen[1]


def test_a_subject_has_one_label_of_a_fault(copied: Simulated) -> None:
    with copied.planted(dict.fromkeys(BILL_SIDE, 8)) as shadow:
        subjects = [(label.fault, label.stream, label.subject_id) for label in faults(shadow)]
    assert len(subjects) == len(set(subjects))


def test_what_has_been_put_right_leaves_nothing_to_correct(copied: Simulated) -> None:
    with copied.planted({"rate_put_right": 3, "duplicate_put_right": 3, "estimate_reversed": 3}) as shadow:
        assert faults(shadow) == []
        assert amounts(shadow) == {Decimal(0)}
        corrections = rows(
            copied,
            "select count(*) from charges as made join charges as wrong on made.corrects = wrong.charge_id",
        )
    assert corrections[0][0] >= 6


def amounts(shadow: Shadow) -> set[Decimal]:
    return {label.amount or Decimal(0) for label in shadow.labels}


def test_a_gap_in_the_price_list_takes_exactly_the_lines_of_its_records(copied: Simulated) -> None:
    with copied.planted({"price_gap": 2}) as shadow:
        unpriced = {label.subject_id for label in faults(shadow) if label.fault == "not_priced"}
        gone = rows(
            copied,
            "select record_id from before_charges where kind = 'usage' "
            "except select record_id from charges where kind = 'usage'",
        )
    assert unpriced
    assert {record for (record,) in gone} == unpriced


def test_no_gap_in_the_price_list_touches_a_day_that_is_still_being_rated(copied: Simulated) -> None:
    with copied.planted({"price_gap": 1}) as shadow:
        ends = max(place["gap_to"] for place in shadow.rows("price_gaps"))
        ((as_of,),) = rows(copied, "select as_of from dataset")
    assert ends < as_of - timedelta(days=4)


def test_a_line_taken_for_another_zone_has_the_price_of_its_own_plan_there(copied: Simulated) -> None:
    outranked = """
        select charge_id from mispriced join tariffs as taken on taken.tariff_id = wrong_tariff
        where mistake = 'zone' and taken.plan_id = '*' and exists (
            from tariffs as own
            where own.plan_id = mispriced.plan_id and own.service = taken.service
                and own.direction = taken.direction and own.destination_zone = taken.destination_zone
                and own.roaming_zone = taken.roaming_zone
        )
    """
    with copied.planted({"unnamed_zone": 1}) as shadow:
        assert faults(shadow)
        assert rows(copied, outranked) == []


def test_a_subscription_is_granted_what_it_does_not_qualify_for_in_one_cycle(copied: Simulated) -> None:
    with copied.planted({"promotion_ineligible": 1}) as shadow:
        offered = [place["subscription_id"] for place in shadow.rows("unearned_offers")]
    assert len(offered) == len(set(offered)) > 1


@pytest.mark.parametrize("name", ["invoice_total_mismatch", "wrong_tax"])
def test_a_wrong_bill_is_wrong_in_its_last_draft_as_well(copied: Simulated, name: str) -> None:
    with copied.planted({name: 8}) as shadow:
        stage(copied.session, "bill_versions", "bill_versions")
        copied.session.execute(
            f"create or replace temp view versions as {load_sql('core.simulation.sql', 'history_invoices')}"
        )
        drafts = rows(
            copied,
            """
            select invoice_id, arg_max(total, updated_at), max(updated_at) from versions
            where status = 'draft' group by all
            """,
        )
        left = dict(rows(copied, "select invoice_id, total from invoices where issued_at is not null"))
        labels = faults(shadow)
    apart = {draft for draft, total, _ in drafts if left.get(draft, total) != total}
    assert apart == set()
    if name == "invoice_total_mismatch":
        known = {label.subject_id: label.planted_at for label in labels}
        assert known.items() <= {draft: billed_at for draft, _, billed_at in drafts}.items()


def test_a_payment_collected_twice_or_not_at_all_differs_by_its_label(copied: Simulated) -> None:
    collected = "select coalesce(sum(amount), 0) from {} where status = 'succeeded'"
    ((before,),) = rows(copied, collected.format("before_payments"))
    with copied.planted({"payment_duplicate": 3, "payment_mismatch": 3}) as shadow:
        ((now,),) = rows(copied, collected.format("payments"))
    assert before - now == sum(label.amount or 0 for label in faults(shadow))
