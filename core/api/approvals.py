"""What waits for a second person: shown with what stands in the way, and decided. Holds no rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.api.guard import Guarded, needs
from core.bootstrap import wall_clock
from core.cases.titles import ISSUE_TITLES
from core.governance.canonical import canonical
from core.governance.four_eyes import Objection, Request, decide, objection, propose
from core.governance.proposals import Change, Difference, differences, refused
from core.kernel.audit import Facts
from core.kernel.errors import ConflictError, ForbiddenError, NotFoundError
from core.kernel.plan import Plan, plan_in
from core.kernel.proposals import VERDICTS, Kind, Proposal, Verdict

__all__ = ["ApprovalDesk", "ApprovalView", "Approvals"]


@dataclass(frozen=True)
class ApprovalView:
    """Show a proposal to whoever asks.

    Parameters
    ----------
    subject
        What is to change, in words: a control's title, a person's name, a case's issue.
    changes
        Each value before and after.
    plan
        What will be done once it is approved, in order; None where nothing was planned.
    moved
        What has changed since of what it stands on; where anything has, it is void.
    objections
        What keeps whoever asks from each verdict; a verdict that is not in it is open to them.
    """

    proposal: Proposal
    subject: str
    changes: tuple[Difference, ...]
    moved: tuple[Difference, ...]
    objections: Mapping[Verdict, Objection]
    plan: Plan | None = None


@dataclass(frozen=True)
class Approvals:
    """Hold what waits, what lapses first at the front, and what was decided last, newest first."""

    waiting: tuple[ApprovalView, ...]
    decided: tuple[ApprovalView, ...]
    now: datetime


class ApprovalDesk(Guarded):
    """Show and decide what waits for a second person; a part of `Assay`."""

    @needs("approvals.read", of_all=True)
    def approvals(self, decided: int = 10) -> Approvals:
        """Return what waits for a second person and what was decided last.

        Parameters
        ----------
        decided
            How many of the decided ones to return.
        """
        now = wall_clock()
        return Approvals(
            tuple(self._shown(one, now) for one in self._store.waiting()),
            tuple(self._shown(one, now) for one in self._store.decided(limit=decided)),
            now,
        )

    @needs("approvals.read", of_all=True)
    def approval(self, proposal_id: str) -> ApprovalView:
        """Return one proposal, decided or not.

        Raises
        ------
        NotFoundError
            RA-E400 when there is no such proposal.
        """
        proposal = self._store.proposal(proposal_id)
        if proposal is None:
            raise NotFoundError("There is no such proposal.", fields={"proposal": proposal_id})
        return self._shown(proposal, wall_clock())

    @needs("approvals.read", of_all=True)
    def decide(self, proposal_id: str, verdict: Verdict, content_hash: str, reason: str = "") -> Proposal:
        """Approve, return, reject or take back a proposal; what is approved is in force at once.

        Parameters
        ----------
        content_hash
            That of the proposal as it was shown.
        reason
            Why; required to return and to reject.

        Raises
        ------
        ConflictError
            RA-E401 when it is decided already, has lapsed, or what it says or stands on has changed.
        ForbiddenError
            RA-E402 without the right, RA-E405 when it must be somebody else, RA-E404 when whoever asks must
            first prove again who they are.
        InputError
            RA-E100 when a reason is lacking.
        NotFoundError
            RA-E400 when there is no such proposal.
        """
        request = self._request(verdict, content_hash, reason)

        def settle(proposal: Proposal, evidence: Facts) -> Proposal:
            known = self._known(proposal.kind, proposal.object_id, evidence)
            return decide(proposal, request, now=wall_clock(), evidence=known)

        try:
            return self._store.decide(proposal_id, settle)
        except (ConflictError, ForbiddenError) as error:
            proposal = self._store.proposal(proposal_id)
            if proposal is not None:
                rule = error.fields.get("rule")
                self._store.record(refused(proposal, self._actor, verdict, error.message, rule))
            raise

    def _propose(self, change: Change, note: str, seen: Facts, replaces: str | None = None) -> Proposal:
        """Ask a second person for a change.

        Parameters
        ----------
        seen
            The evidence on which whoever proposes has decided to.
        """

        def make(evidence: Facts) -> Proposal:
            known = self._known(change.kind, change.object_id, evidence)
            if canonical(known) != canonical(seen):
                raise ConflictError("It was changed by somebody else in the meantime: load the page again.")
            return propose(change, self._actor, note, evidence=known, now=wall_clock(), replaces=replaces)

        return self._store.propose(change.kind, change.object_id, make)

    def _evidence(self, kind: Kind, object_id: str) -> Facts:
        """Return what a decision about an object stands on, as of now."""
        return self._known(kind, object_id, self._store.evidence(kind, object_id))

    def _known(self, kind: Kind, object_id: str, kept: Facts) -> Facts:
        """Return what the store knows of an object and, of a control, which definition of it is in use."""
        if kind != "control":
            return kept
        defined = {control.id: control.version for control in self._parts.catalogue}
        return {**kept, "definition": defined.get(object_id)}

    def _shown(self, proposal: Proposal, now: datetime) -> ApprovalView:
        waits = proposal.decision is None
        evidence = self._evidence(proposal.kind, proposal.object_id) if waits else proposal.evidence
        objections = {}
        for verdict in VERDICTS:
            request = self._request(verdict, proposal.content_hash)
            against = objection(proposal, request, now=now, evidence=evidence)
            if against is not None:
                objections[verdict] = against
        return ApprovalView(
            proposal,
            self._subject(proposal),
            differences(proposal.before, proposal.after),
            differences(proposal.evidence, evidence),
            objections,
            plan_in(proposal.effect),
        )

    def _subject(self, proposal: Proposal) -> str:
        if proposal.kind == "role":
            person = self._store.person(proposal.object_id)
            return person.name if person else proposal.object_id
        if proposal.kind == "case":
            case = self._store.case(proposal.object_id)
            return ISSUE_TITLES.get(case.fault, case.fault) if case else proposal.object_id
        if proposal.kind == "policy":
            return "Who decides"
        titles = {control.id: control.title for control in self._parts.catalogue}
        return titles.get(proposal.object_id, proposal.object_id)

    def _request(self, verdict: Verdict, content_hash: str, reason: str = "") -> Request:
        proved_at = self._stay.session.proved_at if self._stay else None
        return Request(verdict, self._actor, content_hash, reason, proved_at)
