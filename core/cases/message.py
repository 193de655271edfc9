"""What the customer is told when a case is put right, in their language. Sends nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_currency

from core.kernel.advice import CustomerMessage

__all__ = ["LANGUAGES", "message_of"]

_ENGLISH = "en"
_KINDS = {"apply_estimated_charge": "estimate", "refund_payment": "refund"}


@cache
def _templates() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(Path(__file__).with_name("messages.toml").read_text(encoding="utf-8"))


LANGUAGES = tuple(sorted(_templates()))
"""The languages that there are messages in, as ISO 639."""


def message_of(
    action: str, amount: Decimal, currency: str, cycle: str | None, language: str | None
) -> CustomerMessage:
    """Return what a customer is told of an action.

    Parameters
    ----------
    amount
        What changes for the customer: positive when they pay more.
    cycle
        The local date on which the bill's cycle begins; None where no bill is concerned.
    language
        ISO 639, perhaps with a country; one that there are no messages in is answered in English.

    Examples
    --------
    >>> message_of("refund_payment", Decimal("-12.5"), "EUR", None, "en").text
    'We collected €12.50 from you by mistake. You get it back the way you paid.'
    """
    known = (language or "").lower()[:2]
    chosen = known if known in LANGUAGES else _ENGLISH
    template = _templates()[chosen][_kind(action, amount, cycle)]
    period = format_date(date.fromisoformat(cycle), "MMMM y", locale=chosen) if cycle else ""
    money = format_currency(abs(amount), currency, locale=chosen)
    return CustomerMessage(chosen, template.format(amount=money, period=period))


def _kind(action: str, amount: Decimal, cycle: str | None) -> str:
    if amount and action in _KINDS:
        return _KINDS[action]
    if not amount or cycle is None:
        return "inform"
    return "more" if amount > 0 else "less"
