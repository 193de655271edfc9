"""A correction on its way into the operator's systems, its orders and its money. Holds no rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal, get_args

from core.kernel.orders import Order, Value
from core.kernel.plan import StepName

__all__ = [
    "ACCOUNTS",
    "CORRECTION_STATES",
    "ENDED",
    "FORWARD",
    "ITEM_ENDED",
    "Balance",
    "Correction",
    "CorrectionState",
    "ItemState",
    "LedgerAccount",
    "OrderItem",
    "Posting",
    "Side",
    "Switch",
]

CorrectionState = Literal[
    "approved", "sending", "waiting", "unknown", "confirming", "settled", "refused", "reversing", "reversed",
    "stuck", "cancelled",
]  # fmt: skip
"""``sending``: its key is saved and an order is out or about to be; ``waiting``: for the next order's time,
or for a system that put it off; ``unknown``: nobody knows what became of an order; ``confirming``: it is
being read back; ``reversing``: what was done is being taken back; ``stuck``: a person has to say how it
goes on."""

ItemState = Literal[
    "planned", "sending", "unknown", "later", "done", "confirmed", "refused", "skipped", "reversed"
]
"""``done``: the system says so; ``confirmed``: it has been read back; ``reversed``: and taken back since."""

LedgerAccount = Literal["detected", "proposed", "approved", "executed", "settled", "reversed", "written_off"]

Side = Literal["up", "down"]
"""Whether the customer pays more or less."""

CORRECTION_STATES: tuple[CorrectionState, ...] = get_args(CorrectionState)
ACCOUNTS: tuple[LedgerAccount, ...] = get_args(LedgerAccount)
ENDED: frozenset[CorrectionState] = frozenset({"settled", "refused", "reversed", "cancelled"})
FORWARD: frozenset[CorrectionState] = frozenset({"approved", "sending", "waiting", "unknown", "confirming"})
"""States in which what was approved is being carried out."""

ITEM_ENDED: frozenset[ItemState] = frozenset({"confirmed", "refused", "skipped", "reversed"})


@dataclass(frozen=True)
class OrderItem:
    """Hold one order of a correction and what became of it.

    Parameters
    ----------
    position
        Its place in the correction, from 1.
    step
        The step of the plan that it carries out.
    not_before, until
        When it may be sent; None where nothing bounds it.
    is_needed
        Whether the correction fails with it; a notice that is refused does not undo what was put right.
    tries_of
        The first of the orders that are tries of one another: the next is sent only after this one was
        refused for certain, and none after one is done. None where it is the only try.
    undoes
        The position of the order that this one takes back; None for one of the plan.
    sends, asks, reads
        How often it was sent, asked after, and read back.
    sent_at
        When its key was first used.
    before
        The state before, as the system gave it; None as long as it was not read.
    reference, says
        What the system calls the thing, and what it or a person said last.
    """

    position: int
    order: Order
    step: StepName = "correct"
    not_before: datetime | None = None
    until: datetime | None = None
    is_needed: bool = True
    tries_of: int | None = None
    undoes: int | None = None
    state: ItemState = "planned"
    sends: int = 0
    asks: int = 0
    reads: int = 0
    sent_at: datetime | None = None
    before: Mapping[str, Value] | None = None
    reference: str = ""
    says: str = ""


@dataclass(frozen=True)
class Correction:
    """State where a correction stands.

    Parameters
    ----------
    content_hash
        That of the proposal as it was approved.
    amount
        What changes for the customer, signed: positive when they pay more. Of a write-off, what is lost.
    version
        Counts its changes; each has one entry in the audit trail.
    due_at
        When something is to be done next; None when nothing is.
    says
        Why it stands where it does, in words; empty where that goes without saying.
    """

    correction_id: str
    proposal_id: str
    case_id: str
    account_id: str | None
    action: str
    amount: Decimal
    currency: str
    root_cause: str
    content_hash: str
    made_at: datetime
    items: tuple[OrderItem, ...] = ()
    state: CorrectionState = "approved"
    version: int = 1
    due_at: datetime | None = None
    says: str = ""

    @property
    def current(self) -> OrderItem | None:
        """Return the order that is next or under way; None when none is left."""
        return next((one for one in self.items if one.state not in ITEM_ENDED), None)

    @property
    def side(self) -> Side:
        """Return whether the customer pays more or less."""
        return "down" if self.amount < 0 else "up"

    def with_item(self, item: OrderItem) -> Correction:
        """Return the correction with one of its orders replaced."""
        items = tuple(item if one.position == item.position else one for one in self.items)
        return replace(self, items=items)


@dataclass(frozen=True)
class Posting:
    """Post an amount to one account of the ledger: a debit is positive, a credit negative."""

    correction_id: str
    account: LedgerAccount
    amount: Decimal
    currency: str
    side: Side
    at: datetime


@dataclass(frozen=True)
class Balance:
    """State what stands on an account, in one currency, of corrections to one side."""

    account: LedgerAccount
    currency: str
    side: Side
    amount: Decimal


@dataclass(frozen=True)
class Switch:
    """Say that nothing of a kind is sent any more, who saw to that, when and why.

    Parameters
    ----------
    name
        ``all``, or an action's name, or a system's.
    """

    name: str
    actor_id: str
    actor_name: str
    at: datetime
    reason: str = field(default="")
