"""What a run found, as people have merged and split it: what the store keeps. The run knows nothing of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from core.cases.regroup import Moves, Regrouped, Told, regroup, with_children
from core.kernel.results import Case, Finding
from core.policy.document import Policy
from core.ports.store import RunRecord

__all__ = ["MOVED_FROM", "RegroupedRun", "regroup_run"]

MOVED_FROM = "moved_from"
"""The column of findings that names the case which the run put one in; null where it is there still."""


@dataclass(frozen=True)
class RegroupedRun:
    """Hold a run as people have regrouped it.

    Parameters
    ----------
    record
        Its ``findings`` have the column `MOVED_FROM` too.
    built
        What the run itself made of each case that people had a hand in, by case id.
    """

    record: RunRecord
    built: Mapping[str, Told]


def regroup_run(record: RunRecord, moves: Moves, policy: Policy) -> RegroupedRun:
    """Return a run with every finding in the case where people have put it; all add up as before.

    Notes
    -----
    Cases that nobody has merged or split stay as the run made them, and are not looked into. One that was
    split and of which the run finds only what went is not found any more.
    """
    cases = {case.case_id: case for case in record.cases}
    touched = _touched(record.findings, moves, cases)
    if not touched:
        return RegroupedRun(record, {})
    built = {name: (cases[name], record.advice.get(name)) for name in touched}
    done = regroup(built, _findings_in(record.findings, touched), moves, policy)
    gone = {name for name, case in done.cases.items() if not case.findings and name not in moves.merged}
    after = {name: case for name, case in {**cases, **done.cases}.items() if name not in gone}
    parents = {case.parent_case_id for case, _ in built.values() if case.parent_case_id is not None}
    holding = set(done.case_of.values())
    inside: dict[str, list[Case]] = defaultdict(list)
    for case in after.values():
        inside[case.parent_case_id or ""].append(case)
    own = _holding(record.findings, parents)
    for name in sorted(parents & after.keys()):
        after[name] = with_children(after[name], inside[name], has_findings=name in own or name in holding)
    changed = replace(
        record,
        findings=_moved(record.findings, touched, done),
        cases=[after[name] for name in sorted(after)],
        advice={**record.advice, **done.advice},
    )
    return RegroupedRun(changed, built)


def _touched(findings: pa.Table, moves: Moves, cases: Mapping[str, Case]) -> set[str]:
    """Return the cases of a run that people have merged, merged others into, or split."""
    by_finding = pc.is_in(findings["finding_id"], value_set=pa.array(list(moves.split), pa.string()))
    split = findings.filter(by_finding)["case_id"].to_pylist()
    return {*moves.merged, *moves.merged.values(), *split} & cases.keys()


def _findings_in(findings: pa.Table, cases: Iterable[str]) -> list[Finding]:
    return [Finding(**row) for row in findings.filter(_inside(findings, cases)).to_pylist()]


def _holding(findings: pa.Table, cases: set[str]) -> set[str]:
    return set(findings.filter(_inside(findings, cases))["case_id"].to_pylist())


def _moved(findings: pa.Table, touched: Iterable[str], done: Regrouped) -> pa.Table:
    """Return the findings, those of touched cases where people have put them."""
    mask = _inside(findings, touched).combine_chunks()
    there = findings.filter(mask)
    built_in = there["case_id"].to_pylist()
    now = [done.case_of[finding_id] for finding_id in there["finding_id"].to_pylist()]
    was = [before if before != after else None for before, after in zip(built_in, now, strict=True)]
    place = findings.schema.get_field_index("case_id")
    nowhere = pa.nulls(findings.num_rows, pa.string())
    cases = pc.replace_with_mask(
        findings["case_id"].combine_chunks(), mask, pa.array(now, findings.schema.field(place).type)
    )
    moved = findings.set_column(place, findings.schema.field(place), cases)
    return moved.append_column(MOVED_FROM, pc.replace_with_mask(nowhere, mask, pa.array(was, pa.string())))


def _inside(findings: pa.Table, cases: Iterable[str]) -> pa.ChunkedArray:
    return pc.is_in(findings["case_id"], value_set=pa.array(sorted(cases), pa.string()))
