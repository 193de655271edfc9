"""Merging and splitting for tests: cases whose money is that of their findings, and shorthand for both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from core.cases.one_matter import Asker, merge, split
from core.kernel.case_life import CaseLife
from core.kernel.people import Actor
from core.kernel.results import Case, Finding
from core.ports.store import RunRecord, Store
from tests.builders.audit import ANNA
from tests.builders.proposals import NOW
from tests.builders.runs import a_case, a_finding, a_run

Money = Mapping[str, Iterable[str]]
"""The amounts of each case's findings, by case id."""


def a_run_of(money: Money, run_id: str = "R-1", **given: object) -> RunRecord:
    """Return a run that found these cases, the findings of C-1 being C-1.1, C-1.2 and so on."""
    findings = [
        _finding(f"{case_id}.{at}", case_id, amount)
        for case_id, amounts in money.items()
        for at, amount in enumerate(amounts, 1)
    ]
    cases = [_case(case_id, [one for one in findings if one.case_id == case_id], given) for case_id in money]
    return a_run(run_id, cases=cases, findings=findings)


def merged(store: Store, main: str, *others: str, actor: Actor = ANNA) -> tuple[CaseLife, ...]:
    """Merge cases as they stand into the first."""
    seen = {one: life.version for one, life in store.lives([main, *others]).items()}
    return store.regroup_cases(seen, merge(seen, main, Asker(actor, "One wrong price.", NOW)))


def split_off(store: Store, case_id: str, *findings: str, actor: Actor = ANNA) -> str:
    """Split findings off a case as it stands; return the id of what they become."""
    version = store.lives([case_id])[case_id].version
    asker = Asker(actor, "Another price.", NOW)
    lives = store.regroup_cases({case_id: version}, split(case_id, version, findings, asker))
    return next(life.case_id for life in lives if life.case_id != case_id)


def _finding(finding_id: str, case_id: str, amount: str) -> Finding:
    return a_finding(finding_id, case_id=case_id, amount=Decimal(amount))


def _case(case_id: str, findings: list[Finding], given: Mapping[str, object]) -> Case:
    total = sum((one.amount for one in findings), Decimal(0))
    facts = {"amount": total, "action_amount": total, "findings": len(findings), "contact_ids": (), **given}
    return a_case(case_id, **facts)
