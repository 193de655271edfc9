"""What each order does to a made-up operator's bills, payments, subscribers and papers, once a key."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.kernel.orders import Order, OrderKind
from core.simulation.reference.desk import OtherContentError, carry_out, standing
from core.simulation.reference.refusals import RefusedError
from core.simulation.reference.state import State
from tests.builders.reference import RECORD, a_bill, a_line, a_payment, a_reference

EUR = {"currency": "EUR"}


@pytest.fixture
def state() -> State:
    return a_reference()


def do(state: State, of: OrderKind, target: dict[str, str], key: str = "K-1", **values: Any) -> str:
    return carry_out(state, Order(key, of, target, values))[0]


def bill(state: State, invoice_id: str = "I-DRAFT") -> dict[str, Any]:
    return dict(standing(state, "invoice_id", invoice_id) or {})


def test_usage_is_summed_and_rounded_before_the_rest_and_the_tax_follows(state: State) -> None:
    do(state, "add_line", {"account_id": "A1"}, amount=Decimal("0.004"), kind="usage", **EUR)

    # 4.004 + 6.001 + 0.004 = 10.009, as cents 10.01; tax 1.9019
    assert (bill(state)["net"], bill(state)["tax"], bill(state)["total"]) == (
        Decimal("10.01"),
        Decimal("1.90"),
        Decimal("11.91"),
    )


def test_a_line_keeps_the_period_of_the_line_that_it_corrects(state: State) -> None:
    line = state.row(
        "charges", do(state, "add_line", {"account_id": "A1"}, corrects="C1", amount=Decimal("-1"))
    )

    assert line is not None
    assert (line["corrects"], line["kind"], line["invoice_id"]) == ("C1", "adjustment", "I-DRAFT")
    assert line["period_start"] == "2026-02-01T00:00:00Z"


def test_a_line_for_a_bill_that_has_left_goes_on_the_next(state: State) -> None:
    target = {"account_id": "A1", "invoice_id": "I-PAID"}
    line = state.row("charges", do(state, "add_line", target, amount=Decimal("2"), **EUR))

    assert line is not None
    assert line["invoice_id"] == "I-DRAFT"
    assert bill(state, "I-PAID")["total"] == Decimal("20.00")


def test_usage_of_the_open_cycle_waits_for_its_own_bill() -> None:
    used = dict(RECORD[1]) | {"record_id": "R2", "started_at": "2026-03-02T10:00:00Z", "status": "forwarded"}
    state = a_reference(("mediation_records", used))

    made = do(state, "add_line", {"account_id": "A1", "record_id": "R2"}, kind="usage", amount=Decimal("1"))

    line = state.row("charges", made)
    assert line is not None
    assert (line["invoice_id"], line["record_id"], line["quantity"]) == (None, "R2", 60)
    assert bill(state)["total"] == Decimal("11.90")


def test_only_what_is_left_of_a_line_is_taken_back_and_only_once(state: State) -> None:
    do(state, "add_line", {"account_id": "A1"}, corrects="C2", amount=Decimal("-2"), **EUR)

    back = state.row("charges", do(state, "take_back_line", {"charge_id": "C2"}, key="K-2"))

    assert back is not None
    assert Decimal(back["amount"]) == Decimal("-4.001")
    with pytest.raises(RefusedError, match="Nothing is left"):
        do(state, "take_back_line", {"charge_id": "C2"}, key="K-3")


def test_an_estimate_is_reversed_by_an_estimate(state: State) -> None:
    state = a_reference(a_line("C9", "3.00", estimated=True))

    back = state.row("charges", do(state, "take_back_line", {"charge_id": "C9"}))

    assert back is not None
    assert (back["kind"], back["estimated"], Decimal(back["amount"])) == ("usage", True, Decimal("-3.00"))


def test_a_bill_is_held_and_let_go(state: State) -> None:
    do(state, "hold_bill", {"invoice_id": "I-DRAFT"})
    assert bill(state)["held"] is True

    do(state, "release_bill", {"invoice_id": "I-DRAFT"}, key="K-2")

    assert (bill(state)["held"], bill(state)["status"]) == (False, "draft")


def test_a_bill_whose_day_has_passed_leaves_when_it_is_let_go() -> None:
    state = a_reference(a_bill("I-LATE", "0.00", issue_at="2026-03-01T00:00:00Z"))

    do(state, "release_bill", {"invoice_id": "I-LATE"})

    assert bill(state, "I-LATE")["status"] == "issued"


@pytest.mark.parametrize("kind", ["hold_bill", "release_bill"])
def test_a_bill_that_has_left_is_neither_held_nor_let_go(state: State, kind: OrderKind) -> None:
    with pytest.raises(RefusedError, match="has left"):
        do(state, kind, {"invoice_id": "I-PAID"})


@pytest.mark.parametrize(("amount", "settled"), [("26.81", "11.90"), ("6.81", "-11.90")])
def test_a_paid_bill_that_is_sent_again_is_settled_to_the_cent(amount: str, settled: str) -> None:
    state = a_reference(a_line("C3", amount, invoice_id="I-PAID"))

    do(state, "reissue_bill", {"invoice_id": "I-PAID"})

    due = (Decimal(amount) * Decimal("1.19")).quantize(Decimal("0.01"))
    assert bill(state, "I-PAID")["total"] == due
    moved = [one for one in state.of_invoice("payments", "I-PAID") if one["payment_id"] != "P1"]
    assert [Decimal(one["amount"]) for one in moved] == [due - 20]
    assert (moved[0]["refund_of"] == "P1") == (Decimal(settled) < 0)


def test_no_more_is_refunded_than_was_collected(state: State) -> None:
    do(state, "refund", {"payment_id": "P1"}, amount=Decimal("15.00"), **EUR)

    assert standing(state, "payment_id", "P1") == {
        "amount": Decimal("5.00"),
        "currency": "EUR",
        "status": "succeeded",
        "invoice_id": "I-PAID",
    }
    with pytest.raises(RefusedError, match=r"5\.00 of P1"):
        do(state, "refund", {"payment_id": "P1"}, key="K-2", amount=Decimal("5.01"), **EUR)


def test_a_payment_that_failed_is_tried_again_and_the_bill_is_paid(state: State) -> None:
    do(state, "retry_payment", {"payment_id": "P2"})

    assert bill(state, "I-OPEN")["status"] == "paid"
    with pytest.raises(RefusedError, match="paid since"):
        do(state, "retry_payment", {"payment_id": "P2"}, key="K-2")


def test_a_card_that_has_expired_is_declined_again(state: State) -> None:
    with pytest.raises(RefusedError, match="expired card"):
        do(state, "retry_payment", {"payment_id": "P3"})


def test_a_plan_ends_where_the_next_begins(state: State) -> None:
    do(state, "set_plan", {"subscription_id": "S1"}, plan_id="P-L", valid_from="2026-03-01T00:00:00Z")

    before, after = state.periods("subscriptions", "S1")
    assert (before["plan_id"], before["valid_to"]) == ("P-S", "2026-03-01T00:00:00Z")
    assert (after["plan_id"], after["valid_from"], after["valid_to"]) == ("P-L", "2026-03-01T00:00:00Z", None)


def test_a_sim_is_taken_off_the_network_and_comes_back_as_it_was(state: State) -> None:
    do(state, "block_sim", {"imsi": "262981"})
    blocked = standing(state, "imsi", "262981")
    do(state, "unblock_sim", {"imsi": "262981"}, key="K-2")
    back = standing(state, "imsi", "262981")

    assert blocked is not None
    assert back is not None
    assert (blocked["active"], back["active"], back["plan_id"]) == (False, True, "P-S")


def test_what_the_network_grants_and_who_a_sim_is_are_set(state: State) -> None:
    do(state, "provision", {"imsi": "262981"}, plan_id="P-L")
    do(state, "set_identity", {"subscription_id": "S1"}, key="K-2", msisdn="49152")

    granted, owner = standing(state, "imsi", "262981"), standing(state, "subscription_id", "S1")
    assert granted is not None
    assert owner is not None
    assert (granted["plan_id"], granted["services"]) == ("P-L", "voice,sms,data")
    assert (owner["msisdn"], owner["imsi"]) == ("49152", "262981")


def test_a_record_that_was_held_back_is_forwarded_once(state: State) -> None:
    do(state, "recycle_records", {"record_id": "R1"})

    assert (standing(state, "record_id", "R1") or {})["status"] == "forwarded"
    with pytest.raises(RefusedError, match="forwarded already"):
        do(state, "recycle_records", {"record_id": "R1"}, key="K-2")


def test_a_customer_is_told_in_their_language_and_the_notice_is_kept(state: State) -> None:
    do(state, "send_notice", {"account_id": "A1"}, text="Guten Tag")

    (notice,) = state.papers("notice")
    assert (notice["text"], notice["language"], notice["to"]) == ("Guten Tag", "de", "frauke@example.com")


@pytest.mark.parametrize("kind", ["open_ticket", "request_file", "dispute_settlement"])
def test_a_ticket_is_opened_and_closed_once(state: State, kind: OrderKind) -> None:
    ticket = do(state, kind, {"file_id": "F1"}, subject="File 7 lacks", text="Please send it.")
    do(state, "close_ticket", {"ticket_id": ticket}, key="K-2")

    assert (standing(state, "ticket_id", ticket) or {})["status"] == "closed"
    with pytest.raises(RefusedError, match="is closed"):
        do(state, "close_ticket", {"ticket_id": ticket}, key="K-3")


def test_what_is_written_off_changes_no_bill(state: State) -> None:
    before = bill(state)
    do(state, "write_off", {"account_id": "A1"}, amount=Decimal("0.04"), **EUR)

    assert bill(state) == before
    assert [one["amount"] for one in state.papers("write_off")] == ["0.04"]


def test_a_key_is_done_once_and_belongs_to_one_order(state: State) -> None:
    order = Order("K-1", "add_line", {"account_id": "A1"}, {"amount": Decimal("1.00"), **EUR})
    first, again = carry_out(state, order), carry_out(state, order)

    assert (first[0], first[1], again) == (again[0], True, (first[0], False))
    with pytest.raises(OtherContentError):
        do(state, "add_line", {"account_id": "A1"}, amount=Decimal("2.00"), **EUR)


@pytest.mark.parametrize(
    ("kind", "target", "values"),
    [
        ("add_line", {}, {"amount": Decimal("1")}),
        ("add_line", {"account_id": "A9"}, {"amount": Decimal("1")}),
        ("add_line", {"account_id": "A1"}, {}),
        ("add_line", {"account_id": "A1"}, {"amount": Decimal("1"), "currency": "USD"}),
        ("add_line", {"account_id": "A1"}, {"amount": Decimal("1"), "kind": "tax"}),
        ("add_line", {"account_id": "A1"}, {"amount": Decimal("0.0000001")}),
        ("take_back_line", {"charge_id": "C-TAX"}, {}),
        ("set_plan", {"subscription_id": "S1"}, {"plan_id": "P-L", "valid_from": "tomorrow"}),
        ("set_plan", {"subscription_id": "S9"}, {"plan_id": "P-L"}),
        ("block_sim", {"imsi": "1"}, {}),
        ("unblock_sim", {"imsi": "262981"}, {}),
        ("provision", {"imsi": "999"}, {"plan_id": "P-L"}),
        ("send_notice", {"account_id": "A1"}, {}),
        ("close_ticket", {"ticket_id": "T9"}, {}),
        ("refund", {"payment_id": "P2"}, {"amount": Decimal("1")}),
    ],
)
def test_what_cannot_be_done_is_refused_and_leaves_no_trace(
    state: State, kind: OrderKind, target: dict[str, str], values: dict[str, Any]
) -> None:
    with pytest.raises(RefusedError):
        do(state, kind, target, **values)

    assert not state.versions()
    assert state.kept("K-1") is None


def test_what_was_done_is_there_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "operator.sqlite"
    state = a_reference(file=file)
    reference = do(state, "add_line", {"account_id": "A1"}, amount=Decimal("1"), **EUR)
    state.close()

    again = State(file)

    assert carry_out(
        again, Order("K-1", "add_line", {"account_id": "A1"}, {"amount": Decimal("1"), **EUR})
    ) == (
        reference,
        False,
    )
    again.close()


def test_a_balance_is_what_left_less_what_was_collected() -> None:
    state = a_reference(a_line("C8", "7.00", invoice_id=None), a_payment("P4", "1.00", invoice_id="I-OPEN"))

    owed = standing(state, "account_id", "A1")

    assert owed is not None
    assert (owed["balance"], owed["unbilled"]) == (Decimal("4.00"), Decimal("7.00"))
