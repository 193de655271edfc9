"""What people merged and split outlasts real runs, and no run's own result knows of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from core.adapters.store import SqlStore, open_store
from core.cases.one_matter import keeps_apart
from core.controls.loader import load_controls
from core.kernel.case_life import OPEN
from core.kernel.reads import CaseQuery
from core.kernel.results import Case
from core.simulation.faults import everything
from core.simulation.operator import AS_OF
from core.simulation.simulate import simulate
from core.workflows.assurance import RunRequest, Workshop, assure
from tests.builders.audit import ANNA, PSEUDONYMS
from tests.builders.regrouped import merged, split_off

LATER = AS_OF + timedelta(hours=1)
FILES = ("findings.parquet", "cases.parquet")


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("operator")
    simulate(folder, seed=7, profile="mixed", accounts=60, cycles=1, faults=everything(1))
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = open_store(f"sqlite:///{tmp_path / 'assay.sqlite'}", PSEUDONYMS)
    yield opened
    opened.close()


def run(operator: Path, home: Path, store: SqlStore, as_of: datetime) -> None:
    workshop = Workshop(ANNA, home / "lake", home, load_controls(), store)
    assure(RunRequest(operator, home / "out", as_of=as_of), workshop, lambda *_: None)


def queue(store: SqlStore) -> dict[str, Case]:
    return {one.case_id: one for one in store.cases(CaseQuery(states=OPEN), offset=0, limit=9_999)}


def money(store: SqlStore) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for one in queue(store).values():
        sums[one.currency] += one.amount
    return sums


def pair(store: SqlStore) -> tuple[Case, Case]:
    """Return two cases of one account that may be one matter."""
    cases = sorted(queue(store).values(), key=lambda one: (-one.findings, one.case_id))
    return next(
        (one, other)
        for one, other in combinations(cases, 2)
        if keeps_apart([one, other], one.case_id) is None
    )


def inside(store: SqlStore, case_id: str) -> set[str]:
    seen = store.last_seen(case_id) or ""
    return {one.finding_id for one in store.findings(seen, case_id=case_id, offset=0, limit=9_999)}


def test_the_next_run_keeps_to_it_and_its_files_are_what_they_would_have_been(
    operator: Path, store: SqlStore, tmp_path: Path
) -> None:
    run(operator, tmp_path, store, AS_OF)
    before, (one, other) = money(store), pair(store)
    both = inside(store, one.case_id) | inside(store, other.case_id)
    merged(store, one.case_id, other.case_id)
    gone = sorted(inside(store, one.case_id))[0]
    new = split_off(store, one.case_id, gone)
    assert money(store) == before
    held = queue(store)[one.case_id]

    run(operator, tmp_path, store, LATER)

    assert inside(store, new) == {gone}
    assert inside(store, one.case_id) == both - {gone}
    assert other.case_id not in queue(store)
    again = queue(store)[one.case_id]
    assert (again.amount, again.findings, again.action) == (held.amount, held.findings, held.action)
    assert again.route == held.route

    untouched = open_store(f"sqlite:///{tmp_path / 'other.sqlite'}", PSEUDONYMS)
    run(operator, tmp_path / "other", untouched, AS_OF)
    run(operator, tmp_path / "other", untouched, LATER)
    assert money(store) == money(untouched)
    untouched.close()
    for name in FILES:
        assert pq.read_table(tmp_path / "out" / name) == pq.read_table(tmp_path / "other" / "out" / name)
