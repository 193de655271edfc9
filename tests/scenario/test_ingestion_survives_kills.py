"""Killed at any moment and started again, ingestion ends as if nothing had happened."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from core.controls.engine import run_controls
from core.controls.loader import load_controls
from core.events.enrich import enrich
from tests.builders.landing import Landing, payment, usage

ROOT = Path(__file__).parents[2]

CHILD = """
import os, signal, sys
from pathlib import Path
from core.events.dataset import open_dataset
from core.events.land import take_in
from core.lake.schemas import SCHEMAS
from core.lake.session import Limits
from core.lake.tables import Lake

class Fatal(Lake):
    # Die before the n-th append, or right after it.
    left, after = int(sys.argv[3]), sys.argv[4] == "after"

    def append(self, *arguments):
        self.left -= 1
        if self.left == 0 and not self.after:
            os.kill(os.getpid(), signal.SIGKILL)
        super().append(*arguments)
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

lake = Fatal(Path(sys.argv[2]), SCHEMAS)
take_in(lake, open_dataset(Path(sys.argv[1])), Limits(memory_mb=300, threads=1), lambda *_: None)
"""


def build(root: Path) -> Landing:
    """Lay down files that are read in several parcels, with repeats, revisions and rows to reject."""
    landing = Landing(root)
    landing.lay("payments/a.csv", payment(1), payment(2, method="cheque"), payment(3))
    landing.lay("payments/b.jsonl", payment(1), payment(3, amount="9"), payment(4))
    landing.lay("payments/c.csv.gz", payment(4, amount="8"), payment(5))
    landing.lay("usage_events/a.parquet", usage(1), usage(2))
    landing.lay("usage_events/b.csv", usage(2), usage(3, duration_s="-5"), usage(1, duration_s="9"))
    return landing


def outcome(landing: Landing) -> dict[str, Any]:
    """Return everything that the lake says: rows with their lineage, books and findings."""
    with landing.session() as session:
        enrich(session)
        _, findings = run_controls(session, load_controls(), as_of=landing.open().settings.as_of)
        queries = (
            "payments",
            "usage_events",
            "all_payments",
            "all_usage_events",
            "quarantine",
            "revised_keys",
        )
        rows = {name: session.execute(f"SELECT * FROM {name} ORDER BY ALL").fetchall() for name in queries}  # noqa: S608
        rows["findings"] = findings.fetchall()
    return rows | {"reports": landing.reports()}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    landing = build(tmp_path_factory.mktemp("undisturbed"))
    landing.take_in()
    return outcome(landing)


def child(landing: Landing, append: int, moment: str) -> subprocess.Popen[bytes]:
    arguments = [str(landing.folder), str(landing.lake.root), str(append), moment]
    return subprocess.Popen([sys.executable, "-c", CHILD, *arguments], cwd=ROOT)


def die(landing: Landing, append: int, moment: str) -> bool:
    """Ingest in a process that dies at an append; return whether it came that far."""
    code = child(landing, append, moment).wait(timeout=120)
    assert code in (0, -signal.SIGKILL)
    return code != 0


def test_killed_before_and_after_every_commit(tmp_path: Path, undisturbed: dict[str, Any]) -> None:
    appends = 0
    while True:
        before = build(tmp_path / f"{appends}-before")
        if not die(before, appends + 1, "before"):
            break
        appends += 1
        before.take_in()
        assert outcome(before) == undisturbed, f"killed before append {appends}"
        after = build(tmp_path / f"{appends}-after")
        assert die(after, appends, "after")
        after.take_in()
        assert outcome(after) == undisturbed, f"killed after append {appends}"
    assert appends >= 8


def test_killed_twice_in_a_row(tmp_path: Path, undisturbed: dict[str, Any]) -> None:
    landing = build(tmp_path)
    assert die(landing, 3, "after")
    assert die(landing, 2, "before")
    landing.take_in()
    assert outcome(landing) == undisturbed


def test_killed_with_a_file_landing_before_the_next_start(tmp_path: Path) -> None:
    killed, calm = build(tmp_path / "killed"), build(tmp_path / "calm")
    assert die(killed, 4, "after")
    calm.take_in()
    for landing in (killed, calm):
        landing.lay("payments/0.csv", payment(5, amount="7"), payment(6))
        landing.take_in()
    assert outcome(killed) == outcome(calm)


def test_killed_at_random_moments(tmp_path: Path, undisturbed: dict[str, Any]) -> None:
    moments = random.Random(20261125)
    killed = 0
    for trial in range(8):
        landing = build(tmp_path / str(trial))
        process = child(landing, 10**6, "after")
        time.sleep(moments.uniform(0.5, 2.5))
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            killed += 1
        process.wait(timeout=60)
        landing.take_in()
        assert outcome(landing) == undisturbed, f"trial {trial}"
    print(f"killed {killed} of 8, seed 20261125")  # noqa: T201 - how much was really tried
