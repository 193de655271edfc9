"""Explain a line of one account beside the bare look-up of that account's events in the same files.

``python -m tests.bench.bench_explain [ACCOUNTS …]``: operators of these sizes are simulated; 1,150 accounts
have about a million events. A line is explained by reading its subscription's rows of the cycle, and those of
others that may draw from the same allowances, rating them with the reference and telling the steps; the
session is open and what all accounts share is read. Every account is as likely to be drawn; the row *fleets*
is of accounts with more than ten SIMs. Time on the wall includes what other processes take; time on the
processor sums all threads.
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
LOOKS = 300
LOOKS_AT_FLEETS = 60
FLEET = 10
WARM_UP = 5
SHARES = (0.5, 0.95, 0.99)

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


def looks(session: Session, draws: int, fewest_sims: int = 1) -> list[Look]:
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
            and count(distinct imsi) over (partition by account_id) >= $fewest_sims
        order by account_id
        """,
        {"fewest_sims": fewest_sims},
    ).fetchall()
    return random.Random(SEED).choices(rows, k=draws + WARM_UP)


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
    """Return p50, p95 and p99."""
    return "".join(f"{milliseconds[int(len(milliseconds) * share)]:8.1f}" for share in SHARES)


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

        (events,) = session.execute("select count(*) from usage_events").fetchall()[0]
        for name, draws, sims in (("all", LOOKS, 1), ("fleets", LOOKS_AT_FLEETS, FLEET + 1)):
            wanted = looks(session, draws, sims)
            (wall, busy), (bare_wall, bare_busy) = timed(ours, wanted), timed(bare, wanted)
            ratio = busy[draws // 2] / bare_busy[draws // 2]
            print(
                f"{accounts:9,}{events:11,}{name:>8}{draws:5}"
                f"{percentiles(wall)}{percentiles(busy)}{percentiles(bare_wall)}{ratio:8.1f}",
                flush=True,
            )


def main(*sizes: int) -> None:
    """Print p50, p95 and p99, and the processor time as a multiple of the bare look-up's."""
    print(f"a line of accounts drawn at random, seed {SEED}, milliseconds")
    print(f"{'':33}{'wall':>24}{'processor':>24}{'bare, wall':>24}")
    shares = "".join(f"{f'p{share * 100:.0f}':>8}" for share in SHARES)
    print(f"{'accounts':>9}{'events':>11}{'of':>8}{'n':>5}{shares * 3}{'ratio':>8}")
    for accounts in sizes or SIZES:
        measure(accounts)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
