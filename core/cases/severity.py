"""How bad a case is and by when it is due: the thresholds, once, as data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import get_args

from core.kernel.results import Severity

SEVERITIES: tuple[Severity, ...] = get_args(Severity)


@dataclass(frozen=True)
class Level:
    """State when a case is of one severity, and how long it may then take.

    Parameters
    ----------
    at_stake
        At least so much money, signs ignored, in the case's currency.
    leaves_within
        The invoice concerned leaves within this time; None when no time to the invoice makes it so.
    service_level
        The time from opening to the due time of a case that no invoice waits for.
    """

    severity: Severity
    at_stake: Decimal
    leaves_within: timedelta | None
    service_level: timedelta


LEVELS: tuple[Level, ...] = (
    Level("critical", Decimal(10_000), timedelta(hours=4), timedelta(hours=8)),
    Level("high", Decimal(1_000), timedelta(hours=24), timedelta(hours=24)),
    Level("medium", Decimal(100), timedelta(hours=72), timedelta(hours=72)),
    Level("low", Decimal(0), None, timedelta(days=7)),
)


def worst(severities: Iterable[Severity]) -> Severity:
    """Return the worst of some severities; ``low`` of none.

    Examples
    --------
    >>> worst(["low", "high", "medium"])
    'high'
    """
    return min(severities, key=SEVERITIES.index, default="low")


def by_money(amount: Decimal) -> Severity:
    """Return the severity of an amount, whatever its sign.

    Examples
    --------
    >>> by_money(Decimal("-1000"))
    'high'
    """
    return next((level.severity for level in LEVELS if abs(amount) >= level.at_stake), "low")


def by_time(leaves_in: timedelta | None) -> Severity:
    """Return the severity of the time left until the invoice leaves; ``low`` when none is to leave."""
    if leaves_in is None:
        return "low"
    return next(
        (level.severity for level in LEVELS if level.leaves_within and leaves_in <= level.leaves_within),
        "low",
    )


def time_left(issue_at: datetime | None, as_of: datetime) -> timedelta | None:
    """Return how long until the invoice leaves; None when there is none or it has left."""
    return issue_at - as_of if issue_at is not None and issue_at > as_of else None


def due_at(
    issue_at: datetime | None, as_of: datetime, severity: Severity, by_law: datetime | None = None
) -> datetime:
    """Return when a case opened now must be settled.

    Returns
    -------
    datetime
        The planned issue of its invoice while that is still to come, else the service level of its severity
        counted from now; the deadline of the law where that is sooner.
    """
    due = as_of + LEVELS[SEVERITIES.index(severity)].service_level
    if issue_at is not None and issue_at > as_of:
        due = issue_at
    return min(due, by_law) if by_law else due
