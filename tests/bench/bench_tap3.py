"""Decode one TAP batch with ours and with asn1tools, in turn: `python -m tests.bench.bench_tap3`.

asn1tools gives back a tree of every value; ours gives the contract's columns. The ratio of the fastest rounds
is what counts: both run on the same machine within the same second.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import asn1tools

from core.events.tap3 import decode
from tests.tap_encoder import Call, Data, Usage, batch

SEED = 20261125
EVENTS = 20_000
ROUNDS = 3
GRAMMAR = Path(__file__).with_name("tap3.asn")


def records(count: int, seed: int) -> list[Usage]:
    """Make half data sessions, a third calls, the rest short messages, of random people, places and sizes."""
    chance = random.Random(seed)
    return [_record(chance) for _ in range(count)]


def _record(chance: random.Random) -> Usage:
    started = f"202603{chance.randrange(1, 29):02d}{chance.randrange(24):02d}{chance.randrange(60):02d}17"
    imsi, msisdn = f"26099{chance.randrange(10**10):010d}", f"48{chance.randrange(10**9):09d}"
    cell = chance.randrange(65_536), chance.randrange(65_536)
    charge, offset = chance.randrange(100_000), chance.randrange(2)
    direction, party = (
        chance.choice(("mo", "mt")),
        f"{chance.choice((48, 49, 4312, 7))}{chance.randrange(10**8):08d}",
    )
    kind = chance.random()
    if kind < 0.5:
        up, down = (chance.randrange(1 << chance.randrange(8, 31)) for _ in range(2))
        seconds, charging_id = chance.randrange(5_000), chance.randrange(1 << 31)
        return Data(
            started, imsi, msisdn, offset, cell=cell, charge=charge, up=up, down=down, duration=seconds,
            charging_id=charging_id,
        )  # fmt: skip
    if kind < 0.83:
        return Call(
            started, imsi, msisdn, offset, cell=cell, charge=charge, direction=direction, other_party=party,
            duration=chance.randrange(4_000),
        )  # fmt: skip
    return Call(
        started, imsi, msisdn, offset, cell=cell, charge=charge, direction=direction, other_party=None,
        sms_party=party.encode(), teleservice=b"22", duration=0,
    )  # fmt: skip


def fastest(decoders: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Run the decoders in turn and keep the fastest round of each, in seconds."""
    best = dict.fromkeys(decoders, float("inf"))
    for _ in range(rounds):
        for name, run in decoders.items():
            begin = time.process_time()
            run()
            best[name] = min(best[name], time.process_time() - begin)
    return best


def main() -> None:
    """Print events a second of both decoders and the ratio, for definite and indefinite lengths."""
    grammar = asn1tools.compile_files(str(GRAMMAR), "ber")
    usage = records(EVENTS, SEED)
    print(f"n = {EVENTS} events, seed {SEED}, fastest of {ROUNDS} interleaved rounds")
    print(f"{'lengths':<12}{'bytes':>10}{'ours/s':>10}{'asn1tools/s':>13}{'ratio':>8}")
    for name, indefinite in (("definite", False), ("indefinite", True)):
        data = batch(usage, indefinite=indefinite)
        decoders: dict[str, Callable[[], object]] = {
            "ours": partial(decode, data),
            "asn1tools": partial(grammar.decode, "DataInterChange", data),
        }
        best = fastest(decoders, ROUNDS)
        ours, theirs = EVENTS / best["ours"], EVENTS / best["asn1tools"]
        print(f"{name:<12}{len(data):>10}{ours:>10.0f}{theirs:>13.0f}{ours / theirs:>8.1f}")


if __name__ == "__main__":
    main()
