from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from core.adapters.store import open_store
from core.kernel.reads import CaseQuery
from tests.builders.audit import PSEUDONYMS
from tests.builders.runs import a_case, a_finding, a_run

SAVE_AND_DIE = """
import os, signal, sys
from core.adapters.store import open_store
from tests.builders.audit import PSEUDONYMS
from tests.builders.runs import a_case, a_finding, a_run

class Deadly(list):
    def __iter__(self):
        os.kill(os.getpid(), signal.SIGKILL)

record = a_run(findings=[a_finding()])
store = open_store(sys.argv[1], PSEUDONYMS)
store.save_run(type(record)(record.summary, record.event, (), (), (), record.findings, Deadly()))
"""


def test_a_kill_half_way_keeps_nothing_of_the_run(store_url: str) -> None:
    killed = subprocess.run([sys.executable, "-c", SAVE_AND_DIE, store_url], check=False)
    store = open_store(store_url, PSEUDONYMS)

    assert killed.returncode == -signal.SIGKILL
    assert store.latest_run() is None
    assert store.save_run(a_run(findings=[a_finding()]))
    store.close()


def test_a_failure_half_way_keeps_nothing_of_the_run(store_url: str) -> None:
    store = open_store(store_url, PSEUDONYMS)
    broken = a_case("C-2", amount=Decimal("0.0000001"))

    with pytest.raises(Exception, match="more than six decimals"):
        store.save_run(a_run(cases=[a_case("C-1"), broken], findings=[a_finding()]))

    assert store.latest_run() is None
    assert store.case("C-1") is None
    assert store.save_run(a_run(cases=[a_case("C-1")], findings=[a_finding()]))
    store.close()


def test_one_run_saved_by_many_at_once_is_saved_once(store_url: str) -> None:
    stores = [open_store(store_url, PSEUDONYMS) for _ in range(4)]
    record = a_run(cases=[a_case()], findings=[a_finding()])

    with ThreadPoolExecutor(4) as pool:
        saved = list(pool.map(lambda store: store.save_run(record), stores))

    assert sorted(saved) == [False, False, False, True]
    assert stores[0].count_findings("R-1") == 1
    for store in stores:
        store.close()


def test_runs_saved_at_once_leave_the_queue_of_the_last_one_whole(store_url: str) -> None:
    stores = [open_store(store_url, PSEUDONYMS) for _ in range(4)]
    cases = [a_case(f"C-{place}") for place in range(50)]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda place: stores[place].save_run(a_run(f"R-{place}", cases=cases)), range(4)))

    assert len(stores[0].runs(9)) == 4
    assert stores[0].count_cases({"all": CaseQuery()}) == {"all": 50}
    for store in stores:
        store.close()


def test_a_reader_goes_on_while_a_run_is_being_saved(store_url: str) -> None:
    store, reader = open_store(store_url, PSEUDONYMS), open_store(store_url, PSEUDONYMS)
    store.save_run(a_run("R-1", cases=[a_case()]))
    seen: list[str] = []

    class Watched(list):  # type: ignore[type-arg]
        def __iter__(self):  # type: ignore[no-untyped-def]
            seen.extend(run.run_id for run in reader.runs(9))
            return super().__iter__()

    record = a_run("R-2")
    store.save_run(type(record)(record.summary, record.event, Watched(), (), (), record.findings, [a_case()]))

    assert seen == ["R-1"]
    assert [run.run_id for run in reader.runs(9)] == ["R-2", "R-1"]
    store.close()
    reader.close()
