"""One broken thing, one incident: finds what the cases of one cause have in common and puts them under it.

A case whose findings follow from another case's belongs under that one. Where at least `BURST` cases of
accounts share a cause and a fault, they are localised over what they have in common; those that have nothing
else in common are one incident of their own, so that a burst never reads as hundreds of failures. A case
of no account, as of a source, is an incident already.
"""

from __future__ import annotations

import json
from base64 import b32encode
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple

from core.cases.group import Group

__all__ = ["BURST", "Common", "Incident", "Places", "find_incidents", "followed"]

BURST = 4
"""So many cases of one cause and fault are an incident."""

MOST_PLACES = 2
"""An incident is looked for at so many places of a cause; what is left is one more."""

LEAST_SHARE = 0.3
"""A place is one when at least this share of the cases have it in common."""

TELLING = 2.0
"""What cases have in common tells something when it is so many times commoner with them than elsewhere."""

DIMENSIONS = ("file", "price", "person", "partner", "source", "APN", "network", "plan", "day")
"""What cases can have in common, the narrowest first: of two that cover as much, the first is named."""

Common = tuple[str, str]
"""A dimension and its value, as ("partner", "TURBM")."""

Places = Mapping[str, frozenset[Common]]
"""For each finding what it could have in common with others."""


class _Cause(NamedTuple):
    root_cause: str
    fault: str
    currency: str


@dataclass(frozen=True)
class Incident:
    """Hold the cases of one cause, and what they have in common; None where nothing is seen."""

    root_cause: str
    fault: str
    currency: str
    common: Common | None
    children: tuple[Group, ...]

    @property
    def case_id(self) -> str:
        """Return the incident's case id: the same place has the same id in every run."""
        parts = ("incident", self.root_cause, self.fault, self.currency, self.common)
        text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
        digest = blake2b(text.encode("utf-8", "replace"), digest_size=10).digest()
        return f"C-{b32encode(digest)[:12].decode()}"


def followed(groups: Sequence[Group]) -> dict[str, str]:
    """Return for each case that follows from one other case, which has no account, that case."""
    case_of = {member.finding_id: group for group in groups for member in group.members}
    parents: dict[str, str] = {}
    for group in groups:
        causes = {member.caused_by for member in group.members}
        cases = {case_of[cause].case_id: case_of[cause] for cause in causes if cause in case_of}
        cause = next(iter(cases.values())) if len(cases) == 1 and causes <= case_of.keys() else None
        if cause is not None and cause is not group and cause.key.account_id is None:
            parents[group.case_id] = cause.case_id
    return parents


def find_incidents(groups: Iterable[Group], places: Places) -> list[Incident]:
    """Return the incidents of some cases, by cause and fault.

    Parameters
    ----------
    groups
        Cases that belong under no other yet.
    """
    by_cause: dict[_Cause, list[Group]] = defaultdict(list)
    for group in groups:
        if group.key.account_id is None:
            continue
        by_cause[_Cause(group.key.root_cause, group.fault, group.key.currency)].append(group)
    common = {group.case_id: _shared(group, places) for members in by_cause.values() for group in members}
    everywhere = _Everywhere(common.values())
    incidents: list[Incident] = []
    for cause in sorted(by_cause):
        if len(by_cause[cause]) >= BURST:
            incidents += _localise(cause, by_cause[cause], common, everywhere)
    return incidents


def _shared(group: Group, places: Places) -> frozenset[Common]:
    """Return what all findings of a case have in common."""
    sets = [places.get(member.finding_id, frozenset()) for member in group.members]
    return frozenset.intersection(*sets)


def _localise(
    cause: _Cause,
    groups: Sequence[Group],
    common: Mapping[str, frozenset[Common]],
    everywhere: _Everywhere,
) -> list[Incident]:
    rest, incidents = list(groups), []
    for _ in range(MOST_PLACES):
        here = Counter(value for group in rest for value in common[group.case_id])
        telling = [
            value
            for value, count in here.items()
            if count >= max(BURST, LEAST_SHARE * len(rest)) and everywhere.is_rarer(value, count, len(rest))
        ]
        if not telling:
            break
        place = min(telling, key=lambda value: (-here[value], DIMENSIONS.index(value[0]), value[1]))
        inside = [group for group in rest if place in common[group.case_id]]
        incidents.append(Incident(*cause, place, tuple(inside)))
        rest = [group for group in rest if place not in common[group.case_id]]
        if len(rest) < BURST:
            break
    if len(rest) >= (BURST if not incidents else 2):
        incidents.append(Incident(*cause, None, tuple(rest)))
    return incidents


class _Everywhere:
    """Count how common each thing is among all cases that could have it in common."""

    def __init__(self, commons: Iterable[frozenset[Common]]) -> None:
        self._values: Counter[Common] = Counter()
        self._cases: Counter[str] = Counter()
        for values in commons:
            self._values.update(values)
            self._cases.update({dimension for dimension, _ in values})

    def is_rarer(self, value: Common, count: int, of: int) -> bool:
        """Tell whether something is much rarer among other cases than with ``count`` of some ``of`` cases."""
        others = self._cases[value[0]] - of
        return others <= 0 or count / of >= TELLING * (self._values[value] - count) / others
