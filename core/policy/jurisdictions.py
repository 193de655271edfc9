"""Legal limits and deadlines by country, each with its source and date; says which apply. Enforces none."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

__all__ = ["Figure", "Pack", "deadline", "load_packs", "pack_of"]

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


def _read(path: Path) -> Pack:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    figures = tuple(
        Figure(one["id"], Decimal(one["value"]), one["unit"], one["means"], one["source"], one["date"])
        for one in content["figure"]
    )
    return Pack(content["name"], tuple(content["countries"]), figures)
