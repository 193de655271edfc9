"""Read single values of roaming files: numbers, times, texts. Refuses what does not hold together.

Knows how one value is written, not where it stands nor what it is for; `columns` reads many at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NoReturn

from core.kernel.errors import UnreadableFileError

FIRST_YEAR, LAST_YEAR = 1980, 2198
"""Local times outside these years are mistakes; inside, no offset leads out of the contract's range."""
MAX_DIGITS = 20
MAX_TEXT = 100
MAX_INTEGER_OCTETS = 8
MAX_OFFSET_MINUTES = 14 * 60


def unusable(field: str, value: bytes, reason: str) -> NoReturn:
    """Refuse one value, naming what it is, the value as text or hex, and why."""
    raise UnreadableFileError(f"{field} {reason}", fields={"field": field, "value": show(value)})


def show(value: bytes) -> str:
    """Give a value as text when it is text, else as hex."""
    return text_or_none(value) or value[:MAX_TEXT].hex()


def text_or_none(value: bytes) -> str | None:
    """Read printable ASCII of 1 to 100 characters, without surrounding blanks; None for anything else."""
    shown = value.strip().decode("ascii", errors="replace")
    return shown if 0 < len(shown) <= MAX_TEXT and shown.isascii() and shown.isprintable() else None


def integer(field: str, value: bytes) -> int:
    """Read a signed integer of one to eight octets."""
    if not 0 < len(value) <= MAX_INTEGER_OCTETS:
        unusable(field, value, f"has {len(value)} octets, an integer has 1 to {MAX_INTEGER_OCTETS}")
    return int.from_bytes(value, signed=True)


def quantity(field: str, value: bytes) -> int:
    """Read an integer that may not be negative."""
    number = integer(field, value)
    if number < 0:
        unusable(field, value, f"is negative: {number}")
    return number


def utc_offset(field: str, value: bytes) -> int:
    """Read a UTC offset written +hhmm or -hhmm, in minutes east of Greenwich, at most 14 hours."""
    sign, digits = value[:1], value[1:]
    if sign not in (b"+", b"-") or len(digits) != 4 or not digits.isdigit():
        unusable(field, value, "is no UTC offset of the form +hhmm")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    if minutes > MAX_OFFSET_MINUTES or int(digits[2:]) > 59:
        unusable(field, value, "is no UTC offset in use")
    return minutes if sign == b"+" else -minutes


def instant(field: str, local: bytes, offset_min: int) -> datetime:
    """Turn a local time written YYYYMMDDhhmmss and its UTC offset into an instant in UTC."""
    if len(local) == 14 and local.isdigit() and FIRST_YEAR <= int(local[:4]) <= LAST_YEAR:
        shown = local.decode("ascii")
        try:
            wall = datetime.fromisoformat(f"{shown[:8]}T{shown[8:]}+00:00")
        except ValueError:
            pass
        else:
            return wall - timedelta(minutes=offset_min)
    unusable(field, local, f"is no local time YYYYMMDDhhmmss between {FIRST_YEAR} and {LAST_YEAR}")
