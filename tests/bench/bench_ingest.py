"""Take usage in, format by format, beside the bare library that only reads the same file.

``python -m tests.bench.bench_ingest [ROWS]``. Ours reads, validates every value, settles repeats, sorts and
commits; the bare library parses into Arrow and throws the rows away. Each round is a process of its own, in
turn, so that peak memory is that of one way; the fastest of the rounds counts.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.json as arrow_json
import pyarrow.parquet as pq

from core.events.land import take_in
from core.kernel.records import STREAMS
from core.lake.session import Limits
from tests.builders.landing import Landing, csv_bytes, jsonl_bytes, parquet_bytes, usage

SEED = 20261125
ROWS = 300_000
ROUNDS = 2
FORMATS = ("parquet", "csv", "csv.gz", "jsonl", "jsonl.gz")


def lay(root: Path, ending: str, count: int) -> Landing:
    """Lay down one file of usage events of 5,000 SIMs over a month."""
    chance = random.Random(SEED)
    rows = [
        usage(
            number,
            imsi=f"26099{chance.randrange(5_000):010d}",
            started_at=f"2026-04-{chance.randrange(1, 29):02d}T{chance.randrange(24):02d}:15:00Z",
            duration_s=str(chance.randrange(4_000)),
            other_party=f"48{chance.randrange(10**9):09d}",
        )
        for number in range(count)
    ]
    content = {"parquet": lambda: parquet_bytes("usage_events", rows), "csv": lambda: csv_bytes(rows)}
    landing = Landing(root)
    landing.write(f"usage_events/e.{ending}", content.get(ending.split(".")[0], lambda: jsonl_bytes(rows))())
    return landing


def bare(path: Path) -> int:
    """Read a file with the library alone; return its rows."""
    if path.suffix == ".parquet":
        return sum(batch.num_rows for batch in pq.ParquetFile(path).iter_batches())
    with pa.input_stream(str(path), compression="detect") as stream:
        if ".csv" in path.name:
            names = [column.name for column in STREAMS["usage_events"].columns]
            texts = arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
            return sum(batch.num_rows for batch in arrow_csv.open_csv(stream, convert_options=texts))
        return int(arrow_json.read_json(stream).num_rows)


def ours(landing: Landing) -> int:
    """Take the file into a new lake; return the rows stored."""
    take_in(landing.lake, landing.open(), Limits(), lambda what, done, total: None)
    return int(landing.value("SELECT count(*) FROM usage_events"))


def measure(root: Path, way: str) -> tuple[float, int]:
    """Return seconds and peak MB of one way in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.bench_ingest", way, str(root)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(printed[0]), int(printed[1])


def child(way: str, root: Path) -> None:
    """Do one way once and print its seconds and peak MB."""
    with tempfile.TemporaryDirectory() as scratch:
        landing = Landing(Path(scratch))
        landing.folder = root / "dataset"
        (path,) = (landing.folder / "usage_events").iterdir()
        work: Callable[[], int] = (lambda: bare(path)) if way == "bare" else (lambda: ours(landing))
        started = time.perf_counter()
        work()
        seconds = time.perf_counter() - started
    print(f"{seconds:.3f} {_peak_mb()}")


def _peak_mb() -> int:
    """Return this process's peak; unlike ``ru_maxrss`` it does not begin with that of the parent."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def main(count: int = ROWS) -> None:
    """Print rows a second and peak memory for each format, ours beside bare."""
    print(f"usage_events, n={count:,}, seed {SEED}, fastest of {ROUNDS} rounds in turn")
    print(f"{'format':10}{'ours rows/s':>14}{'bare rows/s':>14}{'ratio':>8}{'ours MB':>9}{'bare MB':>9}")
    for ending in FORMATS:
        with tempfile.TemporaryDirectory() as folder:
            lay(Path(folder), ending, count)
            rounds = [(measure(Path(folder), "ours"), measure(Path(folder), "bare")) for _ in range(ROUNDS)]
        fast = [min(each[way][0] for each in rounds) for way in (0, 1)]
        peak = [max(each[way][1] for each in rounds) for way in (0, 1)]
        rates = "".join(f"{count / seconds:14,.0f}" for seconds in fast)
        print(f"{ending:10}{rates}{fast[0] / fast[1]:8.1f}{peak[0]:9,}{peak[1]:9,}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        child(sys.argv[1], Path(sys.argv[2]))
    else:
        main(*map(int, sys.argv[1:]))
