"""Run over an operator, then over 1 % that is new, then over nothing new; say what each takes.

``python -m tests.bench.bench_run [EVENTS …]``; 50,000,000 needs 20 GB of disk. A simulated operator with one
of every fault is repeated under new names until there is enough of it. What is new is all usage, records,
lines, invoices and payments of 1 % of the customers, who are in CRM before. Taking files in is timed apart.
Each phase is a process of its own over the same lake.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from core.adapters.store import open_store
from core.controls.loader import load_controls
from core.events.dataset import open_dataset
from core.events.land import take_in
from core.kernel.records import STREAMS
from core.lake.schemas import SCHEMAS
from core.lake.session import Limits, connect
from core.lake.tables import Lake
from core.workflows.assurance import RunRequest, Workshop, assure
from tests.bench import bench_rating
from tests.bench.bench_rating import lay_base, repeated
from tests.builders.audit import ANNA, PSEUDONYMS

SIZES = (1_000_000,)
PHASES = ("all", "1 % new", "nothing new")

RENAMED = bench_rating.RENAMED | {
    *("msisdn", "file_id", "source", "payment_id", "refund_of", "contact_id", "follow_up_of", "survey_id"),
}
LATE = ("usage_events", "mediation_records", "charges", "invoices", "payments")


def lay(base: Path, folder: Path, events: int) -> int:
    """Repeat an operator's customers under new names, the new 1 % apart; return how many events there are."""
    with connect(Limits()) as session:
        ((found,),) = session.read_parquet(str(base / "usage_events.parquet")).count("*").fetchall()
        times = max(1, events // found)
        for name in STREAMS:
            repeated(session, base, name, times, RENAMED).create_view(f"all_{name}")
        session.execute(
            "create table late as select distinct subscription_id, imsi, account_id from all_subscriptions"
            " where hash(account_id) % 100 = 0"
        )
        for name in STREAMS:
            for part, rows in _parts(name).items():
                target = folder / part / name
                target.mkdir(parents=True)
                session.sql(rows).write_parquet(str(target / "part.parquet"))
    shutil.copy(base.parent / "made" / "dataset.toml", folder / "landing")
    return times * int(found)


def _parts(name: str) -> dict[str, str]:
    if name not in LATE:
        return {"landing": f"from all_{name}"}
    column = {"usage_events": "imsi", "mediation_records": "subscription_id"}.get(name, "account_id")
    return {
        "landing": f"from all_{name} where {column} not in (select {column} from late)",
        "new": f"from all_{name} where {column} in (select {column} from late)",
    }


def child(folder: Path) -> None:
    """Run once over what has landed; print how long that took, its processor time and its peak."""
    store = open_store(f"sqlite:///{folder / 'store.sqlite'}", PSEUDONYMS)
    workshop = Workshop(ANNA, folder / "lake", folder, load_controls(), store)
    started = time.perf_counter()
    take_in(Lake(folder / "lake", SCHEMAS), open_dataset(folder / "landing"), workshop.limits, _quiet)
    landed, used = time.perf_counter(), _used()
    steps: list[str] = []
    assure(RunRequest(folder / "landing"), workshop, lambda what, done, total: steps.append(what))
    again = next((step for step in steps if step.endswith("accounts again")), steps[-1])
    status = Path("/proc/self/status").read_text("ascii")
    peak = int(status.split("VmHWM:")[1].split()[0]) // 1024
    print(f"{landed - started:.2f} {time.perf_counter() - landed:.2f} {_used() - used:.2f} {peak} {again}")


def _quiet(what: str, done: int, total: int) -> None:
    """Say nothing of how far it is."""


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measure(folder: Path) -> tuple[float, float, float, int, str]:
    """Return what `child` prints of a process of its own."""
    command = [sys.executable, "-m", "tests.bench.bench_run", "child", str(folder)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    landed, seconds, cpu, peak, step = printed.split(maxsplit=4)
    return float(landed), float(seconds), float(cpu), int(peak), step.strip()


def main(*sizes: int) -> None:
    """Print for each size what each phase takes, as a share of the first."""
    print(f"profile mixed, one of every fault, seed {bench_rating.SEED}")
    heads = f"{'take in s':>11}{'run s':>9}{'of all':>8}{'CPU s':>9}{'of all':>8}{'MB':>7}"
    print(f"{'events':>12} {'phase':<12}{heads}")
    with tempfile.TemporaryDirectory() as made:
        base = lay_base(Path(made), faults=1)
        for size in sorted(sizes or SIZES):
            folder = Path(made) / str(size)
            events = lay(base, folder, size)
            whole: tuple[float, float] | None = None
            for phase in PHASES:
                if phase == "1 % new":
                    for part in (folder / "new").iterdir():
                        shutil.copy(part / "part.parquet", folder / "landing" / part.name / "new.parquet")
                landed, seconds, cpu, peak, step = measure(folder)
                whole = whole or (seconds, cpu)
                print(
                    f"{events:12,} {phase:<12}{landed:11.1f}{seconds:9.1f}{seconds / whole[0]:8.1%}"
                    f"{cpu:9.1f}{cpu / whole[1]:8.1%}{peak:7,}  {step}",
                    flush=True,
                )
            shutil.rmtree(folder)


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        child(Path(sys.argv[2]))
    else:
        main(*map(int, sys.argv[1:]))
