"""A run is done again from its audit entry and the lake alone, and comes out the same to the last byte."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.controls.loader import load_controls, override
from core.controls.model import Control
from core.kernel.audit import AuditEntry, AuditQuery
from core.kernel.errors import InputError, LakeError
from core.lake.schemas import SCHEMAS
from core.lake.tables import Lake
from core.policy.document import Policy, read_policy, shipped_policy
from core.ports.store import Store
from core.workflows.assurance import RunRequest, Workshop, assure
from core.workflows.rebuild import Rebuilt, rebuild
from tests.builders import rows
from tests.builders.audit import ANNA, an_event
from tests.builders.landing import LIMITS, Landing, payment
from tests.fakes.store import FakeStore

SHIPPED = load_controls()
DECISIONS = 1_000
LATER = datetime(2026, 6, 1, tzinfo=UTC)


def quiet(_what: str, _done: int, _total: int) -> None:
    """Take progress."""


class Desk:
    """Runs a small dataset in which payments do not fit the invoices and some rows cannot be read."""

    def __init__(
        self, root: Path, controls: tuple[Control, ...] = SHIPPED, store: Store | None = None
    ) -> None:
        self.landing, self.store = Landing(root), store or FakeStore()
        self.landing.lay("accounts.parquet", rows.account("A1"))
        self.landing.lay("payments/a.csv", *(payment(n, amount=f"{n}.50") for n in range(1, 30)))
        self.landing.lay("payments/b.csv", *(payment(n, amount="x") for n in range(30, 30 + DECISIONS)))
        self.workshop = Workshop(ANNA, root / "lake", root, controls, self.store, LIMITS)

    def run(self, as_of: datetime | None = None) -> AuditEntry:
        assure(RunRequest(self.landing.folder, as_of=as_of), self.workshop, quiet)
        return self.entry()

    def entry(self) -> AuditEntry:
        return self.store.audit_entries(AuditQuery(), offset=0, limit=1)[0]

    def rebuild(
        self,
        entry: AuditEntry,
        controls: tuple[Control, ...] = SHIPPED,
        policies: tuple[Policy, ...] = (shipped_policy(),),
    ) -> Rebuilt:
        known = {policy.version: policy for policy in policies}
        return rebuild(entry, Lake(self.workshop.lake_dir, SCHEMAS), controls, known, LIMITS, quiet)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def told(entry: AuditEntry, **context: Any) -> AuditEntry:
    return replace(entry, event=replace(entry.event, context={**entry.event.context, **context}))


def test_every_decision_of_a_run_is_rebuilt_after_the_lake_went_on(tmp_path: Path, store: Store) -> None:
    desk = Desk(tmp_path, store=store)
    entry = desk.run()
    run_id = entry.event.object_id
    kept = desk.store.findings(run_id, offset=0, limit=2 * DECISIONS)
    before = {row.finding_id: asdict(row) for row in kept}
    assert len(before) >= DECISIONS
    desk.landing.lay("payments/c.csv", *(payment(n, amount="7.77", status="failed") for n in range(1, 30)))
    later = desk.rebuild(desk.run(LATER))
    assert (later.same_findings, later.same_cases) == (True, True)

    rebuilt = desk.rebuild(entry)

    assert (rebuilt.run_id, rebuilt.same_findings, rebuilt.same_cases) == (run_id, True, True)
    assert rebuilt.changed == ()
    assert {row["finding_id"]: row for row in rebuilt.findings.to_pylist()} == before


def test_the_thresholds_of_then_are_taken_from_the_entry(tmp_path: Path) -> None:
    stricter = tuple(
        override(control, {"enabled": False}) if control.id == "row_rejected" else control
        for control in SHIPPED
    )
    desk = Desk(tmp_path, stricter)
    entry = desk.run()
    assert entry.event.context["controls"]["row_rejected"]["enabled"] is False  # type: ignore[index]

    rebuilt = desk.rebuild(entry)

    assert (rebuilt.same_findings, rebuilt.same_cases, rebuilt.changed) == (True, True, ())


def test_what_is_no_longer_as_it_was_is_named(desk: Desk) -> None:
    entry = desk.run()
    controls: dict[str, Any] = json.loads(json.dumps(entry.event.context["controls"]))
    controls["file_late"]["version"] = "another"
    controls["gone"] = controls["file_late"]

    rebuilt = desk.rebuild(told(entry, controls=controls, code_hash="another"))

    assert rebuilt.changed == ("the rules' code", "control gone, which is gone", "control file_late")


def test_cases_are_decided_by_the_policy_of_then_and_one_that_is_gone_is_named(desk: Desk) -> None:
    text = shipped_policy().text.replace("at_most = 50", "at_most = 1", 1)
    desk.workshop = replace(desk.workshop, policy=read_policy(text))
    entry = desk.run()

    kept = desk.rebuild(entry, policies=(shipped_policy(), read_policy(text)))
    gone = desk.rebuild(entry)

    assert (kept.same_cases, kept.changed) == (True, ())
    assert gone.changed == ("the policy",)


@pytest.mark.parametrize(("part", "same"), [("findings_hash", (False, True)), ("cases_hash", (True, False))])
def test_a_result_that_was_another_is_noticed(desk: Desk, part: str, same: tuple[bool, bool]) -> None:
    rebuilt = desk.rebuild(told(desk.run(), **{part: "0" * 64}))

    assert (rebuilt.same_findings, rebuilt.same_cases) == same


def test_a_run_asked_for_again_is_an_entry_without_a_result(desk: Desk) -> None:
    first = desk.run()
    again = desk.run()

    assert (again.event.action, again.event.object_id) == ("run.repeated", first.event.object_id)
    with pytest.raises(InputError, match="entry 2 tells of no run"):
        desk.rebuild(again)


def test_only_a_run_whose_versions_the_lake_holds_can_be_rebuilt(desk: Desk) -> None:
    with pytest.raises(InputError, match="tells of no run"):
        desk.rebuild(desk.store.record(an_event()))
    entry = desk.run()
    versions = dict(entry.event.context["versions"])  # type: ignore[call-overload]
    with pytest.raises(LakeError):
        desk.rebuild(told(entry, versions=versions | {"payments": 99}))
