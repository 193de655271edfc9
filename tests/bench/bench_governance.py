"""Prints what `docs/quality.md` says of four eyes and the disk: ``python -m tests.bench governance``.

Each zero stands with the bound that it allows: with none in n tries the rate is at most 3/n (95 %). It speaks
for what was tried, not for production.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

from core.governance.four_eyes import objection
from core.kernel.people import ROLES
from core.kernel.proposals import KINDS, VERDICTS
from tests.bench.disks import cut_checkpoints, fill, tear
from tests.bench.races import kill, race
from tests.builders.proposals import EVIDENCE, NOW, a_request, an_actor
from tests.postgres import new_database, temporary_cluster
from tests.unit.governance.test_four_eyes import EVIDENCES, RELATIONS, made_for, may

RACES, KILLS, CUTS, SEED = 1_000, 40, 1_000, 20261126


@contextmanager
def databases() -> Iterator[dict[str, list[str]]]:
    """Yield two empty databases of each kind, by its name."""
    with tempfile.TemporaryDirectory() as folder, temporary_cluster() as cluster:
        yield {
            "SQLite": [f"sqlite:///{Path(folder) / name}.sqlite" for name in ("race", "kill")],
            "PostgreSQL": [new_database(cluster) for _ in range(2)],
        }


def bound(wrong: int, tries: int) -> str:
    """Return a count with its upper bound at 95 %, where it is zero."""
    return f"{wrong} in {tries:,}" + (f" (at most {3 / tries:.3%})" if not wrong else "")


def matrix() -> tuple[int, int]:
    """Return how many cells of who decides what there are, and in how many the rules say otherwise."""
    ids = dict(zip(RELATIONS, ("agent", "behalf", "concerned", "other"), strict=True))
    cells = list(product(KINDS, ROLES, VERDICTS, RELATIONS, EVIDENCES))
    wrong = 0
    for kind, role, verdict, relation, evidence in cells:
        proposal = made_for(kind)
        facts = EVIDENCE if evidence == "as it was" else {**EVIDENCE, "settings": 1}
        request = a_request(proposal, verdict, an_actor(ids[relation], role))
        free = objection(proposal, request, now=NOW, evidence=facts) is None
        wrong += free != may(kind, role, verdict, relation, evidence)
    return len(cells), wrong


def disks(folder: Path) -> None:
    """Print what full disks and lost writes leave."""
    full = fill(folder / "full")
    print(
        f"SQLite: {bound(full.half_done + full.not_going_on, full.disks)} disks that fill at every write "
        f"left half a decision or a store that does not go on; {full.refused} refused the change"
    )
    for name, torn in (
        ("what SQLite had written ahead", tear(folder / "torn", CUTS, SEED)),
        ("the newest checkpoint", cut_checkpoints(folder / "sealed", CUTS, SEED)),
    ):
        print(
            f"{name} cut at random: {bound(torn.wrong, torn.cuts)} cuts left half a decision or went unseen; "
            f"{torn.lost:,} lost something",
            flush=True,
        )


def main() -> None:
    """Print the table."""
    cells, wrong = matrix()
    print(
        f"role x verdict x relation x evidence, both kinds: {bound(wrong, cells)} decided otherwise than due"
    )
    with databases() as found:
        for name, (racing, killing) in found.items():
            raced = race(racing, RACES)
            print(f"{name}: {bound(raced.wrong, RACES)} raced decisions not decided, applied and told once")
            print(f"  6 contenders in 2 processes won: {dict(sorted(raced.won.items()))}", flush=True)
            killed = kill(killing, KILLS, SEED)
            print(
                f"{name}: {bound(killed.half_done, killed.proposals)} proposals left half done after "
                f"{killed.kills} kills of the decider, which had approved {killed.decided:,}",
                flush=True,
            )
    with tempfile.TemporaryDirectory() as folder:
        disks(Path(folder))


if __name__ == "__main__":
    main()
