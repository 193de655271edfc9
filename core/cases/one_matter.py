"""Which cases may become one, and which findings a case of their own. Moves nothing."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from core.cases.direction import is_collected
from core.cases.life import Asked, take
from core.governance.canonical import canonical
from core.kernel.case_life import CaseLife, CaseStep, StepKind
from core.kernel.complaints import COMPLAINTS
from core.kernel.errors import ConflictError, InputError
from core.kernel.people import Actor
from core.kernel.results import Case
from core.ports.case_life import Plan, Regrouping, Taken

__all__ = [
    "Asker",
    "check_merge",
    "check_split",
    "head_of",
    "keeps_apart",
    "merge",
    "parts_of",
    "split",
    "take_back",
]

_ESTIMATED = "apply_estimated_charge"


@dataclass(frozen=True)
class Asker:
    """Say who merges or splits, why and when."""

    actor: Actor
    note: str
    now: datetime

    def asks(self, step: StepKind, **facts: Any) -> Asked:
        """Return the request for one step of one case."""
        return Asked(step, self.actor, self.note, facts)

    def takes(self, asked: Mapping[str, Asked]) -> Callable[[CaseLife], Taken]:
        """Return what takes the step of each case."""
        return lambda life: take(life, asked[life.case_id], self.now)


def check_merge(cases: Sequence[Case], main_id: str) -> None:
    """Refuse to make one case of some that one correction cannot put right.

    Raises
    ------
    InputError
        RA-E100 in words: too few cases, no such main one, an incident, no account, or not the same account,
        currency or kind of money.
    """
    problem = keeps_apart(cases, main_id)
    if problem:
        raise InputError(problem)


def keeps_apart(cases: Sequence[Case], main_id: str) -> str | None:
    """Return why some cases cannot be merged into one of them, in words; None when they can."""
    if len(cases) < 2:
        return "Choose at least two cases."
    if main_id not in {case.case_id for case in cases}:
        return "The main case is not among those that are to be merged."
    for case in cases:
        if case.children:
            return f"{case.case_id} is an incident, which only holds other cases: it is not merged."
        if case.fault in COMPLAINTS:
            return (
                f"{case.case_id} is what a customer asked: it joins by itself what is found to be behind it."
            )
        if case.account_id is None:
            return f"{case.case_id} is about no account: a correction goes to one account."
    accounts = {case.account_id for case in cases}
    if len(accounts) > 1:
        return f"These are cases of {len(accounts)} accounts: a correction goes to one account."
    currencies = sorted({case.currency for case in cases})
    if len(currencies) > 1:
        return f"These cases are in {' and '.join(currencies)}: their money has no one sum."
    if len({is_collected(case.fault) for case in cases}) > 1:
        return (
            "Some of these are about what was paid, others about what was billed: no one correction is both."
        )
    return None


def check_split(case: Case, inside: Collection[str], chosen: Collection[str]) -> None:
    """Refuse to split a case where nothing would stay, nothing would go or what goes cannot stand alone.

    Parameters
    ----------
    inside
        The ids of the case's findings.
    chosen
        The ids of those that are to become a case of their own.

    Raises
    ------
    InputError
        RA-E100 in words.
    ConflictError
        RA-E401 when a finding is no longer in the case.
    """
    if case.children:
        raise InputError("An incident is not split: take the cases that belong to it one by one.")
    if case.action == _ESTIMATED:
        raise InputError("This case is not split: the estimate stands for all of its files.")
    if not chosen:
        raise InputError("Choose the findings that are another matter.")
    if not set(chosen) <= set(inside):
        raise ConflictError(
            f"{case.case_id} no longer holds all of these findings: look at it again.",
            fields={"case_id": case.case_id},
        )
    if len(set(chosen)) == len(set(inside)):
        raise InputError("Leave at least one finding: all of them are the case as it is.")


def merge(seen: Mapping[str, int], main_id: str, asker: Asker) -> Plan:
    """Return how cases are merged into one of them."""

    def plan(cases: Mapping[str, Case], _found: Collection[str]) -> Regrouping:
        check_merge(tuple(cases.values()), main_id)
        parts = {one: version + 1 for one, version in sorted(seen.items()) if one != main_id}
        total = sum((case.amount for case in cases.values()), Decimal(0))
        facts = {"cases": parts, "amount": {"before": cases[main_id].amount, "now": total}}
        asked = {one: asker.asks("merged", into=main_id) for one in parts}
        asked[main_id] = asker.asks("took_in", **facts)
        return Regrouping(asker.takes(asked), dict.fromkeys(parts, main_id))

    return plan


def split(case_id: str, version: int, chosen: Collection[str], asker: Asker) -> Plan:
    """Return how findings of a case become one of their own."""

    def plan(cases: Mapping[str, Case], found: Collection[str]) -> Regrouping:
        check_split(cases[case_id], found, chosen)
        findings, new_id = sorted(set(chosen)), _split_id(case_id, version, chosen)
        asked = {
            case_id: asker.asks("split", into=new_id, findings=findings),
            new_id: asker.asks("split_off", **{"from": case_id}, findings=findings),
        }
        return Regrouping(asker.takes(asked), split=dict.fromkeys(findings, new_id))

    return plan


def take_back(last: Mapping[str, CaseStep], asker: Asker) -> Plan:
    """Return how a merge or a split is taken back; what was split off is merged into where it came from.

    Parameters
    ----------
    last
        The last step of each case concerned, by its id.
    """

    def plan(_cases: Mapping[str, Case], _found: Collection[str]) -> Regrouping:
        asked, merged = {}, dict[str, str | None]()
        for case_id, step in last.items():
            facts: Mapping[str, Any] = step.facts
            asked[case_id] = asker.asks("undone", **facts["was"])
            if step.step == "merged":
                merged[case_id] = None
            elif step.step == "split_off":
                merged[case_id] = facts["from"]
                asked[case_id] = asker.asks("merged", into=facts["from"], takes_back=True)
        return Regrouping(asker.takes(asked), merged)

    return plan


def parts_of(step: CaseStep) -> dict[str, int]:
    """Return the other cases of a merge or split, from the step of its head, and their versions since."""
    facts: Mapping[str, Any] = step.facts
    return dict(facts["cases"]) if step.step == "took_in" else {facts["into"]: 1}


def head_of(step: CaseStep) -> str | None:
    """Return the case whose findings a step moved others to or from; None for a step that moved none."""
    facts: Mapping[str, Any] = step.facts
    if step.step in {"took_in", "split"}:
        return step.case_id
    if step.step == "merged" and not facts.get("takes_back"):
        return str(facts["into"])
    return str(facts["from"]) if step.step == "split_off" else None


def _split_id(case_id: str, version: int, chosen: Collection[str]) -> str:
    """Return the id of the case that findings become, as long as those that runs give."""
    text = canonical(["split", case_id, version, sorted(chosen)])
    return f"C-{b32encode(blake2b(text.encode('utf-8', 'replace'), digest_size=10).digest())[:12].decode()}"
