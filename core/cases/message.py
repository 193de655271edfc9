"""What the customer is told when a case is put right or answered, in their language. Sends nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_currency

from core.cases.complaints import PARTS, Statement
from core.kernel.advice import CustomerMessage
from core.kernel.complaints import DISPUTE

__all__ = ["LANGUAGES", "answer_of", "message_of"]

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
    chosen = _known(language)
    template = _templates()[chosen][_kind(action, amount, cycle)]
    period = _period(cycle, chosen) if cycle else ""
    money = format_currency(abs(amount), currency, locale=chosen)
    return CustomerMessage(chosen, template.format(amount=money, period=period))


def answer_of(
    kind: str, statement: Statement | None, language: str | None, *, is_sound: bool
) -> CustomerMessage:
    """Return what a customer is told who waits for an answer: what their bill comes to, and why.

    Parameters
    ----------
    kind
        One of `core.kernel.complaints.COMPLAINTS`.
    statement
        The invoice that it is about; None where none is known.
    is_sound
        Whether everything that was compared agrees.

    Examples
    --------
    >>> answer_of("customer_contact", None, "en", is_sound=False).text
    'Thank you for getting in touch. We are looking into what you asked and come back to you.'
    """
    chosen = _known(language)
    words = _templates()[chosen]
    if statement is None:
        return CustomerMessage(chosen, words["looking"])
    told = words["contested" if kind == DISPUTE else "answer"].format(
        amount=format_currency(statement.total, statement.currency, locale=chosen),
        period=_period(statement.cycle, chosen),
        parts=", ".join(_parts(statement, chosen)),
    )
    return CustomerMessage(chosen, f"{told} {words['sound']}" if is_sound else told)


def _parts(statement: Statement, language: str) -> Iterator[str]:
    for kind in PARTS:
        amount = statement.part(kind)
        if amount:
            money = format_currency(amount, statement.currency, locale=language)
            yield f"{_templates()[language][kind]} {money}"


def _known(language: str | None) -> str:
    known = (language or "").lower()[:2]
    return known if known in LANGUAGES else _ENGLISH


def _period(cycle: str, language: str) -> str:
    return str(format_date(date.fromisoformat(cycle), "MMMM y", locale=language))


def _kind(action: str, amount: Decimal, cycle: str | None) -> str:
    if amount and action in _KINDS:
        return _KINDS[action]
    if not amount or cycle is None:
        return "inform"
    return "more" if amount > 0 else "less"
