"""Price usage with allowances, tiers and splits, beside a bare scan and key join of the same files.

``python -m tests.bench.bench_rating [EVENTS …]``; 50,000,000 needs 10 GB of disk and half an hour. A
simulated operator is repeated under new names until there is enough of it. Bare adds up every column that
pricing reads of usage, mediation records and charges, and joins the three by their keys. Rate prices
everything and adds up every column of the lines that come out. Review prices everything and compares each
line, fee and bill with what was billed. Each round is a process of its own, in turn, with the default
limits of a session; the fastest of the rounds counts, of which large sizes have one. Explanations are left
out.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Set
from pathlib import Path

from core.events.dataset import open_dataset
from core.events.land import take_in
from core.kernel.dataset import DatasetSettings
from core.kernel.records import STREAMS
from core.lake.schemas import SCHEMAS
from core.lake.session import Limits, Relation, Session, connect
from core.lake.snapshot import open_snapshot, pin
from core.lake.tables import Lake
from core.rating.review import review
from core.rating.slices import rate_in_slices
from core.simulation.faults import everything
from core.simulation.simulate import simulate
from tests.builders.session import add_settings

SEED = 20261125
SIZES = (1_000_000, 10_000_000, 50_000_000)
ROUNDS, LARGE = 2, 20_000_000
ACCOUNTS, CYCLES = 1_000, 2

RENAMED = {
    *("account_id", "subscription_id", "imsi", "event_id", "call_ref"),
    *("record_id", "charge_id", "invoice_id", "grant_id", "corrects"),
}
SCANS = {
    "usage_events": "count(event_id), min(imsi), max(other_party), min(serving_plmn), max(call_ref),"
    " max(file_id), min(service), max(direction), sum(duration_s), sum(bytes_up), sum(bytes_down),"
    " max(started_at), max(received_at), max(partial_sequence), max(partial_last), max(cause_code)",
    "mediation_records": "count(record_id), min(event_id), max(subscription_id), max(service),"
    " max(direction), max(destination_zone), max(roaming_zone), max(started_at), sum(quantity), max(status),"
    " max(mediated_at)",
    "charges": "count(charge_id), min(record_id), max(account_id), max(kind), sum(amount)",
}
JOIN = """
    select count(*)
    from (select event_id from usage_events)
    full join (select event_id, record_id from mediation_records) using (event_id)
    full join (select record_id from charges where kind = 'usage') using (record_id)
"""


def lay_base(root: Path, faults: int = 0) -> Path:
    """Simulate an operator; keep the rows in force of each stream as one Parquet file."""
    plan = everything(faults)
    simulate(root / "made", seed=SEED, profile="mixed", accounts=ACCOUNTS, cycles=CYCLES, faults=plan)
    dataset = open_dataset(root / "made")
    lake = Lake(root / "lake", SCHEMAS)
    take_in(lake, dataset, Limits(), lambda what, done, total: None)
    base = root / "base"
    base.mkdir()
    with open_snapshot(lake, pin(lake, dataset.settings), Limits()) as session:
        for name in STREAMS:
            session.table(name).write_parquet(str(base / f"{name}.parquet"))
    return base


def lay(base: Path, folder: Path, events: int) -> int:
    """Repeat an operator's customers under new names; return how many events that makes."""
    folder.mkdir()
    with connect(Limits()) as session:
        usage = session.read_parquet(str(base / "usage_events.parquet"))
        ((found,),) = usage.count("*").fetchall()
        times = max(1, events // found)
        for name in STREAMS:
            repeated(session, base, name, times, RENAMED).write_parquet(str(folder / f"{name}.parquet"))
    return times * int(found)


def repeated(session: Session, base: Path, name: str, times: int, renamed: Set[str]) -> Relation:
    """Return a stream of an operator as many times as asked, some columns under a new name each time."""
    rows = session.read_parquet(str(base / f"{name}.parquet"))
    names = [column.name for column in STREAMS[name].stored]
    if not renamed & set(names):
        return rows
    projected = ", ".join(f"{one} || '-' || range as {one}" if one in renamed else one for one in names)
    return rows.cross(session.table_function("range", [times])).project(projected)


def open_files(folder: Path) -> Session:
    """Open a session whose streams are the files of a folder."""
    session = connect(Limits())
    for name in STREAMS:
        session.read_parquet(str(folder / f"{name}.parquet")).create_view(name)
    settings = tomllib.loads((folder.parent / "made" / "dataset.toml").read_text("utf-8"))
    add_settings(session, DatasetSettings.model_validate(settings))
    return session


def bare(session: Session) -> None:
    """Read what pricing reads, and join the three large streams by their keys."""
    for name, columns in SCANS.items():
        session.table(name).aggregate(columns).fetchall()
    session.execute(JOIN).fetchall()


def rate(session: Session) -> None:
    """Price everything; what comes out is added up slice by slice."""

    def add_up() -> None:
        lines = session.table("expected_charges")
        lines.aggregate(", ".join(f"max({name})" for name in lines.columns)).fetchall()

    rate_in_slices(session, add_up, explain=False)


def compare(session: Session) -> None:
    """Price everything and keep what billing did otherwise."""
    review(session, lambda _what, _done, _total: None)


WAYS = {"bare": bare, "rate": rate, "review": compare}


def child(way: str, folder: Path) -> None:
    """Do one way once; print its seconds, its processor seconds and its peak MB."""
    session = open_files(folder)
    started, used_before = time.perf_counter(), processor_seconds()
    WAYS[way](session)
    seconds, used = time.perf_counter() - started, processor_seconds() - used_before
    status = Path("/proc/self/status").read_text("ascii")
    peak = int(status.split("VmHWM:")[1].split()[0]) // 1024  # ru_maxrss would begin with the parent's
    print(f"{seconds:.3f} {used:.3f} {peak}")


def processor_seconds() -> float:
    """Return what this process has taken of the processor so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measure(way: str, folder: Path) -> tuple[float, float, int]:
    """Return seconds, processor seconds and peak MB of one way in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.bench_rating", way, str(folder)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(printed[0]), float(printed[1]), int(printed[2])


def main(*sizes: int) -> None:
    """Print for each size how long pricing takes beside bare, what it peaks at, and how it grows."""
    print(f"profile mixed, seed {SEED}, fastest of {ROUNDS} rounds in turn, of one from {LARGE:,} events on")
    print(f"{'events':>12}{'way':>8}{'s':>9}{'CPU s':>9}{'x bare':>8}{'x CPU':>7}{'peak MB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        base = lay_base(Path(folder))
        before: tuple[int, dict[str, float]] | None = None
        for size in sorted(sizes or SIZES):
            place = Path(folder) / str(size)
            events = lay(base, place, size)
            rounds = [
                {way: measure(way, place) for way in WAYS} for _ in range(1 if size >= LARGE else ROUNDS)
            ]
            seconds, cpu = (
                {way: min(each[way][field] for each in rounds) for way in WAYS} for field in (0, 1)
            )
            for way in WAYS:
                ratios = f"{seconds[way] / seconds['bare']:8.1f}{cpu[way] / cpu['bare']:7.1f}"
                peak = max(each[way][2] for each in rounds)
                print(f"{events:12,}{way:>8}{seconds[way]:9.1f}{cpu[way]:9.1f}{ratios}{peak:9,}", flush=True)
            if before:
                grown = ", ".join(f"{way} {seconds[way] / before[1][way]:.1f}" for way in WAYS)
                print(f"{events / before[0]:.1f} times the events take so many times as long: {grown}")
            before = (events, seconds)


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] in WAYS:
        child(sys.argv[1], Path(sys.argv[2]))
    else:
        main(*map(int, sys.argv[1:]))
