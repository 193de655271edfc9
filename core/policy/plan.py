"""Plans how a case is carried out: the steps of its procedure, each at its time. Does and keeps nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.kernel.people import Role
from core.kernel.period import Period
from core.kernel.plan import FailedPayment, Plan, PlannedStep, Silence, StepName, Timing
from core.kernel.policy import CaseFacts
from core.policy.document import Policy
from core.policy.procedures import ProcedureRow, clock_hours

__all__ = ["plan_of", "procedure_of", "retries_of"]

_DAY = timedelta(days=1)


def procedure_of(policy: Policy, facts: CaseFacts) -> ProcedureRow:
    """Return the row that says how a case's action is carried out."""
    return next(row for row in policy.procedures if row.holds(facts))


def plan_of(policy: Policy, facts: CaseFacts, by: Role | None, *, notify: bool = True) -> Plan | None:
    """Return what is done for a case, in order and with times.

    Parameters
    ----------
    by
        The role that policy has approve it.
    notify
        Whether whoever proposes it wants the customer told; what is owed is told all the same.

    Returns
    -------
    Plan or None
        None where nothing is known of when the case was found.
    """
    timing = facts.timing
    if timing is None:
        return None
    row = procedure_of(policy, facts)
    silence = _silence(row, facts, notify)
    waits, barred = retries_of(policy, facts)
    names = [] if barred else _names(row, facts, silence)
    walk = _Walk(row, timing, names, waits)
    steps = tuple(walk.steps())
    return Plan(
        action=facts.action,
        steps=steps,
        told="never" if silence else row.told,
        silence=silence,
        is_owed=row.owed,
        lead_hours=0 if silence else row.lead_hours or 0,
        is_short=walk.is_short,
        hours="" if silence else row.hours or "",
        zones=timing.zones,
        issue_at=timing.issue_at,
        by=by,
        barred=barred,
        says=row.says,
        customers=facts.customers,
        untold=0 if row.owed else facts.untold,
    )


def retries_of(policy: Policy, facts: CaseFacts) -> tuple[tuple[int, ...], str]:
    """Return after how many hours each a failed payment is tried again, and why it is not, as a sentence."""
    failure = facts.timing.failure if facts.timing else None
    if facts.action != "retry_payment" or failure is None:
        return (), ""
    row = next(one for one in policy.retries if one.failure_code is None or failure.code in one.failure_code)
    left = row.after_hours[failure.tries :]
    if left:
        return left, ""
    if row.after_hours:
        return (), f"It has been tried again {failure.tries} times, as often as policy lets it."
    return (), f"Policy never tries it again: {row.says}."


def _silence(row: ProcedureRow, facts: CaseFacts, notify: bool) -> Silence:
    """Return why the customer is told nothing; empty where they are told."""
    if row.told == "never":
        return "policy"
    if facts.segment is None and not facts.customers:
        return "no_customer"
    if row.owed:
        return ""
    if not facts.contact_allowed:
        return "no_consent"
    return "" if notify else "not_wanted"


def _names(row: ProcedureRow, facts: CaseFacts, silence: Silence) -> list[StepName]:
    """Return the steps that are left: none that tells who is not told; an action that tells is the notice."""
    left_out = {"notify_customer"} if silence else set()
    if facts.action == "notify_customer":
        left_out.add("correct")
    return [step for step in row.steps if step not in left_out]


@dataclass
class _Walk:
    """Walk through steps, each no sooner than the one before."""

    row: ProcedureRow
    timing: Timing
    names: Sequence[StepName]
    waits: Sequence[int]
    is_short: bool = False

    def steps(self) -> Iterator[PlannedStep]:
        """Yield each step with its time, of a payment each try."""
        ready = self.timing.now
        for name in self.names:
            if name == "notify_customer":
                notice = self._notice(ready)
                yield PlannedStep(name, self._at(notice.start), notice.end)
                ready = notice.end + self._lead if self.row.told == "before" else notice.start
            elif name == "correct" and self.waits and self.timing.failure:
                tries = _tries(self.timing.failure, self.waits, ready)
                yield from (PlannedStep(name, self._at(at)) for at in tries)
                ready = tries[-1]
            elif name == "true_up":
                yield PlannedStep(name)
            else:
                if name == "release_invoice" and self.timing.issue_at:
                    ready = max(ready, self.timing.issue_at)
                yield PlannedStep(name, self._at(ready))

    @property
    def _lead(self) -> timedelta:
        return timedelta(hours=self.row.lead_hours or 0)

    def _at(self, instant: datetime) -> datetime | None:
        return instant if instant > self.timing.now else None

    def _notice(self, ready: datetime) -> Period:
        """Return when the customer is told: as late as the notice allows, else as soon as the hours do."""
        leaves = self.timing.issue_at if self.row.told == "before" else None
        if leaves is not None:
            for window in self._windows(leaves - self._lead, -_DAY):
                start, end = max(window.start, ready), min(window.end, leaves - self._lead)
                if start < end:
                    return Period(start, end)
                if window.end <= ready:
                    break
        first = next(one for one in self._windows(ready, _DAY) if one.end > ready)
        soonest = Period(max(first.start, ready), first.end)
        self.is_short = (
            leaves is not None and soonest.end + self._lead > leaves and "release_invoice" not in self.names
        )
        return soonest

    def _windows(self, around: datetime, step: timedelta) -> Iterator[Period]:
        """Yield the hours of the customer's days, from that of an instant on or back."""
        zones = [ZoneInfo(name) for name in self.timing.zones]
        hours, day = clock_hours(self.row.hours or ""), around.astimezone(zones[0]).date()
        while True:
            windows = (_window(day, hours, zones), _window(day, hours, zones[:1]))
            yield from [one for one in windows if one.start < one.end][:1]
            day += step


def _window(day: date, hours: tuple[time, time], zones: Sequence[ZoneInfo]) -> Period:
    """Return the hours of one day in all zones; where clocks change, no wall time outside them is in it."""
    start, end = (
        [
            datetime.combine(day, at.replace(fold=fold), zone).astimezone(UTC)
            for fold in (0, 1)
            for zone in zones
        ]
        for at in hours
    )
    return Period(max(start), min(end))


def _tries(failure: FailedPayment, waits: Sequence[int], ready: datetime) -> list[datetime]:
    """Return when a payment is tried again: so long after the failure before, and not before ``ready``."""
    at, tries = failure.failed_at, []
    for hours in waits:
        at = max(at + timedelta(hours=hours), ready)
        tries.append(at)
    return tries
