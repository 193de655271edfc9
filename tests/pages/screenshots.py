"""Take a picture of every page and state: ``python -m tests.pages.screenshots [FOLDER]``."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from core.api import CaseFilter
from tests.builders.people import facade
from tests.builders.sample import DEMO
from tests.pages import made_up
from tests.pages.browser import QUIET, ROOT, chromium, context, dashboard, visit
from tests.pages.conftest import assay_run, token_of

SCREENS = ROOT / "docs" / "screens"
COLOURS = 192


def _nothing(_: Page) -> None:
    """Leave the page as it opens."""


def _press(button: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("button", name=button).first.click()


@dataclass(frozen=True)
class Shot:
    """Name one picture: where, how wide, in which theme, and what is done before it is taken."""

    name: str
    path: str
    width: int = 1440
    scheme: str = "light"
    act: Callable[[Page], None] = _nothing
    whole: bool = False


FULL = (
    Shot("home-light", "/"),
    Shot("home-dark", "/", scheme="dark"),
    Shot("home-evidence", "/", act=_press("Evidence")),
    Shot("home-1024", "/", width=1024, whole=True),
    Shot("home-600", "/", width=600, whole=True),
    Shot("triage-light", "/triage"),
    Shot("triage-dark", "/triage", scheme="dark"),
    Shot("triage-many-findings", "/triage?case=RA-20401", whole=True),
    Shot("triage-why", "/triage?view=high_value&tab=why"),
    Shot("triage-activity", "/triage?tab=activity"),
    Shot("triage-similar-dark", "/triage?tab=similar", scheme="dark"),
    Shot("triage-filters", "/triage?severity=critical", act=_press("Filters 1")),
    Shot("triage-copy-link-dark", "/triage?view=high_value", scheme="dark", act=_press("Copy link")),
    Shot("triage-no-hit", "/triage?q=nobody"),
    Shot("triage-no-case", "/triage?case=RA-NONE"),
    Shot("triage-1024", "/triage", width=1024, whole=True),
    Shot("triage-600-dark", "/triage", width=600, scheme="dark", whole=True),
)
CLEAR = (Shot("home-all-clear", "/"), Shot("triage-all-clear", "/triage"))
BEFORE = (Shot("home-before-the-first-run", "/"),)


def _of_account(home: Path) -> tuple[Shot, ...]:
    """Return the pictures of the account whose usage that was not billed is worth most."""
    missing = CaseFilter(faults=("record_not_charged",))
    case = facade(home).case_queue(missing, limit=1, sort="amount").cases[0]
    path = f"/account?id={case.account_id}&bill={case.cycle}"
    return (
        Shot("account-light", path, whole=True),
        Shot("account-dark", path, scheme="dark", whole=True),
        Shot("account-1024", path, width=1024, whole=True),
        Shot("account-600-dark", path, width=600, scheme="dark", whole=True),
        Shot("account-usage", f"{path}&tabs=usage", whole=True),
        Shot("account-search", "/account?q=a"),
        Shot("account-find", "/account"),
    )


def take(folder: Path) -> None:
    """Take all pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        assay_run(DEMO, Path(home))
        with dashboard(Path(home)) as url:
            _take_all(Path(home), url, _of_account(Path(home)), folder)
    for record, shots in (
        (made_up.run(), FULL),
        (made_up.run(size=0, rows_rejected=0), CLEAR),
        (None, BEFORE),
    ):
        with tempfile.TemporaryDirectory() as home:
            made_up.save(Path(home), record)
            with dashboard(Path(home)) as url:
                _take_all(Path(home), url, shots, folder)


def _take_all(home: Path, url: str, shots: tuple[Shot, ...], folder: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
        for shot in shots:
            opened = visit(context(browser, width=shot.width, scheme=shot.scheme), url, token_of(home))
            page = opened.open(shot.path)
            shot.act(page)
            page.wait_for_timeout(600)
            if shot.whole:
                tall = page.locator('[data-testid="stMainBlockContainer"]').bounding_box()
                page.set_viewport_size({"width": shot.width, "height": int(tall["height"]) if tall else 900})
                page.wait_for_timeout(600)
            _save(page.screenshot(), folder / f"{shot.name}.png")
            page.context.close()
        browser.close()


def _save(picture: bytes, path: Path) -> None:
    few_colours = Image.open(BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few_colours.save(path, optimize=True)


if __name__ == "__main__":
    take(Path(sys.argv[1]) if len(sys.argv) > 1 else SCREENS)
