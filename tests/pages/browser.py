"""A real Chromium and a real dashboard for page tests, each started and stopped here."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request

from dashboard.entrance import COOKIE
from tests.packages import found_or_installed

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-domain-reliability")  # fmt: skip
PATIENCE_MS = 30_000


class NotRunError(Exception):
    """Say why the page tests cannot run on this machine."""


def chromium() -> str:
    """Return the path of a Chromium, installing one where that is possible."""
    found = found_or_installed(_on_path, "chromium")
    if found is None:
        raise NotRunError("not run: no Chromium on the path, and none could be installed")
    return found


def _on_path() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def dashboard(home: Path, secrets: Callable[[str], str] | None = None) -> Iterator[str]:
    """Serve the dashboard through its entry file over one installation; yield its address.

    ``secrets`` returns, for that address, what stands in the file of secrets.
    """
    port = _free_port()
    entry = ["-m", "streamlit", "run", "dashboard/app.py", "--server.port", str(port)]
    if secrets is not None:
        (home / "secrets.toml").write_text(secrets(f"http://127.0.0.1:{port}"), encoding="utf-8")
        entry += ["--secrets.files", str(home / "secrets.toml")]
    entry += ["--server.address"]
    environment = {**os.environ, "ASSAY_HOME": str(home), "ASSAY_CLOCK": "data"}
    with (home / "dashboard.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, *entry, "127.0.0.1"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, server: subprocess.Popen[bytes], seconds: float = 240) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"The dashboard did not answer at {address}.")


@dataclass
class Visit:
    """Drive one browser page over a dashboard and remember what went wrong in it."""

    page: Page
    base: str
    errors: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def wrong(self) -> list[str]:
        """Return the errors that the test did not expect."""
        return [error for error in self.errors if not any(part in error for part in self.expected)]

    def open(self, path: str = "/") -> Page:
        """Open an address and wait until the page is drawn."""
        self.page.goto(self.base + path)
        return self.settled()

    def settled(self) -> Page:
        """Wait until the server has nothing more to draw."""
        self.page.wait_for_selector(".ra-head, .ra-alert", timeout=PATIENCE_MS)
        self.page.wait_for_function(STILL, timeout=PATIENCE_MS)
        return self.page


STILL = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  const still = app && app.getAttribute('data-test-script-state') === 'notRunning'
    && !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]');
  if (!still) window.assayStill = 0;
  else window.assayStill ||= performance.now();
  return still && performance.now() - window.assayStill > 250;
}"""


def visit(context: BrowserContext, base: str, token: str = "") -> Visit:
    """Open a page that records errors on its console and requests that leave the host.

    With the token of a session its reader is signed in.
    """
    if token:
        context.add_cookies([{"name": COOKIE, "value": token, "url": base, "httpOnly": True}])
    made = Visit(context.new_page(), base)

    def on_console(message: ConsoleMessage) -> None:
        probing = "/_stcore/" in str(message.location.get("url", ""))  # Streamlit looks for its own base path
        if message.type == "error" and not probing:
            made.errors.append(message.text)

    def on_request(request: Request) -> None:
        if request.url.startswith(("http", "ws")) and "//127.0.0.1:" not in request.url:
            made.outside.append(request.url)

    made.page.on("console", on_console)
    made.page.on("pageerror", lambda error: made.errors.append(str(error)))
    made.page.on("request", on_request)
    return made


def forget(visit: Visit) -> bool:
    """Close a visit's pages and take away what it left in the browser; return whether it is fit for another.

    What was loaded stays at hand. A dashboard that is gone leaves its browser context closed.
    """
    reader = visit.page.context
    last = reader.new_page()
    for page in reader.pages[:-1]:
        page.close()
    try:
        last.goto(f"{visit.base}/_stcore/health")
        last.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    except Error:
        reader.close()
        return False
    last.close()
    reader.clear_cookies()
    return True


def context(browser: Browser, *, width: int = 1440, scheme: str = "light") -> BrowserContext:
    """Return a fresh browser context: one reader, in Warsaw."""
    return browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        timezone_id="Europe/Warsaw",
        locale="en-GB",
    )
