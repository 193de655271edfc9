"""Fixtures for page tests: a browser, installations to look at, and visits that must stay clean."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from core.api import Assay, Role
from core.bootstrap import assemble, wall_clock
from core.governance.admission import Admissions
from core.settings import Settings
from tests.builders.people import PASSWORD, a_person, facade, keep
from tests.builders.sample import Sample
from tests.packages import not_run
from tests.pages import made_up
from tests.pages.browser import (
    PATIENCE_MS,
    QUIET,
    ROOT,
    NotRunError,
    Visit,
    chromium,
    context,
    dashboard,
    forget,
    visit,
)

expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True)
class Installation:
    """Hold a dashboard under test: its folder, its address, and the facade over the same store."""

    home: Path
    url: str
    assay: Assay


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        path = chromium()
    except NotRunError as reason:
        not_run(reason)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield launched
        launched.close()


@cache
def token_of(home: Path, role: Role = "analyst") -> str:
    """Sign somebody of a role in to an installation and return the secret that their browser shows."""
    parts = assemble(Settings(home=home))
    if parts.store.person(role) is None:
        keep(parts.store, a_person(role, role))
    admissions = Admissions(parts.store, parts.session_rules, wall_clock)
    return admissions.by_password(role, PASSWORD).token


def assay_run(dataset: Path, home: Path) -> None:
    """Run the command that people type."""
    command = [sys.executable, "-m", "core.entrypoints.cli", "run", str(dataset), "--out", str(home)]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)


def _serve(home: Path, record: made_up.RunRecord | None) -> Iterator[Installation]:
    made_up.save(home, record)
    with dashboard(home) as url:
        yield Installation(home, url, facade(home))


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Serve a queue of 130 cases."""
    yield from _serve(tmp_path_factory.mktemp("installed"), made_up.run())


@pytest.fixture(scope="session")
def demo(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Serve the operator that ships, taken in and checked by ``assay run``."""
    home = sample.copy(tmp_path_factory.mktemp("demo"))
    with dashboard(home) as url:
        yield Installation(home, url, facade(home))


@pytest.fixture(scope="session")
def without_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Serve an installation before its first run."""
    yield from _serve(tmp_path_factory.mktemp("without_run"), None)


@pytest.fixture(scope="session")
def all_clear(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Serve a run that found nothing."""
    yield from _serve(tmp_path_factory.mktemp("all_clear"), made_up.run(size=0, rows_rejected=0))


Enter = Callable[..., Visit]
Spare = dict[tuple[int, str], list[BrowserContext]]


@pytest.fixture(scope="session")
def spare() -> Spare:
    """Give browser contexts that nobody uses now: what a browser has loaded once it need not load again."""
    return defaultdict(list)


@pytest.fixture
def enter(browser: Browser, spare: Spare) -> Iterator[Enter]:
    """Give a function that opens a dashboard as somebody of a role, or as a stranger.

    At the end no visit may have failed or left the host, and nothing of it stays in the browser.
    """
    visits: list[Visit] = []
    lent: list[tuple[tuple[int, str], BrowserContext]] = []

    def _enter(
        installation: Installation,
        *,
        width: int = 1440,
        scheme: str = "light",
        role: Role | None = "analyst",
    ) -> Visit:
        token = token_of(installation.home, role) if role else ""
        kind = (width, scheme)
        reader = spare[kind].pop() if spare[kind] else context(browser, width=width, scheme=scheme)
        lent.append((kind, reader))
        visits.append(visit(reader, installation.url, token))
        return visits[-1]

    yield _enter
    for made, (kind, reader) in zip(visits, lent, strict=True):
        if forget(made):
            spare[kind].append(reader)
    assert [made.wrong() for made in visits if made.wrong()] == []
    assert [made.outside for made in visits if made.outside] == []
