"""Words for quantities, places and dates in sentences about a bill. Rounds nothing that is money."""

from __future__ import annotations

from datetime import date

__all__ = ["day", "percent", "quantity", "zone"]

DATA_UNITS = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"))


def quantity(amount: int, service: str) -> str:
    """Return a quantity of base units for a reader; data to 2 decimals.

    Examples
    --------
    >>> quantity(192, "voice"), quantity(1, "sms"), quantity(310_400_000, "data"), quantity(0, "voice")
    ('3 min 12 s', '1 message', '310.4 MB', '0 min')
    """
    if service == "voice":
        minutes, seconds = divmod(amount, 60)
        parts = [f"{minutes:,} min"] * bool(minutes) + [f"{seconds} s"] * bool(seconds)
        return " ".join(parts) or "0 min"
    if service == "sms":
        return f"{amount:,} message{'' if amount == 1 else 's'}"
    for size, unit in DATA_UNITS:
        if amount >= size:
            hundredths = (amount * 100 + size // 2) // size
            return f"{hundredths // 100:,}.{hundredths % 100:02}".rstrip("0").rstrip(".") + f" {unit}"
    return f"{amount} bytes" if amount != 1 else "1 byte"


def zone(name: str) -> str:
    """Return how a zone stands in a sentence.

    Examples
    --------
    >>> zone("europe"), zone("home"), zone("unknown")
    ('zone europe', 'home', 'a place that is in no zone')
    """
    if name == "home":
        return name
    return "a place that is in no zone" if name == "unknown" else f"zone {name}"


def day(text: str) -> str:
    """Return a local date in words.

    Examples
    --------
    >>> day("2026-03-01")
    '1 March 2026'
    """
    found = date.fromisoformat(text)
    return f"{found.day} {found:%B} {found.year}"


def percent(text: str) -> str:
    """Return a percentage without the zeros at its end.

    Examples
    --------
    >>> percent("10.000000"), percent("33.300000")
    ('10 %', '33.3 %')
    """
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"
