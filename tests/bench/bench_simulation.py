"""Simulate operators and hold accounts drawn at random to the slow reference, line by line.

``python -m tests.bench.bench_simulation [EVENTS]``: operators of all profiles and several seeds are made
until the drawn accounts have that many events: 50,000 unless told otherwise; a million take minutes. Every
line that was billed is compared in quantity, free quantity, amount, tariff row and period; none may differ.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from core.lake.session import Limits, Session, connect
from core.rating.engine import rate
from core.simulation.calendar import Calendar
from core.simulation.operator import AS_OF, make_operator, operator_settings
from core.simulation.prices import holidays
from core.simulation.profiles import PROFILES
from tests.builders.spot_check import SpotCheck, spot_check

EVENTS = 50_000
ACCOUNTS = 200
SHARE = 0.2
CALENDAR = Calendar(ZoneInfo("Europe/Berlin"), AS_OF, 3, holidays())

HEAD = {"profile": 15, "seed": 6, "made": 12, "events/s": 10, "compared": 12, "lines": 10, "differ": 8}


def price(session: Session) -> None:
    rate(session, explain=False)


def make(profile: str, seed: int, folder: Path) -> Session:
    """Make a clean operator in a session."""
    session = connect(Limits(temp=folder))
    make_operator(session, PROFILES[profile], CALENDAR, seed, ACCOUNTS, price, lambda *_: None)
    return session


def checks(session: Session, seed: int) -> Iterator[SpotCheck]:
    """Check accounts drawn at random, one at a time."""
    found = session.execute("select account_id from accounts order by account_id").fetchall()
    for account in random.Random(seed).sample([account for (account,) in found], int(ACCOUNTS * SHARE)):
        yield spot_check(session, operator_settings(CALENDAR), [account])


def main(events: int = EVENTS) -> None:
    """Print, for each operator, how fast it was made and how many drawn lines differ from the reference."""
    print(f"{ACCOUNTS} accounts an operator, {SHARE:.0%} of them drawn, until {events:,} events are compared")
    print("".join(f"{title:>{width}}" for title, width in HEAD.items()))
    compared = lines = differ = 0
    for profile, seed in ((profile, seed) for seed in count(1) for profile in PROFILES):
        with tempfile.TemporaryDirectory() as folder:
            started = time.perf_counter()
            session = make(profile, seed, Path(folder))
            seconds = time.perf_counter() - started
            ((made,),) = session.execute("select count(*) from usage_events").fetchall()
            seen = list(checks(session, seed))
            session.close()
        here = [sum(one.events for one in seen), sum(one.lines for one in seen)]
        wrong = sum(len(one.different) for one in seen)
        compared, lines, differ = compared + here[0], lines + here[1], differ + wrong
        show(profile, seed, made, int(made / seconds), *here, wrong)
        for difference in (each for one in seen for each in one.different):
            print("   ", *difference)
        if compared >= events:
            break
    show("all", "", "", "", compared, lines, differ)


def show(*values: object) -> None:
    """Print one row of the table."""
    cells = (f"{value:,}" if isinstance(value, int) else str(value) for value in values)
    print("".join(f"{cell:>{width}}" for cell, width in zip(cells, HEAD.values(), strict=True)), flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
