"""Any split of a dataset into batches, in any order, ends in what one run over all of it finds."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.controls.loader import load_controls
from core.kernel.complaints import COMPLAINTS
from core.kernel.reads import CaseQuery
from core.kernel.records import STREAMS
from core.lake.islands import LINKS
from core.simulation.faults import everything
from core.simulation.operator import AS_OF
from core.simulation.simulate import simulate
from core.workflows.assurance import RunRequest, Workshop, assure
from tests.builders.audit import ANNA
from tests.fakes.store import FakeStore

SEED = 20261126
ACCOUNTS = 160
KNOWN_AT = {"usage_events": "received_at", "mediation_records": "mediated_at", "charges": "rated_at"}

Rows = Mapping[str, pa.Table]


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("operator")
    simulate(folder, seed=4, profile="mixed", accounts=ACCOUNTS, cycles=1, faults=everything(1))
    return folder


@dataclass
class Desk:
    """Lays batches of an operator's rows into a folder and runs over what is there."""

    root: Path
    steps: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.landing = self.root / "landing"
        self.landing.mkdir(parents=True)
        self.workshop = Workshop(ANNA, self.root / "lake", self.root, load_controls(), FakeStore())

    def lay(self, name: str, rows: Rows) -> None:
        for stream, table in rows.items():
            if table.num_rows:
                (self.landing / stream).mkdir(exist_ok=True)
                pq.write_table(table, self.landing / stream / f"{name}.parquet")

    def run(self, as_of: datetime) -> None:
        self.steps = []
        request = RunRequest(self.landing, self.root / "out", as_of=as_of)
        assure(request, self.workshop, lambda what, done, total: self.steps.append(what))

    @property
    def judged_a_part(self) -> bool:
        began = any(step.startswith("judging ") and step.endswith(" accounts again") for step in self.steps)
        return began and self.steps.count("pricing all usage") == 1

    def anew(self) -> Desk:
        """Return a desk with the same landed files and an empty lake."""
        other = Desk(self.root / "anew")
        other.landing.rmdir()
        self.landing.rename(other.landing)
        return other

    def found(self) -> dict[str, Any]:
        store = self.workshop.store
        run = store.latest_run()
        assert run is not None
        tables = {
            name: pq.read_table(self.root / "out" / f"{name}.parquet") for name in ("findings", "cases")
        }
        return {
            **{name: table.to_pylist() for name, table in tables.items()},
            "complaints": [
                (case.case_id, case.severity, case.at_stake, case.summary, case.contact_ids)
                for case in store.cases(CaseQuery(faults=tuple(COMPLAINTS)), offset=0, limit=1_000)
            ],
            "controls": store.control_results(run.run_id),
            "flow": store.flow(run.run_id, by="day"),
            "estimates": store.estimates(run.run_id),
            "open": [
                replace(line, matched=0, found=0) for line in store.open_items(run.run_id) if line.items
            ],
        }


def read(operator: Path) -> dict[str, pa.Table]:
    tables = {}
    for stream in STREAMS:
        files = sorted((operator / stream).rglob("*.parquet"))
        if files:
            tables[stream] = pa.concat_tables([pq.read_table(file) for file in files])
    return tables


def parted(rows: Rows, goes: Callable[[str, dict[str, Any]], int], batches: int) -> list[dict[str, pa.Table]]:
    """Part the rows of accounts over batches; what all share is in the first."""
    parts: list[dict[str, pa.Table]] = [{} for _ in range(batches)]
    for stream, table in rows.items():
        places = [goes(stream, row) if stream in LINKS else 0 for row in table.to_pylist()]
        for number, part in enumerate(parts):
            part[stream] = table.filter(pa.array([place == number for place in places]))
    return parts


def owners(rows: Rows, accounts: Iterable[str]) -> Callable[[dict[str, Any]], bool]:
    chosen = set(accounts)
    held = [row for row in rows["subscriptions"].to_pylist() if row["account_id"] in chosen]
    ids, sims = ({row[name] for row in held} for name in ("subscription_id", "imsi"))
    return lambda row: (
        row.get("account_id") in chosen or row.get("subscription_id") in ids or row.get("imsi") in sims
    )


def expect_the_same(desk: Desk, as_of: datetime) -> None:
    found = desk.found()
    anew = desk.anew()
    anew.run(as_of)
    assert not anew.judged_a_part
    whole = anew.found()
    assert whole["complaints"]
    for name, rows in whole.items():
        assert found[name] == rows, name


def change(table: pa.Table, column: str, value: Any, updated_at: datetime) -> pa.Table:
    rows = [{**row, column: value, "updated_at": updated_at} for row in table.to_pylist()]
    return pa.Table.from_pylist(rows, schema=table.schema)


def some(rows: Rows, number: int, rng: random.Random) -> Sequence[str]:
    return rng.sample(rows["accounts"]["account_id"].to_pylist(), number)


def test_rows_come_late_again_corrected_and_out_of_order_while_time_goes_on(
    operator: Path, tmp_path: Path
) -> None:
    rng, rows = random.Random(SEED), read(operator)
    before = AS_OF - timedelta(hours=1)
    late = owners(rows, some(rows, 5, rng))

    def comes(stream: str, row: dict[str, Any]) -> int:
        known = KNOWN_AT.get(stream)
        if known is not None and row[known] > before:
            return 2
        return rng.choice((0, 1, 2)) if late(row) else 0

    first, second, third = parted(rows, comes, 3)
    desk = Desk(tmp_path)
    (desk.landing / "dataset.toml").write_bytes((operator / "dataset.toml").read_bytes())

    desk.lay("first", first)
    desk.run(before)
    desk.lay("third", third)
    desk.run(AS_OF)
    assert desk.judged_a_part
    repeated = {stream: second[stream].slice(0, 20) for stream in ("usage_events", "charges")}
    wrong = change(second["charges"].slice(0, 5), "amount", second["charges"]["amount"][0].as_py() + 1, AS_OF)
    desk.lay("second", second)
    desk.lay("repeated", repeated)
    desk.lay("corrected", {"charges": wrong})
    desk.run(AS_OF)
    assert desk.judged_a_part

    expect_the_same(desk, AS_OF)


def test_in_which_order_the_last_run_left_its_rows_does_not_matter(operator: Path, tmp_path: Path) -> None:
    rows = read(operator)
    late = owners(rows, some(rows, 3, random.Random(SEED)))
    first, second = parted(rows, lambda _, row: int(late(row)), 2)
    desk = Desk(tmp_path)
    (desk.landing / "dataset.toml").write_bytes((operator / "dataset.toml").read_bytes())
    desk.lay("first", first)
    desk.run(AS_OF)
    for left in (desk.root / "lake" / "_last_run").glob("*.parquet"):
        table = pq.read_table(left)
        pq.write_table(table.take(pa.array(range(table.num_rows)[::-1], pa.int64())), left)
    desk.lay("second", second)
    desk.run(AS_OF)

    assert desk.judged_a_part
    expect_the_same(desk, AS_OF)
