"""Reads the catalogue's CSV files. Casts nothing."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

__all__ = ["rows"]


@cache
def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of one catalogue file, every value a text, ``""`` for none."""
    text = files("core.simulation.catalogue").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
