"""Proposals and settings of controls in SQL: `core.ports.proposals`. A decision and what it does are one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, func, insert, select, update

from core.adapters.store.approval_effects import evidence_of, follow
from core.adapters.store.approval_tables import control_set_up, control_settings, policies, proposals
from core.adapters.store.audit import SqlAuditTrail
from core.adapters.store.engine import writing
from core.governance.canonical import canonical
from core.governance.four_eyes import take_back
from core.governance.proposals import decided, proposed
from core.kernel.audit import AuditEvent, Facts
from core.kernel.errors import ConflictError, NotFoundError
from core.kernel.people import Actor
from core.kernel.proposals import ControlSettings, Decision, Kind, PolicyVersion, Proposal
from core.ports.proposals import SetUp

FACTS = ("before", "after", "effect", "evidence")
PERSON = ("user_id", "name", "role", "method")


class SqlProposals:
    """Keep proposals and settings of controls; a part of `core.adapters.store.sql.SqlStore`."""

    _engine: Engine
    _audit: SqlAuditTrail

    def proposal(self, proposal_id: str) -> Proposal | None:
        """Return one proposal."""
        with self._engine.connect() as connection:
            return read_proposal(connection, proposal_id)

    def waiting(self) -> tuple[Proposal, ...]:
        """Return what waits for a decision."""
        order = proposals.c.expires_at, func.coalesce(proposals.c.amount, 0).desc(), proposals.c.proposal_id
        return self._proposals(proposals.c.state == "waiting", order=order)

    def decided(self, *, limit: int, kind: Kind | None = None, object_id: str = "") -> tuple[Proposal, ...]:
        """Return what was decided last."""
        chosen = [proposals.c.state != "waiting"]
        if kind is not None:
            chosen += [proposals.c.kind == kind, proposals.c.object_id == object_id]
        order = proposals.c.decided_at.desc(), proposals.c.proposal_id
        return self._proposals(*chosen, order=order, limit=limit)

    def evidence(self, kind: Kind, object_id: str) -> Facts:
        """Return what the store knows of an object."""
        with self._engine.connect() as connection:
            return evidence_of(connection, kind, object_id)

    def propose(self, kind: Kind, object_id: str, make: Callable[[Facts], Proposal]) -> Proposal:
        """Keep a new proposal, and take back the one that it replaces."""
        with writing(self._engine) as connection:
            proposal = make(evidence_of(connection, kind, object_id))
            if proposal.replaces is not None:
                before = _find(connection, proposal.replaces)
                after = take_back(before, proposal)
                if after is not before:
                    _settle(connection, after)
                    self._audit.append(connection, decided(after))
                    follow(connection, self._audit, after)
            connection.execute(insert(proposals).values(_row(proposal)))
            self._audit.append(connection, proposed(proposal))
            follow(connection, self._audit, proposal)
            return proposal

    def decide(self, proposal_id: str, settle: Callable[[Proposal, Facts], Proposal]) -> Proposal:
        """Decide a proposal and apply what is approved."""
        with writing(self._engine) as connection:
            before = _find(connection, proposal_id)
            after = settle(before, evidence_of(connection, before.kind, before.object_id))
            _settle(connection, after)
            self._audit.append(connection, decided(after))
            follow(connection, self._audit, after)
            return after

    def control_settings(self) -> tuple[ControlSettings, ...]:
        """Return what is in force, by control id."""
        newest = (
            select(control_settings.c.control_id, func.max(control_settings.c.version).label("version"))
            .group_by(control_settings.c.control_id)
            .subquery()
        )
        chosen = (
            select(control_settings)
            .join(
                newest,
                (newest.c.control_id == control_settings.c.control_id)
                & (newest.c.version == control_settings.c.version),
            )
            .order_by(control_settings.c.control_id)
        )
        with self._engine.connect() as connection:
            return tuple(map(_settings, connection.execute(chosen).mappings()))

    def policy_versions(self) -> tuple[PolicyVersion, ...]:
        """Return every policy that people brought about, newest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(policies).order_by(policies.c.number.desc())).mappings()
            return tuple(PolicyVersion(**row) for row in rows)

    def control_history(self, control_id: str) -> tuple[ControlSettings, ...]:
        """Return every version for one control, newest first."""
        chosen = select(control_settings).where(control_settings.c.control_id == control_id)
        with self._engine.connect() as connection:
            rows = connection.execute(chosen.order_by(control_settings.c.version.desc())).mappings()
            return tuple(map(_settings, rows))

    def set_up_hash(self) -> str | None:
        """Return the hash of the file that was taken in."""
        with self._engine.connect() as connection:
            return connection.scalar(select(control_set_up.c.content_hash))

    def set_up_controls(self, said: SetUp, content_hash: str, now: datetime, event: AuditEvent) -> bool:
        """Take in what the file says, once."""
        with writing(self._engine) as connection:
            if connection.scalar(select(control_set_up.c.place)) is not None:
                return False
            connection.execute(insert(control_set_up).values(place=1, content_hash=content_hash, at=now))
            for control_id, (values, enabled) in sorted(said.items()):
                row = ControlSettings(control_id, 1, dict(values), enabled, now)
                connection.execute(
                    insert(control_settings).values(asdict(row) | {"thresholds": canonical(values)})
                )
            self._audit.append(connection, event)
            return True

    def _proposals(
        self, *chosen: ColumnElement[bool], order: tuple[ColumnElement[Any], ...], limit: int | None = None
    ) -> tuple[Proposal, ...]:
        asked = select(proposals).where(*chosen).order_by(*order).limit(limit)
        with self._engine.connect() as connection:
            return tuple(map(_proposal, connection.execute(asked).mappings()))


def read_proposal(connection: Connection, proposal_id: str) -> Proposal | None:
    """Return one proposal; None when there is none of that id."""
    asked = select(proposals).where(proposals.c.proposal_id == proposal_id)
    row = connection.execute(asked).mappings().first()
    return _proposal(row) if row else None


def _find(connection: Connection, proposal_id: str) -> Proposal:
    found = read_proposal(connection, proposal_id)
    if found is None:
        raise NotFoundError(f"There is no proposal {proposal_id}.", fields={"proposal": proposal_id})
    return found


def _settle(connection: Connection, proposal: Proposal) -> None:
    """Keep a decision where none is kept yet: whoever comes second changes nothing."""
    still = proposals.c.proposal_id == proposal.proposal_id, proposals.c.state == "waiting"
    values = {"state": proposal.state, **_decision_row(proposal)}
    if connection.execute(update(proposals).where(*still).values(values)).rowcount != 1:
        raise ConflictError("Somebody else has decided this already.", fields={"rule": "decided"})


def _row(proposal: Proposal) -> dict[str, Any]:
    row = {key: value for key, value in vars(proposal).items() if key in proposals.c}
    row |= {name: canonical(row[name]) for name in FACTS}
    return row | _person("proposer", proposal.proposer) | {"state": proposal.state}


def _decision_row(proposal: Proposal) -> dict[str, Any]:
    decision = proposal.decision
    if decision is None:
        raise ValueError(f"{proposal.proposal_id} waits still")
    return {"decided_at": decision.at, "reason": decision.reason} | _person("decider", decision.decider)


def _person(who: str, actor: Actor) -> dict[str, str]:
    return {_column(who, part): getattr(actor, part) for part in PERSON}


def _column(who: str, part: str) -> str:
    return f"{who}_{'id' if part == 'user_id' else part}"


def _proposal(row: RowMapping) -> Proposal:
    kept = {key: value for key, value in row.items() if key in Proposal.__dataclass_fields__}
    kept |= {name: json.loads(row[name]) for name in FACTS}
    decision = None
    if row["state"] != "waiting":
        decision = Decision(row["state"], _actor(row, "decider"), row["decided_at"], row["reason"])
    return Proposal(**kept, proposer=_actor(row, "proposer"), decision=decision)


def _actor(row: RowMapping, who: str) -> Actor:
    user_id, name, role, method = (row[_column(who, part)] for part in PERSON)
    return Actor(user_id, name, role, method)


def _settings(row: RowMapping) -> ControlSettings:
    return ControlSettings(**{**row, "thresholds": cast("dict[str, str]", json.loads(row["thresholds"]))})
