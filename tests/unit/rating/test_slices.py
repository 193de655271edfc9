"""Slices price what the whole prices: each line, bill and gap once, however the accounts are divided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from core.kernel.dataset import DatasetSettings
from core.kernel.records import STREAMS
from core.lake.session import Session
from core.rating.engine import rate
from core.rating.slices import rate_in_slices
from tests.builders import rows
from tests.builders.operator import OPERATOR, load
from tests.builders.session import open_rows
from tests.spec.rating.worlds import worlds

RESULTS = ("expected_charges", "expected_invoices", "unpriced")
Row = dict[str, Any]


def results(session: Session) -> list[list[Row]]:
    return [session.sql(f"from {name} order by all").to_arrow_table().to_pylist() for name in RESULTS]


def in_slices(session: Session, **choices: Any) -> list[list[list[Row]]]:
    """What each slice came to."""
    found: list[list[list[Row]]] = []
    rate_in_slices(session, lambda: found.append(results(session)), **choices)
    return found


def together(slices: Sequence[Sequence[Sequence[Row]]]) -> list[list[str]]:
    return [sorted(str(row) for part in parts for row in part) for parts in zip(*slices, strict=True)]


@pytest.fixture(scope="module")
def operator() -> Iterator[Session]:
    present = [name for name in STREAMS if any(OPERATOR.glob(f"{name}*"))]
    session = open_rows(*load(present))
    yield session
    session.close()


def test_the_slices_of_an_operator_are_the_whole(operator: Session) -> None:
    rate(operator, explain=False)
    whole = together([results(operator)])
    slices = in_slices(operator, explain=False, slice_events=8_000)
    assert len(slices) > 3
    assert sum(bool(charges) for charges, *_ in slices) > 3
    assert together(slices) == whole


def test_little_usage_is_one_slice(operator: Session) -> None:
    assert len(in_slices(operator, explain=False)) == 1


def test_a_slice_can_be_narrowed_to_accounts_and_a_cycle(operator: Session) -> None:
    wanted = ["A000069", "A000070", "A000071"]
    rate(operator, accounts=wanted, cycle="2026-03-01", explain=False)
    whole = together([results(operator)])
    slices = in_slices(operator, accounts=wanted, cycle="2026-03-01", explain=False, slice_events=100)
    assert len(slices) == len(wanted)
    assert together(slices) == whole


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@given(worlds())
def test_the_slices_of_any_operator_are_the_whole(
    world: tuple[Mapping[str, Sequence[Row]], DatasetSettings],
) -> None:
    with open_rows(*world) as session:
        rate(session)
        whole = together([results(session)])
        assert together(in_slices(session, slice_events=1)) == whole


def test_accounts_that_held_the_same_subscription_share_its_tiers_in_one_slice() -> None:
    """A hands S1 to B, B hands S2 to C: the tier of each runs on over the hand-over."""
    held = {
        "S1": [("A", "2026-01-01 00:00", "2026-03-10 00:00"), ("B", "2026-03-10 00:00", None)],
        "S2": [("B", "2026-01-01 00:00", "2026-03-10 00:00"), ("C", "2026-03-10 00:00", None)],
        "S3": [("D", "2026-01-01 00:00", None)],
    }
    world = rows.world(
        accounts=[rows.account(name) for name in "ABCD"],
        subscriptions=[
            rows.subscription(name, account_id=account, imsi=f"I-{name}", valid_from=since, valid_to=until)
            for name, periods in held.items()
            for account, since, until in periods
        ],
        tariffs=[rows.tariff("T0", rate="1"), rows.tariff("T1", rate="0.1", tier_from=60)],
        usage=[
            rows.call(f"2026-03-{day:02d} 12:00", event_id=f"E-{name}-{day}", imsi=f"I-{name}")
            for name in held
            for day in (5, 15)
        ],
    )
    with open_rows(world, rows.settings()) as session:
        rate(session)
        whole = together([results(session)])
        slices = in_slices(session, slice_events=1)
    assert together(slices) == whole
    owners = [{line["account_id"] for line in charges} for charges, *_ in slices if charges]
    assert {"A", "B", "C"} in [found - {"D"} for found in owners]


def test_usage_that_nobody_owns_is_unpriced_once() -> None:
    sims = {"E1": "I1", "E2": "somebody else's", "E3": "I2"}
    usage = [rows.call(event_id=event_id, imsi=imsi) for event_id, imsi in sims.items()]
    world = rows.world(
        accounts=[rows.account("A1"), rows.account("A2")],
        subscriptions=[
            rows.subscription("S1"),
            rows.subscription("S2", account_id="A2", imsi="I2"),
        ],
        tariffs=[rows.tariff("T1")],
        usage=usage,
    )
    with open_rows(world, rows.settings()) as session:
        slices = in_slices(session, slice_events=1)
    gaps = [row for *_, unpriced in slices for row in unpriced]
    assert [(gap["event_id"], gap["reason"]) for gap in gaps] == [("E2", "no subscription matches")]


def test_a_record_goes_with_its_event_whomever_mediation_guided_it_to() -> None:
    """Each event's record is guided to the next account; one record has no event: mediation is believed."""
    numbers = range(1, 7)
    usage = [rows.call(event_id=f"E{n}", imsi=f"I{n}") for n in numbers]
    records = [
        record | {"record_id": f"R{n}", "subscription_id": f"S{n % 6 + 1}"}
        for n, record in zip(numbers, rows.forwarded(usage), strict=True)
    ]
    records.append(records[0] | {"record_id": "R7", "event_id": "not delivered", "subscription_id": "S5"})
    world = rows.world(
        accounts=[rows.account(f"A{n}") for n in numbers],
        subscriptions=[rows.subscription(f"S{n}", account_id=f"A{n}") for n in numbers],
        tariffs=[rows.tariff("T1")],
        usage_events=usage,
        mediation_records=records,
    )
    with open_rows(world, rows.settings()) as session:
        slices = in_slices(session, slice_events=1)
    lines = [line for charges, *_ in slices for line in charges if line["kind"] == "usage"]
    assert len(slices) == 6
    assert {line["record_id"]: line["account_id"] for line in lines} == {
        "R1": "A1", "R2": "A2", "R3": "A3", "R4": "A4", "R5": "A5", "R6": "A6", "R7": "A5",
    }  # fmt: skip
    assert len(lines) == 7
