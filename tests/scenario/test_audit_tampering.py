"""Whatever is done to an exported trail is found, and the first bad entry is named."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from core.governance.audit_files import open_export
from core.governance.verify import Verification, verify
from tests.builders.trail import a_sealed_trail

ENTRIES = (4, 16)
TRIES = 10_000
SEED = 20261126

Lines = list[bytes]
Tampering = Callable[[random.Random, Lines], tuple[Lines, int]]
"""Changes the lines of entries; returns them with the sequence of the first that is wrong."""


def edited(chance: random.Random, lines: Lines) -> tuple[Lines, int]:
    """Flip some bits of one byte, whichever it is."""
    place = chance.randrange(len(lines))
    line = bytearray(lines[place])
    line[chance.randrange(len(line))] ^= chance.randrange(1, 256)
    return [*lines[:place], bytes(line), *lines[place + 1 :]], place + 1


def dropped(chance: random.Random, lines: Lines) -> tuple[Lines, int]:
    first = chance.randrange(len(lines))
    last = chance.randrange(first, min(first + 5, len(lines)))
    return lines[:first] + lines[last + 1 :], first + 1


def reordered(chance: random.Random, lines: Lines) -> tuple[Lines, int]:
    first, second = sorted(chance.sample(range(len(lines)), 2))
    moved = list(lines)
    moved[first], moved[second] = lines[second], lines[first]
    return moved, first + 1


def doubled(chance: random.Random, lines: Lines) -> tuple[Lines, int]:
    place = chance.randrange(len(lines))
    copy = chance.randrange(place, len(lines))
    return [*lines[: copy + 1], lines[place], *lines[copy + 1 :]], copy + 2


def truncated(chance: random.Random, lines: Lines) -> tuple[Lines, int]:
    """Cut at any byte."""
    whole = b"".join(lines)
    cut = whole[: chance.randrange(len(whole))]
    return cut.splitlines(keepends=True), cut.count(b"\n") + 1


KINDS: tuple[Tampering, ...] = (edited, edited, dropped, reordered, doubled, truncated)


def verified(path: Path, lines: Lines) -> Verification:
    path.write_bytes(b"".join(lines))
    kept, ledger = open_export(path)
    return verify(kept, ledger)


def test_ten_thousand_changes_are_all_found_and_the_first_bad_entry_is_named(tmp_path: Path) -> None:
    export = a_sealed_trail(tmp_path, *ENTRIES).export()
    head, entries = export[: 1 + len(ENTRIES)], export[1 + len(ENTRIES) :]
    assert verified(tmp_path / "export", export).good

    chance = random.Random(SEED)
    for number in range(TRIES):
        tamper = chance.choice(KINDS)
        changed, bad = tamper(chance, entries)
        found = verified(tmp_path / "export", head + changed)
        where = f"try {number} of seed {SEED}: {tamper.__name__}"
        assert (found.good, found.bad) == (False, bad), f"{where}: {found.problem}"
        assert f"entry {bad}" in found.problem, where
    print(f"{TRIES:,} changes, 0 missed: at most {3 / TRIES:.2%} with 95 % confidence")  # noqa: T201


def test_every_byte_of_an_entry_counts(tmp_path: Path) -> None:
    export = a_sealed_trail(tmp_path, 3).export()
    for place in range(len(export[3])):
        line = bytearray(export[3])
        line[place] ^= 1
        assert verified(tmp_path / "export", [*export[:3], bytes(line), export[4]]).bad == 2


@pytest.mark.parametrize("byte", [ord("\n"), ord(" "), ord("}"), 0xFF])
def test_what_is_added_at_the_end_is_found(tmp_path: Path, byte: int) -> None:
    export = a_sealed_trail(tmp_path, 3).export()

    assert verified(tmp_path / "export", [*export, bytes([byte])]).bad == 4
