"""Passwords: which ones may be chosen, and how they are kept. Knows nothing of people or sessions.

The rules are those of OWASP ASVS 5, section 6.2: length instead of composition, the commonest refused,
nothing cut, no change by the calendar.
"""

from __future__ import annotations

import re
import secrets
from functools import cache
from importlib.resources import files
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

__all__ = ["LONGEST", "SHORTEST", "first_password", "hash_password", "is_password", "weakness"]

SHORTEST: Final = 12
LONGEST: Final = 256
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 5
_PADDING = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiopasdfghjklzxcvbnm")

_hasher = PasswordHasher()  # argon2id with the costs that RFC 9106 recommends where memory is scarce


def weakness(password: str, *own_words: str) -> str | None:
    """Return why a password may not be chosen, in words for the person who chose it; None when it may.

    Parameters
    ----------
    own_words
        What others know of the person: the user id, the name.

    Examples
    --------
    >>> weakness("too short"), weakness("password1234"), weakness("seven quiet otters")
    ('Use at least 12 characters.', 'This is among the first passwords that anybody would try.', None)
    """
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    plain = password.lower()
    stem = _PADDING.sub("", plain)
    if any(text in _commonest() or _is_pattern(text) for text in (plain, stem)):
        return "This is among the first passwords that anybody would try."
    words = {word for own in own_words for word in re.split(r"\W+", own.lower()) if len(word) > 3}
    if any(word in plain for word in words | {"assay"}):
        return "Leave out your name and the name of the product."
    return None


def _is_pattern(plain: str) -> bool:
    """Return whether a text repeats one piece or runs along the keyboard or the alphabet."""
    if any((plain[:size] * len(plain)).startswith(plain) for size in range(1, len(plain) // 2 + 1)):
        return True
    return bool(plain) and any(plain in run or plain in run[::-1] for run in _RUNS)


@cache
def _commonest() -> frozenset[str]:
    text = files("core.governance").joinpath("commonest_passwords.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


def first_password() -> str:
    """Return a random password, of some 99 bits, that can be read out and typed."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def hash_password(password: str) -> str:
    """Return what is kept of a password: an argon2id hash with its salt and costs."""
    return _hasher.hash(password)


def is_password(password: str, kept: str | None) -> bool:
    """Return whether a password is the one kept; without one kept it takes as long and is not.

    So nobody can tell from the time whether a user id exists.
    """
    if len(password) > LONGEST:
        return False
    try:
        return _hasher.verify(kept or _nobodys(), password) and kept is not None
    except (InvalidHashError, VerificationError):
        return False


@cache
def _nobodys() -> str:
    return hash_password(secrets.token_hex())
