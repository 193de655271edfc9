"""What becomes of a correction: each state, each answer, each wait, and what a person may do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.kernel.corrections import Correction, CorrectionState
from core.kernel.errors import ConflictError, InputError
from core.kernel.orders import Receipt
from core.workflows.corrections.by_hand import moved_by_hand, open_moves
from core.workflows.corrections.ledger import imbalance, postings, stage
from core.workflows.corrections.machine import (
    ASKS,
    READS,
    SENDS,
    answered,
    begun,
    found,
    looked,
    next_of,
)
from core.workflows.corrections.saga import made
from tests.builders.corrections import a_matter, a_plan, approved
from tests.builders.runs import NOW

HOUR = timedelta(hours=1)
DONE = Receipt("done", reference="R-1")


def start(action: str = "issue_credit", *steps: Any) -> Correction:
    matter = a_matter(action)
    return made(approved(matter, a_plan(action, *steps), now=NOW), matter, NOW)


def sent(correction: Correction, now: datetime = NOW) -> Correction:
    return begun(correction, now, {}, 24)


def confirmed(correction: Correction, now: datetime = NOW) -> Correction:
    done = answered(sent(correction, now), DONE, now)
    item = done.current
    return looked(done, dict(item.order.values), now) if item else done


def test_an_order_goes_from_its_intent_over_its_receipt_to_being_read_back() -> None:
    states: list[CorrectionState] = []
    one = start()
    for after in (sent(one), answered(sent(one), DONE, NOW), confirmed(one)):
        states.append(after.state)
    assert states == ["sending", "confirming", "settled"]


def test_what_is_found_sending_is_asked_after_before_anything_else() -> None:
    assert next_of(start(), NOW) == "send"
    assert next_of(sent(start()), NOW) == "ask"


def test_a_key_that_the_system_never_had_is_sent_again_within_its_life() -> None:
    again = found(sent(start()), None, NOW + HOUR, 24)
    assert next_of(again, NOW + HOUR) == "send"
    key = again.items[0].order.key
    assert begun(again, NOW + HOUR, {}, 24).items[0].order.key == key


@pytest.mark.parametrize("state", ["sending", "later"])
def test_a_key_is_never_sent_past_its_life(state: str) -> None:
    old = NOW + 25 * HOUR
    one = sent(start())
    after = found(one, None, old, 24)
    if state == "later":
        put_off = answered(one, Receipt("later"), NOW)
        after = begun(put_off, old, {}, 24)
    assert (after.state, next_of(after, old)) == ("stuck", "nothing")


def test_what_nobody_can_tell_is_asked_ever_less_often_and_then_given_to_a_person() -> None:
    one = answered(sent(start()), Receipt("unknown"), NOW)
    waits, now = [], NOW
    while one.state == "unknown":
        assert one.due_at is not None
        waits.append(one.due_at - now)
        now = one.due_at
        one = found(one, Receipt("unknown"), now, 24)
    assert one.state == "stuck"
    assert waits[:-1] == sorted(waits[:-1])
    assert len(waits) <= ASKS
    assert now - NOW <= timedelta(minutes=15)


def test_what_is_put_off_comes_again_when_the_system_says() -> None:
    one = answered(sent(start()), Receipt("later", wait_s=90), NOW)
    assert (one.state, one.due_at) == ("waiting", NOW + timedelta(seconds=90))
    for _ in range(SENDS):
        one = answered(sent(one), Receipt("later"), NOW) if one.state == "waiting" else one
    assert one.state == "stuck"


def test_money_counts_only_once_its_posting_reads_as_meant() -> None:
    done = answered(sent(start()), DONE, NOW)
    assert stage(done) == "executed"
    wrong = {**done.items[0].order.values, "amount": Decimal("-12.49")}
    for _ in range(READS):
        done = looked(done, wrong, NOW)
    assert (done.state, stage(done)) == ("stuck", "executed")
    assert "-12.49 instead of -12.50" in done.says


def test_a_refused_order_turns_back_all_that_was_done_before_the_last_first() -> None:
    one = confirmed(confirmed(start("rerate_charge", "hold_invoice", "correct", "release_invoice")))
    one = answered(sent(one, NOW + HOUR), Receipt("refused", says="closed"), NOW + HOUR)
    assert one.state == "reversing"
    backs = [item.order.kind for item in one.items if item.undoes is not None]
    assert backs == ["add_line", "release_bill"]
    assert confirmed(confirmed(one)).state == "reversed"


def test_a_first_order_that_is_refused_ends_it_with_nothing_to_take_back() -> None:
    one = answered(sent(start()), Receipt("refused", says="closed"), NOW)
    assert (one.state, stage(one), one.says) == ("refused", "detected", "Refused: closed")


def test_a_taking_back_that_is_refused_is_never_silent() -> None:
    one = confirmed(start("issue_credit", "correct", "release_invoice"))
    one = answered(sent(one), Receipt("refused"), NOW)
    one = answered(sent(one), Receipt("refused", says="period closed"), NOW)
    assert one.state == "stuck"
    assert "could not be taken back" in one.says


def test_what_no_order_takes_back_is_a_persons() -> None:
    one = confirmed(start("refund_payment", "correct", "release_invoice"))
    one = answered(sent(one), Receipt("refused"), NOW)
    assert one.state == "stuck"
    assert "refund" in one.says


def test_a_notice_that_is_refused_undoes_nothing() -> None:
    one = confirmed(start("issue_credit", "correct", "notify_customer"))
    assert answered(sent(one, NOW + HOUR), Receipt("refused"), NOW + HOUR).state == "settled"


def test_a_notice_keeps_to_its_hours() -> None:
    one = confirmed(start("issue_credit", "correct", "notify_customer"))
    notice = replace(one.items[1], not_before=NOW, until=NOW + 2 * HOUR)
    late = NOW + 20 * HOUR
    after = sent(one.with_item(notice), late)
    assert after.items[1].state == "planned"
    assert after.due_at == NOW + 24 * HOUR


def test_a_payment_is_tried_again_only_after_a_definite_failure_and_as_far_apart_as_planned() -> None:
    one = start("retry_payment", "correct", "correct", "correct")
    unknown = answered(sent(one), Receipt("unknown"), NOW)
    assert next_of(unknown, unknown.due_at or NOW) == "ask"
    late = NOW + 5 * HOUR
    failed = answered(sent(one, late), Receipt("refused", says="insufficient_funds"), late)
    assert (failed.state, failed.due_at) == ("waiting", late + HOUR)
    second = failed.current
    assert second is not None
    assert second.order.key != one.items[0].order.key


def test_no_payment_is_tried_again_once_one_came() -> None:
    one = confirmed(start("retry_payment", "correct", "correct", "correct"))
    assert one.state == "settled"
    assert [item.state for item in one.items] == ["confirmed", "skipped", "skipped"]


def test_a_payment_that_fails_every_time_is_refused() -> None:
    one, now = start("retry_payment", "correct", "correct"), NOW
    for _ in range(2):
        one = answered(sent(one, now), Receipt("refused"), now)
        now = one.due_at or now
    assert (one.state, stage(one)) == ("refused", "detected")


def test_the_ledger_follows_each_state_and_sums_to_zero() -> None:
    one = start()
    posted = []
    for after in (sent(one), answered(sent(one), DONE, NOW), confirmed(one)):
        posted += postings(one, after, NOW)
        one = after
    assert [(p.account, p.amount) for p in posted] == [
        ("executed", Decimal("12.50")),
        ("approved", Decimal("-12.50")),
        ("settled", Decimal("12.50")),
        ("executed", Decimal("-12.50")),
    ]
    assert {p.side for p in posted} == {"down"}
    assert imbalance(posted) == {}
    assert imbalance(posted[:1]) == {"PLN": Decimal("12.50")}


def test_what_is_written_off_does_not_count_as_put_right() -> None:
    assert stage(confirmed(start("write_off"))) == "written_off"


@pytest.mark.parametrize(
    ("move", "ends"), [("settle", "settled"), ("skip", "cancelled"), ("retry", "waiting")]
)
def test_a_person_says_how_it_goes_on(move: Any, ends: CorrectionState) -> None:
    stuck = found(sent(start()), None, NOW + 25 * HOUR, 24)
    assert open_moves(stuck) == ("retry", "skip", "settle")
    assert moved_by_hand(stuck, move, "Looked there.", NOW).state == ends


def test_what_may_have_been_done_is_not_cancelled_before_somebody_has_said_whether_it_was() -> None:
    stuck = found(sent(start()), None, NOW + 25 * HOUR, 24)
    with pytest.raises(ConflictError):
        moved_by_hand(stuck, "cancel", "No longer needed.", NOW)


def test_a_person_cancels_what_is_under_way_and_what_was_done_is_taken_back() -> None:
    one = confirmed(start("issue_credit", "hold_invoice", "correct"))
    cancelled = moved_by_hand(one, "cancel", "The customer agreed otherwise.", NOW)
    assert cancelled.state == "reversing"
    assert confirmed(cancelled).state == "reversed"
    assert moved_by_hand(start(), "cancel", "Not needed.", NOW).state == "cancelled"


def test_a_refused_reversal_that_is_tried_again_has_a_new_key() -> None:
    one = confirmed(start("issue_credit", "correct", "release_invoice"))
    one = answered(sent(answered(sent(one), Receipt("refused"), NOW)), Receipt("refused"), NOW)
    again = moved_by_hand(one, "retry", "It is open again.", NOW)
    assert again.state == "reversing"
    assert again.current is not None
    assert again.current.order.key.endswith("-again")


def test_nothing_is_moved_by_hand_without_a_reason_or_once_it_has_ended() -> None:
    with pytest.raises(InputError):
        moved_by_hand(start(), "cancel", "  ", NOW)
    with pytest.raises(ConflictError):
        moved_by_hand(confirmed(start()), "cancel", "Too late.", NOW)
