"""How old the oldest entry without a checkpoint becomes while the dashboard is served, in real time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from core.api import SignInError, open_door
from core.bootstrap import assemble
from core.governance.checkpoints import Checkpoint, read_folder
from core.settings import Settings

SAMPLE = Path(__file__).parents[2] / "data" / "demo"
_LASTING_S, _EVERY_S, _AT_MOST_S = 270, 5, 700


def oldest_without_checkpoint() -> tuple[int, timedelta]:
    """Serve the sample, fail to sign in every five seconds, and wait until all of it is under checkpoints.

    Returns
    -------
    int, timedelta
        How many entries there were, and the longest that one waited for its checkpoint.
    """
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), demo=True)
        command = [sys.executable, "-m", "core.entrypoints.cli", "up", str(SAMPLE), "--port", "8971"]
        environment = os.environ | {"ASSAY_HOME": home, "ASSAY_DEMO": "true"}
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as server:
            try:
                _wait_for_people(settings)
                made = _knock(settings)
                return made, _longest_wait(settings, made)
            finally:
                server.send_signal(signal.SIGINT)


def _wait_for_people(settings: Settings) -> None:
    """Wait until the sample has been run and the first people are there: serving begins then."""
    for _ in range(_AT_MOST_S):
        time.sleep(1)
        if (settings.home / "assay.sqlite").exists() and assemble(settings).store.people():
            return
    raise TimeoutError("the dashboard was not served")


def _knock(settings: Settings) -> int:
    door, until = open_door(settings), time.monotonic() + _LASTING_S
    while time.monotonic() < until:
        with suppress(SignInError):
            door.sign_in("nobody", "no password of anybody")
        time.sleep(_EVERY_S)
    head = assemble(settings).store.audit_head()
    return head[0] if head else 0


def _longest_wait(settings: Settings, made: int) -> timedelta:
    """Return the longest time from an entry to the first checkpoint that covers it."""
    for _ in range(_AT_MOST_S):
        ledger = read_folder(settings.checkpoints_dir)
        if ledger.size >= made:
            break
        time.sleep(1)
    lines = list(assemble(settings).store.audit_lines())[:made]
    waits = [_wait(line.content, place, ledger.checkpoints) for place, line in enumerate(lines, 1)]
    return max(waits)


def _wait(content: str, place: int, checkpoints: tuple[Checkpoint, ...]) -> timedelta:
    sealed = next(checkpoint for checkpoint in checkpoints if checkpoint.size >= place)
    return sealed.time - datetime.fromisoformat(json.loads(content)["time"])


if __name__ == "__main__":
    entries, wait = oldest_without_checkpoint()
    print(f"{entries} entries, the longest without a checkpoint: {wait.total_seconds():.0f} s")
