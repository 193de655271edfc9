"""Find it in time: replay an operator day by day and see what is found before its bill leaves.

``python -m tests.bench.bench_replay [ACCOUNTS] [FAULTS]``: an operator with so many of every planting is
taken in once and judged as of every day, after the nightly bill run, until its last bills have left. Money
counts where a control that can run before the invoice looks for the fault; each fault is held to the planned
issue of the bill of its account and cycle. Time to detect runs from the moment at which it can be known.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq

from core.controls.loader import load_controls
from core.simulation.faults import everything
from core.simulation.simulate import simulate
from tests.bench.detection import Key, Row, key_of, run

ACCOUNTS, FAULTS_EACH, SEED, CYCLES = 300, 5, 31, 2
PROFILE = "demo"
ZONE = ZoneInfo("Europe/Berlin")
FIRST, LAST = datetime(2026, 10, 5, 4, tzinfo=ZONE), datetime(2026, 11, 7, 4, tzinfo=ZONE)
"""From the day before September's bills leave to the day after October's do."""

HEAD = {
    "fault": 26, "n": 6, "in time": 9, "money": 12, "in time ": 12, "share": 9, "timed": 7, "median": 8,
    "p90": 8,
}  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """State of one planted fault when it could be known, was found and its bill was to leave."""

    fault: str
    planted_by: str
    subject: str
    money: Decimal
    known_at: datetime
    found_at: datetime | None
    issue_at: datetime | None

    @property
    def in_time(self) -> bool:
        """Tell whether it was found before its bill was to leave."""
        return self.found_at is not None and self.issue_at is not None and self.found_at < self.issue_at

    @property
    def delay(self) -> float | None:
        """Return the days from when it could be known to when it was found."""
        if self.found_at is None or self.known_at < FIRST:
            return None
        return (self.found_at - self.known_at) / timedelta(days=1)


def main(accounts: int = ACCOUNTS, faults: int = FAULTS_EACH) -> None:
    """Print, for each fault, how much was found in time and how long it took; then what was not."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "operator"
        made = simulate(
            data,
            profile=PROFILE,
            accounts=accounts,
            cycles=CYCLES,
            seed=SEED,
            as_of=LAST.astimezone(UTC),
            faults=everything(faults),
        )
        found = replay(data, Path(folder) / "out")
        planted = list(match(data, found))
    print(
        f"{PROFILE}, {accounts} accounts, {made.events:,} events, seed {SEED}, {faults} of every planting; "
        f"each day at {FIRST:%H:%M} from {FIRST:%Y-%m-%d} to {LAST:%Y-%m-%d}; money before tax, times in days"
    )
    show(planted)


def replay(data: Path, out: Path) -> dict[Key, datetime]:
    """Judge the operator as of each day; return when each finding was there first."""
    found: dict[Key, datetime] = {}
    for day in range((LAST - FIRST).days + 1):
        now = FIRST + timedelta(days=day)
        findings = run(data, out, "--as-of", f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
        for row in pq.read_table(findings).to_pylist():
            found.setdefault(key_of(row), now)
    return found


def match(data: Path, found: Mapping[Key, datetime]) -> Iterator[Planted]:
    """Put beside each label when it was found and when its bill was to leave, where it has one to prevent."""
    preventive = {control.fault for control in load_controls() if control.mode == "preventive"}
    issues = issue_times(data)
    for row in pq.read_table(data.with_name("operator-labels.parquet")).to_pylist():
        if row["kind"] == "fault":
            has_bill = row["fault"] in preventive and row["amount"] and row["account_id"]
            issue_at = issues.get(row["cycle"]) if has_bill else None
            yield Planted(
                row["fault"],
                row["planted_by"],
                row["subject_id"],
                abs(row["amount"]),
                row["planted_at"],
                found.get(key_of(row)),
                issue_at if issue_at and FIRST < issue_at <= LAST else None,
            )


def issue_times(data: Path) -> dict[str, datetime]:
    """Return when the bills of each cycle, by its first local day, are to leave."""
    rows: list[Row] = pq.read_table(data / "invoices", columns=["cycle_start", "issue_at"]).to_pylist()
    return {f"{row['cycle_start'].astimezone(ZONE):%Y-%m-%d}": row["issue_at"] for row in rows}


def show(planted: Sequence[Planted]) -> None:
    """Print one row a fault, one for all, and the faults that were found too late or not at all."""
    by_fault: dict[str, list[Planted]] = defaultdict(list)
    for one in planted:
        by_fault[one.fault].append(one)
    print("".join(f"{title:>{width}}" for title, width in HEAD.items()))
    for fault in sorted(by_fault):
        show_row(fault, by_fault[fault])
    show_row("all", planted)
    for one in planted:
        if one.issue_at and not one.in_time:
            when = f"found {one.found_at:%Y-%m-%d %H:%M}" if one.found_at else "not found"
            print(
                f"not in time: {one.fault} {one.subject} ({one.planted_by}), {one.money}, "
                f"known {one.known_at:%Y-%m-%d %H:%M}, {when}, issue {one.issue_at:%Y-%m-%d %H:%M}"
            )


def show_row(fault: str, planted: Sequence[Planted]) -> None:
    """Print one row: what was to prevent and was found in time, and the time to detect with its n."""
    billed = [one for one in planted if one.issue_at]
    money = sum((one.money for one in billed), Decimal(0))
    in_time = sum((one.money for one in billed if one.in_time), Decimal(0))
    delays = sorted(delay for one in planted if (delay := one.delay) is not None)
    cells = (
        fault,
        len(billed),
        sum(one.in_time for one in billed),
        f"{money:,.2f}",
        f"{in_time:,.2f}",
        f"{in_time / money:.1%}" if money else "",
        len(delays),
        f"{statistics.median(delays):.1f}" if delays else "",
        f"{delays[-(len(delays) // 10) - 1]:.1f}" if delays else "",
    )
    print("".join(f"{cell:>{width}}" for cell, width in zip(cells, HEAD.values(), strict=True)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
