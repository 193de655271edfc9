"""Draws how issued invoices are paid: at once, in parts, after a retry, too much, together, or not at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from core.lake.session import Session
from core.simulation.calendar import Calendar, Ints
from core.simulation.dataset import insert, integers, run, scratch, stage
from core.simulation.draws import Bools, instants, labels, picks, stream

__all__ = ["pay"]

_HOUR, _DAY = 3600, 86_400
_METHODS = ("direct_debit", "card", "transfer", "wallet")
_STATUSES = ("succeeded", "failed", "pending")
_FAILURES = (None, "issuer_timeout", "insufficient_funds", "gateway_error", "expired_card")
_WAYS = {
    "once": 0.935,
    "retried": 0.03,
    "parts": 0.015,
    "expired": 0.01,
    "refunded": 0.005,
    "together": 0.005,
}
ONCE, RETRIED, PARTS, EXPIRED, REFUNDED, TOGETHER = range(6)


@dataclass
class _Attempts:
    """Collect attempts, one position each; ``share`` is the part of the total in hundredths, signed."""

    bill: list[Ints]
    share: list[Ints]
    at: list[Ints]
    failure: list[Ints]
    refund: list[Ints]

    def add(
        self, bill: Ints, at: Ints, share: Ints | int = 100, failure: Ints | int = 0, refund: int = 0
    ) -> None:
        count = len(bill)
        self.bill.append(bill)
        self.share.append(np.full(count, share) if isinstance(share, int) else share)
        self.at.append(at)
        self.failure.append(np.full(count, failure) if isinstance(failure, int) else failure)
        self.refund.append(np.full(count, refund))


def pay(session: Session, calendar: Calendar, seed: int, part: int) -> None:
    """Fill ``payments`` and settle ``invoices`` for all accounts of the session.

    Notes
    -----
    What fails for a reason that may pass is tried again, and an attempt whose second try would come after
    ``as_of`` has not been made yet: nothing here is a fault.
    """
    rng = stream(seed, "payments", part)
    stage(session, "payable", "payable")
    bills = integers(session, "select account_no, issued from payable order by place")
    issued, account = bills["issued"], bills["account_no"]
    account_method = picks(rng, (0.45, 0.3, 0.17, 0.08), int(account.max()) + 1 if len(account) else 0)
    method = account_method[account]
    attempts = _attempts(rng, calendar, issued, account, method)
    scratch(session, {"drawn_attempts": _table(calendar, attempts, method)})
    insert(session, "payments", "payments")
    run(session, "settled_invoices", {"as_of": calendar.as_of})


def _attempts(
    rng: np.random.Generator, calendar: Calendar, issued: Ints, account: Ints, method: Ints
) -> _Attempts:
    count = len(issued)
    first = issued + rng.integers(2, 10, count) * _DAY + rng.integers(-5 * _HOUR, 14 * _HOUR, count)
    way = picks(rng, _WAYS, count)
    pair = _pairs(account, way, method)
    second = first + rng.integers(2, 5, count) * _DAY
    later = first + rng.integers(4, 9, count) * _DAY
    way = np.where((way == RETRIED) & (second + _DAY > calendar.end), ONCE, way)
    way = np.where((way == REFUNDED) & (later + _DAY > calendar.end), ONCE, way)
    way = np.where((way == EXPIRED) & (method != 1), ONCE, way)
    way[pair + 1] = TOGETHER
    found = _Attempts([], [], [], [], [])
    everything = np.arange(count)
    alone = everything[np.isin(way, (ONCE, REFUNDED))]
    found.add(alone, first[alone])
    failed, cut = everything[way == RETRIED], everything[way == PARTS]
    found.add(failed, first[failed], failure=rng.integers(1, 4, len(failed)))
    found.add(failed, second[failed])
    halves = rng.integers(30, 70, len(cut))
    found.add(cut, first[cut], share=halves)
    found.add(cut, later[cut], share=100 - halves)
    expired, over = everything[way == EXPIRED], everything[way == REFUNDED]
    found.add(expired, first[expired], failure=4)
    found.add(over, first[over] + 3 * _HOUR)
    found.add(over, later[over], share=-100, refund=1)
    found.add(pair, first[pair + 1], share=0)
    return found


def _pairs(account: Ints, way: Ints, method: Ints) -> Ints:
    """Return bills that are paid together with the next one of the account, by transfer."""
    if len(account) < 2:
        return np.array([], dtype=np.int64)
    fits: Bools = (way[:-1] == TOGETHER) & (account[:-1] == account[1:]) & (method[:-1] == 2)
    fits[1:] &= ~fits[:-1]
    return np.flatnonzero(fits)


def _table(calendar: Calendar, attempts: _Attempts, method: Ints) -> pa.Table:
    bill, share, at, failure, refund = (
        np.concatenate(column)
        for column in (attempts.bill, attempts.share, attempts.at, attempts.failure, attempts.refund)
    )
    slow = np.isin(method[bill], (0, 2))
    settled = at + np.where(slow, _DAY, 0)
    status = np.where(failure > 0, 1, np.where(settled > calendar.end, 2, 0))
    made = at <= calendar.end
    return pa.table(
        {
            "place": bill[made] + 1,
            "share": share[made],
            "together": share[made] == 0,
            "refund": refund[made] == 1,
            "method": labels(method[bill[made]], _METHODS),
            "attempted_at": instants(at[made]),
            "settled_at": instants(np.minimum(settled, calendar.end)[made]),
            "status": labels(status[made], _STATUSES),
            "failure_code": labels(failure[made], _FAILURES),
            "ref_no": at[made] * 7 + bill[made],
        }
    )
