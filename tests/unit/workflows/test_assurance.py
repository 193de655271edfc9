"""A run that is known is not worked out again; anything that its result depends on makes it another run."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.controls.loader import load_controls
from core.workflows.assurance import RunOutcome, RunRequest, Workshop, assure
from tests.builders import rows
from tests.builders.audit import ANNA
from tests.builders.landing import Landing
from tests.fakes.store import FakeStore


class Desk:
    """Runs one small dataset and remembers what each run was busy with."""

    def __init__(self, root: Path) -> None:
        self.landing = Landing(root)
        self.landing.lay("accounts.parquet", rows.account("A1"))
        self.out = root / "out"
        self.workshop = Workshop(ANNA, root / "lake", root, load_controls(), FakeStore())
        self.steps: list[str] = []

    def run(self, as_of: datetime | None = None) -> RunOutcome:
        self.steps = []
        request = RunRequest(self.landing.folder, self.out, as_of=as_of)
        return assure(request, self.workshop, lambda what, done, total: self.steps.append(what))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_the_same_run_again_is_answered_from_the_store(desk: Desk) -> None:
    first = desk.run()
    assert "building cases" in desk.steps
    written = (desk.out / "findings.parquet").read_bytes()

    again = desk.run()

    assert "building cases" not in desk.steps
    assert again.summary == first.summary
    assert again.controls == first.controls
    assert (desk.out / "findings.parquet").read_bytes() == written


def test_results_that_are_gone_or_of_another_run_are_written_again(desk: Desk) -> None:
    desk.run()
    (desk.out / "cases.parquet").unlink()
    desk.run()
    assert (desk.out / "cases.parquet").exists()

    desk.run(as_of=datetime(2026, 7, 1, tzinfo=UTC))
    desk.run()
    assert "building cases" in desk.steps


def test_new_data_another_now_and_another_threshold_are_other_runs(desk: Desk) -> None:
    first = desk.run().summary.run_id
    later = desk.run(as_of=datetime(2026, 7, 1, tzinfo=UTC)).summary.run_id
    desk.landing.lay("plans.parquet", rows.plan("P1"))
    more = desk.run().summary.run_id
    control = desk.workshop.controls[0]
    tuned = control.model_copy(update={"version": "tuned"})
    desk.workshop = replace(desk.workshop, controls=(tuned, *desk.workshop.controls[1:]))
    assert len({first, later, more, desk.run().summary.run_id}) == 4
