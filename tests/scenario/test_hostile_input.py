"""Hostile files never crash a run, are never a silent success and never grow memory past its limit."""

from __future__ import annotations

import gzip
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders.landing import Landing, csv_bytes, parquet_bytes, payment, usage
from tests.tap_encoder import Call, batch

ROOT = Path(__file__).parents[2]
PEAK_MB = 1_000

CHILD = """
import sys
from pathlib import Path
from core.events.dataset import open_dataset
from core.events.land import take_in
from core.lake.schemas import SCHEMAS
from core.lake.session import Limits
from core.lake.tables import Lake

limits = Limits(memory_mb=300, threads=1)
take_in(Lake(Path(sys.argv[2]), SCHEMAS), open_dataset(Path(sys.argv[1])), limits, lambda *_: None)
print(int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) // 1024)
"""

CALL = Call("20260301100017", "260990000000001", "48600000001", 0)
GOOD = csv_bytes([payment(7)])
HEADER = GOOD.split(b"\n", 1)[0] + b"\n"


def bomb() -> bytes:
    """Return a gzip file of a few hundred kilobytes that expands to 600 MB."""
    return gzip.compress(HEADER + bytes(600 << 20), 9)


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    landing = Landing(tmp_path)
    landing.lay("payments/good.csv", payment(1))
    return landing


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("broken_text.csv", GOOD.replace(b"card", b"c\xffrd")),
        ("long_ids.csv", csv_bytes([payment(payment_id="x" * 10_000)])),
        ("no_such_time.csv", csv_bytes([payment(attempted_at="9999-01-01T00:00:00Z")])),
        ("open_quote.csv", HEADER + b'"P9,IN1,A1,1,PLN,card,,2026-04-01T10:00:00Z,succeeded,\n'),
        ("one_line.csv", HEADER + b"x" * (5 << 20)),
        ("empty.csv", b""),
        ("cut.parquet", parquet_bytes("payments", [payment(9)])[:-40]),
        ("noise.parquet", b"PAR1" + random.Random(1).randbytes(4_000) + b"PAR1"),
        ("deep.jsonl", b"[" * 100_000),
        ("noise.jsonl", random.Random(2).randbytes(10_000)),
        ("cut.csv.gz", gzip.compress(GOOD * 50)[:-9]),
        ("what.xlsx", b"PK\x03\x04"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_file_is_named_and_the_rest_goes_on(landing: Landing, name: str, content: bytes) -> None:
    (landing.folder / "payments" / name).write_bytes(content)
    landing.take_in()
    assert {file for file, *_ in landing.quarantine()} == {name}
    assert landing.value("SELECT count(*) FROM payments WHERE payment_id = 'P1'") == 1
    for report in landing.reports():
        parts = report.accepted + report.quarantined + report.repeats + report.superseded
        assert report.rows_read == parts


def test_a_parquet_file_cut_anywhere_is_refused_whole(landing: Landing) -> None:
    whole = parquet_bytes("payments", [payment(number) for number in range(10, 60)])
    for cut in range(0, len(whole), len(whole) // 12):
        (landing.folder / "payments" / f"cut{cut}.parquet").write_bytes(whole[:cut])
    landing.take_in()
    assert landing.value("SELECT count(*) FROM payments") == 1
    assert all(row == 0 for _, row, *_ in landing.quarantine())
    assert len(landing.quarantine()) == len(range(0, len(whole), len(whole) // 12))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            batch([CALL]) + b"\x00\x01",
            "2 bytes follow",
        ),
        (batch([]), "holds no records"),
        (batch([CALL])[:-3], "Roaming file"),
    ],
    ids=["bytes after the batch", "no records", "cut short"],
)
def test_a_roaming_file_that_does_not_hold_together_is_named(
    landing: Landing, content: bytes, reason: str
) -> None:
    landing.write("tap/CDPOLWT00001", content)
    landing.take_in()
    (entry,) = landing.quarantine()
    assert reason in entry[3]


@pytest.mark.parametrize("name", ["bomb.csv.gz", "bomb.jsonl.gz"])
def test_a_bomb_is_refused_within_the_memory_limit(landing: Landing, name: str) -> None:
    (landing.folder / "payments" / name).write_bytes(bomb())
    landing.lay("usage_events/e.csv", *(usage(number) for number in range(1, 2_001)))
    command = [sys.executable, "-c", CHILD, str(landing.folder), str(landing.lake.root)]
    result = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=300)
    assert int(result.stdout) < PEAK_MB
    assert {file for file, *_ in landing.quarantine()} == {name}
    assert landing.value("SELECT count(*) FROM usage_events") == 2_000
