"""Draws lines and their stays: plans, SIM swaps, ported numbers, suspensions, ends. Draws no usage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from core.simulation.calendar import Calendar, Ints
from core.simulation.draws import FAR, Bools, instants, labels, picks, scattered, stream
from core.simulation.lists import rows
from core.simulation.people import BUSINESS, CONSUMER, IOT, Accounts
from core.simulation.profiles import Profile

__all__ = ["PLANS", "TEST_LINES", "Lines", "draw_lines"]

PLANS = tuple(row["plan_id"] for row in rows("plans"))
_PLAN_WEIGHTS = {
    "alone": (0.27, 0.41, 0.21, 0.0, 0.03),
    "shared": (0.10, 0.14, 0.06, 0.70),
    "business": (0.0, 0.0, 0.0, 0.0, 0.0, 0.32, 0.30, 0.26, 0.12),
}
_ADVANCE = PLANS.index("biz-line")
_CHANGES = ("plan", "sim", "number", "suspend", "end", "none")
_CHANGE_WEIGHTS = (0.05, 0.05, 0.03, 0.015, 0.025, 0.83)
_HOUR, _DAY = 3600, 86_400
_IMSI_PRIME, _MSISDN_PRIME = 9_999_999_967, 9_999_991  # of ten and of seven digits

TEST_LINES = 4
"""SIM cards of the operator's own, on the network but in no account; in the first slice only."""


@dataclass(frozen=True)
class Lines:
    """Hold one slice of lines and their stays.

    A *line* is a subscription; a *stay* is one period of it on one plan, SIM card and number. Lines of the
    operator's own test SIM cards have ``account`` -1. ``quiet_at`` is the one instant around which a line
    does not use the network, as its identity changes then.
    """

    number: Ints
    account: Ints
    kind: Ints
    plan: Ints
    change: Ints
    opened: Ints
    usable_from: Ints
    usable_to: Ints
    quiet_at: Ints
    pause_from: Ints
    pause_to: Ints
    language: Ints
    first_stay: Ints
    second_stay: Ints
    table: pa.Table
    stays: pa.Table


def draw_lines(
    profile: Profile, calendar: Calendar, accounts: Accounts, seed: int, first_line: int, part: int
) -> Lines:
    """Draw the lines of one slice of accounts.

    Parameters
    ----------
    first_line
        The number of the first line; lines count on over all slices.
    """
    rng = stream(seed, "lines", part)
    sizes = _sizes(rng, profile, accounts)
    account = np.concatenate([np.repeat(np.arange(len(sizes)), sizes), np.full(TEST_LINES * (part == 0), -1)])
    count = len(account)
    kind = np.where(account < 0, CONSUMER, np.minimum(accounts.segment[account], IOT))
    kind[(account >= 0) & (accounts.segment[account] == 3)] = BUSINESS
    plan = _plans(rng, kind, sizes, account)
    opened = np.where(
        account < 0, calendar.start - 400 * _DAY, accounts.opened[account] + rng.integers(1, 9, count) * _HOUR
    )
    change, at = _changes(rng, calendar, kind, plan, opened)
    to_plan, number = _other_plan(rng, plan), first_line + np.arange(count)
    ends, pauses = change == _CHANGES.index("end"), change == _CHANGES.index("suspend")
    back = at + rng.integers(4, 21, count) * _DAY
    resume = np.where(pauses & (back <= calendar.end), back, FAR)
    table = _table(accounts, number, account, kind, opened, np.where(ends, at, FAR))
    stays, second = _stays(number, plan, to_plan, opened, change, at, resume)
    return Lines(
        number=number,
        account=account,
        kind=kind,
        plan=plan,
        change=change,
        opened=opened,
        usable_from=np.maximum(
            opened + 2 * _HOUR, np.where(account < 0, calendar.start, accounts.billed_from[account])
        ),
        usable_to=np.where(ends, at, calendar.end),
        quiet_at=np.where((change == 5) | pauses, -FAR, at),
        pause_from=np.where(pauses, at, FAR),
        pause_to=np.where(pauses, resume, FAR),
        language=np.where(account < 0, 0, accounts.language[account]),
        first_stay=np.arange(count),
        second_stay=second,
        table=table,
        stays=stays,
    )


def _table(
    accounts: Accounts, number: Ints, account: Ints, kind: Ints, opened: Ints, closed: Ints
) -> pa.Table:
    count = len(account)
    within = np.arange(count) - np.searchsorted(account[account >= 0], account) if count else account
    return pa.table(
        {
            "line_no": number,
            "account_no": np.where(account < 0, -1, accounts.number[account]),
            "within": np.where(account < 0, 0, within + 1),
            "kind": kind,
            "opened": instants(opened),
            "closed": instants(closed),
        }
    )


def _sizes(rng: np.random.Generator, profile: Profile, accounts: Accounts) -> Ints:
    """Draw how many lines each account has."""
    count = len(accounts.number)
    household = np.array((1, 2, 3, 4, 5))[picks(rng, (0.62, 0.18, 0.11, 0.07, 0.02), count)]
    firm = rng.integers(profile.business_lines[0], profile.business_lines[1] + 1, count)
    fleet = rng.integers(profile.fleet_lines[0], profile.fleet_lines[1] + 1, count)
    sizes = np.where(accounts.segment == CONSUMER, household, firm)
    return np.where(accounts.segment == IOT, fleet, sizes)


def _plans(rng: np.random.Generator, kind: Ints, sizes: Ints, account: Ints) -> Ints:
    count = len(kind)
    alone = picks(rng, _PLAN_WEIGHTS["alone"], count)
    shared = picks(rng, _PLAN_WEIGHTS["shared"], count)
    plan = np.where(sizes[account] > 1, shared, alone)
    plan = np.where(kind == BUSINESS, picks(rng, _PLAN_WEIGHTS["business"], count), plan)
    fleet = rng.random(len(sizes))[account] < 0.6
    return np.where(kind == IOT, np.where(fleet, PLANS.index("iot-fleet"), PLANS.index("iot-s")), plan)


def _other_plan(rng: np.random.Generator, plan: Ints) -> Ints:
    """Draw another plan of the same family of plans."""
    consumer = (plan + rng.integers(1, 3, len(plan))) % 3
    business = 5 + (plan - 5 + rng.integers(1, 3, len(plan))) % 3
    return np.where(plan < 5, consumer, business)


def _changes(
    rng: np.random.Generator, calendar: Calendar, kind: Ints, plan: Ints, opened: Ints
) -> tuple[Ints, Ints]:
    """Draw what happens to each line, at most once, and when."""
    count = len(kind)
    change = picks(rng, _CHANGE_WEIGHTS, count)
    day = rng.integers(12, max(13, len(calendar.days) - 6), count)
    midnight = calendar.midnights[day]
    at = midnight + rng.integers(9 * _HOUR, 18 * _HOUR, count)
    at = np.where(np.isin(change, (0, 2, 4)), midnight, at)
    fixed = (plan == _ADVANCE) | (kind == IOT)
    change = np.where(fixed & (change != 1), 5, change)
    return np.where(at - opened < 3 * _DAY, 5, change), at


def _other_numbers(number: Ints, change: Ints, at: Ints) -> Ints:
    """Return what each line's number would be after a change: of a line that has ended, or a new one."""
    other = number * 2 + 1
    ended, ported = (np.flatnonzero(change == what) for what in (4, 2))
    pairs = min(len(ended), len(ported))
    giver = ended[np.argsort(at[ended], kind="stable")][:pairs]
    taker = ported[np.argsort(at[ported], kind="stable")][len(ported) - pairs :]
    free = at[giver] + _DAY < at[taker]
    other[taker[free]] = number[giver[free]] * 2
    return other


def _stays(
    number: Ints, plan: Ints, to_plan: Ints, opened: Ints, change: Ints, at: Ints, resume: Ints
) -> tuple[pa.Table, Ints]:
    """Lay out one, two or three stays a line; return where each line's second one is."""
    count, other_number = len(number), _other_numbers(number, change, at)
    splits = change <= 3
    back = (change == 3) & (resume < FAR)
    line = np.concatenate([np.arange(count), np.flatnonzero(splits), np.flatnonzero(back)])
    step = np.concatenate([np.zeros(count), np.ones(splits.sum()), np.full(back.sum(), 2)]).astype(np.int64)
    second = np.full(count, -1)
    second[splits] = count + np.arange(splits.sum())
    start = np.select([step == 0, step == 1], [opened[line], at[line]], resume[line])
    end = np.select(
        [(step == 0) & (change[line] < 5), (step == 1) & back[line]], [at[line], resume[line]], FAR
    )
    suspended: Bools = (step == 1) & (change[line] == 3)
    stays = pa.table(
        {
            "stay": np.arange(len(line)),
            "line_no": number[line],
            "plan": labels(np.where((step == 1) & (change[line] == 0), to_plan[line], plan[line]), PLANS),
            "imsi_no": scattered(number[line] * 2 + ((step == 1) & (change[line] == 1)), _IMSI_PRIME),
            "msisdn_no": scattered(
                np.where((step == 1) & (change[line] == 2), other_number[line], number[line] * 2),
                _MSISDN_PRIME,
            ),
            "status": labels(suspended.astype(np.int64), ("active", "suspended")),
            "valid_from": instants(start),
            "valid_to": instants(end),
        }
    )
    return stays, second
