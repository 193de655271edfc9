"""The state machine of a correction: pure functions from a state and what happened to the next state.

Nothing here sends, waits or keeps: `core.workflows.corrections.carry` does, in this order. An order's key is
saved as ``sending`` before the order goes out, so whoever finds it so after a crash asks the system before
anything else. Every key is re-sent within its life only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from core.kernel.corrections import ENDED, FORWARD, Correction, CorrectionState, OrderItem
from core.kernel.orders import Receipt, Value
from core.workflows.corrections.read_back import differs, is_compared
from core.workflows.corrections.reversal import HARMLESS, reversal_of

__all__ = ["Next", "answered", "begun", "found", "go_on", "is_alive", "looked", "next_of", "turned_back"]

Next = Literal["send", "ask", "look", "wait", "nothing"]
"""What to do now: send the order, ask what became of its key, read its target back, or none of these."""

SENDS, ASKS, READS = 12, 8, 6
"""How often an order that is put off is sent, asked after and read back before a person has to look."""

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=30)
UNKNOWN_LASTS = timedelta(minutes=15)
"""After so long an outcome that nobody can tell goes to a person."""

_DAY = timedelta(days=1)


def next_of(correction: Correction, now: datetime) -> Next:
    """Return what is to be done about a correction."""
    if correction.state in ENDED or correction.state == "stuck":
        return "nothing"
    item = correction.current
    if item is None or (correction.due_at is not None and now < correction.due_at):
        return "wait"
    if item.state in {"planned", "later"}:
        return "send"
    return "look" if item.state == "done" else "ask"


def begun(
    correction: Correction, now: datetime, before: Mapping[str, Value] | None, life_hours: int
) -> Correction:
    """Return the correction with its next order about to go out; its key counts as used from now on.

    Parameters
    ----------
    before
        What the system says of the target now; None where it does not say.
    life_hours
        For how long the system knows a key.
    """
    item = _current(correction)
    if not is_alive(item, now, life_hours):
        return _stuck(correction, "Its key is too old to be sent again: look in the system first.")
    if item.until is not None and now >= item.until and item.order.kind == "send_notice":
        return _next_day(correction, item, now)
    sending = replace(
        item,
        state="sending",
        sends=item.sends + 1,
        sent_at=item.sent_at or now,
        before=item.before if item.sends else before,
        asks=0,
        says="",
    )
    return _moved(correction.with_item(sending), "sending", now)


def answered(correction: Correction, receipt: Receipt, now: datetime) -> Correction:
    """Return the correction after a system's receipt for an order that went out."""
    item = _current(correction)
    told = replace(item, says=receipt.says, reference=receipt.reference or item.reference)
    if receipt.outcome == "done":
        return _moved(correction.with_item(replace(told, state="done")), "confirming", now)
    if receipt.outcome == "refused":
        return _refused(correction, replace(told, state="refused"), now)
    if receipt.outcome == "later":
        return _put_off(correction, replace(told, state="later"), receipt.wait_s, now)
    return _unknown(correction, replace(told, state="unknown"), now)


def found(correction: Correction, receipt: Receipt | None, now: datetime, life_hours: int) -> Correction:
    """Return the correction after a system was asked what became of a key.

    Parameters
    ----------
    receipt
        None where the system has never had the key, or no longer knows it.
    """
    item = _current(correction)
    if receipt is not None:
        return answered(correction, receipt, now)
    if not is_alive(item, now, life_hours):
        unknown = correction.with_item(replace(item, state="unknown"))
        return _stuck(unknown, "Nobody can tell any more whether it was done: look there, then say so.")
    return _put_off(correction, replace(item, state="later", says=""), 0, now)


def looked(correction: Correction, seen: Mapping[str, Value] | None, now: datetime) -> Correction:
    """Return the correction after the target of an order that was done has been read back."""
    item = _current(correction)
    problem = ""
    if is_compared(item.order):
        problem = "it cannot be read back" if seen is None else differs(item.order, seen)
    if not problem:
        return _confirmed(correction, item, now)
    again = replace(item, reads=item.reads + 1, says=problem)
    kept = correction.with_item(again)
    if again.reads >= READS:
        return _stuck(kept, f"The system says that it was done, but {problem}: look there, then say so.")
    return _moved(kept, "confirming", now + _wait(again.reads), says=problem)


def turned_back(
    correction: Correction, ends: CorrectionState, says: str, now: datetime, *, leave_rest: bool = False
) -> Correction:
    """Return the correction with all that it did being taken back, the last first.

    Parameters
    ----------
    ends
        The state in which it ends at once when there is nothing to take back.
    leave_rest
        Whether what no order can take back is left as it is, as a person has decided.
    """
    effects = [one for one in correction.items if _has_effect(one)]
    backs = [(one, reversal_of(one)) for one in reversed(effects)]
    lost = [one for one, order in backs if order is None]
    if lost and not leave_rest:
        kind = lost[0].order.kind.replace("_", " ")
        return _stuck(correction, f"{says} What was done before (to {kind}) cannot be taken back by itself.")
    items = [_left(one) for one in correction.items]
    place = max((one.position for one in items), default=0)
    for item, order in backs:
        if order is not None:
            place += 1
            items.append(OrderItem(place, order, item.step, undoes=item.position))
    turned = replace(correction, items=tuple(items))
    if turned.current is None:
        return _moved(turned, ends, None, says=says)
    return _moved(turned, "reversing", now, says=says)


def go_on(correction: Correction, now: datetime) -> Correction:
    """Return the correction on its way to its next order, or at its end when none is left."""
    item = correction.current
    is_reversing = any(one.undoes is not None for one in correction.items)
    if item is not None:
        due_at = max(now, item.not_before or now)
        return _moved(correction, "reversing" if is_reversing else "waiting", due_at, says="")
    if is_reversing:
        return _moved(correction, "reversed", None)
    is_done = any(one.state == "confirmed" and one.is_needed for one in correction.items)
    return _moved(correction, "settled" if is_done else "cancelled", None, says="")


def is_alive(item: OrderItem, now: datetime, life_hours: int) -> bool:
    """Tell whether a system still knows an order's key, so that it may be sent again."""
    return item.sent_at is None or now - item.sent_at < timedelta(hours=life_hours)


def _refused(correction: Correction, item: OrderItem, now: datetime) -> Correction:
    """Go on with another try or without a notice; turn back from anything else that was refused."""
    kept = correction.with_item(item)
    says = f"Refused: {item.says}" if item.says else "The system refused it."
    if item.undoes is not None:
        return _stuck(kept, f"What was done could not be taken back. {says}")
    following = kept.current
    if item.tries_of is not None and following is not None and following.tries_of == item.tries_of:
        return go_on(kept.with_item(_spaced(item, following, now)), now)
    if not item.is_needed:
        return go_on(kept, now)
    return turned_back(kept, "refused", says, now)


def _spaced(item: OrderItem, following: OrderItem, now: datetime) -> OrderItem:
    """Return the next try of a payment, as long after this one as was planned, however late this one was."""
    if item.not_before is None or following.not_before is None:
        return following
    gap = following.not_before - item.not_before
    return replace(following, not_before=max(following.not_before, now + gap))


def _left(item: OrderItem) -> OrderItem:
    """Return an order as it is left once a correction turns back."""
    if item.state in {"planned", "later"}:
        return replace(item, state="skipped")
    return replace(item, state="confirmed") if item.state == "done" else item


def _put_off(correction: Correction, item: OrderItem, wait_s: float | None, now: datetime) -> Correction:
    kept = correction.with_item(item)
    if item.sends >= SENDS:
        return _stuck(kept, f"It was put off {item.sends} times. {item.says}".strip())
    wait = _wait(item.sends) if wait_s is None else timedelta(seconds=wait_s)
    state: CorrectionState = "reversing" if correction.state == "reversing" else "waiting"
    return _moved(kept, state, now + wait, says=item.says)


def _unknown(correction: Correction, item: OrderItem, now: datetime) -> Correction:
    asked = replace(item, asks=item.asks + 1)
    kept = correction.with_item(asked)
    is_long = item.sent_at is not None and now - item.sent_at >= UNKNOWN_LASTS
    if asked.asks > ASKS or (is_long and item.asks):
        return _stuck(kept, f"Nobody can tell whether it was done. {item.says}".strip())
    last = max(now + FIRST_WAIT, (item.sent_at or now) + UNKNOWN_LASTS)
    return _moved(kept, "unknown", min(now + _wait(asked.asks), last), says=item.says)


def _confirmed(correction: Correction, item: OrderItem, now: datetime) -> Correction:
    kept = correction.with_item(replace(item, state="confirmed", says=""))
    if item.undoes is not None:
        undone = next(one for one in kept.items if one.position == item.undoes)
        kept = kept.with_item(replace(undone, state="reversed"))
    if item.tries_of is not None:
        others = [one for one in kept.items if one.tries_of == item.tries_of and one.state == "planned"]
        for one in others:
            kept = kept.with_item(replace(one, state="skipped"))
    return go_on(kept, now)


def _next_day(correction: Correction, item: OrderItem, now: datetime) -> Correction:
    """Have a notice that missed its hours wait for the same hours of a later day."""
    until, not_before = item.until or now, item.not_before or now
    days = (now - until) // _DAY + 1
    shifted = replace(item, not_before=not_before + days * _DAY, until=until + days * _DAY)
    return go_on(correction.with_item(shifted), now)


def _has_effect(item: OrderItem) -> bool:
    is_done = item.state in {"done", "confirmed"}
    return is_done and item.undoes is None and item.order.kind not in HARMLESS


def _stuck(correction: Correction, says: str) -> Correction:
    return replace(correction, state="stuck", due_at=None, says=says)


def _moved(
    correction: Correction, state: CorrectionState, due_at: datetime | None, says: str | None = None
) -> Correction:
    """Return the correction in another state; one that is being taken back stays so until it has an end."""
    is_back = correction.state == "reversing" or any(one.undoes is not None for one in correction.items)
    shown: CorrectionState = "reversing" if is_back and state in FORWARD else state
    kept = correction.says if says is None else says
    return replace(correction, state=shown, due_at=due_at, says=kept)


def _current(correction: Correction) -> OrderItem:
    item = correction.current
    if item is None:
        raise ValueError(f"{correction.correction_id} has no order left")
    return item


def _wait(times: int) -> timedelta:
    """Return an ever longer wait."""
    return min(FIRST_WAIT * (1 << min(max(times - 1, 0), 16)), LONGEST_WAIT)
