"""Each action comes to the orders that put its fault right, and each reversible one can be taken back."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from core.kernel.corrections import Correction, OrderItem
from core.kernel.faults import ACTIONS
from core.kernel.orders import ORDERS
from core.workflows.corrections.orders import ORDERS_OF
from core.workflows.corrections.reversal import HARMLESS, REVERSED_BY, reversal_of
from core.workflows.corrections.saga import made
from tests.builders.corrections import a_matter, a_plan, approved
from tests.builders.runs import NOW, a_finding

KINDS: dict[str, list[str]] = {
    "correct_tariff": ["open_ticket"],
    "hold_invoice": ["hold_bill"],
    "release_invoice": ["release_bill"],
    "apply_estimated_charge": ["add_line"],
    "rerate_charge": ["take_back_line", "add_line"],
    "add_charge": ["add_line"],
    "remove_charge": ["take_back_line"],
    "issue_credit": ["add_line"],
    "promotional_credit": ["add_line"],
    "reverse_credit": ["take_back_line"],
    "refund_payment": ["refund"],
    "retry_payment": ["retry_payment"],
    "reissue_invoice": ["reissue_bill"],
    "recycle_records": ["recycle_records"],
    "request_partner_file": ["request_file"],
    "correct_plan": ["set_plan"],
    "correct_provisioning": ["provision"],
    "correct_identity": ["set_identity"],
    "dispute_wholesale": ["dispute_settlement"],
    "open_dispute": ["open_ticket"],
    "block_sim": ["block_sim"],
    "write_off": ["write_off"],
    "notify_customer": ["send_notice"],
    "no_action": [],
}
OUT_OF_OUR_HANDS = {"reissue_bill", "refund", "recycle_records", "dispute_settlement"}


def begun(action: str, *steps: Any, **given: Any) -> Correction:
    matter = a_matter(action, **given)
    return made(approved(matter, a_plan(action, *steps)), matter, NOW)


def moved(correction: Correction) -> Decimal:
    """Return what the lines of a correction add to the bill."""
    lines = [one for one in correction.items if one.order.kind in {"add_line", "take_back_line"}]
    return sum((Decimal(str(one.order.values["amount"])) for one in lines), Decimal(0))


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_comes_to_its_orders(action: str) -> None:
    assert [one.order.kind for one in begun(action).items] == KINDS[action]


def test_every_action_of_the_contract_has_orders() -> None:
    assert set(ORDERS_OF) == set(ACTIONS) == set(KINDS)


def test_every_kind_of_order_is_reversible_harmless_or_out_of_our_hands() -> None:
    groups = [set(REVERSED_BY), set(HARMLESS), OUT_OF_OUR_HANDS]
    assert set().union(*groups) == set(ORDERS)
    assert sum(map(len, groups)) == len(ORDERS)


def test_a_wrong_line_is_taken_back_before_the_right_one_is_put_in_its_place() -> None:
    back, again = begun("rerate_charge", amount="2.50").items
    assert (back.order.target["charge_id"], back.order.values["amount"]) == ("CH-1", Decimal(-10))
    assert (again.order.values["amount"], again.order.values["corrects"]) == (Decimal("12.50"), "CH-1")


def test_what_was_approved_moves_to_the_cent_though_lines_have_six_decimals() -> None:
    matter = a_matter("rerate_charge", "0.03")
    found = tuple(
        a_finding(f"F-{n}", stream="charges", subject_id=f"CH-{n}", amount=Decimal("0.0157"), evidence=_LINE)
        for n in (1, 2)
    )
    matter = replace(matter, findings=found)
    assert moved(made(approved(matter), matter, NOW)) == Decimal("0.03")


_LINE = json.dumps({"actual": {"amount": "1.000000"}, "expected": {"amount": "1.015700"}})


def test_another_amount_than_was_found_becomes_one_line_that_adjusts() -> None:
    matter = replace(a_matter("rerate_charge", "2.50"), findings=a_matter("rerate_charge", "9.00").findings)
    (line,) = made(approved(matter), matter, NOW).items
    assert (line.order.kind, line.order.values["amount"]) == ("add_line", Decimal("2.50"))


def test_an_estimate_is_billed_as_one() -> None:
    (line,) = begun("apply_estimated_charge").items
    assert line.order.values["estimated"] is True


def test_a_refund_gives_back_the_payment_that_findings_name() -> None:
    (refund,) = begun("refund_payment", amount="-50").items
    assert (refund.order.target["payment_id"], refund.order.values["amount"]) == ("PY-1", Decimal(50))


def test_steps_come_in_the_order_of_the_plan_and_at_its_times() -> None:
    steps = ("hold_invoice", "correct", "notify_customer", "release_invoice", "true_up")
    correction = begun("add_charge", *steps)
    kinds = [one.order.kind for one in correction.items]
    assert kinds == ["hold_bill", "add_line", "send_notice", "release_bill"]
    plan = a_plan("add_charge", *steps)
    assert [one.not_before for one in correction.items] == [step.at for step in plan.steps[:4]]
    assert [one.is_needed for one in correction.items] == [True, True, False, True]


def test_each_order_has_its_own_key_that_follows_from_the_proposal() -> None:
    matter = a_matter("rerate_charge")
    proposal = approved(matter)
    first, second = made(proposal, matter, NOW), made(proposal, matter, NOW)
    keys = [one.order.key for one in first.items]
    assert first == second
    assert len(set(keys)) == len(keys) == 2


@pytest.mark.parametrize(
    ("action", "lacks"),
    [
        ("refund_payment", "payment"),
        ("recycle_records", "record"),
        ("correct_plan", "subscription"),
        ("request_partner_file", "file"),
    ],
)
def test_what_no_finding_names_is_a_persons(action: str, lacks: str) -> None:
    matter = replace(a_matter(action), findings=())
    correction = made(approved(matter), matter, NOW)
    assert (correction.state, correction.items) == ("stuck", ())
    assert lacks in correction.says


@pytest.mark.parametrize("action", [one for one in ACTIONS if KINDS[one]])
def test_an_order_is_taken_back_where_that_can_be_done(action: str) -> None:
    for item in begun(action).items:
        done = replace(item, state="confirmed", reference="R-1", before={"plan_id": "P-1", "imsi": "I-1"})
        back = reversal_of(done)
        kind = REVERSED_BY.get(item.order.kind)
        assert (back and back.kind) == kind
        if back is not None and item.order.kind in {"add_line", "take_back_line"}:
            assert back.values["amount"] == -Decimal(str(item.order.values["amount"]))
        assert back is None or back.key != item.order.key


def test_a_plan_is_set_back_to_what_it_was() -> None:
    (item,) = begun("correct_plan").items
    back = reversal_of(replace(item, before={"plan_id": "P-1"}))
    assert back is not None
    assert back.values["plan_id"] == "P-1"
    assert reversal_of(replace(item, before=None)) is None


def test_a_line_whose_name_nobody_said_cannot_be_taken_back() -> None:
    (item,) = begun("issue_credit").items
    assert isinstance(item, OrderItem)
    assert reversal_of(item) is None
