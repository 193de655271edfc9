"""One text for one value: canonical JSON after RFC 8785, so that its hash can be repeated. Hashes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

__all__ = ["canonical", "plain", "utc_text"]

_EXACT = 2**53 - 1
"""The largest integer that every reader of JSON keeps exact."""

Words = Callable[[str], str]


def canonical(value: object) -> str:
    r"""Return canonical JSON: keys in the order of their UTF-16 units, no blanks, the shortest escapes.

    Parameters
    ----------
    value
        What `plain` takes.

    Examples
    --------
    >>> from decimal import Decimal
    >>> canonical({"b": Decimal("1.50"), "a": ["\n", None, True, 7]})
    '{"a":["\\n",null,true,7],"b":"1.50"}'
    """
    return json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def plain(value: object, words: Words | None = None) -> object:
    """Return a value in JSON's own types, with sorted keys; decimals, times and large integers become text.

    Parameters
    ----------
    value
        Text, bool, int, None, Decimal, date, an instant with its zone, or mappings and sequences of these.
    words
        What every text, keys too, is led through.

    Raises
    ------
    TypeError
        On a float, which has no one text, and on any other type.
    ValueError
        On an instant without a zone, a decimal that is no number, and two keys that become one.
    """
    if isinstance(value, Mapping):
        return _mapping(value, words)
    if isinstance(value, (list, tuple)):
        return [plain(one, words) for one in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(one, words) for one in value), key=str)
    return _scalar(value, words)


def utc_text(instant: datetime) -> str:
    """Return an instant in UTC to the microsecond, as ``2026-05-04T10:00:00.000000Z``."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _mapping(value: Mapping[object, object], words: Words | None) -> dict[str, object]:
    named = {_text(str(key), words): plain(one, words) for key, one in value.items()}
    if len(named) < len(value):
        raise ValueError("two keys of a mapping have the same text")
    plainly = all(map(str.isascii, named))  # which sorts alike, and quicker
    in_order = sorted(named) if plainly else sorted(named, key=lambda key: key.encode("utf-16-be"))
    return {key: named[key] for key in in_order}


def _scalar(value: object, words: Words | None) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if -_EXACT <= value <= _EXACT else str(value)
    if isinstance(value, str):
        return _text(value, words)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} is no number")
        return f"{value:f}"
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no one text")


def _text(value: str, words: Words | None) -> str:
    """Return text that UTF-8 and every database can hold: no NUL, no half of a surrogate pair."""
    whole = value.replace("\x00", "\ufffd")
    if not whole.isascii():
        whole = whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return words(whole) if words else whole
