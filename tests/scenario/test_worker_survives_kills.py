"""The worker is killed at each point between two things that belong together, and started again."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from core.adapters.store import open_store
from core.governance.four_eyes import decide
from core.kernel.corrections import Correction
from core.workflows.corrections.carry import POINTS
from core.workflows.corrections.ledger import imbalance
from tests.builders.audit import PSEUDONYMS
from tests.builders.corrections import a_matter, proposed
from tests.builders.proposals import a_request, an_actor
from tests.builders.runs import NOW, a_run

ROOT = Path(__file__).parents[2]
SOON_S = 30
"""Within which what a killed worker left is done after the next start."""


def approve(folder: Path) -> str:
    """Keep an approved correction of two orders, and return its id."""
    store, matter = open_store(f"sqlite:///{folder / 'store.sqlite'}", PSEUDONYMS), a_matter("rerate_charge")
    case = replace(matter.case, status="new")
    store.save_run(a_run(cases=[case], findings=matter.findings))
    made = store.propose("case", "C-1", lambda evidence: proposed(case, evidence=evidence, now=NOW))
    request = a_request(made, actor=an_actor("sue", "supervisor"))
    store.decide(made.proposal_id, lambda one, seen: decide(one, request, now=NOW, evidence=seen))
    (one,) = store.corrections(limit=9)
    store.close()
    return one.correction_id


def work(folder: Path, point: str = "") -> int:
    command = [sys.executable, "-m", "tests.builders.worker_process", str(folder), point]
    return subprocess.run(command, cwd=ROOT, env=dict(os.environ), check=False, timeout=90).returncode


def what_became(folder: Path, correction_id: str) -> tuple[Correction, Counter[str]]:
    store = open_store(f"sqlite:///{folder / 'store.sqlite'}", PSEUDONYMS)
    one = store.correction(correction_id)
    assert one is not None
    assert imbalance(store.postings(correction_id)) == {}
    assert store.lives(["C-1"])["C-1"].state == "settled"
    store.close()
    effects, _, _ = pickle.loads((folder / "systems.bin").read_bytes())
    return one, Counter(effect.key for effect in effects)


@pytest.mark.parametrize("point", [one for one in POINTS if one != "after_ask"])
def test_a_worker_killed_anywhere_leaves_one_effect_of_each_order(point: str, tmp_path: Path) -> None:
    correction_id = approve(tmp_path)

    assert work(tmp_path, point) == -signal.SIGKILL
    began = time.monotonic()
    assert work(tmp_path) == 0

    one, effects = what_became(tmp_path, correction_id)
    assert one.state == "settled"
    assert effects == Counter(item.order.key for item in one.items)
    assert time.monotonic() - began < SOON_S


def test_a_worker_that_is_told_to_stop_records_no_failure(tmp_path: Path) -> None:
    correction_id = approve(tmp_path)

    assert work(tmp_path, "term after_call") == 0
    assert work(tmp_path) == 0

    one, effects = what_became(tmp_path, correction_id)
    assert one.state == "settled"
    assert effects == Counter(item.order.key for item in one.items)


def test_a_worker_killed_twice_once_while_it_asks_leaves_one_effect_too(tmp_path: Path) -> None:
    correction_id = approve(tmp_path)

    assert work(tmp_path, "after_call") == -signal.SIGKILL
    assert work(tmp_path, "after_ask") == -signal.SIGKILL
    assert work(tmp_path) == 0

    one, effects = what_became(tmp_path, correction_id)
    assert effects == Counter(item.order.key for item in one.items)
