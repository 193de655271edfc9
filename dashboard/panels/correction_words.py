"""Corrections in words: where they stand, each order, and what may be done. Draws nothing."""

from __future__ import annotations

from datetime import datetime

from core.api import ACTION_PHRASES, CorrectionState, CorrectionView, OrderItem, Switch
from dashboard.components.badges import Badge
from dashboard.components.tables import Cell, Row
from dashboard.format import NOTHING, Tone, instant, money, name, span
from dashboard.session import zone

STATES: dict[CorrectionState, tuple[str, Tone]] = {
    "approved": ("Not begun", "gray"),
    "sending": ("Being sent", "blue"),
    "waiting": ("Waiting", "gray"),
    "unknown": ("Outcome unknown", "orange"),
    "confirming": ("Being read back", "blue"),
    "settled": ("Settled", "green"),
    "refused": ("Refused", "red"),
    "reversing": ("Being taken back", "orange"),
    "reversed": ("Taken back", "gray"),
    "stuck": ("Stuck", "red"),
    "cancelled": ("Cancelled", "gray"),
}
MOVES = {
    "retry": "Try again",
    "skip": "Leave this step out",
    "settle": "This step is done",
    "cancel": "Cancel and take back",
}
_ORDERS = {
    "planned": "Not sent yet",
    "sending": "Sent, no answer yet",
    "unknown": "Nobody knows whether it was done",
    "later": "Put off by the system",
    "done": "Done, not read back yet",
    "confirmed": "Done and read back",
    "refused": "Refused",
    "skipped": "Left out",
    "reversed": "Taken back again",
}


def state_badge(view: CorrectionView) -> Badge:
    """Return where a correction stands."""
    words, tone = STATES[view.correction.state]
    return Badge(words, tone)


def what(view: CorrectionView) -> str:
    """Return what is done about what, as "Credit the customer"."""
    action = view.correction.action
    words = ACTION_PHRASES.get(action, name(action))
    return words[:1].upper() + words[1:]


def worth(view: CorrectionView) -> str:
    """Return what changes for the customer."""
    one = view.correction
    return money(one.amount, one.currency) if one.amount else NOTHING


def next_time(view: CorrectionView, now: datetime) -> str:
    """Return when something is done next."""
    due_at = view.correction.due_at
    if due_at is None:
        return NOTHING
    left = due_at - now
    return f"in {span(left)}" if left.total_seconds() >= 60 else "now"


def order_row(item: OrderItem) -> Row:
    """Return an order, what became of it and what was said of it."""
    kind = name(item.order.kind)
    back = "takes back" if item.undoes is not None else name(item.order.system)
    when = instant(item.sent_at, zone()) if item.sent_at else NOTHING
    return (Cell(kind, back), Cell(_ORDERS[item.state], item.says or None), when)


def switch_title(switch: str) -> str:
    """Return what is switched off by a name, in words."""
    if switch == "all":
        return "Everything"
    return name(switch) if switch not in ACTION_PHRASES else f"To {ACTION_PHRASES[switch]}"


def switch_row(switch: Switch) -> Row:
    """Return what is switched off, who saw to that, when and why."""
    return (
        switch_title(switch.name),
        Cell(switch.actor_name, instant(switch.at, zone())),
        switch.reason,
    )
