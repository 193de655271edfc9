"""Killed at any moment and started again, a run writes the bytes that it would have written undisturbed."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE

import pytest

from core.simulation.command import run_simulation
from tests.builders import rows
from tests.builders.landing import Landing, payment
from tests.builders.people import facade

ROOT = Path(__file__).parents[2]
SEED = 20261126
STAGES = (
    ("reading charges", 1),
    ("explaining what differs", 1),
    ("control", 30),
    ("building cases", 1),
)
RANDOM_TRIALS = 3

CHILD = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.engine import Engine
from core.api import RunRequest, Settings, open_door

def run(dataset, home, moment, left):
    # Run, and die where a moment comes so many times.
    is_saving = False

    def reach(what):
        nonlocal left
        left -= what == moment
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def progress(what, done, total):
        nonlocal is_saving
        is_saving = is_saving or what == "building cases"
        reach("control" if 0 < total < 1000 and not what.startswith("reading") else what)

    def change(*_):
        if is_saving:
            reach("change")

    def audit(name, given):
        opens = name == "open" and "w" in str(given[1])
        if opens or name in {"os.rename", "os.remove", "os.rmdir", "os.mkdir"}:
            change()

    sys.addaudithook(audit)
    event.listen(Engine, "before_cursor_execute", change)
    event.listen(Engine, "commit", change)
    open_door(Settings(home=home)).system_user().run_dataset(RunRequest(dataset, home), progress)

for line in sys.stdin:  # each run is a process of its own, with what is imported already in it
    dataset, home, moment, times = line.rstrip().split("|")
    child = os.fork()
    if child == 0:
        run(Path(dataset), Path(home), moment, int(times))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""

NEVER = ("never", 1)


class Runner:
    """Runs datasets in processes that may be made to die."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-c", CHILD], cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True
        )

    def run(self, dataset: Path, home: Path, moment: str, times: int) -> int:
        assert self._server.stdin
        assert self._server.stdout
        self._server.stdin.write(f"{dataset}|{home}|{moment}|{times}\n")
        self._server.stdin.flush()
        return int(self._server.stdout.readline())

    def dies(self, dataset: Path, home: Path, moment: str, times: int) -> bool:
        """Run until a moment comes so many times; return whether it came."""
        code = self.run(dataset, home, moment, times)
        assert code in (0, -signal.SIGKILL)
        return code != 0

    def outcome(self, dataset: Path, home: Path) -> dict[str, object]:
        """Run to the end; return the files as bytes and the runs that the store has."""
        assert self.run(dataset, home, *NEVER) == 0
        files = {name: (home / name).read_bytes() for name in ("findings.parquet", "cases.parquet")}
        runs = [(run.run_id, run.findings, run.cases) for run in facade(home).runs()]
        return files | {"runs": runs}

    def close(self) -> None:
        self._server.communicate()


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    started = Runner()
    yield started
    started.close()


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("operator") / "data"
    run_simulation(folder, accounts=30, cycles=1, seed=SEED, faults=1)
    return folder


@pytest.fixture(scope="module")
def undisturbed(
    operator: Path, runner: Runner, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, object]:
    return runner.outcome(operator, tmp_path_factory.mktemp("undisturbed"))


def test_killed_at_one_stage_after_the_other(
    operator: Path, undisturbed: dict[str, object], runner: Runner, tmp_path: Path
) -> None:
    for stage, times in STAGES:
        assert runner.dies(operator, tmp_path, stage, times), stage
    assert runner.outcome(operator, tmp_path) == undisturbed


@pytest.mark.long
def test_the_command_killed_at_random_moments_twice_in_a_row(
    operator: Path, undisturbed: dict[str, object], runner: Runner, tmp_path: Path
) -> None:
    moments, killed = random.Random(SEED), 0
    began = time.monotonic()
    assert command(operator, tmp_path / "timed").wait(timeout=600) == 0
    took = time.monotonic() - began
    for trial in range(RANDOM_TRIALS):
        home = tmp_path / str(trial)
        for _ in range(2):
            process = command(operator, home)
            time.sleep(moments.uniform(0.2, 1.0) * took)
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
                killed += 1
            process.wait(timeout=60)
        assert runner.outcome(operator, home) == undisturbed, f"trial {trial}"
    print(f"killed {killed} of {2 * RANDOM_TRIALS}, seed {SEED}")  # noqa: T201 - how much was really tried


def command(dataset: Path, home: Path) -> subprocess.Popen[bytes]:
    arguments = [sys.executable, "-m", "core.entrypoints.cli", "run", str(dataset), "--out", str(home)]
    return subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.DEVNULL)


@pytest.mark.long
def test_killed_before_every_change_to_disk_and_store_while_it_saves(runner: Runner, tmp_path: Path) -> None:
    """The second of two runs is killed: it replaces what the first left."""
    landing, first, changes = Landing(tmp_path), tmp_path / "first", 0
    landing.lay("accounts.parquet", rows.account("A1"))
    landing.lay("invoices.parquet", rows.invoice("IN1", status="paid", total="12.50"))
    landing.lay("payments/a.csv", payment(1), payment(2))
    runner.outcome(landing.folder, first)
    landing.lay("payments/b.csv", payment(3), payment(4, method="cheque"))
    undisturbed = runner.outcome(landing.folder, shutil.copytree(first, tmp_path / "undisturbed"))
    while True:
        home = shutil.copytree(first, tmp_path / str(changes))
        if not runner.dies(landing.folder, home, "change", changes + 1):
            break
        changes += 1
        assert runner.outcome(landing.folder, home) == undisturbed, f"killed before change {changes}"
    print(f"killed before each of {changes} changes")  # noqa: T201
    assert changes >= 10
