"""A charge is checked before it is posted: on top of what the account used before, in its cycle."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.api import Assay, ForbiddenError, ToPost
from tests.builders.installation import installation
from tests.builders.people import actor, facade
from tests.builders.rows import (
    account,
    allowance,
    call,
    parts_of,
    settings,
    subscription,
    tariff,
    usage_charge,
    world,
)

USED = call("2026-04-02 12:00", 300)
"""Five of the ten free minutes; charged already."""

MINUTE = Decimal("0.2")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("charges")
    streams = world(
        accounts=[account(), account("A2", segment="iot")],
        subscriptions=[subscription(), subscription("S2", account_id="A2", imsi="I2")],
        tariffs=[tariff(rate="0.2", unit="minute", increment=60)],
        allowances=[allowance(quantity=600)],
        usage=[USED],
    )
    streams["charges"] = [usage_charge("C1", streams["mediation_records"][0], "0")]
    installation(folder, streams, settings())
    return folder


@pytest.fixture
def assay(home: Path) -> Assay:
    """Give a facade that has checked nothing yet."""
    return facade(home)


def to_post(amount: str, **given: Any) -> ToPost:
    return ToPost(Decimal(amount), "PLN", **given)


def test_what_was_used_before_counts_and_a_check_counts_once(assay: Assay) -> None:
    third = call("2026-04-03 12:00", 420)

    first = assay.check_charge(third, to_post("0.4"))
    again = assay.check_charge(third, to_post("0.4"))
    after = assay.check_charge(call("2026-04-04 12:00", 60), to_post("0"))

    assert first.standing == "right"
    assert first.expected == ToPost(Decimal("0.400000"), "PLN", 420, 300, first.expected.tariff_id)
    assert again == first
    assert (after.standing, after.difference, after.differs_in) == ("wrong", MINUTE, ("amount",))
    assert any("allowance" in sentence for sentence in first.why)


def test_every_value_that_is_given_is_compared(assay: Assay) -> None:
    event = call("2026-04-03 12:00", 420)
    wrong = assay.check_charge(
        event, replace(to_post("0.4", quantity=421, free_quantity=0, tariff_id="T9"), currency="EUR")
    )

    assert wrong.differs_in == ("currency", "quantity", "free_quantity", "tariff_id")
    assert wrong.subscriber is not None
    assert (wrong.subscriber.account_id, wrong.subscriber.subscription_id) == ("A1", "S1")


def test_usage_that_is_charged_already_is_told_with_its_line(assay: Assay) -> None:
    found = assay.check_charge(USED, to_post("0"))

    assert found.standing == "posted_already"
    assert found.charge_id is not None


def test_a_session_is_checked_when_its_last_part_is_in(assay: Assay) -> None:
    first, last = parts_of([call("2026-04-03 12:00", 400), call("2026-04-03 12:10", 20)])

    assert assay.check_charge(first, to_post("0.4")).standing == "incomplete"
    assert assay.check_charge(last, to_post("0.4")).standing == "right"


def test_what_no_price_covers_and_whose_sim_nobody_knows_is_told(assay: Assay) -> None:
    text = call("2026-04-03 12:00", 60, service="sms")
    stranger = call("2026-04-03 12:00", 60, imsi="I9")

    assert assay.check_charge(text, to_post("0")).standing == "not_priced"
    assert assay.check_charge(stranger, to_post("0")).standing == "unknown_subscriber"


def test_another_cycle_begins_with_its_own_allowance(assay: Assay) -> None:
    march = assay.check_charge(call("2026-03-30 12:00", 600), to_post("0"))

    assert march.standing == "right"


def test_a_customer_of_another_segment_is_refused(assay: Assay) -> None:
    narrow = assay.acting(actor("analyst", segments=frozenset({"consumer"})))

    assert narrow.check_charge(call("2026-04-03 12:00", 60), to_post("0")).standing == "right"
    with pytest.raises(ForbiddenError):
        narrow.check_charge(call("2026-04-03 12:00", 60, imsi="I2"), to_post("0.2"))
