"""Legal limits and deadlines by country, each with its source and date; says which apply. Enforces none."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from core.kernel.advice import LegalDeadline

__all__ = ["Figure", "Pack", "complaint_deadline", "deadline", "legal_deadline", "load_packs", "pack_of"]

_FOLDER = Path(__file__).with_name("jurisdictions")


@dataclass(frozen=True)
class Figure:
    """State one figure of the law: what it limits, and where and as of when it stands."""

    figure_id: str
    value: Decimal
    unit: str
    means: str
    source: str
    date: date


@dataclass(frozen=True)
class Pack:
    """Hold the figures of one jurisdiction and the countries (ISO 3166 alpha-2) where it rules."""

    name: str
    countries: tuple[str, ...]
    figures: tuple[Figure, ...]


@cache
def load_packs() -> tuple[Pack, ...]:
    """Return every pack, by name."""
    packs = (_read(path) for path in _FOLDER.glob("*.toml"))
    return tuple(sorted(packs, key=lambda pack: pack.name))


def pack_of(country: str | None) -> Pack | None:
    """Return the pack that rules in a country; None when none ships."""
    return next((pack for pack in load_packs() if country in pack.countries), None)


def deadline(country: str | None, figure_id: str) -> timedelta | None:
    """Return a deadline of a country's law; None when none is known."""
    pack = pack_of(country)
    found = next((one for one in pack.figures if one.figure_id == figure_id), None) if pack else None
    return timedelta(days=int(found.value)) if found else None


def legal_deadline(
    country: str | None, amount: Decimal, oldest: datetime, now: datetime
) -> LegalDeadline | None:
    """Return until when a correction has to be made: billed before it is too old, given back in time.

    Parameters
    ----------
    amount
        What changes for the customer: positive when they pay more.
    oldest
        When the first use concerned was.
    now
        When the case was found.

    Returns
    -------
    LegalDeadline or None
        None where nothing changes, no figure is known, or the time to bill has passed.
    """
    if not amount:
        return None
    figure_id, since = ("back_billing_days", oldest) if amount > 0 else ("refund_days", now)
    return _until(country, figure_id, since, now)


def complaint_deadline(country: str | None, since: datetime, now: datetime) -> LegalDeadline | None:
    """Return until when what a customer came with has to be settled; None where that is not known or past."""
    return _until(country, "complaint_days", since, now)


def _until(country: str | None, figure_id: str, since: datetime, now: datetime) -> LegalDeadline | None:
    pack, length = pack_of(country), deadline(country, figure_id)
    if pack is None or length is None or since + length <= now:
        return None
    return LegalDeadline(figure_id, pack.name, since + length)


def _read(path: Path) -> Pack:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    figures = tuple(
        Figure(one["id"], Decimal(one["value"]), one["unit"], one["means"], one["source"], one["date"])
        for one in content["figure"]
    )
    return Pack(content["name"], tuple(content["countries"]), figures)
