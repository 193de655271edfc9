"""Small operators made up at random: price lists, allowances, promotions, passes, usage at clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from core.kernel.dataset import DatasetSettings
from tests.builders import rows

Row = dict[str, Any]

SEASONS = {
    "spring": (datetime(2026, 2, 1, 5, tzinfo=UTC), datetime(2026, 4, 20, 12, tzinfo=UTC)),
    "autumn": (datetime(2026, 9, 1, 5, tzinfo=UTC), datetime(2026, 11, 12, 12, tzinfo=UTC)),
}
ZONES = ["Europe/Warsaw", "Asia/Beirut", "Australia/Lord_Howe", "America/New_York"]
EDGES = {
    "spring": [
        "2026-03-08 05:00",
        "2026-03-08 07:00",
        "2026-03-29 01:00",
        "2026-04-04 15:00",
        "2026-03-31 22:00",
    ],
    "autumn": [
        "2026-11-01 05:00",
        "2026-11-01 06:00",
        "2026-10-25 01:00",
        "2026-10-03 15:30",
        "2026-09-30 22:00",
    ],
}
TIMES = ["00:00", "00:30", "01:30", "02:00", "02:30", "08:00", "20:00", "23:00"]
DAYS = ["any", "any", "any", "mon,tue,wed,thu,fri", "sat,sun", "sun,hol", "hol", "mon,sun"]
UNITS = {"voice": ["second", "minute"], "sms": ["message"], "data": ["kb", "mb", "kib"], "iot": ["kb", "gb"]}
PLANS = ["P1", "P2"]
SUBSCRIPTIONS = {"S1": "A1", "S2": "A1", "S3": "A2"}

services = st.sampled_from(["voice", "voice", "sms", "data", "data", "iot"])
money = st.sampled_from(["0", "0.0015", "0.09", "0.25", "1", "0.333333", "0.000001", "2.5"])
plans = st.sampled_from([*PLANS, "*"])
directions = st.sampled_from(["any", "any", "mo", "mt"])
destinations = st.sampled_from(["any", "any", "national", "eu"])
networks = st.sampled_from(["any", "any", "home", "eu"])


@st.composite
def instants(draw: st.DrawFn, season: str) -> datetime:
    """Draw an instant of a season, often near a change of the clock or of the cycle."""
    first, last = SEASONS[season]
    if draw(st.booleans()):
        edge = datetime.fromisoformat(draw(st.sampled_from(EDGES[season]))).replace(tzinfo=UTC)
        return edge + timedelta(seconds=draw(st.integers(-7200, 7200)))
    return first + timedelta(seconds=draw(st.integers(0, int((last - first).total_seconds()))))


@st.composite
def validities(draw: st.DrawFn, season: str) -> Row:
    """Draw from when to when a row is valid; mostly for ever."""
    bounds = sorted([draw(instants(season)), draw(instants(season))])
    since = draw(st.sampled_from([rows.local(rows.LONG_AGO)] * 3 + bounds[:1]))
    until = draw(st.sampled_from([None, None, None, bounds[1]]))
    fraction = timedelta(microseconds=draw(st.sampled_from([0, 0, 300_000])))
    return {"valid_from": since + fraction, "valid_to": until}


@st.composite
def ladders(draw: st.DrawFn, season: str) -> list[Row]:
    """Draw the rows of one ladder, ids left out."""
    service = draw(services)
    mode = draw(st.sampled_from(["graduated", "graduated", "graduated", "volume", "package"]))
    shared: Row = {
        "plan_id": draw(plans),
        "service": service,
        "direction": draw(directions),
        "destination_zone": draw(destinations),
        "roaming_zone": draw(networks),
        "days": draw(st.sampled_from(DAYS)),
        "from_time": "00:00",
        "to_time": "00:00",
        "tier_mode": mode,
        "max_charge": draw(st.sampled_from([None, None, None, "1.5"])),
        "unit": draw(st.sampled_from(UNITS[service])),
        "increment": draw(st.sampled_from([1, 6, 60, 1000])),
        "minimum": draw(st.sampled_from([0, 0, 30, 100])),
        "connect_fee": draw(st.sampled_from(["0", "0", "0.05"])),
        **draw(validities(season)),
    }
    if draw(st.integers(0, 2)) == 0:
        shared |= {"from_time": draw(st.sampled_from(TIMES)), "to_time": draw(st.sampled_from(TIMES))}
    size = 1 if service == "sms" else 1000 if service in ("data", "iot") else 60
    positions = {(0, 0)}
    for _ in range(draw(st.integers(0, 2))):
        axis = draw(st.sampled_from(["tier", "tier", "slot"]))
        position = size * draw(st.sampled_from([1, 3, 10]))
        positions.add((position, 0) if axis == "tier" else (0, position))
    return [
        shared | {"tier_from": tier, "slot_from": slot, "rate": draw(money)}
        for tier, slot in sorted(positions)
    ]


@st.composite
def price_lists(draw: st.DrawFn, season: str) -> list[Row]:
    """Draw a price list in which most usage finds a price."""
    basics: list[list[Row]] = [
        [{"service": service, "unit": units[0], "rate": "0.2"}] for service, units in UNITS.items()
    ]
    drawn = draw(st.lists(ladders(season), min_size=2, max_size=7))
    wanted = drawn + (basics if draw(st.integers(0, 4)) else [])
    prices = [row for ladder in wanted for row in ladder]
    order = draw(st.permutations(range(len(prices))))
    return [rows.tariff(f"T{n:02}", **row) for n, row in zip(order, prices, strict=True)]


@st.composite
def allowances(draw: st.DrawFn, season: str) -> list[Row]:
    """Draw what plans include."""
    return [
        rows.allowance(
            f"AL{n}",
            plan_id=draw(plans),
            service=draw(services),
            direction=draw(directions),
            destination_zone=draw(destinations),
            roaming_zone=draw(networks),
            quantity=draw(st.sampled_from([1, 90, 500, 5000])),
            scope=draw(st.sampled_from(["subscription", "account"])),
            priority=draw(st.integers(1, 2)),
            **draw(validities(season)),
        )
        for n in range(draw(st.integers(0, 4)))
    ]


@st.composite
def promotions(draw: st.DrawFn, season: str) -> Row:
    """Draw promotions and who has them."""
    offers = [
        rows.promotion(
            f"PR{n}",
            kind=(kind := draw(st.sampled_from(["percent_off", "amount_off", "free_units", "fee_waiver"]))),
            value=draw(st.sampled_from(["10", "33.3", "5", "100"])),
            applies_to=draw(
                st.sampled_from(
                    ["recurring", "usage", "voice", "data"] if kind != "free_units" else ["usage", "voice"]
                )
            ),
            plans=draw(st.sampled_from(["*", "P1", "P1,P2", "P2"])),
            **draw(validities(season)),
        )
        for n in range(draw(st.integers(0, 3)))
    ]
    grants = [
        rows.promotion_grant(
            f"G{n}",
            promotion_id=draw(st.sampled_from(offers))["promotion_id"],
            subscription_id=draw(st.sampled_from(list(SUBSCRIPTIONS))),
            **draw(validities(season)),
        )
        for n in range(draw(st.integers(0, 4)) if offers else 0)
    ]
    return {"promotions": offers, "promotion_grants": grants}


@st.composite
def products(draw: st.DrawFn, season: str) -> Row:
    """Draw add-ons, one-offs and passes, and who has them."""
    offers = [
        rows.product("PD0", fee="4.99", prorate=True),
        rows.product("PD1", kind="one_off", fee="9.90"),
        rows.product(
            "PD2", kind="pass", fee="3", service="data", roaming_zone="eu", quantity=2000, duration_hours=48
        ),
        rows.product("PD3", kind="pass", fee="2", service="voice"),
        rows.product(
            "PD4",
            kind="pass",
            fee="1",
            service="voice",
            destination_zone="national",
            quantity=200,
            duration_hours=900,
        ),
    ]
    grants = []
    for n in range(draw(st.integers(0, 4))):
        bounds = sorted([draw(instants(season)), draw(instants(season))])
        grants.append(
            rows.product_grant(
                f"PG{n}",
                product_id=draw(st.sampled_from(offers))["product_id"],
                subscription_id=draw(st.sampled_from(list(SUBSCRIPTIONS))),
                valid_from=bounds[0],
                valid_to=draw(st.sampled_from([None, bounds[1]])),
            )
        )
    return {"products": offers, "product_grants": grants}


@st.composite
def subscriptions(draw: st.DrawFn, season: str) -> list[Row]:
    """Draw three subscriptions; some change plan or SIM."""
    found = []
    for subscription_id, account_id in SUBSCRIPTIONS.items():
        common = {"account_id": account_id}
        change = draw(instants(season))
        if draw(st.booleans()):
            found += [
                rows.subscription(subscription_id, plan_id="P1", valid_to=change, **common),
                rows.subscription(
                    subscription_id, plan_id=draw(st.sampled_from(PLANS)), valid_from=change, **common
                ),
            ]
        else:
            found.append(rows.subscription(subscription_id, plan_id=draw(st.sampled_from(PLANS)), **common))
    return found


@st.composite
def sessions(draw: st.DrawFn, season: str) -> Row:
    """Draw one event."""
    service = draw(services)
    common = {
        "service": service,
        "direction": draw(st.sampled_from(["mo", "mo", "mt"])),
        "imsi": draw(st.sampled_from(["I1", "I1", "I2", "I3"])),
        "started_at": draw(instants(season)) + timedelta(microseconds=draw(st.sampled_from([0, 0, 700_000]))),
        "other_party": draw(st.sampled_from([rows.NATIONAL, rows.NATIONAL, rows.ABROAD, "99123"])),
        "serving_plmn": draw(st.sampled_from([rows.HOME, rows.HOME, rows.ROAMING, "99999"])),
    }
    if service in ("data", "iot"):
        size = draw(st.sampled_from([0, 1, 500, 1000, 2500, 9999]))
        return rows.event(**common, bytes_up=0, bytes_down=size, duration_s=10)
    seconds = draw(st.sampled_from([0, 1, 59, 60, 61, 400, 5000, 9000])) if service == "voice" else 0
    return rows.event(**common, duration_s=seconds)


@st.composite
def usage(draw: st.DrawFn, season: str) -> list[Row]:
    """Draw single events and a session of parts."""
    single = draw(st.lists(sessions(season), min_size=10, max_size=40))
    if draw(st.booleans()):
        start = draw(instants(season))
        parts = [rows.call(start + timedelta(seconds=900 * n), 900) for n in range(3)]
        single += rows.parts_of(parts, ends=draw(st.booleans()))
    return single


@st.composite
def worlds(draw: st.DrawFn) -> tuple[dict[str, list[Row]], DatasetSettings]:
    """Draw the streams and the settings of a small operator."""
    season = draw(st.sampled_from(list(SEASONS)))
    starts_at, as_of = SEASONS[season]
    timezone = draw(st.sampled_from(ZONES))
    cap = draw(st.sampled_from([None, "1", "20"]))
    plan_rows = [
        rows.plan("P1", monthly_fee="9.99", prorate=True, roaming_cap=cap),
        rows.plan(
            "P2",
            monthly_fee="20.005",
            roaming_cap=draw(st.sampled_from([None, "3"])),
            minimum_spend=draw(st.sampled_from([None, "28"])),
            fee_timing=draw(st.sampled_from(["arrears", "advance"])),
        ),
    ]
    events = draw(usage(season))
    late = timedelta(hours=draw(st.sampled_from([1, 400])))
    mediated = [
        rows.mediated(e, mediated_at=e["received_at"] + (late if n % 5 == 0 else timedelta(hours=1)))
        for n, e in enumerate(events)
        if (e["partial_sequence"] or 1) == 1
    ]
    streams = rows.world(
        accounts=[rows.account("A1"), rows.account("A2", bill_cycle_day=draw(st.sampled_from([1, 15])))],
        subscriptions=draw(subscriptions(season)),
        plans=plan_rows,
        tariffs=draw(price_lists(season)),
        allowances=draw(allowances(season)),
        holidays=[
            rows.holiday(day)
            for day in ("2026-03-08", "2026-03-29", "2026-04-06", "2026-11-01", "2026-10-25")
        ],
        consents=draw(st.sampled_from([[], [rows.consent("2026-03-01 00:00", "2026-03-20 00:00")]])),
        **draw(promotions(season)),
        **draw(products(season)),
    )
    streams |= {"usage_events": events} | ({"mediation_records": mediated} if draw(st.booleans()) else {})
    settings = rows.settings(
        timezone=timezone,
        as_of=as_of,
        starts_at=starts_at,
        tax_rate=Decimal("0.23"),
        allowance_order=draw(st.sampled_from(["started_at", "arrival"])),
    )
    return streams, settings
