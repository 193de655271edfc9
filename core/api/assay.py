"""The facade: one typed method for each question. Decides nothing itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from core.api.answers import (
    CaseDetail,
    CaseFilter,
    CasePage,
    FindingView,
    Home,
    RejectedRows,
    Status,
    Totals,
)
from core.api.audit import AuditDesk
from core.api.case_desk import CaseDesk
from core.api.charges import ChargeDesk
from core.api.control_cards import ControlLine
from core.api.control_desk import ControlDesk
from core.api.corrections import CorrectionDesk
from core.api.guard import needs
from core.api.insight import InsightDesk
from core.api.lineage import LineageQuestions
from core.api.people import PeopleDesk
from core.api.policies import PolicyDesk
from core.api.quality import QualityQuestions
from core.api.rating import PricingDesk
from core.api.run import RunDesk
from core.api.suggestions import SuggestionDesk
from core.api.systems import SystemDesk
from core.api.thresholds import ThresholdDesk
from core.api.tokens import TokenDesk
from core.api.webhooks import WebhookDesk
from core.cases.views import DUE_SOON, SLA_AT_RISK, VIEWS
from core.kernel.complaints import COMPLAINTS
from core.kernel.reads import CaseQuery, SortKey
from core.kernel.results import Case, FileReport, Outcome, RunSummary


class Assay(
    InsightDesk,
    CaseDesk,
    CorrectionDesk,
    QualityQuestions,
    LineageQuestions,
    PeopleDesk,
    AuditDesk,
    ControlDesk,
    ThresholdDesk,
    SuggestionDesk,
    PolicyDesk,
    PricingDesk,
    ChargeDesk,
    RunDesk,
    TokenDesk,
    WebhookDesk,
    SystemDesk,
):
    """Answer for one operator's assurance, as whoever asks may see it.

    Parameters
    ----------
    parts
        What the answers come from.

    Notes
    -----
    `core.api.door.Door` gives it to whoever has been let in. Every method says what right it needs.
    """

    @needs("status.read")
    def status(self) -> Status | None:
        """Return what the figures stand on; None before the first run."""
        run = self._store.latest_run()
        if run is None:
            return None
        results = self._store.control_results(run.run_id)
        files = self._store.file_reports(run.run_id)
        outcomes: dict[Outcome, int] = {"passed": 0, "violated": 0, "not_evaluated": 0}
        for result in results:
            outcomes[result.outcome] += 1
        return Status(
            run=run,
            now=self._parts.clock(),
            streams=self._store.streams(run.run_id),
            outcomes=outcomes,
            files=len({report.path for report in files}),
            rows_read=sum(report.rows_read for report in files),
            rows_quarantined=sum(report.quarantined for report in files),
        )

    @needs("status.read")
    def runs(self, limit: int = 20) -> tuple[RunSummary, ...]:
        """Return the runs saved last, newest first."""
        return self._store.runs(limit)

    @needs("cases.read")
    def home(self, first: int = 5) -> Home | None:
        """Return what needs somebody now; None before the first run.

        Parameters
        ----------
        first
            How many of the cases that are due first to return.
        """
        run = self._store.latest_run()
        if run is None:
            return None
        now = self._parts.clock()
        everything = self._standing_alone(self._within(CaseQuery()))
        due = self._store.count_cases(
            {
                "sla_at_risk": replace(everything, due_by=now + SLA_AT_RISK),
                "late": replace(everything, due_by=now),
            }
        )
        return Home(
            totals=self._totals(everything, run.currency, now),
            by_severity=self._store.by_severity(everything, run.currency),
            sla_at_risk=due["sla_at_risk"],
            late=due["late"],
            due_first=self._veil().cases(self._store.cases(everything, sort="due", offset=0, limit=first)),
            controls=self._not_passed() if self.may("controls.read") else (),
            sources=self._store.source_gaps(run.run_id) if self.may("quality.read") else (),
            quarantined=self._quarantined(run.run_id) if self.may("quality.read") else (),
            now=now,
        )

    def _not_passed(self) -> tuple[ControlLine, ...]:
        return tuple(line for line in self._control_lines() if line.result.outcome != "passed")

    def _quarantined(self, run_id: str) -> tuple[FileReport, ...]:
        return tuple(report for report in self._store.file_reports(run_id) if report.quarantined)

    @needs("cases.read")
    def case_queue(
        self, selection: CaseFilter, *, offset: int = 0, limit: int = 50, sort: SortKey = "severity"
    ) -> CasePage:
        """Return one page of the triage queue with the totals of the whole selection.

        Parameters
        ----------
        sort
            See `core.ports.store.CaseReads.cases`.
        """
        now = self._parts.clock()
        run = self._store.latest_run()
        query = self._asked(selection, now)
        cases = self._store.cases(query, sort=sort, offset=offset, limit=limit)
        return CasePage(
            cases=self._veil().cases(cases),
            totals=self._totals(query, run.currency if run else "", now),
            offset=offset,
            now=now,
            lives=self._store.lives([case.case_id for case in cases]),
        )

    @needs("cases.read")
    def view_counts(self) -> dict[str, int]:
        """Count the cases of each shared view, by its name, in the views' order."""
        now = self._parts.clock()
        return self._store.count_cases({name: self._asked(CaseFilter(view=name), now) for name in VIEWS})

    @needs("cases.read")
    def case(self, case_id: str, *, findings: int = 20, similar: int = 5, children: int = 20) -> CaseDetail:
        """Return one case with its evidence, advice, controls, history, incident and cases like it.

        Raises
        ------
        NotFoundError
            RA-E400, when no run ever opened that case.
        ForbiddenError
            RA-E402 for a case of a segment that whoever asks may not see.
        """
        case = self._seen_case("cases.read", case_id)
        run_id = self._store.last_seen(case_id) or ""
        self._viewed("case", case_id, case.account_id)
        like_it = self._within(
            CaseQuery(faults=(case.fault,), root_causes=(case.root_cause,), except_case=case_id)
        )
        inside = self._within(CaseQuery(parent_id=case_id))
        parent = self._store.case(case.parent_case_id) if case.parent_case_id else None
        latest, veil, cards = self._store.latest_run(), self._veil(), self._cards
        merged = self._within(CaseQuery(merged_into=case_id, states=("merged",)))
        into = self._store.lives([case_id])[case_id].merged_into
        main = self._store.case(into) if into else None
        behind = self._behind(case)
        ids = self._store.controls_of(run_id, case_id)
        found = self._store.findings(run_id, case_id=case_id, offset=0, limit=findings)
        return CaseDetail(
            case=veil.case(case),
            now=self._parts.clock(),
            findings=veil.findings(found),
            controls=tuple(cards[name] for name in ids if name in cards),
            similar=veil.cases(self._store.cases(like_it, sort="amount", offset=0, limit=similar)),
            similar_count=self._store.count_cases({"like_it": like_it})["like_it"],
            history=self._store.sightings(case_id),
            in_latest_run=latest is not None and latest.run_id == run_id,
            versions={stream.stream: stream.version for stream in self._store.streams(run_id)},
            estimates=self._store.estimates(run_id, case_id=case_id),
            advice=veil.advice(self._store.advice(case_id)),
            parent=veil.case(parent) if parent else None,
            precedents=tuple(
                replace(one, case=veil.case(one.case))
                for one in self._store.precedents(like_it, limit=similar)
            ),
            children=veil.cases(self._store.cases(inside, sort="amount", offset=0, limit=children)),
            main=veil.case(main) if main else None,
            merged=veil.cases(self._store.cases(merged, sort="amount", offset=0, limit=children)),
            behind=veil.case(behind) if behind else None,
        )

    def _behind(self, case: Case) -> Case | None:
        """Return the case that a complaint has joined; None where it waits or is settled."""
        if case.fault not in COMPLAINTS:
            return None
        steps = self._store.case_steps(case.case_id)
        joined = next((step for step in steps if step.step == "joined"), None)
        return self._store.case(str(joined.facts["into"])) if joined else None

    @needs("cases.read")
    def case_findings(self, case_id: str, *, offset: int = 0, limit: int = 20) -> tuple[FindingView, ...]:
        """Return a page of a case's findings, most money first; empty for an unknown case."""
        case, run_id = self._store.case(case_id), self._store.last_seen(case_id)
        if case is None or run_id is None:
            return ()
        self._allow_segment("cases.read", case.segment, case.account_id)
        found = self._store.findings(run_id, case_id=case_id, offset=offset, limit=limit)
        return self._veil().findings(found)

    @needs("quality.read")
    def file_reports(self) -> tuple[FileReport, ...]:
        """Return what became of each file that the latest run's snapshot holds."""
        run = self._store.latest_run()
        return self._store.file_reports(run.run_id) if run else ()

    @needs("quality.read", of_all=True)
    def rejected_rows(self, *, offset: int = 0, limit: int = 50) -> RejectedRows:
        """Return a page of the rows that the latest run's snapshot could not use."""
        run = self._store.latest_run()
        if run is None:
            return RejectedRows((), 0)
        found = self._store.findings(run.run_id, fault="row_rejected", offset=offset, limit=limit)
        return RejectedRows(
            self._veil().findings(found), self._store.count_findings(run.run_id, fault="row_rejected")
        )

    @needs("quality.read", of_all=True)
    def found(self, fault: str, stream: str, *, limit: int = 20) -> tuple[FindingView, ...]:
        """Return the first of the latest run's findings of one fault in one stream, most money first."""
        run = self._store.latest_run()
        if run is None:
            return ()
        found = self._store.findings(run.run_id, fault=fault, stream=stream, offset=0, limit=limit)
        return self._veil().findings(found)

    def _totals(self, query: CaseQuery, currency: str, now: datetime) -> Totals:
        totals = self._store.totals(query, currency=currency, due_by=now + DUE_SOON)
        return Totals(totals.cases, totals.amount, currency, totals.due, totals.elsewhere)

    def _asked(self, selection: CaseFilter, now: datetime) -> CaseQuery:
        """Return what a page asks for, incidents in place of the cases that belong to them."""
        query = self._within(self._query(selection, now))
        looks_inside = selection.within or query.text or query.account_id or query.owner_id
        return query if looks_inside else self._standing_alone(query)

    @staticmethod
    def _standing_alone(query: CaseQuery) -> CaseQuery:
        """Leave out what belongs to an incident; who may see some segments only sees no incident."""
        return replace(query, top=query.visible is None)

    def _query(self, selection: CaseFilter, now: datetime) -> CaseQuery:
        """Turn a page's filter into the store's words. An unknown view selects all, as an old link may."""
        view = VIEWS.get(selection.view, VIEWS["all"])
        return CaseQuery(
            text=selection.text.strip(),
            severities=selection.severities,
            faults=selection.faults,
            of_view=view.faults,
            root_causes=selection.root_causes,
            segments=selection.segments,
            states=selection.states,
            owner_id=self._actor.user_id if view.mine else None,
            unowned=view.unowned,
            desk=view.desk,
            account_id=selection.account_id,
            due_by=None if view.due_within is None else now + view.due_within,
            least_at_stake=view.least_at_stake,
        )
