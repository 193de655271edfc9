"""Rate events one at a time, in process, with the state of every cycle in memory.

`python -m tests.bench.bench_single_event` prints the median and the slow end; p99 must stay under a
millisecond. Time on the wall includes what other processes take; time on the processor does not.
"""

from __future__ import annotations

import gc
import random
import time
from typing import Any

from core.rating.reference import LiveRater
from tests.builders import rows

SEED = 20261125
SUBSCRIBERS = 20_000
EVENTS = 50_000
WARM_UP = 5_000
SHARES = (("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999))


def reference_data() -> dict[str, Any]:
    """Return a price list with bands, tiers, allowances and a cap, and many subscribers."""
    bands = [
        rows.tariff(
            "T1", rate="0.12", unit="minute", days="mon,tue,wed,thu,fri", from_time="08:00", to_time="20:00"
        ),
        rows.tariff(
            "T2", rate="0.06", unit="minute", days="mon,tue,wed,thu,fri", from_time="20:00", to_time="08:00"
        ),
        rows.tariff("T3", rate="0.03", unit="minute", days="sat,sun,hol"),
        rows.tariff("T4", service="data", unit="mb", rate="0.01", increment=1000),
        rows.tariff("T5", service="data", unit="mb", rate="0.005", increment=1000, tier_from=10**9),
    ]
    return rows.world(
        accounts=[rows.account(f"A{n}") for n in range(SUBSCRIBERS)],
        subscriptions=[rows.subscription(f"S{n}", account_id=f"A{n}") for n in range(SUBSCRIBERS)],
        plans=[rows.plan(roaming_cap="50")],
        tariffs=bands,
        allowances=[rows.allowance(quantity=600), rows.allowance("AL2", service="data", quantity=10**8)],
        holidays=[rows.holiday("2026-03-17")],
    )


def events(count: int) -> list[dict[str, Any]]:
    """Return calls and data sessions of random subscribers over March."""
    chance = random.Random(SEED)
    made = []
    for _ in range(count):
        at = f"2026-03-{chance.randrange(1, 29):02} {chance.randrange(24):02}:{chance.randrange(60):02}"
        who = {"imsi": f"I{chance.randrange(SUBSCRIBERS)}"}
        if chance.random() < 0.5:
            made.append(rows.call(at, chance.randrange(3600), **who))
        else:
            made.append(rows.data(at, chance.randrange(10**8), **who))
    return made


def percentiles(nanoseconds: list[int]) -> str:
    """Return p50, p99 and p99.9 in microseconds."""
    ranked = sorted(nanoseconds)
    return ", ".join(f"{name} {ranked[int(len(ranked) * share)] / 1000:.0f} us" for name, share in SHARES)


def main() -> None:
    """Print microseconds an event, on the wall and on the processor."""
    live = LiveRater(reference_data(), rows.settings())
    usage = events(EVENTS)
    gc.freeze()  # what does not change is not looked through again
    wall, processor = [], []
    for event in usage:
        start, busy = time.perf_counter_ns(), time.thread_time_ns()
        live.rate(event)
        processor.append(time.thread_time_ns() - busy)
        wall.append(time.perf_counter_ns() - start)
    print(f"{EVENTS - WARM_UP} events after {WARM_UP} to warm up, {SUBSCRIBERS} subscribers")
    print(f"wall:      {percentiles(wall[WARM_UP:])}")
    print(f"processor: {percentiles(processor[WARM_UP:])}")


if __name__ == "__main__":
    main()
