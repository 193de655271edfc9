"""Corrections in SQL: `core.ports.corrections`. A change and all that goes with it are one transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, or_, select, update

from core.adapters.store.approval_effects import evidence_of
from core.adapters.store.approvals import read_proposal
from core.adapters.store.audit import SqlAuditTrail
from core.adapters.store.case_life import read_lives
from core.adapters.store.correction_rows import (
    COLUMNS,
    keep_change,
    read_correction,
    read_switches,
    read_whole,
)
from core.adapters.store.correction_tables import (
    correction_ledger,
    correction_switches,
    corrections,
)
from core.adapters.store.engine import writing
from core.kernel.audit import AuditEvent
from core.kernel.corrections import (
    Balance,
    Correction,
    CorrectionState,
    Posting,
    Switch,
)
from core.kernel.errors import ConflictError, NotFoundError
from core.ports.corrections import Claim, Grounds, Move

_POSTING = [correction_ledger.c[one.name] for one in fields(Posting)]


class SqlCorrections:
    """Keep corrections; a part of `core.adapters.store.sql.SqlStore`."""

    _engine: Engine
    _audit: SqlAuditTrail

    def correction(self, correction_id: str) -> Correction | None:
        """Return one correction."""
        with self._engine.connect() as connection:
            return read_correction(connection, correction_id)

    def corrections(
        self, *, states: Collection[CorrectionState] = (), case_id: str | None = None, limit: int
    ) -> tuple[Correction, ...]:
        """Return corrections, newest first."""
        chosen = select(*COLUMNS).order_by(corrections.c.made_at.desc(), corrections.c.correction_id)
        if states:
            chosen = chosen.where(corrections.c.state.in_(states))
        if case_id is not None:
            chosen = chosen.where(corrections.c.case_id == case_id)
        with self._engine.connect() as connection:
            return read_whole(connection, connection.execute(chosen.limit(limit)).mappings().all())

    def count_corrections(self) -> dict[CorrectionState, int]:
        """Count corrections by state."""
        chosen = select(corrections.c.state, func.count()).group_by(corrections.c.state)
        with self._engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(chosen)}

    def claim_corrections(self, now: datetime, until: datetime, *, limit: int) -> tuple[Claim, ...]:
        """Take in hand what is due."""
        free = or_(corrections.c.held_until.is_(None), corrections.c.held_until <= now)
        due = select(corrections.c.correction_id, corrections.c.claim)
        due = due.where(corrections.c.due_at <= now, free)
        due = due.order_by(corrections.c.due_at, corrections.c.correction_id).limit(limit)
        with self._engine.connect() as connection:
            if connection.execute(due.limit(1)).first() is None:
                return ()
        with writing(self._engine) as connection:
            claims = [Claim(one, number + 1) for one, number in connection.execute(due)]
            for claim in claims:
                this = corrections.c.correction_id == claim.correction_id
                held = {"claim": claim.number, "held_until": until}
                connection.execute(update(corrections).where(this).values(held))
            return tuple(claims)

    def resume_correction(self, claim: Claim, until: datetime) -> Correction | None:
        """Return a correction that this claim still holds."""
        with writing(self._engine) as connection:
            held = update(corrections).where(*_held(claim)).values(held_until=until)
            if connection.execute(held).rowcount != 1:
                return None
            return read_correction(connection, claim.correction_id)

    def release_correction(self, claim: Claim, due_at: datetime | None = None) -> None:
        """Give a correction back."""
        values: dict[str, Any] = {"held_until": None} | ({"due_at": due_at} if due_at else {})
        with writing(self._engine) as connection:
            connection.execute(update(corrections).where(*_held(claim)).values(values))

    def move_correction(self, correction_id: str, version: int, move: Move) -> Correction:
        """Keep what becomes of a correction."""
        with writing(self._engine) as connection:
            before = read_correction(connection, correction_id)
            if before is None:
                raise NotFoundError(f"There is no correction {correction_id}.")
            if before.version != version:
                raise ConflictError(
                    f"{correction_id} has moved on meanwhile: look at it again.",
                    fields={"correction": correction_id, "version": before.version},
                )
            change = move(before, self._grounds(connection, before))
            if change is None:
                return before
            keep_change(connection, self._audit, change, before)
            return change.correction

    def postings(self, correction_id: str) -> tuple[Posting, ...]:
        """Return what was posted for a correction."""
        chosen = select(*_POSTING).where(correction_ledger.c.correction_id == correction_id)
        with self._engine.connect() as connection:
            rows = connection.execute(chosen.order_by(correction_ledger.c.posting_no)).mappings()
            return tuple(Posting(**row) for row in rows)

    def balances(self) -> tuple[Balance, ...]:
        """Return what stands on each account."""
        keys = correction_ledger.c.account, correction_ledger.c.currency, correction_ledger.c.side
        chosen = select(*keys, func.sum(correction_ledger.c.amount)).group_by(*keys).order_by(*keys)
        with self._engine.connect() as connection:
            return tuple(Balance(*row) for row in connection.execute(chosen))

    def switches(self) -> tuple[Switch, ...]:
        """Return what is switched off."""
        with self._engine.connect() as connection:
            return read_switches(connection)

    def set_switch(self, switch: Switch, event: AuditEvent) -> None:
        """Switch something off."""
        with writing(self._engine) as connection:
            if switch.name not in {one.name for one in read_switches(connection)}:
                connection.execute(insert(correction_switches).values(asdict(switch)))
                self._audit.append(connection, event)

    def clear_switch(self, name: str, event: AuditEvent) -> None:
        """Switch something on again."""
        with writing(self._engine) as connection:
            gone = delete(correction_switches).where(correction_switches.c.name == name)
            if connection.execute(gone).rowcount:
                self._audit.append(connection, event)

    def _grounds(self, connection: Connection, correction: Correction) -> Grounds:
        life = read_lives(connection, [correction.case_id]).get(correction.case_id)
        return Grounds(
            read_proposal(connection, correction.proposal_id),
            evidence_of(connection, "case", correction.case_id),
            life.state if life else None,
            read_switches(connection),
        )


def _held(claim: Claim) -> tuple[Any, ...]:
    column = corrections.c
    return (
        column.correction_id == claim.correction_id,
        column.claim == claim.number,
        column.held_until.is_not(None),
    )
