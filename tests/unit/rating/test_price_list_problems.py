"""What a price list may not be, and what only looks like it."""

from __future__ import annotations

import pytest

from core.rating.review import review
from tests.builders import rows
from tests.builders.session import open_rows
from tests.builders.values import Row

MARCH = "2026-03-01 00:00"
APRIL = "2026-04-01 00:00"


def problems(*tariffs: Row, usage: tuple[Row, ...] = (), **streams: list[Row]) -> set[tuple[str, str]]:
    world = rows.world(tariffs=list(tariffs), usage=list(usage), charges=[rows.charge()], **streams)
    with open_rows(world, rows.settings()) as session:
        review(session, lambda *_: None)
        return set(session.execute("select tariff_id, problem from price_list_problems").fetchall())


WRONG = {
    "an old price that was not ended": (
        [rows.tariff("T1", rate="1"), rows.tariff("T2", rate="2", valid_from=MARCH)],
        {("T2", "overlap")},
    ),
    "two prices for one thing": (
        [rows.tariff("T1", rate="1", minimum=30), rows.tariff("T2", rate="2")],
        {("T2", "overlap")},
    ),
    "lists of days that share one": (
        [rows.tariff("T1", days="mon,tue"), rows.tariff("T2", days="tue,wed")],
        {("T2", "overlap")},
    ),
    "bands of one length that overlap, past midnight": (
        [
            rows.tariff("T1", days="fri", from_time="20:00", to_time="08:00"),
            rows.tariff("T2", days="sat", from_time="02:00", to_time="14:00"),
        ],
        {("T2", "overlap")},
    ),
    "a gap between two versions": (
        [rows.tariff("T1", valid_to=MARCH), rows.tariff("T2", valid_from=APRIL)],
        {("T1", "gap")},
    ),
    "a gap that was there when the data began": (
        [rows.tariff("T1", valid_to="2025-12-15 00:00"), rows.tariff("T2", valid_from=MARCH)],
        {("T1", "gap")},
    ),
    "two rates at one position": (
        [rows.tariff("T1", rate="1"), rows.tariff("T2", rate="2")],
        {("T2", "position")},
    ),
    "both tiers and slots": (
        [rows.tariff("T1"), rows.tariff("T2", tier_from=60), rows.tariff("T3", slot_from=60)],
        {("T3", "axes")},
    ),
    "no price to begin with": (
        [rows.tariff("T1"), rows.tariff("T2", plan_id="P1", tier_from=60)],
        {("T2", "base")},
    ),
    "a zone that no number is in": (
        [rows.tariff("T1"), rows.tariff("T2", destination_zone="atlantis")],
        {("T2", "zone")},
    ),
    "a zone that no network is in": (
        [rows.tariff("T1"), rows.tariff("T2", roaming_zone="atlantis")],
        {("T2", "zone")},
    ),
    "a unit of another service": ([rows.tariff("T1", unit="mb")], {("T1", "unit")}),
    "no increment": ([rows.tariff("T1", increment=0)], {("T1", "increment")}),
}

LEGAL = {
    "one version after the other": [rows.tariff("T1", valid_to=MARCH), rows.tariff("T2", valid_from=MARCH)],
    "a plan's own price over the general one": [rows.tariff("T1"), rows.tariff("T2", plan_id="P1")],
    "a zone's own price over any": [
        rows.tariff("T1"),
        rows.tariff("T2", destination_zone="national"),
        rows.tariff("T3", roaming_zone="eu"),
        rows.tariff("T4", direction="mt"),
    ],
    "working days, week-ends and holidays": [
        rows.tariff("T1", days="mon,tue,wed,thu,fri"),
        rows.tariff("T2", days="sat,sun"),
        rows.tariff("T3", days="hol"),
    ],
    "a short band within a longer one": [
        rows.tariff("T1"),
        rows.tariff("T2", from_time="08:00", to_time="20:00"),
        rows.tariff("T3", from_time="12:00", to_time="13:00"),
    ],
    "a night that wraps, and the day": [
        rows.tariff("T1", from_time="20:00", to_time="08:00"),
        rows.tariff("T2", from_time="08:00", to_time="20:00"),
    ],
    "tiers, and slots, each in a ladder of its own": [
        rows.tariff("T1"),
        rows.tariff("T2", tier_from=60),
        rows.tariff("T3", plan_id="P1"),
        rows.tariff("T4", plan_id="P1", slot_from=60),
    ],
    "a price that ended before the data starts": [
        rows.tariff("T0", valid_from="2020-01-01 00:00", valid_to="2021-01-01 00:00"),
        rows.tariff("T1", valid_from="2025-01-01 00:00"),
    ],
    "a special price that ended, over a general one": [
        rows.tariff("T1"),
        rows.tariff("T2", plan_id="P1", valid_to=MARCH),
    ],
    "a package, whose unit is not used": [
        rows.tariff("T1", tier_mode="package", increment=100),
    ],
}


@pytest.mark.parametrize(("tariffs", "expected"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_price_list_is_named_by_its_row(tariffs: list[Row], expected: set[tuple[str, str]]) -> None:
    assert problems(*tariffs) == expected


@pytest.mark.parametrize("tariffs", LEGAL.values(), ids=LEGAL.keys())
def test_a_legal_price_list_has_no_problem(tariffs: list[Row]) -> None:
    assert problems(*tariffs) == set()


def test_a_price_that_ran_out_is_a_problem_where_usage_needs_it() -> None:
    ended = rows.tariff("T1", valid_to=MARCH)
    assert problems(ended, usage=(rows.call("2026-02-10 12:00"),)) == set()
    assert problems(ended, usage=(rows.call("2026-03-10 12:00"),)) == {("T1", "expired")}


def test_no_gap_while_the_plan_is_not_for_sale() -> None:
    tariffs = (
        rows.tariff("T1", plan_id="P1", valid_to=MARCH),
        rows.tariff("T2", plan_id="P1", valid_from=APRIL),
    )
    assert problems(*tariffs) == {("T1", "gap")}
    assert problems(*tariffs, plans=[rows.plan(valid_from=APRIL)]) == set()
