"""What verdicts say of thresholds, in SQL: `core.ports.suggestions`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Engine, select

from core.adapters.store.audit import SqlAuditTrail
from core.adapters.store.case_life import CLOSING
from core.adapters.store.engine import writing
from core.adapters.store.save import UPSERTS
from core.adapters.store.tables import case_steps, cases, findings, runs, threshold_reviews
from core.cases.life import was_right
from core.cases.worth import drawn_by_lot
from core.governance.canonical import canonical
from core.kernel.audit import AuditEvent
from core.kernel.reads import MoneyTotal
from core.kernel.suggestions import Dismissal, JudgedFinding, Share, Suggestion, ThresholdReview

Settle = Callable[[ThresholdReview | None], tuple[ThresholdReview, AuditEvent | None]]


class SqlSuggestions:
    """Keep reviews of thresholds; a part of `core.adapters.store.sql.SqlStore`."""

    _engine: Engine
    _audit: SqlAuditTrail

    def judged_findings(self, control_id: str) -> tuple[JudgedFinding, ...]:
        """Return the findings of a control in closed cases with a verdict."""
        chosen = (
            select(
                runs.c.run_id,
                cases.c.case_id,
                findings.c.finding_id,
                findings.c.subject_id,
                findings.c.amount,
                findings.c.currency,
                case_steps.c.step,
                case_steps.c.facts,
            )
            .select_from(cases)
            .join(case_steps, CLOSING)
            .join(findings, (findings.c.case_id == cases.c.case_id) & (findings.c.run_no == cases.c.last_run))
            .join(runs, runs.c.run_no == cases.c.last_run)
            .where(findings.c.control_id == control_id)
            .order_by(cases.c.case_id, findings.c.finding_id)
        )
        judged: list[JudgedFinding] = []
        with self._engine.connect() as connection:
            for row in connection.execute(chosen).mappings():
                found = dict(row)
                verdict = was_right(found.pop("step"), json.loads(found.pop("facts")))
                if verdict is not None:
                    by_lot = drawn_by_lot(found["case_id"])
                    judged.append(JudgedFinding(control_id, **found, was_right=verdict, by_lot=by_lot))
        return tuple(judged)

    def threshold_reviews(self) -> tuple[ThresholdReview, ...]:
        """Return the last review of each control, by control id."""
        chosen = select(threshold_reviews.c.content).order_by(threshold_reviews.c.control_id)
        with self._engine.connect() as connection:
            return tuple(map(_review, connection.scalars(chosen)))

    def review_threshold(self, control_id: str, settle: Settle) -> ThresholdReview:
        """Keep what becomes of a review, with the entry that it tells."""
        with writing(self._engine) as connection:
            review, event = settle(_kept(connection, control_id))
            upsert = UPSERTS[connection.dialect.name](threshold_reviews)
            row = upsert.values(control_id=control_id, content=canonical(asdict(review)))
            key = [threshold_reviews.c.control_id]
            connection.execute(
                row.on_conflict_do_update(index_elements=key, set_={"content": row.excluded.content})
            )
            if event is not None:
                self._audit.append(connection, event)
            return review


def _kept(connection: Connection, control_id: str) -> ThresholdReview | None:
    chosen = select(threshold_reviews.c.content).where(threshold_reviews.c.control_id == control_id)
    content = connection.scalar(chosen)
    return None if content is None else _review(content)


def _review(content: str) -> ThresholdReview:
    kept: dict[str, Any] = json.loads(content)
    shares = {name: Share(**kept[name]) for name in ("raised", "raised_by_lot")}
    parts = {"suggestion": _suggestion(kept["suggestion"]), "dismissal": _dismissal(kept["dismissal"])}
    return ThresholdReview(**kept | shares | parts | {"at": datetime.fromisoformat(kept["at"])})


def _suggestion(kept: dict[str, Any] | None) -> Suggestion | None:
    if kept is None:
        return None
    cases_of = {name: tuple(kept[name]) for name in ("dropped", "lost", "kept_wrong", "kept_right")}
    shares = {name: Share(**kept[name]) for name in ("lot_before", "lot_after")}
    money = tuple(MoneyTotal(one["currency"], Decimal(one["amount"])) for one in kept["money_lost"])
    return Suggestion(**kept | cases_of | shares | {"money_lost": money})


def _dismissal(kept: dict[str, Any] | None) -> Dismissal | None:
    return None if kept is None else Dismissal(**kept | {"at": datetime.fromisoformat(kept["at"])})
