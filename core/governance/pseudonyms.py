"""Keyed stand-ins for customers' identifiers, and the net that keeps raw ones out of text. Keeps no table."""

from __future__ import annotations

import hashlib
import hmac
import re

__all__ = ["Pseudonyms"]

_LENGTH = 24
"""Hexadecimal digits of a pseudonym: 96 bits, so that no two customers share one."""

_EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")

_NUMBER = re.compile(
    r"(?<![\w.-])(?!\d{4}-\d\d-\d\d)\+?\d(?:[ -]?\d){8,14}(?![\w-]|\.(?:\d|csv|gz|jsonl?|parquet|tap|dat))"
)
"""Nine to fifteen digits that stand alone: a telephone number, IMSI or IMEI, written with or without gaps."""


class Pseudonyms:
    """Make the same stand-in for the same identifier, which nobody without the key can turn back.

    Parameters
    ----------
    key
        At least 16 secret bytes, kept outside the store.

    Examples
    --------
    >>> names = Pseudonyms(b"sixteen bytes ok")
    >>> names.of("+48 600 100 200") == names.of("48600100200")
    True
    >>> names.protect("asked by jan@example.com about invoice I-7").startswith("asked by S-")
    True
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < 16:
            raise ValueError("a key of pseudonyms has at least 16 bytes")
        self._key = key

    def of(self, identifier: str) -> str:
        """Return the pseudonym of an account id, telephone number, IMSI or e-mail address."""
        digits = re.sub(r"[ +-]", "", identifier)
        known = digits if digits.isdigit() else identifier.strip().lower()
        return "S-" + hmac.new(self._key, known.encode(), hashlib.sha256).hexdigest()[:_LENGTH]

    def protect(self, text: str) -> str:
        """Return the text with every e-mail address and every number of 9 to 15 digits as a pseudonym."""
        return _NUMBER.sub(self._stand_in, _EMAIL.sub(self._stand_in, text) if "@" in text else text)

    def _stand_in(self, found: re.Match[str]) -> str:
        return self.of(found.group())
