"""Compare expected with billed usage lines, beside datacompy, pandas and Polars on the same Parquet files.

``python -m tests.bench.bench_reconcile [LINES …]``; 10,000,000 needs 1 GB of disk and 12 GB of memory for
the peers. Made-up lines: of the expected ones 0.3 % are not billed, 0.2 % billed twice, 0.5 % otherwise,
and for 0.1 % something is billed that nobody expects. Every way reads the record's id and seven columns of
both files, and must find each planted difference. The product's way are its own queries,
``review_repeated.sql`` and ``review_compared.sql``, over all lines at once with BUFFERS_MB. Each round is a
process of its own, in turn; the fastest of the rounds and the greatest peak count. The peers live in
``.bench/peers``, made from ``requirements/peers.lock``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from core.lake.session import Limits, Session, connect
from core.rating.engine import create_table
from tests.builders import rows
from tests.builders.session import add_settings

SIZES = (1_000_000, 10_000_000)
ROUNDS = 3
BUFFERS_MB = 400
ROOT = Path(__file__).parents[2]
PEERS = ROOT / ".bench" / "peers"
OURS = "product"
SIDES = ("expected", "billed")
WAYS = (OURS, "polars_streaming", "pandas_merge", "datacompy_polars", "datacompy_pandas")

EXPECTED = """
    select
        'M' || lpad(n::varchar, 12, '0') as record_id, 'E' || lpad(n::varchar, 12, '0') as event_id,
        'usage' as kind, 'usage:' || n as charge_id, 'A' || lpad((n // 20)::varchar, 9, '0') as account_id,
        'S' || lpad((n // 10)::varchar, 9, '0') as subscription_id, null::varchar as invoice_id,
        ['voice', 'sms', 'data'][1 + n % 3] as service, null::varchar as explanation,
        timestamptz '2026-03-02 00:00:00Z' + to_seconds((hash(n) % 2000000)::bigint) as period_start,
        period_start + interval 1 hour as rated_at, 60 * (1 + hash(n + 1) % 50)::bigint as quantity,
        if(hash(n + 2) % 3 = 0, quantity, 0) as free_quantity,
        ((quantity - free_quantity) * 1234 * 0.000001::decimal(7, 6))::decimal(18, 6) as amount,
        'P' || n // 10 % 40 as plan_id, 'T' || n % 400 as tariff_id, hash(n + 3) % 1000 as fate
    from range($lines) as made(n)
"""
BILLED = """
    select
        * exclude (kind, event_id, explanation, fate) replace (
            if(fate between 5 and 9, amount + 0.01, amount)::decimal(18, 6) as amount,
            if(fate = 10 and copy = 1, 'X' || record_id, record_id) as record_id
        )
    from expected, (select unnest([0, 1]) as copy)
    where if(copy = 0, fate > 2, fate in (3, 4, 10))
"""
CYCLES = """
    select 1 as bill_cycle_day, date '2026-03-01' as first_date, true as is_judged,
        timestamptz '2026-03-01 00:00:00Z' as starts_at, timestamptz '2026-04-01 00:00:00Z' as ends_at
"""

Figures = tuple[float, float, int, tuple[int, ...]]


def lay(folder: Path, lines: int) -> tuple[int, ...]:
    """Write both sides; return how many lines are missing, extra, different and repeated."""
    with connect(Limits(threads=1)) as session:
        session.execute("set preserve_insertion_order = true")
        session.execute(f"create temp table expected as {EXPECTED}", {"lines": lines})
        session.table("expected").project("* exclude (fate)").write_parquet(str(folder / "expected.parquet"))
        session.sql(BILLED).write_parquet(str(folder / "billed.parquet"))
        fates = (
            "count(*) filter (fate <= 2), count(*) filter (fate = 10), count(*) filter (fate between 5 and 9)"
        )
        repeated = "count(*) filter (fate in (3, 4))"
        return tuple(session.table("expected").aggregate(f"{fates}, {repeated}").fetchall()[0])


def open_files(folder: Path) -> Session:
    """Open a session that holds what the comparison reads beside the two files."""
    session = connect(Limits(memory_mb=BUFFERS_MB))
    for side in SIDES:
        session.read_parquet(str(folder / f"{side}.parquet")).create_view(side)
    add_settings(session, rows.settings())
    session.execute(f"create temp table rating_cycles as {CYCLES}")
    session.execute("create temp table review_charged_days (bill_cycle_day bigint)")
    return session


def compare(session: Session) -> tuple[int, ...]:
    """Compare as a run does once lines are priced; return what `lay` returns."""
    for side, view in (
        ("billed", "review_billed"),
        ("expected", "expected_charges"),
        ("billed", "rating_slice_lines"),
    ):
        session.table(side).create_view(view)
    create_table(session, "review_repeated", "review_repeated")
    session.execute(
        "create temp table rating_members as select distinct account_id, 1 as bill_cycle_day"
        " from expected_charges"
    )
    create_table(session, "review_compared", "review_compared")
    (found,) = session.execute(
        "select count(*) filter (state = 'missing'), count(*) filter (state = 'extra'),"
        " count(*) filter (state = 'different' and record_id not in (from review_repeated)),"
        " count(distinct record_id) filter (record_id in (from review_repeated)) from review_compared"
    ).fetchall()
    return tuple(found)


def child(folder: Path) -> None:
    """Compare once; print seconds, processor seconds, peak MB and what was found."""
    session = open_files(folder)
    started, busy = time.perf_counter(), time.process_time()
    found = compare(session)
    seconds, processor = time.perf_counter() - started, time.process_time() - busy
    status = Path("/proc/self/status").read_text("ascii")
    peak = int(status.split("VmHWM:")[1].split()[0]) // 1024  # ru_maxrss would begin with the parent's
    print(f"{seconds:.3f} {processor:.3f} {peak}", *found)


def measure(way: str, folder: Path) -> Figures:
    """Return seconds, processor seconds, peak MB and what was found of one way in a process of its own."""
    python, script = str(PEERS / "bin" / "python"), str(ROOT / "tests" / "bench" / "peers.py")
    ours = [sys.executable, "-m", "tests.bench.bench_reconcile", OURS, str(folder)]
    command = ours if way == OURS else [python, script, way, str(folder)]
    seconds, processor, peak, *found = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ).stdout.split()
    return float(seconds), float(processor), int(peak), tuple(map(int, found))


def install_peers() -> None:
    """Make the peers' environment from its lock, once."""
    lock, done = ROOT / "requirements" / "peers.lock", PEERS / "peers.lock"
    if done.exists() and done.read_bytes() == lock.read_bytes():
        return
    uv = str(Path(sys.executable).parent / "uv")
    subprocess.run([uv, "venv", "-q", "--clear", str(PEERS), "--python", sys.executable], check=True)
    target = ["--python", str(PEERS / "bin" / "python"), "--require-hashes", "-r", str(lock)]
    subprocess.run([uv, "pip", "install", "-q", *target], check=True)
    done.write_bytes(lock.read_bytes())


def check(way: str, found: tuple[int, ...], planted: tuple[int, ...]) -> None:
    """Refuse a way that does not find what was planted; datacompy takes copies for extra lines."""
    missing, extra, different, repeated = planted
    as_datacompy = (missing, extra + repeated, different, 0)
    expected = as_datacompy if way.startswith("datacompy") else planted
    if found != expected:
        raise SystemExit(f"{way} found {found}, planted are {expected}")


def main(*sizes: int) -> None:
    """Print for each size what each way takes, and how many times that of the product it is."""
    install_peers()
    print(f"fastest of {ROUNDS} rounds in turn, the greatest peak of them; ratios to the product")
    print(f"{'lines':>11} {'way':18}{'s':>8}{'CPU s':>8}{'MB':>8}{'x time':>8}{'x CPU':>8}{'x MB':>8}")
    for size in sizes or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            planted = lay(Path(folder), size)
            rounds = [{way: measure(way, Path(folder)) for way in WAYS} for _ in range(ROUNDS)]
        best = {}
        for way in WAYS:
            check(way, rounds[0][way][3], planted)
            seconds, processor = (min(each[way][field] for each in rounds) for field in (0, 1))
            best[way] = (seconds, processor, max(each[way][2] for each in rounds))
        for way, figures in best.items():
            ratios = "".join(f"{a / b:8.1f}" for a, b in zip(figures, best[OURS], strict=True))
            print(f"{size:11,} {way:18}{figures[0]:8.1f}{figures[1]:8.1f}{figures[2]:8,}{ratios}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == OURS:
        child(Path(sys.argv[2]))
    else:
        main(*map(int, sys.argv[1:]))
