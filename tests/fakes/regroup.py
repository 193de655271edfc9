"""Merging and splitting in memory: after each, the whole latest run is regrouped anew."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from core.cases.regroup import Moves, emptied
from core.cases.regrouped_run import regroup_run
from core.kernel.case_life import CaseLife
from core.kernel.errors import ConflictError, NotFoundError
from core.kernel.proposals import PolicyVersion
from core.kernel.results import Case, Finding, RunSummary
from core.policy.document import read_policy, shipped_policy
from core.ports.case_life import Plan, Taken
from core.ports.store import RunRecord


class FakeRegrouping:
    """Keep what people moved in two dictionaries; a part of `tests.fakes.store.FakeStore`."""

    latest_run: Callable[[], RunSummary | None]
    lives: Callable[[Collection[str]], dict[str, CaseLife]]
    keep_step: Callable[[str, Callable[[CaseLife], Taken]], CaseLife]
    step_cases: Callable[[Mapping[str, int], Callable[[CaseLife], Taken]], tuple[CaseLife, ...]]
    policy_versions: Callable[[], tuple[PolicyVersion, ...]]
    check_versions: Callable[[Mapping[str, int]], None]
    _findings: Callable[[str, str | None, str | None], list[Finding]]
    _cases: dict[str, Case]
    _last_seen: dict[str, str]
    _records: list[RunRecord]

    def __init__(self) -> None:
        super().__init__()
        self._moves = Moves()
        self._as_built: RunRecord | None = None

    def regrouped(self, record: RunRecord) -> RunRecord:
        self._as_built = record
        versions = self.policy_versions()
        policy = read_policy(versions[0].content) if versions else shipped_policy()
        return regroup_run(record, self._moves, policy).record

    def regroup_cases(self, seen: Mapping[str, int], plan: Plan) -> tuple[CaseLife, ...]:
        self.check_versions(seen)
        run = self.latest_run()
        if run is None or self._as_built is None:
            raise NotFoundError("There is no run.")
        for case_id in sorted(seen):
            if self._last_seen[case_id] != run.run_id:
                raise ConflictError(f"The latest run no longer finds {case_id}.")
        before = {one: self._cases[one] for one in seen}
        found = [one.finding_id for case_id in seen for one in self._findings(run.run_id, case_id, None)]
        asked = plan(before, found)
        for life in self.lives(seen).values():
            asked.take(life)  # what one refuses happens to none
        into = {**self._moves.merged, **asked.merged}
        self._moves = Moves(
            {one: main for one, main in into.items() if main is not None},
            {**self._moves.split, **asked.split},
        )
        self._records[-1] = record = self.regrouped(self._as_built)
        concerned = {*seen, *asked.split.values()}
        self._take_over(record, concerned)
        return tuple(self.keep_step(one, asked.take) for one in sorted(concerned))

    def _take_over(self, record: RunRecord, concerned: set[str]) -> None:
        """Bring up to date the cases concerned and those that they belong, or belonged, under."""
        now = {case.case_id: case for case in record.cases}
        parents = {self._cases[one].parent_case_id for one in concerned if one in self._cases}
        parents |= {now[one].parent_case_id for one in concerned if one in now}
        for case_id in {*concerned, *parents} - {None}:
            assert case_id is not None
            known = self._cases.get(case_id)
            case = now.get(case_id) or emptied(self._cases[case_id])
            if known is not None:
                case = replace(case, status=known.status, opened_at=known.opened_at)
            self._cases[case_id] = case
            self._last_seen[case_id] = record.summary.run_id

    def _is_merged(self, case_id: str) -> bool:
        return case_id in self._moves.merged
