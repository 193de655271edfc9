from __future__ import annotations

import re
from pathlib import Path

from core.controls.catalogue import UNFED, catalogue
from core.controls.loader import load_controls
from core.controls.model import AREAS

PAGE = Path(__file__).parents[3] / "docs/controls.md"


def test_the_page_is_what_the_files_say() -> None:
    said = "write it again: python -m core.controls.catalogue > docs/controls.md"
    assert PAGE.read_text(encoding="utf-8") == catalogue(load_controls()), said


def test_the_page_names_every_control_threshold_and_area() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for control in load_controls():
        assert f"## {control.id}\n**{control.title}.**" in page
        assert all(f"threshold `{name}`" in page for name in control.params)
    assert all(f"\n| {area} |" in page for area in AREAS)


SIZES = {"U": 14, "S": 10, "R": 12, "B": 11, "P": 5, "T": 8}
"""How many checks the trade's catalogue has under each letter."""


def test_every_check_of_the_catalogue_has_a_control_or_says_what_it_lacks() -> None:
    checks = {f"{letter}{number:02}" for letter, size in SIZES.items() for number in range(1, size + 1)}
    assert len(checks) == 60
    answered = {name for control in load_controls() for name in re.findall(r"\b[A-Z]\d\d\b", control.source)}
    assert answered | set(UNFED) == checks
    assert not answered & set(UNFED)
