"""What a person may do about a correction that cannot go on by itself. Keeps and sends nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal, get_args

from core.kernel.corrections import ENDED, Correction, ItemState, OrderItem
from core.kernel.errors import ConflictError, InputError
from core.workflows.corrections.machine import go_on, turned_back

__all__ = ["HAND_MOVES", "HandMove", "moved_by_hand", "open_moves"]

HandMove = Literal["retry", "skip", "settle", "cancel"]
"""``skip``: go on without the order; ``settle``: it was done by hand, or is known to be done; ``cancel``:
take back what was done and do no more."""

HAND_MOVES: tuple[HandMove, ...] = get_args(HandMove)


def open_moves(correction: Correction) -> tuple[HandMove, ...]:
    """Return what a person may do about a correction as it stands."""
    if correction.state in ENDED:
        return ()
    item = _troubled(correction)
    if correction.state != "stuck":
        is_in_hand = item is not None and item.state in {"planned", "later"} and item.undoes is None
        return ("settle", "cancel") if is_in_hand else ()
    if item is None:
        return ("settle", "cancel")
    moves: list[HandMove] = ["retry", "skip", "settle"]
    if item.state not in {"sending", "unknown"} and item.undoes is None:
        moves.append("cancel")
    return tuple(moves)


def moved_by_hand(correction: Correction, move: HandMove, reason: str, now: datetime) -> Correction:
    """Return the correction after a person's move.

    Raises
    ------
    ConflictError
        RA-E401 when it cannot be done from where the correction stands.
    InputError
        RA-E100 without a reason.
    """
    if not reason.strip():
        raise InputError("Say why: whoever looks at it later reads it.")
    if move not in open_moves(correction):
        state = correction.state
        raise ConflictError(
            f"{correction.correction_id} is {state}: that is not done from there.", fields={"state": state}
        )
    if move == "cancel":
        return turned_back(_resumed(correction), "cancelled", reason, now, leave_rest=True)
    item = _troubled(correction)
    if item is None:
        return replace(correction, state="settled", due_at=None, says=reason)
    if move == "retry":
        return _retried(correction, item, now)
    ends: ItemState = "confirmed" if move == "settle" else "skipped"
    changed = _resumed(correction).with_item(replace(item, state=ends, says=reason))
    if move == "settle" and item.undoes is not None:
        undone = next(one for one in changed.items if one.position == item.undoes)
        changed = changed.with_item(replace(undone, state="reversed"))
    return go_on(_without_other_tries(changed, item), now)


def _retried(correction: Correction, item: OrderItem, now: datetime) -> Correction:
    """Ask or read again; an order that was refused for certain goes out anew, with a new key."""
    again = replace(item, asks=0, reads=0)
    if item.state == "later":
        again = replace(again, sends=1)
    if item.state == "refused":
        order = replace(item.order, key=f"{item.order.key}-again")
        again = replace(again, order=order, state="planned", sends=0, sent_at=None, not_before=None)
    kept = _resumed(correction).with_item(again)
    return replace(kept, due_at=now, says="")


def _troubled(correction: Correction) -> OrderItem | None:
    """Return the order that keeps a correction from going on: the one refused last, else the next."""
    current = correction.current
    if current is not None and current.state != "planned":
        return current
    refused = [one for one in correction.items if one.state == "refused" and one.is_needed]
    return refused[-1] if refused and correction.state == "stuck" else current


def _without_other_tries(correction: Correction, item: OrderItem) -> Correction:
    """Leave out the other tries of a payment that a person has settled."""
    changed = correction
    for one in correction.items:
        if item.tries_of is not None and one.tries_of == item.tries_of and one.state == "planned":
            changed = changed.with_item(replace(one, state="skipped"))
    return changed


def _resumed(correction: Correction) -> Correction:
    """Return a correction that was stuck as under way again."""
    is_back = any(one.undoes is not None for one in correction.items)
    return replace(correction, state="reversing" if is_back else "waiting")
