"""Explain a line of one account beside the bare look-up of that account's events in the same files.

``python -m tests.bench.bench_explain [ACCOUNTS …]``: operators of these sizes are simulated; 1,150 accounts
have about a million events. A line is explained by reading its subscription's rows of the cycle, rating them
with the reference and telling the steps; the session is open and what all accounts share is read. Time on the
wall includes what other processes take; time on the processor sums all threads.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from core.events.dataset import open_dataset
from core.events.land import take_in
from core.lake.schemas import SCHEMAS
from core.lake.session import Limits, Session
from core.lake.snapshot import open_snapshot, pin
from core.lake.tables import Lake
from core.rating.account import AccountRater
from core.rating.explain import explain
from core.simulation.command import run_simulation

SEED = 20261125
SIZES = (180, 1_150)
CYCLES = 4
LOOKS = 60
WARM_UP = 5

Look = tuple[str, str, str, date, date]


@contextmanager
def opened(accounts: int) -> Iterator[Session]:
    """Open a session over a simulated operator."""
    with tempfile.TemporaryDirectory() as folder:
        run_simulation(Path(folder) / "data", accounts=accounts, cycles=CYCLES, seed=SEED)
        dataset = open_dataset(Path(folder) / "data")
        lake = Lake(Path(folder) / "lake", SCHEMAS)
        take_in(lake, dataset, Limits(), lambda *_: None)
        with open_snapshot(lake, pin(lake, dataset.settings), Limits()) as session:
            yield session


def looks(session: Session) -> list[Look]:
    """Draw accounts, one subscription of each with its SIM, and the first dates of a cycle and the next."""
    rows = session.execute(
        """
        with settings as (select timezone as tz, as_of from dataset),
        held as (
            select account_id, subscription_id, imsi, timezone(tz, as_of)::date as today, bill_cycle_day
            from subscriptions join accounts using (account_id), settings
            where valid_to is null
        )
        select
            account_id, subscription_id, imsi,
            date_trunc('month', today - interval 2 month)::date + bill_cycle_day::int - 1 as first_date,
            date_trunc('month', today - interval 1 month)::date + bill_cycle_day::int - 1 as next_date
        from held
        qualify row_number() over (partition by account_id order by hash(subscription_id)) = 1
        order by account_id
        """
    ).fetchall()
    return random.Random(SEED).choices(rows, k=LOOKS + WARM_UP)


def timed(work: Callable[[Look], object], wanted: list[Look]) -> tuple[list[float], list[float]]:
    """Return milliseconds on the wall and on the processor, smallest first, after some to warm up."""
    wall, processor = [], []
    for look in wanted:
        began, busy = time.perf_counter(), time.process_time()
        work(look)
        processor.append((time.process_time() - busy) * 1000)
        wall.append((time.perf_counter() - began) * 1000)
    return sorted(wall[WARM_UP:]), sorted(processor[WARM_UP:])


def percentiles(milliseconds: list[float]) -> str:
    """Return p50 and p99."""
    p50, p99 = (milliseconds[int(len(milliseconds) * share)] for share in (0.5, 0.99))
    return f"{p50:8.1f}{p99:8.1f}"


def measure(accounts: int) -> None:
    """Print the figures of one operator."""
    with opened(accounts) as session:
        rater = AccountRater(session)

        def ours(look: Look) -> None:
            account, subscription, _, first, _ = look
            for line in rater.rate(account, first, subscription).charges[:1]:
                explain(line.row())

        def bare(look: Look) -> None:
            query = "from usage_events where imsi = ? and started_at >= ? and started_at < ?"
            session.execute(query, list(look[2:])).fetchall()

        wanted = looks(session)
        (wall, busy), (bare_wall, bare_busy) = timed(ours, wanted), timed(bare, wanted)
        (events,) = session.execute("select count(*) from usage_events").fetchall()[0]
    middle = len(wall) // 2
    print(
        f"{accounts:9,}{events:11,}{percentiles(wall)}{percentiles(busy)}"
        f"{percentiles(bare_wall)}{busy[middle] / bare_busy[middle]:8.1f}",
        flush=True,
    )


def main(*sizes: int) -> None:
    """Print p50 and p99, and the processor time as a multiple of the bare look-up's."""
    print(f"a line of {LOOKS} accounts drawn at random, seed {SEED}, milliseconds")
    print(f"{'':9}{'':11}{'wall':>16}{'processor':>16}{'bare, wall':>16}")
    print(
        f"{'accounts':>9}{'events':>11}{'p50':>8}{'p99':>8}{'p50':>8}{'p99':>8}{'p50':>8}{'p99':>8}{'ratio':>8}"
    )
    for accounts in sizes or SIZES:
        measure(accounts)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
