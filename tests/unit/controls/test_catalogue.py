from __future__ import annotations

from pathlib import Path

from core.controls.catalogue import catalogue
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
