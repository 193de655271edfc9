"""Two hundred cases whose cause and money were planted: the same right proposal, however often one asks."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.cases.build import Built
from core.controls.loader import load_controls
from core.events.dataset import open_dataset
from core.events.enrich import enrich
from core.events.land import take_in
from core.lake.schemas import SCHEMAS
from core.lake.session import Limits, Session
from core.lake.snapshot import open_snapshot, pin
from core.lake.tables import Lake
from core.lake.views import settle_versions
from core.policy.conditions import UNPROVEN
from core.policy.document import shipped_policy
from core.simulation.faults import everything
from core.simulation.simulate import simulate
from core.workflows.stages import find_anew, make_cases
from tests.bench.detection import key_of
from tests.golden import right_actions

RUNS = 8
CENT = Decimal("0.01")
SHARE_OF_CAUSES, SHARE_OF_ACTIONS = 0.85, 0.99


class Golden(NamedTuple):
    """One case as it should be: what was planted, and what it came to in the first run."""

    case_id: str
    causes: frozenset[str]
    amount: Decimal


class World(NamedTuple):
    """Cases of a spoilt operator, made again and again, and what they should be."""

    runs: list[Built]
    golden: list[Golden]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder: Path = tmp_path_factory.mktemp("golden")
    data = folder / "operator"
    simulate(data, seed=61, profile="mixed", accounts=90, cycles=3, faults=everything(5))
    lake, dataset, controls = Lake(folder / "lake", SCHEMAS), open_dataset(data), load_controls()
    take_in(lake, dataset, Limits(), _quietly)
    with open_snapshot(lake, pin(lake, dataset.settings), Limits()) as session:
        settle_versions(session, dataset.settings)
        enrich(session)
        session.execute("create temp table open_before (control_id varchar)")
        find_anew(session, controls, dataset.settings, _quietly)
        runs = []
        for turn in range(RUNS):
            _shuffle(session, turn)
            runs.append(make_cases(session, controls, shipped_policy(), dataset.settings, _quietly))
    return World(runs, _golden(runs[0], pq.read_table(f"{data}-labels.parquet").to_pylist()))


def _quietly(*_: object) -> None:
    """Tell nobody how far it is."""


def _shuffle(session: Session, turn: int) -> None:
    """Let the findings stand in another order, as another plan or machine would leave them."""
    found = session.table("findings").to_arrow_table()
    order = random.Random(turn).sample(range(found.num_rows), found.num_rows)
    session.register("shuffled", found.take(pa.array(order)))
    session.execute("create or replace temp table findings as from shuffled")


def _golden(built: Built, labels: list[dict[str, Any]]) -> list[Golden]:
    """Return the cases all of whose findings were planted, with the labels' causes and money."""
    planted = {key_of(row): row for row in labels if row["kind"] == "fault"}
    found: dict[str, list[dict[str, Any] | None]] = {}
    for row in built.findings.to_pylist():
        found.setdefault(row["case_id"], []).append(planted.get(key_of(row)))
    return [
        Golden(
            case_id,
            frozenset(label["root_cause"] for label in rows if label),
            sum((label["amount"] for label in rows if label), Decimal(0)),
        )
        for case_id, rows in sorted(found.items())
        if all(rows)
    ]


def test_there_are_two_hundred_cases_and_their_money_is_what_was_planted(world: World) -> None:
    cases = {case.case_id: case for case in world.runs[0].cases}
    off = [one for one in world.golden if abs(cases[one.case_id].amount - one.amount) >= CENT]

    assert len(world.golden) >= 200
    assert off == [], [(cases[one.case_id], one.amount) for one in off]


def test_the_cause_of_a_golden_case_is_the_one_that_was_planted(world: World) -> None:
    cases = {case.case_id: case for case in world.runs[0].cases}
    wrong = [one for one in world.golden if {cases[one.case_id].root_cause} != one.causes]

    assert len(wrong) <= (1 - SHARE_OF_CAUSES) * len(world.golden)


def test_the_proposed_action_is_one_that_a_person_of_the_trade_would_take(world: World) -> None:
    cases = {case.case_id: case for case in world.runs[0].cases}
    judged, wrong = 0, []
    for one in world.golden:
        case, facts = cases[one.case_id], world.runs[0].advice[one.case_id].facts
        assert facts is not None
        right = right_actions(case.fault, case.amount, facts.invoice)
        judged += bool(right)
        if right and case.action not in right:
            wrong.append((case.fault, case.amount, facts.invoice, case.action))

    assert judged >= 200
    assert len(wrong) <= (1 - SHARE_OF_ACTIONS) * judged, wrong


def test_the_same_proposal_is_made_in_eight_of_eight_runs(world: World) -> None:
    first = {case.case_id: case for case in world.runs[0].cases}
    for again in world.runs[1:]:
        assert {case.case_id: case for case in again.cases} == first
        assert again.advice == world.runs[0].advice


def test_no_case_acts_by_itself_unless_arithmetic_proves_its_fault(world: World) -> None:
    by_case: dict[str, set[str]] = {}
    for row in world.runs[0].findings.to_pylist():
        by_case.setdefault(row["case_id"], set()).add(row["fault"])
    automatic = [case for case in world.runs[0].cases if case.route == "automatic" and not case.children]

    assert automatic
    assert all(case.confidence == 1 for case in automatic)
    assert all(UNPROVEN.isdisjoint(by_case[case.case_id]) for case in automatic)
