"""Where a customer's day runs: the time zones of their country. Says nothing of what happens in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

__all__ = ["zones_of"]


def zones_of(country: str | None, home: str) -> tuple[str, ...]:
    """Return the time zones (IANA) in one of which a customer's day runs.

    Parameters
    ----------
    country
        ISO 3166 alpha-2; None where it is not known.
    home
        The operator's own zone, which holds in its own country, and where none is known.

    Examples
    --------
    >>> zones_of("DE", "Europe/Berlin"), zones_of("GR", "Europe/Berlin"), zones_of("PT", "Europe/Berlin")[1:]
    (('Europe/Berlin',), ('Europe/Athens',), ('Atlantic/Madeira', 'Atlantic/Azores'))
    """
    known = _zones().get(country or "", ())
    return known if known and home not in known else (home,)


@cache
def _zones() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for line in files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found[country].append(zone)
    return {country: tuple(zones) for country, zones in found.items()}
