"""Asks one control over a run's data with other thresholds, to see what would change. Keeps nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.controls.engine import run_controls
from core.controls.model import Control
from core.events.enrich import enrich
from core.kernel.results import ControlResult
from core.lake.session import Session
from core.rating.put_right import put_right
from core.rating.relations import REVIEWED
from core.rating.review import review

__all__ = ["Found", "Tally", "WhatIf", "ask", "prepare", "what_if"]


@dataclass(frozen=True)
class Tally:
    """Count findings and sum their money in home currency."""

    findings: int
    amount: Decimal


@dataclass(frozen=True)
class WhatIf:
    """Say what a control finds as it is and as it would be, over the same data.

    Parameters
    ----------
    now, then
        Its result with the thresholds in force and with the proposed ones.
    appears, vanishes
        The findings that only one of both has; their money is summed without sign.
    money_concerned
        By how much the money of every finding changes, without sign, added up.
    """

    now: ControlResult
    then: ControlResult
    appears: Tally
    vanishes: Tally
    money_concerned: Decimal


Found = dict[str, Decimal]
"""The money of each finding, by its id, in home currency."""


def what_if(
    session: Session, control: Control, proposed: Control, others: Sequence[Control], *, as_of: datetime
) -> WhatIf:
    """Ask a control twice over a session: as it is in force, and as it is proposed.

    Parameters
    ----------
    session
        From `core.lake.snapshot.open_snapshot`.
    others
        Controls that raise the same fault: what one of them found already is no new finding.
    as_of
        The run's "now".

    Notes
    -----
    Usage is priced only for a control that reads what pricing leaves. What other controls find is not
    asked again, so a finding that follows from one of theirs counts with its money.
    """
    prepare(session, control)
    now, found_now = ask(session, control, others, as_of)
    then, found_then = ask(session, proposed, others, as_of)
    nothing = Decimal(0)
    concerned = (
        abs(found_then.get(name, nothing) - found_now.get(name, nothing)) for name in found_now | found_then
    )
    return WhatIf(
        now, then, _only(found_then, found_now), _only(found_now, found_then), sum(concerned, nothing)
    )


def prepare(session: Session, control: Control) -> None:
    """Add to a session what a control reads besides streams."""
    enrich(session)
    if any(re.search(rf"\b{name}\b", control.sql + control.eligible) for name in REVIEWED):
        review(session, lambda *_: None)


def ask(
    session: Session, control: Control, others: Sequence[Control], as_of: datetime
) -> tuple[ControlResult, Found]:
    """Ask a control in a prepared session; what it finds, and what others of its fault do, by finding."""
    results, _ = run_controls(session, [control, *others], as_of=as_of, value=put_right)
    (result,) = (one for one in results if one.control_id == control.id)
    found = session.execute(
        "select finding_id, case when findings.currency = dataset.currency then amount else 0 end"
        " from findings cross join dataset where fault = $fault",
        {"fault": control.fault},
    )
    return result, dict(found.fetchall())


def _only(found: Found, other: Found) -> Tally:
    only = [abs(amount) for name, amount in found.items() if name not in other]
    return Tally(len(only), sum(only, Decimal(0)))
