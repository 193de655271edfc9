"""Words for money, time and names, the same on every page. Does not read data and does not draw."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_precision, get_currency_symbol

Tone = Literal["red", "orange", "yellow", "green", "blue", "violet", "gray"]

LOCALE = "en"
MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EN DASH}"
SOON = timedelta(hours=8)
BYTES = ("B", "kB", "MB", "GB", "TB")
SEVERITY_TONES: dict[str, Tone] = {"critical": "red", "high": "orange", "medium": "yellow", "low": "gray"}
ACRONYMS = {"crm": "CRM", "iot": "IoT", "sim": "SIM", "tap": "TAP", "id": "ID", "sms": "SMS", "imsi": "IMSI"}


def money(amount: Decimal | None, currency: str) -> str:
    """Return an amount to the cent, as "€4,218.40" or "−€12.50"; nothing known is a dash, never 0."""
    return NOTHING if amount is None else _signed(amount, currency, get_currency_precision(currency))


def to_the_cent(amount: Decimal, currency: str) -> Decimal:
    """Return an amount in the currency's smallest unit, half away from zero."""
    return amount.quantize(Decimal(1).scaleb(-get_currency_precision(currency)), ROUND_HALF_UP)


def money_round(amount: Decimal | None, currency: str) -> str:
    """Return an amount in whole units, as "€48,210"."""
    return NOTHING if amount is None else _signed(amount, currency, 0)


def _signed(amount: Decimal, currency: str, places: int) -> str:
    rounded = amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    symbol = currency_symbol(currency)
    gap = "\N{NO-BREAK SPACE}" if symbol[-1:].isalpha() else ""
    return f"{MINUS if rounded < 0 else ''}{symbol}{gap}{abs(rounded):,.{places}f}"


@lru_cache(maxsize=32)
def currency_symbol(currency: str) -> str:
    """Return the sign for column heads, as "€" or "PLN"."""
    return get_currency_symbol(currency, locale=LOCALE)


def money_change(amount: Decimal, currency: str) -> str:
    """Return a difference with its sign, as "+€4.00" or "−€12.50"; none at all as "€0.00"."""
    text = money(amount, currency)
    return f"+{text}" if amount > 0 and text != money(Decimal(0), currency) else text


def count(number: int, noun: str = "", plural: str = "") -> str:
    """Return a counted noun, as "1 case" or "1,204 cases"."""
    word = noun if number == 1 else (plural or f"{noun}s")
    return f"{number:,} {word}" if noun else f"{number:,}"


def percent(share: Decimal | float) -> str:
    """Return a share of one in whole percent, as "94 %"."""
    return f"{round(share * 100)} %"


def span(length: timedelta) -> str:
    """Return a length of time in its two largest units, as "1 h 52 m" or "2 d 4 h"."""
    minutes = int(abs(length).total_seconds() // 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes:02d} m" if hours else f"{minutes} m"


def brief(length: timedelta) -> str:
    """Return a length of work, as "42 s" or "3 m 05 s"; from an hour on as `span`."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    if minutes >= 60:
        return span(length)
    return f"{minutes} m {seconds:02d} s" if minutes else f"{seconds} s"


def due(due_at: datetime, now: datetime) -> str:
    """Return the service level in words, as "Due in 1 h 52 m" or "Late by 20 m"."""
    left = due_at - now
    return f"Late by {span(left)}" if left < timedelta() else f"Due in {span(left)}"


def due_short(due_at: datetime, now: datetime) -> str:
    """Return the service level for a table cell, as "1 h 52 m" or "20 m late"."""
    left = due_at - now
    return f"{span(left)} late" if left < timedelta() else span(left)


def due_tone(due_at: datetime, now: datetime) -> Tone:
    """Return red when late, orange within eight hours, else gray."""
    left = due_at - now
    if left < timedelta():
        return "red"
    return "orange" if left <= SOON else "gray"


def instant(at: datetime, zone: ZoneInfo) -> str:
    """Return a moment in the reader's zone, as "23 Nov 2026, 18:00"."""
    local = at.astimezone(zone)
    return f"{local.day} {local:%b %Y, %H:%M}"


def day(at: datetime, zone: ZoneInfo) -> str:
    """Return a day in the reader's zone, as "23 Nov 2026"."""
    local = at.astimezone(zone)
    return f"{local.day} {local:%b %Y}"


def dates(first: date, last: date) -> str:
    """Return a stretch of days, as "1 – 31 Oct 2026", "22 Oct – 3 Nov 2026" or "3 Nov 2026"."""
    end = f"{last.day} {last:%b %Y}"
    if first == last:
        return end
    start = (
        f"{first.day}" if (first.year, first.month) == (last.year, last.month) else f"{first.day} {first:%b}"
    )
    return f"{start if first.year == last.year else f'{start} {first.year}'} {NOTHING} {end}"


def size(number: int) -> str:
    """Return so many bytes in the unit that reads best, as "2.4 GB"; a kilobyte is 1,000 bytes."""
    power = min(max(len(str(number)) - 1, 0) // 3, len(BYTES) - 1)
    return f"{number / 1000**power:,.{1 if power else 0}f} {BYTES[power]}"


def zone_name(at: datetime, zone: ZoneInfo) -> str:
    """Return the zone's short name at that moment, as "CET", or its full name where it has none."""
    short = at.astimezone(zone).strftime("%Z")
    return short if short.isalpha() else zone.key


def name(code: str) -> str:
    """Return a code as words, "record_not_charged" as "Record not charged"."""
    words = [ACRONYMS.get(word, word) for word in code.replace("_", " ").split()]
    text = " ".join(words)
    return text[:1].upper() + text[1:]
