"""Gives files their arrival numbers and says which are still to be taken in. Reads no rows.

An arrival is a path with a content: the bytes of the file and, where a mapping reads it, the mapping's rules
for it. A file that comes again with other content is another arrival.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from core.events.dataset import LandedFile
from core.lake.books import Arrival, arrivals, unfinished
from core.lake.schemas import ARRIVALS, SCHEMAS
from core.lake.tables import Lake

__all__ = ["Waiting", "register"]


@dataclass(frozen=True)
class _Seen:
    file: LandedFile
    stamp: tuple[int, int]
    digest: str


@dataclass(frozen=True)
class Waiting:
    """Hold a file that is to be taken in under an arrival number, and its size in bytes when it was seen."""

    number: int
    file: LandedFile
    stamp: tuple[int, int]

    @property
    def size(self) -> int:
        """Return the file's size in bytes when it was seen."""
        return self.stamp[0]

    @property
    def has_changed(self) -> bool:
        """Tell whether the file is another one since it was seen."""
        return _stamp(self.file.path) != self.stamp


def register(lake: Lake, files: Sequence[LandedFile]) -> list[Waiting]:
    """Give new files their arrival numbers; return all that are not taken in whole, in that order.

    Notes
    -----
    What a run that was cut off has appended is built upon only while every file of it still lies there
    unchanged: verdicts on repeats depend on the files before. Else its files arrive anew under greater
    numbers, and what it has appended stays hidden.
    """
    held = arrivals(lake)
    is_open = unfinished(lake)
    seen = [_look_at(file) for file in files]
    resumed = _resumable(held, is_open, seen)
    taken_in = {(row.path, row.sha256) for row in _newest(held, but=is_open)}
    names = {waiting.file.place for waiting in resumed}
    fresh = [
        one for one in seen if one.file.place not in names and (one.file.place, one.digest) not in taken_in
    ]
    first = max((row.arrival for row in held), default=0) + 1
    numbered = [Waiting(number, one.file, one.stamp) for number, one in enumerate(fresh, start=first)]
    if numbered:
        rows = [
            Arrival(waiting.number, one.file.place, one.file.folder, waiting.size, one.digest)._asdict()
            for waiting, one in zip(numbered, fresh, strict=True)
        ]
        lake.append(ARRIVALS, pa.Table.from_pylist(rows, schema=SCHEMAS[ARRIVALS]), [f"arrivals-{first}"])
    return [*resumed, *numbered]


def _newest(held: Sequence[Arrival], but: Set[int]) -> list[Arrival]:
    """Return of each path the arrival that came last, leaving some out."""
    return list({row.path: row for row in held if row.arrival not in but}.values())


def _resumable(held: Sequence[Arrival], is_open: Set[int], seen: Sequence[_Seen]) -> list[Waiting]:
    """Return the files of a run that was cut off, if all of them are there as they were."""
    last = max((row.arrival for row in held if row.arrival not in is_open), default=0)
    unchanged = {(one.file.place, one.digest): one for one in seen}
    left = [row for row in held if row.arrival > last]
    there = [unchanged.get((row.path, row.sha256)) for row in left]
    if len({row.path for row in left}) < len(left) or not all(there):
        return []
    return [Waiting(row.arrival, one.file, one.stamp) for row, one in zip(left, there, strict=True) if one]


def _look_at(file: LandedFile) -> _Seen:
    """Note a file's stamp and digest; one that cannot be read has none, and is refused when it is staged."""
    stamp = _stamp(file.path)
    rules = [source.model_dump(mode="json") for source in file.sources]
    try:
        with file.path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256")
    except OSError:
        return _Seen(file, stamp, "")
    if rules:
        digest.update(json.dumps(rules, sort_keys=True).encode())
    return _Seen(file, stamp, digest.hexdigest())


def _stamp(path: Path) -> tuple[int, int]:
    """Return a file's size and time of last change; zeros for a file that is gone."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_size, found.st_mtime_ns
