"""What travellers are taken to have used while their partner's file is not here."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from core.lake.session import Session
from core.rating.estimate import estimate
from tests.builders import rows
from tests.builders.rows import allowance, call, data, subscription, tariff, usage_file
from tests.builders.session import open_rows

MB = 10**6
PRICES = [
    tariff("T1", service="data", unit="mb", rate="1", roaming_zone="eu"),
    tariff("T2", unit="minute", rate="0.6", roaming_zone="eu"),
    tariff("T3", service="data", unit="mb", rate="0", roaming_zone="home"),
]


def abroad(day: int, mb: int, imsi: str = "I1") -> dict[str, Any]:
    return data(f"2026-03-{day:02} 12:00", mb * MB, imsi=imsi, serving_plmn=rows.ROAMING)


def at_home(day: int, hour: int = 12) -> dict[str, Any]:
    return data(f"2026-03-{day:02} {hour:02}:00", MB)


def partner_file(day: int, **columns: Any) -> dict[str, Any]:
    """Return the partner's file of one day of March; its sequence is the day."""
    defaults: dict[str, Any] = {
        "source": "tap:DEUT1",
        "partner_id": "DEUT1",
        "sequence": day,
        "period_start": rows.local(f"2026-03-{day:02} 00:00"),
        "period_end": rows.local(f"2026-03-{day + 1:02} 00:00"),
        "received_at": f"2026-03-{day + 1:02} 06:00",
        "kind": "tap",
    }
    return usage_file(f"D{day}", **(defaults | columns))


def partner(delivery_hours: int) -> dict[str, Any]:
    return {
        "partner_id": "DEUT1",
        "name": "Rhein Mobil",
        "country": "DE",
        "currency": "EUR",
        "delivery_hours": delivery_hours,
        "valid_from": rows.local(rows.LONG_AGO),
        "valid_to": None,
    }


def announced(day: int, records: int) -> dict[str, Any]:
    return partner_file(day, received_at=None, status="announced", record_count=records)


@pytest.fixture
def opened() -> Iterator[Any]:
    sessions: list[Session] = []

    def run(usage: list[Any], files: list[Any], **streams: Any) -> list[dict[str, Any]]:
        world = rows.world(usage=usage, usage_files=files, **({"tariffs": PRICES} | streams))
        session = open_rows(world, rows.settings(as_of="2026-03-20 12:00"))
        sessions.append(session)
        for stream in ("charges", "invoices"):
            session.table(stream).project("*, 1 as _file, 1 as _row").create_view(f"all_{stream}")
        return [
            dict(row) for row in estimate(session).order("sequence, service").to_arrow_table().to_pylist()
        ]

    yield run
    for session in sessions:
        session.close()


def test_a_missing_day_costs_what_the_days_of_the_trip_cost(opened: Any) -> None:
    usage = [abroad(10, 10), abroad(11, 20), abroad(12, 30)]
    (found,) = opened(usage, [announced(13, records=1)])
    assert (found["account_id"], found["subscription_id"], found["partner_id"]) == ("A1", "S1", "DEUT1")
    assert (found["sequence"], found["file_id"], found["service"]) == (13, "D13", "data")
    assert (found["quantity"], found["amount"]) == (20 * MB, Decimal(20))
    assert (found["low"], found["high"]) == (Decimal(10), Decimal(30))
    assert found["basis"] == "this subscriber's 3 days of this trip"


def test_a_gap_in_the_sequence_is_a_missing_file(opened: Any) -> None:
    (found,) = opened([abroad(11, 10), abroad(12, 20)], [partner_file(12), partner_file(14)])
    assert (found["sequence"], found["file_id"], found["amount"]) == (13, None, Decimal(15))


def test_whoever_is_home_again_is_not_taken_to_be_abroad(opened: Any) -> None:
    assert opened([abroad(10, 10), abroad(11, 20), at_home(12)], [announced(13, records=1)]) == []


def test_usage_at_home_ends_the_stay(opened: Any) -> None:
    usage = [abroad(11, 16), abroad(12, 16), at_home(13, hour=6)]
    (found,) = opened(usage, [announced(13, records=1)])
    assert found["amount"] == Decimal(4)


def test_a_file_is_not_taken_to_hold_more_than_it_announces(opened: Any) -> None:
    usage = [abroad(day, 10, imsi) for day in (11, 12) for imsi in ("I1", "I2")]
    both = [subscription("S1"), subscription("S2")]
    found = opened(usage, [announced(13, records=1)], subscriptions=both)
    assert [row["amount"] for row in found] == [Decimal(5), Decimal(5)]
    assert opened(usage, [announced(13, records=0)], subscriptions=both) == []


def test_allowances_of_the_cycle_are_drawn_first(opened: Any) -> None:
    included = [allowance(service="data", quantity=35 * MB)]
    (found,) = opened([abroad(11, 10), abroad(12, 20)], [announced(13, records=1)], allowances=included)
    assert (found["amount"], found["low"], found["high"]) == (Decimal(10), Decimal(5), Decimal(15))


def test_a_first_day_abroad_goes_by_earlier_trips_or_by_other_subscribers(opened: Any) -> None:
    earlier = [abroad(1, 4), abroad(2, 8), abroad(12, 6)]
    (found,) = opened(earlier, [announced(13, records=1)])
    assert (found["amount"], found["basis"]) == (Decimal(6), "this subscriber's 3 days abroad so far")
    others = [abroad(day, mb, imsi) for day in (1, 2) for imsi, mb in (("I2", 3), ("I3", 5))]
    three = [subscription(f"S{n}") for n in (1, 2, 3)]
    (found,) = opened([abroad(12, 100), *others], [announced(13, records=1)], subscriptions=three)
    assert (found["amount"], found["basis"]) == (Decimal(4), "2 other subscribers with this partner")


def test_a_file_is_waited_for_as_long_as_was_agreed(opened: Any) -> None:
    usage, files = [abroad(11, 10), abroad(12, 20)], [announced(13, records=1)]
    assert len(opened(usage, files, partners=[partner(delivery_hours=155)])) == 1
    assert opened(usage, files, partners=[partner(delivery_hours=156)]) == []


def test_a_later_trip_to_a_dearer_place_does_not_make_this_one_dearer(opened: Any) -> None:
    places = [rows.network(rows.HOME, "home"), rows.network(rows.ROAMING, "eu", "DEUT1")]
    elsewhere = data("2026-03-18 12:00", MB, serving_plmn="28699")
    dear = tariff("T9", service="data", unit="mb", rate="9", roaming_zone="world")
    (found,) = opened(
        [abroad(11, 10), abroad(12, 20), elsewhere],
        [announced(13, records=1)],
        networks=[*places, rows.network("28699", "world", "TURBM")],
        tariffs=[*PRICES, dear],
    )
    assert found["amount"] == Decimal(15)


def test_every_service_has_a_row(opened: Any) -> None:
    calls = [call(f"2026-03-{day} 18:00", 60, serving_plmn=rows.ROAMING) for day in (11, 12)]
    found = opened([abroad(11, 10), abroad(12, 10), *calls], [announced(13, records=2)])
    assert [(row["service"], row["amount"]) for row in found] == [
        ("data", Decimal(10)),
        ("voice", Decimal("0.6")),
    ]


def test_without_missing_files_there_is_nothing_to_estimate(opened: Any) -> None:
    assert opened([abroad(11, 10), abroad(12, 10)], [partner_file(12), partner_file(13)]) == []
