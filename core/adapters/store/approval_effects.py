"""What a decision stands on and what follows from it, for each kind of change. Decides nothing.

Another kind of change joins by one function in each of the two tables at the end.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from core.adapters.store.advice import read_advice
from core.adapters.store.approval_tables import control_settings, policies
from core.adapters.store.audit import SqlAuditTrail
from core.adapters.store.case_life import keep_step, read_lives
from core.adapters.store.correction_rows import keep_change, keep_postings
from core.adapters.store.people_tables import people
from core.adapters.store.read import CASE_COLUMNS, FINDING_COLUMNS
from core.adapters.store.tables import (
    case_advice,
    cases,
    control_results,
    findings,
    runs,
)
from core.cases.life import step_of, take
from core.governance.canonical import canonical
from core.kernel.audit import Facts
from core.kernel.errors import ConflictError, NotFoundError
from core.kernel.proposals import Decision, Kind, Proposal
from core.kernel.results import Case, Finding
from core.workflows.corrections.begin import following
from core.workflows.corrections.matter import Matter

Effect = Callable[[Connection, SqlAuditTrail, Proposal], None]
Evidence = Callable[[Connection, str], Facts]


def evidence_of(connection: Connection, kind: Kind, object_id: str) -> Facts:
    """Return what a decision about an object stands on, as it is at this moment."""
    return _EVIDENCE[kind](connection, object_id)


def follow(connection: Connection, audit: SqlAuditTrail, proposal: Proposal) -> None:
    """Do what follows from a proposal that was just made or decided, in the transaction that keeps it."""
    _EFFECTS[proposal.kind](connection, audit, proposal)


def _control_evidence(connection: Connection, control_id: str) -> Facts:
    """Return the version in force and what the control found in the latest run."""
    latest = select(func.max(runs.c.run_no)).scalar_subquery()
    columns = control_results.c
    asked = select(columns.outcome, columns.eligible, columns.violations, columns.amount)
    row = connection.execute(asked.where(columns.run_no == latest, columns.control_id == control_id)).first()
    return {
        "settings": _version(connection, control_id),
        "result": None if row is None else {**row._mapping, "amount": f"{row.amount:.6f}"},
    }


def _person_evidence(connection: Connection, user_id: str) -> Facts:
    """Return what the person may do and see at present; nothing when nobody has that id."""
    asked = select(people.c.role, people.c.segments, people.c.disabled).where(people.c.user_id == user_id)
    row = connection.execute(asked).first()
    if row is None:
        return {}
    segments = None if row.segments is None else json.loads(row.segments)
    return {"role": row.role, "segments": segments, "disabled": row.disabled}


def _case_evidence(connection: Connection, case_id: str) -> Facts:
    """Return what the latest run says of a case; that it is not found any more where it does not."""
    columns = cases.c.amount, cases.c.currency, cases.c.findings, cases.c.fault, cases.c.root_cause
    latest = select(func.max(runs.c.run_no)).scalar_subquery()
    asked = select(*columns).where(cases.c.case_id == case_id, cases.c.last_run == latest)
    row = connection.execute(asked).first()
    return {"found": False} if row is None else {**row._mapping, "amount": f"{row.amount:.6f}"}


def _move_case(connection: Connection, audit: SqlAuditTrail, proposal: Proposal) -> None:
    """Take the step of the case that goes with a proposal, post it, and begin what was approved."""
    life = read_lives(connection, [proposal.object_id]).get(proposal.object_id)
    if life is None:
        raise NotFoundError(f"There is no case {proposal.object_id}.", fields={"case_id": proposal.object_id})
    asked, at = step_of(proposal)
    after = keep_step(connection, audit, life, partial(take, asked=asked, now=at))
    follow_up = following(proposal, lambda: _matter(connection, proposal.object_id), after.state)
    keep_postings(connection, follow_up.postings)
    if follow_up.begun is not None:
        keep_change(connection, audit, follow_up.begun, None)


def _matter(connection: Connection, case_id: str) -> Matter:
    """Return what the last run that saw a case knows of it."""
    known = select(*CASE_COLUMNS, cases.c.last_run).where(cases.c.case_id == case_id)
    row = dict(connection.execute(known).mappings().one())
    last_run = row.pop("last_run")
    found = select(*FINDING_COLUMNS).where(findings.c.case_id == case_id, findings.c.run_no == last_run)
    found = found.order_by(findings.c.finding_id)
    told = connection.scalar(select(case_advice.c.content).where(case_advice.c.case_id == case_id))
    return Matter(
        Case(**row),
        tuple(Finding(**one) for one in connection.execute(found).mappings()),
        None if told is None else read_advice(told),
    )


def _approval(proposal: Proposal) -> Decision | None:
    """Return the decision that approved a proposal; None where none did."""
    return proposal.decision if proposal.state == "approved" else None


def _set_control(connection: Connection, _audit: SqlAuditTrail, proposal: Proposal) -> None:
    decision = _approval(proposal)
    if decision is None:
        return
    after: dict[str, Any] = dict(proposal.after)
    row = {
        "control_id": proposal.object_id,
        "version": _version(connection, proposal.object_id) + 1,
        "thresholds": canonical(after["thresholds"]),
        "enabled": after["enabled"],
        "since": decision.at,
        "proposal_id": proposal.proposal_id,
    }
    connection.execute(insert(control_settings).values(row))


def _set_role(connection: Connection, _audit: SqlAuditTrail, proposal: Proposal) -> None:
    if proposal.state != "approved":
        return
    still = people.c.user_id == proposal.object_id, people.c.role == proposal.before["role"]
    changed = update(people).where(*still).values(dict(proposal.after))
    if connection.execute(changed).rowcount != 1:
        raise ConflictError("The person's role is no longer what it was: propose it again.")
    managers = people.c.role == "administrator", people.c.disabled.is_(False)
    if not connection.scalar(select(func.count()).select_from(people).where(*managers)):
        raise ConflictError("Nobody could manage people any more: name another administrator first.")


def _policy_evidence(connection: Connection, _object_id: str) -> Facts:
    """Return the number of the policy in force, 0 for the one that ships."""
    return {"policy": _policy_number(connection)}


def _set_policy(connection: Connection, _audit: SqlAuditTrail, proposal: Proposal) -> None:
    decision = _approval(proposal)
    if decision is None:
        return
    row = {
        "number": _policy_number(connection) + 1,
        "content": proposal.after["text"],
        "since": decision.at,
        "proposal_id": proposal.proposal_id,
    }
    connection.execute(insert(policies).values(row))


def _policy_number(connection: Connection) -> int:
    return connection.scalar(select(func.max(policies.c.number))) or 0


def _version(connection: Connection, control_id: str) -> int:
    newest = select(func.max(control_settings.c.version))
    return connection.scalar(newest.where(control_settings.c.control_id == control_id)) or 0


_EVIDENCE: dict[Kind, Evidence] = {
    "control": _control_evidence,
    "role": _person_evidence,
    "case": _case_evidence,
    "policy": _policy_evidence,
}
_EFFECTS: dict[Kind, Effect] = {
    "control": _set_control,
    "role": _set_role,
    "case": _move_case,
    "policy": _set_policy,
}
