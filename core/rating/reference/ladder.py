"""Rule 5: which price applies. A ladder is a set of tariff rows that differ in tier, slot and rate only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from core.rating.reference.clock import MINUTES_A_DAY, WEEKDAYS, WallClock
from core.rating.reference.dataset import Row, holds
from core.rating.reference.zones import ANY, zone_matches

EVERY_PLAN = "*"
END_OF_TIME = datetime.max.replace(tzinfo=UTC)
HOLIDAY = "hol"
BYTES = {"kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
UNIT_SIZES = {"second": 1, "minute": 60, "message": 1, **BYTES}
UNITS_OF_SERVICE = {"voice": ("second", "minute"), "sms": ("message",), "data": BYTES, "iot": BYTES}


@dataclass(frozen=True, order=True)
class Step:
    """Hold one row of a ladder: from which positions its rate holds."""

    tier_from: int
    slot_from: int
    tariff_id: str
    rate: Decimal


@dataclass(frozen=True)
class Ladder:
    """Hold what the rows of a ladder share, and its steps in order of position."""

    plan_id: str
    service: str
    direction: str
    destination_zone: str
    roaming_zone: str
    days: str
    from_time: str
    to_time: str
    tier_mode: str
    max_charge: Decimal | None
    unit: str
    increment: int
    minimum: int
    connect_fee: Decimal
    valid_from: datetime
    valid_to: datetime | None
    steps: tuple[Step, ...]

    @property
    def tariff_id(self) -> str:
        """The id of the first row, which stands for the ladder on a charge line."""
        return self.steps[0].tariff_id

    @property
    def is_package(self) -> bool:
        """Whether usage is sold in blocks of ``increment``."""
        return self.tier_mode == "package"

    @cached_property
    def window(self) -> tuple[int, int]:
        """The first and last minute of the time band; past 1440 where it wraps midnight or is a whole day."""
        start, end = _minute(self.from_time), _minute(self.to_time) or MINUTES_A_DAY
        return (start, end) if start < end else (start, end + MINUTES_A_DAY)

    @cached_property
    def day_list(self) -> frozenset[str] | None:
        """The days of the list, or nothing for ``any``."""
        return None if self.days == ANY else frozenset(day.strip() for day in self.days.split(","))

    @cached_property
    def fault(self) -> str | None:
        """Why nothing can be priced by this ladder, where its rows are wrong themselves."""
        if self.increment < 1:
            return "the increment is below 1"
        if not self.is_package and self.unit not in UNITS_OF_SERVICE.get(self.service, ()):
            return "the unit does not fit the service"
        return None

    def matches(self, plan_id: str, service: str, direction: str, destination: str, roaming: str) -> bool:
        """Tell whether everything but time matches."""
        return (
            self.service == service
            and self.plan_id in (plan_id, EVERY_PLAN)
            and self.direction in (direction, ANY)
            and zone_matches(self.destination_zone, destination)
            and zone_matches(self.roaming_zone, roaming)
        )

    def day_rank(self, instant: datetime, clock: WallClock) -> int | None:
        """Return how specific the days are at an instant: 0 any, 1 a list, 2 a holiday list on a holiday.

        Nothing, where the ladder is not in force at that instant.
        """
        if not holds(self.valid_from, self.valid_to, instant):
            return None
        today = clock.local_date(instant)
        start, end = self.window
        for day in (today, today - timedelta(days=1)):
            if clock.edge(day, start) <= instant < clock.edge(day, end):
                return self._rank_of(day, clock)
        return None

    def _rank_of(self, day: date, clock: WallClock) -> int | None:
        if self.day_list is None:
            return 0
        if HOLIDAY in self.day_list and clock.is_holiday(day):
            return 2
        return 1 if WEEKDAYS[day.weekday()] in self.day_list else None


def _minute(wall: str) -> int:
    hours, minutes = wall.split(":")[:2]
    return int(hours) * 60 + int(minutes)


SHARED = tuple(f.name for f in fields(Ladder) if f.name != "steps")


def build_ladders(tariffs: Iterable[Row]) -> tuple[list[Ladder], frozenset[str]]:
    """Return the ladders of a price list, and the rows that are a *tariff_conflict*.

    Notes
    -----
    Of two rows at one position the smaller ``tariff_id`` stands and the greater is the conflict; of a ladder
    with both tiers and slots every row is. Rows without a row at 0 and 0 are no ladder.
    """
    grouped: dict[tuple[Any, ...], dict[tuple[int, int], Step]] = defaultdict(dict)
    conflicts = set()
    for row in sorted(tariffs, key=lambda r: r["tariff_id"]):
        row = {"tier_mode": "graduated", "max_charge": None, "slot_from": 0} | dict(row)
        steps = grouped[tuple(row[name] for name in SHARED)]
        step = Step(row["tier_from"], row["slot_from"], row["tariff_id"], row["rate"])
        if steps.setdefault((step.tier_from, step.slot_from), step) is not step:
            conflicts.add(step.tariff_id)
    ladders = []
    for shared, steps in grouped.items():
        if any(tier for tier, _ in steps) and any(slot for _, slot in steps):
            conflicts |= {step.tariff_id for step in steps.values()}
        if (0, 0) in steps:
            ladders.append(
                Ladder(**dict(zip(SHARED, shared, strict=True)), steps=tuple(sorted(steps.values())))
            )
    return ladders, frozenset(conflicts)


class PriceList:
    """Find the winning ladder."""

    def __init__(self, tariffs: Sequence[Row], clock: WallClock) -> None:
        self._ladders, self.conflicts = build_ladders(tariffs)
        self.clock = clock
        self._found: dict[tuple[str, str, str, str, str], list[Ladder]] = {}

    def candidates(
        self, plan: str, service: str, direction: str, destination: str, roaming: str
    ) -> list[Ladder]:
        """Return the ladders that match in everything but time."""
        key = (plan, service, direction, destination, roaming)
        if key not in self._found:
            self._found[key] = [ladder for ladder in self._ladders if ladder.matches(*key)]
        return self._found[key]

    def winner(self, candidates: Iterable[Ladder], instant: datetime) -> Ladder | None:
        """Return the most specific of the candidates that are in force at an instant."""
        ranked = ((ladder, ladder.day_rank(instant, self.clock)) for ladder in candidates)
        in_force = [(_specificity(ladder, rank), ladder) for ladder, rank in ranked if rank is not None]
        return min(in_force, key=lambda pair: pair[0])[1] if in_force else None


def _specificity(ladder: Ladder, day_rank: int) -> tuple[object, ...]:
    """Return a key that sorts the most specific ladder first, in the order of rule 5."""
    start, end = ladder.window
    return (
        ladder.plan_id == EVERY_PLAN,
        ladder.roaming_zone == ANY,
        ladder.destination_zone == ANY,
        ladder.direction == ANY,
        -day_rank,
        end - start,
        END_OF_TIME - ladder.valid_from,
        ladder.tariff_id,
    )
