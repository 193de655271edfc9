"""Which action puts a case right, and why not another: a decision table. Moves no money and asks nobody."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

from core.kernel.advice import Alternative
from core.kernel.format import bill_money

__all__ = ["InvoiceState", "Remedy", "Situation", "otherwise", "remedy"]

InvoiceState = Literal["draft", "issued", "none"]


@dataclass(frozen=True)
class Situation:
    """State what the choice of an action depends on.

    Parameters
    ----------
    invoice
        Whether the invoice concerned is still a draft, has left, or there is none.
    amount
        The case's money, signed as the contract says.
    """

    invoice: InvoiceState
    amount: Decimal

    @property
    def direction(self) -> str:
        """Return ``under`` when the customer paid too little, ``over`` when too much, else ``none``."""
        if self.amount == 0:
            return "none"
        return "under" if self.amount > 0 else "over"


@dataclass(frozen=True)
class Remedy:
    """Name an action, why it is the right one, and why each other is not."""

    action: str
    because: str
    alternatives: tuple[Alternative, ...]


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("remedies.toml").read_text(encoding="utf-8"))


def remedy(usual: str, situation: Situation) -> Remedy:
    """Return what puts a case right.

    Parameters
    ----------
    usual
        The action that its control asks for, or that an estimate makes possible.

    Examples
    --------
    >>> remedy("remove_charge", Situation("issued", Decimal(-5))).action
    'issue_credit'
    """
    entry = _table()[usual]
    options = entry.get("option", [])
    chosen = next((one for one in options if _holds(one, situation)), None)
    others = [one for one in options if one is not chosen]
    alternatives = [Alternative(one["action"], one["why_not"]) for one in others]
    if chosen is None:
        return Remedy(usual, entry["because"], tuple(alternatives))
    passed_over = Alternative(usual, f"usual for this fault, but {chosen['because']}")
    return Remedy(chosen["action"], chosen["because"], (passed_over, *alternatives))


def otherwise(situation: Situation, currency: str, customers: int = 0) -> str:
    """Return what happens if nothing is done.

    Parameters
    ----------
    customers
        How many share it, where it is no one customer's.

    Examples
    --------
    >>> otherwise(Situation("draft", Decimal("4.5")), "EUR")
    'the invoice leaves €4.50 too low, and the difference surprises the customer later'
    """
    money = bill_money(abs(situation.amount), currency)
    if customers and situation.invoice == "draft":
        return f"the invoices leave {money} too low, and the next ones are higher by it, unannounced"
    if situation.direction == "none":
        return "the cause stays, and the next bill can be wrong by it"
    if situation.invoice == "draft":
        if situation.direction == "over":
            return f"the invoice leaves {money} too high, and the customer finds out alone"
        return f"the invoice leaves {money} too low, and the difference surprises the customer later"
    if situation.direction == "over":
        return f"the customer stays charged {money} too much and may complain"
    return f"{money} is lost once it is too old to be billed"


def _holds(option: Mapping[str, Any], situation: Situation) -> bool:
    if "because" not in option:
        return False
    asked = (option.get("invoice", situation.invoice), option.get("direction", situation.direction))
    return asked == (situation.invoice, situation.direction)
