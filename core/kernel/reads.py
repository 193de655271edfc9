"""What is asked of the operational store, and what it answers. Holds no query and no rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from core.kernel.case_life import CaseState, CaseStep
from core.kernel.results import Case, Desk, Severity

SortKey = Literal["severity", "due", "amount", "opened", "worth"]


@dataclass(frozen=True)
class CaseQuery:
    """Select open cases; an empty field selects all.

    ``of_view`` names faults as ``faults`` does, and a case has to be in both; ``due_by`` is inclusive;
    ``least_at_stake`` compares the amount without its sign, in the case's currency; ``text`` is looked for
    anywhere in the case's search text, letter case ignored, and never finds a case by the customer's name
    unless ``by_name``. ``awake_at`` leaves out what is snoozed beyond that instant; ``unowned`` selects what
    nobody has taken; ``parent_id`` what belongs to one incident, ``top`` what belongs to none that is still
    open, ``merged_into`` what was merged into one case.
    ``visible`` holds the segments that whoever asks may see, None for every one: a case of no segment is in
    none.
    """

    text: str = ""
    severities: tuple[Severity, ...] = ()
    faults: tuple[str, ...] = ()
    of_view: tuple[str, ...] = ()
    root_causes: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    desk: Desk | None = None
    account_id: str | None = None
    due_by: datetime | None = None
    least_at_stake: Decimal | None = None
    except_case: str | None = None
    states: tuple[CaseState, ...] = ()
    awake_at: datetime | None = None
    owner_id: str | None = None
    unowned: bool = False
    parent_id: str | None = None
    top: bool = False
    merged_into: str | None = None
    visible: tuple[str, ...] | None = None
    by_name: bool = True


@dataclass(frozen=True)
class MoneyTotal:
    """Sum the money at stake in one currency, signs ignored."""

    currency: str
    amount: Decimal


@dataclass(frozen=True)
class QueueTotals:
    """Sum a selection of the queue in one currency.

    ``amount`` is at stake in that currency, ``due`` counts the cases due by the instant asked for,
    ``elsewhere`` has what is at stake in each other currency that has any, by its code.
    """

    cases: int
    amount: Decimal
    due: int
    elsewhere: tuple[MoneyTotal, ...] = ()


@dataclass(frozen=True)
class SeverityTotal:
    """Count the open cases of one severity, with the money at stake in home currency."""

    severity: Severity
    cases: int
    amount: Decimal


@dataclass(frozen=True)
class SourceGap:
    """Count what one usage source did not deliver as agreed."""

    source: str
    late: int
    missing: int


@dataclass(frozen=True)
class Reach:
    """Count the findings of one control in one run, the accounts that they touch, and since when it finds."""

    control_id: str
    findings: int
    accounts: int
    first_seen: datetime


@dataclass(frozen=True)
class FaultCount:
    """Count the findings of one fault, and the cases that they are in."""

    fault: str
    findings: int
    cases: int


FlowKey = Literal["day", "source", "service", "partner"]


@dataclass(frozen=True)
class FlowTotal:
    """Sum what came to one state at one control point, for one value of the key asked for.

    ``key`` is None when no key was asked for, or the lines have none.
    """

    point: str
    key: str | None
    state: str
    records: int
    quantity: int
    amount: Decimal


@dataclass(frozen=True)
class Sighting:
    """State what one run saw of a case."""

    run_id: str
    as_of: datetime
    finished_at: datetime
    amount: Decimal
    findings: int


@dataclass(frozen=True)
class Precedent:
    """State how a case like another was decided: ``step`` is the one that closed it."""

    case: Case
    step: CaseStep


@dataclass(frozen=True)
class Verdicts:
    """Count what people said of a control's closed cases: the alert was right, or it was a false alarm."""

    control_id: str
    right: int
    wrong: int

    @property
    def precision(self) -> float | None:
        """Return the share of right alerts; None before any verdict."""
        said = self.right + self.wrong
        return self.right / said if said else None


@dataclass(frozen=True)
class StreamVersion:
    """Pin one stream of a run's snapshot: the table version read and the rows it held."""

    stream: str
    version: int
    rows: int
