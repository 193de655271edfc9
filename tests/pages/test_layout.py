"""Nothing is cut, nothing overlaps, and axe finds nothing, at three widths, light and dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.pages.conftest import Enter, Installation

pytestmark = [pytest.mark.pages, pytest.mark.xdist_group("pages")]

PATHS = (
    "/",
    "/triage?case=RA-20401",
    "/triage?tab=why",
    "/triage?q=nobody",
    "/data-quality",
    "/rules?rule=file_missing",
    "/rules?section=policy",
)
LOOKS = (1440, "light"), (1024, "dark"), (600, "light")
"""Every width and both themes: colours do not depend on the width."""

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
SURFACES = ("light", "rgb(255, 255, 255)"), ("dark", "rgb(15, 20, 32)")

CUT = """() => [...document.querySelectorAll('[data-testid="stMain"] :is([class^="ra-"], button p, a p)')]
  .filter(e => e.offsetParent && !e.closest('.ra-scroll'))
  .filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline')
  .map(e => e.className + ': ' + e.innerText.slice(0, 60))"""
WIDER = "() => document.querySelector('[data-testid=\"stMain\"]').scrollWidth - innerWidth"


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
@pytest.mark.parametrize("path", PATHS)
def test_a_page_passes_axe_and_nothing_is_cut(
    installed: Installation, enter: Enter, path: str, width: int, scheme: str
) -> None:
    page = enter(installed, width=width, scheme=scheme).open(path)
    assert violations(page) == []
    assert page.evaluate(CUT) == []
    assert page.evaluate(WIDER) <= 0


def test_the_case_stands_beside_the_list_and_under_it_when_narrow(
    installed: Installation, enter: Enter
) -> None:
    for width, beside in ((1440, True), (1024, False)):
        page = enter(installed, width=width).open("/triage")
        grid = page.locator('[data-testid="stDataFrame"]').bounding_box()
        case = page.locator(".st-key-case").bounding_box()
        assert grid is not None
        assert case is not None
        assert (case["x"] >= grid["x"] + grid["width"]) is beside
        assert (case["y"] >= grid["y"] + grid["height"]) is not beside


def test_the_list_shows_every_column_without_scrolling_sideways(
    installed: Installation, enter: Enter
) -> None:
    page = enter(installed).open("/triage")
    page.locator('[data-testid="stDataFrame"] th').first.wait_for(state="attached")
    heads = page.locator('[data-testid="stDataFrame"] th').all_inner_texts()
    assert heads == ["Severity", "Account", "Issue", "At stake (PLN)", "Due in"]
    scroller = page.locator('[data-testid="stDataFrame"] .dvn-scroller')
    assert scroller.evaluate("e => e.scrollWidth - e.clientWidth") <= 0


@pytest.mark.parametrize(("scheme", "surface"), SURFACES)
def test_every_surface_follows_the_theme(
    installed: Installation, enter: Enter, scheme: str, surface: str
) -> None:
    page = enter(installed, scheme=scheme).open("/triage")
    background = page.evaluate("() => getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert background == surface
    text = page.locator(".ra-head h1").evaluate("e => getComputedStyle(e).color")
    assert text == ("rgb(16, 24, 40)" if scheme == "light" else "rgb(232, 236, 243)")
    family = page.evaluate("() => document.fonts.check('14px \"Hanken Grotesk\"')")
    assert family is True
