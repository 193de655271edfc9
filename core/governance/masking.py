"""Personal identifiers, shown so that whoever knows them recognises them and nobody else can use them.

Holds which columns of the streams are personal; who sees them in clear is `core.governance.rights`.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["NUMBERS", "WORDS", "masked", "masked_email", "masked_number", "masked_text", "masked_value"]

NUMBERS: Final[frozenset[str]] = frozenset({"imei", "imsi", "msisdn", "other_party", "phone"})
"""Columns with numbers that reach or follow a person."""

WORDS: Final[frozenset[str]] = frozenset({"comment", "customer_name", "note"})
"""Columns in which people write about a person."""

HIDDEN: Final = "•••"
_SHOWN = 3
_HEAD = 5

_LONG_NUMBER = re.compile(r"\d{9,}")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")

_KEYED_BY_NUMBER: Final = frozenset({"provisioning"})
"""Streams whose key is a number of a person."""


def masked_number(msisdn: str | None, calling_code: str) -> str | None:
    """Return a phone number that its owner recognises and nobody else can dial.

    Examples
    --------
    >>> masked_number("4915004133602", "49")
    '+49 15 ••• 602'
    """
    if msisdn is None:
        return None
    code = calling_code if msisdn.startswith(calling_code) else msisdn[:2]
    return f"+{code} {msisdn[len(code) : len(code) + 2]} {HIDDEN} {msisdn[-_SHOWN:]}"


def masked(number: str) -> str:
    """Return an IMSI with its network and its last digits; of a short number only its end.

    Examples
    --------
    >>> masked("262994652380852"), masked("12345")
    ('26299 ••• 852', '••• 345')
    """
    head = number[:_HEAD] if len(number) > _HEAD + 2 * _SHOWN else ""
    return f"{head} {HIDDEN} {number[-_SHOWN:]}".strip()


def masked_email(email: str) -> str:
    """Return an e-mail address without its name.

    Examples
    --------
    >>> masked_email("anna.nowak@example.org")
    'a•••@example.org'
    """
    name, _, host = email.rpartition("@")
    return f"{name[:1]}{HIDDEN}@{host}"


def masked_text(text: str) -> str:
    """Return free text with what looks like a number of a person or an e-mail address masked.

    Examples
    --------
    >>> masked_text("262994652380852;anna.nowak@example.org;12.50")
    '26299 ••• 852;a•••@example.org;12.50'
    """
    hidden = _EMAIL.sub(lambda found: masked_email(found[0]), text)
    return _LONG_NUMBER.sub(lambda found: masked(found[0]), hidden)


def masked_value(stream: str, column: str, value: str, *, words: bool) -> str:
    """Return one value of a landed row as somebody sees it to whom numbers are not open.

    Parameters
    ----------
    stream
        Where the row is from: it says what its ``key`` is and whose ``name`` it has.
    words
        Whether they may read what people wrote about a person.
    """
    if not value:
        return value
    if column == "email":
        return masked_email(value)
    if column in NUMBERS or (column == "key" and stream in _KEYED_BY_NUMBER):
        return masked(value)
    is_name = column == "name" and stream == "accounts"
    return HIDDEN if (column in WORDS or is_name) and not words else value
