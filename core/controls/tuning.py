"""Looks for the threshold that keeps the alerts people confirmed and drops false ones. Sets none.

A control is asked again with other values, one threshold at a time; what it raises then of the judged cases
says what each value is worth. The search halves the steps between values that raise different ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.controls.loader import override
from core.controls.model import Control, Value
from core.controls.thresholds import write_value
from core.kernel.reads import MoneyTotal
from core.kernel.suggestions import JudgedFinding, Share, Suggestion

__all__ = ["LEAST_EACH", "LEAST_JUDGED", "Raised", "Tuning", "enough", "numeric", "tune"]

LEAST_JUDGED, LEAST_EACH = 10, 3
"""How many judged cases a suggestion needs, and how many of them right and how many wrong."""

_PRICE = 5
"""A confirmed alert that is lost weighs as much as so many false ones that are spared."""

_ASKS = 24
"""How many values of a threshold are tried."""

_FARTHEST, _LEAST_FAR = 4, 8
"""Values reach to so many times the one in force, and at least so many steps."""


@dataclass(frozen=True)
class Raised:
    """State what a control raises in the data of all runs that count.

    Parameters
    ----------
    findings
        By id, in any of the runs: what comes up later is not spared.
    waiting
        Subjects that it cannot judge yet in the newest run's data: they may still be raised.
    new
        How many findings it does not raise as it stands.
    """

    findings: frozenset[str]
    waiting: frozenset[str] = frozenset()
    new: int = 0

    def holds(self, finding: JudgedFinding) -> bool:
        """Return whether a finding is raised, or may still be."""
        return finding.finding_id in self.findings or finding.subject_id in self.waiting


Ask = Callable[[Control], Raised | None]
"""Asks a control; None where it cannot be run with its values."""


@dataclass(frozen=True)
class Tuning:
    """State what came of the search: the judged cases as raised now, those raised no more, and the best."""

    raised: Share
    raised_by_lot: Share
    gone: int
    suggestion: Suggestion | None


@dataclass(frozen=True)
class _Alert:
    case_id: str
    was_right: bool
    by_lot: bool
    findings: tuple[JudgedFinding, ...]

    def is_raised(self, raised: Raised) -> bool:
        return any(map(raised.holds, self.findings))


@dataclass(frozen=True)
class _Tried:
    """Hold a value that was tried: how far it is from the one in force, and what it would bring."""

    distance: Decimal
    found: Suggestion

    @property
    def gain(self) -> int:
        return len(self.found.dropped) - _PRICE * len(self.found.lost)


def numeric(control: Control) -> tuple[str, ...]:
    """Return the names of a control's thresholds that are numbers."""
    return tuple(
        name
        for name, value in control.values.items()
        if isinstance(value, int | Decimal) and not isinstance(value, bool) and value >= 0
    )


def enough(said: Share) -> bool:
    """Return whether there are verdicts enough to suggest anything.

    Examples
    --------
    >>> enough(Share(7, 3)), enough(Share(8, 2)), enough(Share(3, 6))
    (True, False, False)
    """
    return said.judged >= LEAST_JUDGED and min(said.right, said.wrong) >= LEAST_EACH


def tune(control: Control, judged: Iterable[JudgedFinding], ask: Ask) -> Tuning:
    """Look for the change of one threshold that verdicts speak for.

    Parameters
    ----------
    judged
        Findings of closed cases, in the runs that ``ask`` asks.

    Returns
    -------
    Tuning
        A suggestion drops more false alarms than five times the confirmed alerts that it loses, lowers the
        precision neither of all judged cases nor of those drawn by lot, keeps a confirmed one, and raises
        nothing that is not raised today. Of several the one that gains most; of equals, the smallest change.
    """
    now, known = ask(control) or Raised(frozenset()), tuple(judged)
    raised = _alerts(one for one in known if one.finding_id in now.findings)
    share, lot = _share(raised), _share(one for one in raised if one.by_lot)
    gone, best = len({one.case_id for one in known}) - len(raised), None
    if enough(share):
        tried = [one for name in numeric(control) for one in _try(control, name, raised, now, ask)]
        best = min(tried, key=_order, default=None)
    return Tuning(share, lot, gone, best.found if best else None)


def _order(tried: _Tried) -> tuple[int, int, Decimal, str, str]:
    found = tried.found
    return -tried.gain, len(found.lost), tried.distance, found.threshold, found.after


def _try(control: Control, name: str, raised: Sequence[_Alert], now: Raised, ask: Ask) -> Iterator[_Tried]:
    """Yield the values of one threshold that are worth suggesting."""
    before = control.values[name]
    at, step = _steps(before)
    findings = [one for alert in raised for one in alert.findings]

    def asked(place: int) -> Raised | None:
        return ask(override(control, {name: _value(place, step, before)}))

    for place, reply in _explore(at, now, findings, asked).items():
        if place == at or reply is None or reply.new:
            continue
        after = write_value(_value(place, step, before))
        tried = _Tried(
            Decimal(abs(place - at)) / max(at, 1), _weigh(name, write_value(before), after, raised, reply)
        )
        if _is_worth_it(tried):
            yield tried


def _explore(
    at: int, now: Raised, findings: Sequence[JudgedFinding], ask: Callable[[int], Raised | None]
) -> Mapping[int, Raised | None]:
    """Return what values around the one in force raise, closest where what they raise changes."""
    known: dict[int, Raised | None] = {at: now}
    ends = sorted({min(at, 1), at, max(_FARTHEST * at, _LEAST_FAR)})
    for end in ends:
        if end != at:
            known[end] = ask(end)

    def seen(place: int) -> list[bool] | None:
        reply = known[place]
        return None if reply is None else list(map(reply.holds, findings))

    gaps = list(zip(ends, ends[1:], strict=False))
    for low, high in gaps:  # grows as it is gone through
        if high - low < 2 or seen(low) == seen(high) or len(known) > _ASKS:
            continue
        middle = (low + high) // 2
        known[middle] = ask(middle)
        gaps += [(low, middle), (middle, high)]
    return known


def _weigh(name: str, before: str, after: str, raised: Sequence[_Alert], reply: Raised) -> Suggestion:
    """Return what would become of the judged cases with another value."""
    cases: dict[tuple[bool, bool], list[str]] = defaultdict(list)
    money: dict[str, Decimal] = defaultdict(Decimal)
    for alert in raised:
        cases[alert.was_right, alert.is_raised(reply)].append(alert.case_id)
        for one in alert.findings:
            if alert.was_right and not reply.holds(one):
                money[one.currency] += abs(one.amount)
    lot = [one for one in raised if one.by_lot]
    return Suggestion(
        name,
        before,
        after,
        dropped=tuple(cases[False, False]),
        lost=tuple(cases[True, False]),
        kept_wrong=tuple(cases[False, True]),
        kept_right=tuple(cases[True, True]),
        money_lost=tuple(MoneyTotal(currency, money[currency]) for currency in sorted(money)),
        lot_before=_share(lot),
        lot_after=_share(one for one in lot if one.is_raised(reply)),
    )


def _is_worth_it(tried: _Tried) -> bool:
    found = tried.found
    return (
        tried.gain > 0
        and bool(found.kept_right)
        and _not_worse(found.all_before, found.all_after)
        and _not_worse(found.lot_before, found.lot_after)
    )


def _not_worse(before: Share, after: Share) -> bool:
    """Return whether precision does not fall; nothing judged cannot."""
    return not after.judged or after.right * before.judged >= before.right * after.judged


def _alerts(judged: Iterable[JudgedFinding]) -> list[_Alert]:
    by_case: dict[str, list[JudgedFinding]] = defaultdict(list)
    for one in judged:
        by_case[one.case_id].append(one)
    return [
        _Alert(case_id, found[0].was_right, found[0].by_lot, tuple(found))
        for case_id, found in sorted(by_case.items())
    ]


def _share(alerts: Iterable[_Alert]) -> Share:
    said = [one.was_right for one in alerts]
    return Share(sum(said), len(said) - sum(said))


def _steps(value: Value) -> tuple[int, Decimal]:
    """Return a value as a number of steps: of one for whole numbers, else of a tenth of its last digit."""
    exact = Decimal(value)
    exponent = exact.as_tuple().exponent
    whole = isinstance(value, int) or not isinstance(exponent, int)
    step = Decimal(1) if whole else Decimal(1).scaleb(min(int(exponent), 0) - 1)
    return int(exact / step), step


def _value(place: int, step: Decimal, like: Value) -> Value:
    if isinstance(like, int):
        return place
    return Decimal(f"{(place * step).normalize():f}")
