"""Save a run and page a queue of 200,000 cases, beside bare sqlite3: `python -m tests.bench.bench_store`.

Bare sqlite3 inserts the same values into one table without an index, and counts the same cases by a scan of
that table. Figures are ratios of CPU time in one run, and milliseconds of CPU for one question.
"""

from __future__ import annotations

import random
import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from core.adapters.store import SqlStore, open_store
from core.kernel.reads import CaseQuery
from core.kernel.results import Case, Finding
from tests.builders.audit import PSEUDONYMS
from tests.builders.runs import NOW, a_case, a_finding, a_run

SEED = 20261125
FINDINGS = 100_000
CASES = 200_000
ROUNDS = 3


def queue(count: int, chance: random.Random) -> list[Case]:
    """Make cases of every severity and desk, due within four days, with up to 10,000 at stake."""
    return [
        a_case(
            f"C-{place:012d}",
            amount=Decimal(chance.randrange(-(10**7), 10**7)) / 1000,
            severity=chance.choice(("critical", "high", "medium", "low")),
            due_at=NOW + timedelta(minutes=chance.randrange(5_760)),
            desk=chance.choice(("billing", "billing", "roaming", "data_quality")),
            search_text=f"c-{place:012d} a-{place} nordwind logistics inv-{place} usage not billed m-{place}",
            summary="1 usage record has no charge line. " * 5,
        )
        for place in range(count)
    ]


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the CPU time of one call in this process."""
    started = time.process_time()
    work()
    return time.process_time() - started


def insert_bare(path: Path, findings: list[Finding], cases: list[Case]) -> float:
    """Insert the values with sqlite3 alone; amounts and times as text."""
    rows = [[tuple(map(str, vars(record).values())) for record in records] for records in (findings, cases)]
    bare = sqlite3.connect(path)

    def insert() -> None:
        for name, values in zip(("findings", "cases"), rows, strict=True):
            fields = ", ".join(f"c{place}" for place in range(len(values[0])))
            bare.execute(f"create table {name} ({fields})")
            bare.executemany(
                f"insert into {name} values ({', '.join('?' * len(values[0]))})",  # noqa: S608 - made here
                values,
            )
        bare.commit()

    seconds = cpu_seconds(insert)
    bare.close()
    return seconds


def scan_bare(path: Path) -> float:
    """Count the cases whose row holds a word, by a scan."""
    bare = sqlite3.connect(path)
    best = min(
        cpu_seconds(lambda: bare.execute("select count(*) from cases where c23 like '%zzz%'").fetchall())
        for _ in range(ROUNDS)
    )
    bare.close()
    return best


def questions(store: SqlStore) -> dict[str, Callable[[], object]]:
    """Name what the triage queue asks for one screen."""
    soon, everything = NOW + timedelta(hours=4), CaseQuery()
    none, all_of_it = CaseQuery(text="zzz"), CaseQuery(text="nordwind")
    views = {"all": everything, "soon": CaseQuery(due_by=soon), "roaming": CaseQuery(desk="roaming")}
    return {
        "first page by severity": lambda: store.cases(everything, offset=0, limit=50),
        "last page by amount": lambda: store.cases(everything, sort="amount", offset=CASES - 50, limit=50),
        "totals": lambda: store.totals(everything, currency="PLN", due_by=soon),
        "counts of three views": lambda: store.count_cases(views),
        "search that finds nothing": lambda: store.cases(none, sort="due", offset=0, limit=50),
        "search that finds all": lambda: store.cases(all_of_it, sort="due", offset=0, limit=50),
    }


def main() -> None:
    """Print the table."""
    chance = random.Random(SEED)
    cases = queue(CASES, chance)
    findings = [a_finding(f"F-{n:012d}", case_id=cases[n].case_id) for n in range(FINDINGS)]
    with tempfile.TemporaryDirectory() as folder:
        bare_path = Path(folder) / "bare.sqlite"
        store = open_store(f"sqlite:///{Path(folder) / 'store.sqlite'}", PSEUDONYMS)
        record = a_run(cases=cases, findings=findings)
        saved = cpu_seconds(lambda: store.save_run(record))
        bare = insert_bare(bare_path, findings, cases)
        print(f"save {FINDINGS:,} findings and {CASES:,} cases: {saved:.1f} s CPU, {saved / bare:.1f} x bare")
        print(f"bare scan for a word: {scan_bare(bare_path) * 1000:.0f} ms CPU")
        for name, ask in questions(store).items():
            print(f"{name}: {min(cpu_seconds(ask) for _ in range(ROUNDS)) * 1000:.1f} ms CPU")
        store.close()


if __name__ == "__main__":
    main()
