"""Estimates what travellers used while their partner's files are not here, and what it will cost them.

A file is missing when it is announced and overdue, or when the partner's sequence has a gap. Whoever
was last seen on the partner's network is taken to be there until seen elsewhere; the usual day of the basis
(see `core.rating.estimate_basis`) is replayed on each missing day and priced by the pricing rules themselves,
so allowances, passes and caps of the cycle count. What an announced file says of its size is believed: its
estimates never come to more records. Does not decide what is put on a bill.

Notes
-----
The interval goes from the 10th to the 90th percentile of the basis's days, each priced in the same way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from core.kernel.period import cycle_period, cycle_start
from core.lake.session import Relation, Session
from core.lake.sql import load_sql
from core.rating.account import AccountRater
from core.rating.estimate_basis import Basis, RoamingDays, Use
from core.rating.reference import rate

__all__ = ["estimate"]

Row = Mapping[str, Any]

_SQL = "core.rating.sql"
_INSERT = "insert into usage_estimates values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
SCENARIOS = range(3)
"""Expected, low, high."""


@dataclass
class _Share:
    """Hold what one subscriber is expected to have used of one service in one missing file."""

    stay: Row
    use: Use
    basis: Basis
    sessions: int
    quantities: tuple[int, int, int]
    amounts: list[Decimal] = field(default_factory=lambda: [Decimal(0)] * len(SCENARIOS))


def estimate(session: Session) -> Relation:
    """Create the table ``usage_estimates`` and return it.

    Returns
    -------
    Relation
        One row for each missing file, subscription and service: ``account_id, subscription_id, partner_id,
        source, sequence, file_id`` (null in a gap), ``period_start, period_end, service, quantity, amount,
        low, high, basis``; amounts net of tax in the dataset's currency.
    """
    session.execute(f"create or replace temp table missing_files as {load_sql(_SQL, 'missing_files')}")
    session.execute(load_sql(_SQL, "usage_estimates"))
    stays = _rows(session, "travellers")
    if stays:
        days = RoamingDays(_rows(session, "roaming_days"))
        shares = list(_shares(stays, days))
        _price(session, shares, days)
        session.executemany(_INSERT, _as_rows(shares))
    return session.table("usage_estimates")


def _rows(session: Session, name: str) -> list[Row]:
    answer = session.execute(load_sql(_SQL, name))
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _shares(stays: Sequence[Row], days: RoamingDays) -> Iterator[_Share]:
    """Yield what each traveller is expected to have used, file by file, rounded so that sums keep."""
    found = [(stay, days.basis(stay["subscription_id"], stay["partner_id"], stay["day"])) for stay in stays]
    expected: dict[tuple[str, int], Fraction] = defaultdict(Fraction)
    for stay, basis in found:
        if basis is not None:
            lasting = _lasting(stay)
            expected[_file(stay)] += sum((basis.sessions(use) for use in basis.uses()), Fraction()) * lasting
    so_far: dict[tuple[str, str, Use], list[Fraction]] = defaultdict(lambda: [Fraction()] * 4)
    for stay, basis in found:
        if basis is None:
            continue
        announced, told = stay["record_count"], expected[_file(stay)]
        scale = min(Fraction(1), announced / told) if announced and told else Fraction(1)
        for use in basis.uses():
            sums = so_far[stay["subscription_id"], stay["partner_id"], use]
            daily = (basis.sessions(use), *basis.quantities(use))
            before = [round(amount) for amount in sums]
            sums[:] = [
                amount + more * scale * _lasting(stay) for amount, more in zip(sums, daily, strict=True)
            ]
            sessions, *quantities = (round(now) - was for now, was in zip(sums, before, strict=True))
            if any(quantities):
                yield _Share(
                    stay, use, basis, max(1, sessions), (quantities[0], quantities[1], quantities[2])
                )


def _file(stay: Row) -> tuple[str, int]:
    return (stay["source"], stay["sequence"])


def _lasting(stay: Row) -> Fraction:
    """Return for how many days of a missing file's time the traveller was there."""
    seconds = (stay["stays_until"] - stay["period_start"]).total_seconds()
    return Fraction(int(seconds), 86_400)


def _price(session: Session, shares: Iterable[_Share], days: RoamingDays) -> None:
    """Price what is expected beside what is known, one subscription and cycle at a time."""
    rater = AccountRater(session)
    zone = ZoneInfo(rater.settings.timezone)
    of_cycle: dict[tuple[Any, ...], list[_Share]] = defaultdict(list)
    for share in shares:
        first = cycle_start(share.stay["period_start"], share.stay["bill_cycle_day"], zone)
        of_cycle[share.stay["account_id"], share.stay["subscription_id"], first].append(share)
    for (account_id, subscription_id, first), together in of_cycle.items():
        streams = rater.streams(account_id, cycle_period(first, zone), subscription_id)
        for scenario in SCENARIOS:
            replayed = {e["event_id"]: (e, s) for s in together for e in _events(s, scenario, days, rater)}
            events = [event for event, _ in replayed.values()]
            records = [_record(event, subscription_id) for event in events]
            added = streams | {
                "usage_events": [*streams["usage_events"], *events],
                "mediation_records": [*streams["mediation_records"], *records],
            }
            for line in rate(added, rater.settings).charges:
                if line.event_id in replayed:
                    replayed[line.event_id][1].amounts[scenario] += line.amount


def _events(share: _Share, scenario: int, days: RoamingDays, rater: AccountRater) -> Iterator[Row]:
    """Yield the sessions that stand for a share, evenly over the stay."""
    stay, (service, direction) = share.stay, share.use
    number = days.number(stay["subscription_id"], stay["partner_id"], share.use)
    total = share.quantities[scenario]
    sessions = min(total, total if service == "sms" else share.sessions)
    length: Any = stay["stays_until"] - stay["period_start"]
    for n in range(sessions):
        size = total * (n + 1) // sessions - total * n // sessions
        started_at: datetime = stay["period_start"] + length * (2 * n + 1) / (2 * sessions)
        yield {
            "event_id": f"estimate:{stay['source']}#{stay['sequence']}:{service}:{direction}:{n:06}",
            "file_id": stay["file_id"],
            "service": service,
            "direction": direction,
            "imsi": stay["imsi"],
            "other_party": number,
            "serving_plmn": stay["serving_plmn"],
            "started_at": started_at,
            "duration_s": size if service == "voice" else 0,
            "bytes_up": 0,
            "bytes_down": 0 if service in ("voice", "sms") else size,
            "call_ref": None,
            "partial_sequence": None,
            "partial_last": None,
            "cause_code": None,
            "received_at": rater.settings.as_of,
        }


def _record(event: Row, subscription_id: str) -> Row:
    return {
        "record_id": event["event_id"],
        "event_id": event["event_id"],
        "subscription_id": subscription_id,
        "service": event["service"],
        "direction": event["direction"],
        "started_at": event["started_at"],
        "quantity": event["duration_s"] or event["bytes_down"] or 1,
        "status": "forwarded",
        "mediated_at": event["received_at"],
    }


def _as_rows(shares: Iterable[_Share]) -> list[tuple[Any, ...]]:
    """Return the rows of the table, both directions of a service in one."""
    grouped: dict[tuple[Any, ...], list[_Share]] = defaultdict(list)
    for share in shares:
        grouped[*_file(share.stay), share.stay["subscription_id"], share.use[0]].append(share)
    names = ("account_id", "subscription_id", "partner_id", "source", "sequence", "file_id")
    return [
        (
            *(same[0].stay[name] for name in (*names, "period_start", "period_end")),
            service,
            sum(share.quantities[0] for share in same),
            *_interval([sum((share.amounts[n] for share in same), Decimal(0)) for n in SCENARIOS]),
            same[0].basis.text,
        )
        for (_, _, _, service), same in grouped.items()
    ]


def _interval(amounts: Sequence[Decimal]) -> tuple[Decimal, Decimal, Decimal]:
    """Return an amount with bounds around it: a busy trip may reach its cap before the last file."""
    expected, low, high = amounts
    return expected, min(expected, low), max(expected, high)
