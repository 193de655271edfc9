"""What a fee that is billed wrongly is called."""

from __future__ import annotations

import pytest

from core.rating.review import review
from tests.builders import rows
from tests.builders.session import open_rows
from tests.builders.values import local

PLANS = [rows.plan(monthly_fee="31", prorate=True), rows.plan("P2", monthly_fee="21", prorate=True)]


@pytest.mark.parametrize(
    ("since", "fault"),
    [("2026-03-11 00:00", "wrong_proration"), ("2026-03-01 00:00", "wrong_plan")],
    ids=["of a line for a part of the cycle", "of a line for the whole cycle"],
)
def test_what_is_a_part_of_the_fee_and_another_plan_s_fee_is_told_by_the_days(since: str, fault: str) -> None:
    fee = rows.charge(
        kind="recurring",
        subscription_id="S1",
        plan_id="P1",
        amount="21",
        period_start=local(since),
        period_end=local("2026-04-01 00:00"),
        rated_at=local("2026-04-01 01:00"),
    )
    with open_rows(
        rows.world(plans=PLANS, charges=[fee], tariffs=[rows.tariff()]), rows.settings()
    ) as session:
        review(session, lambda *_: None)
        named = session.execute("select fault from bill_differences where charge_id = 'C1'").fetchall()
    assert named == [(fault,)]
