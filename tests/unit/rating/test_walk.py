"""Why a bill changed: causes that add up exactly, each with a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core.rating.walk import bill_change
from tests.builders.rows import tariff

MB = 10**6


def line(kind: str = "usage", amount: str = "1", **columns: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"kind": kind, "service": None, "quantity": 0, "free_quantity": 0}
    return row | {"amount": Decimal(amount), "explanation": {}} | columns


def call(amount: str, seconds: int = 60, tariff_id: str = "T1", **columns: Any) -> dict[str, Any]:
    return line(amount=amount, service="voice", quantity=seconds, tariff_id=tariff_id, **columns)


def roaming(amount: str, mb: int, zone: str = "turkey") -> dict[str, Any]:
    return line(amount=amount, service="data", quantity=mb * MB, explanation={"roaming_zone": zone})


def causes(before: list[Any], after: list[Any], **given: Any) -> Mapping[str, tuple[Decimal, str]]:
    change = bill_change(before, after, "EUR", **given)
    assert sum((cause.amount for cause in change.causes), Decimal(0)) == change.after - change.before
    return {cause.name: (cause.amount, cause.sentence) for cause in change.causes}


def test_equal_bills_have_no_cause() -> None:
    bill = [line("recurring", "20", plan_id="P1"), call("0.5")]
    assert causes(bill, bill) == {}


def test_another_plan_is_told_by_name() -> None:
    before, after = [line("recurring", "20", plan_id="P1")], [line("recurring", "30", plan_id="P2")]
    assert causes(before, after, names={"P1": "Flex S", "P2": "Flex M"}) == {
        "plan": (
            Decimal(10),
            "Monthly fees: €10.00 more, Flex M began (+€30.00), Flex S ended (-€20.00).",
        )
    }


def test_roaming_says_how_much_and_where() -> None:
    found = causes([roaming("1.24", 31)], [roaming("13.64", 341)], names={"turkey": "Türkiye"})
    assert found == {"roaming": (Decimal("12.40"), "Roaming: €12.40 more, mostly 310 MB of data in Türkiye.")}


def test_usage_at_home_says_what_there_was_less_of() -> None:
    found = causes([call("3", 300)], [call("1", 100)])
    assert found == {"usage": (Decimal(-2), "Usage at home: €2.00 less, mostly 3 min 20 s less of calls.")}


def test_a_new_version_of_a_tariff_is_a_price_change_only_for_the_usage_of_now() -> None:
    prices = [tariff("T1", rate="1", valid_to="2026-03-01 00:00"), tariff("T2", rate="2")]
    found = causes([call("60", 60, "T1")], [call("200", 100, "T2")], prices=prices)
    assert {name: amount for name, (amount, _) in found.items()} == {"usage": 40, "price": 100}
    assert found["price"][1] == (
        "Prices: €100.00 more for the same usage under new versions: tariff T2 +€100.00."
    )


def test_another_destination_is_no_price_change() -> None:
    prices = [tariff("T1", rate="1"), tariff("T2", rate="2", destination_zone="eu")]
    assert set(causes([call("60", 60, "T1")], [call("200", 100, "T2")], prices=prices)) == {"usage"}


def test_a_promotion_that_ended_makes_the_bill_greater() -> None:
    found = causes([line("discount", "-5", promotion_id="PR1")], [], names={"PR1": "Spring"})
    assert found == {"promotion": (Decimal(5), "Promotions: €5.00 more, Spring ended (+€5.00).")}


def test_one_offs_corrections_and_tax_are_causes_of_their_own() -> None:
    after = [
        line("one_off", "9.9", product_id="PD1"),
        line("adjustment", "-3", reason="goodwill"),
        line(amount="2", estimated=True, service="data", quantity=5),
        line("tax", "2.05"),
    ]
    found = causes([], after, names={"PD1": "Europe Pass"})
    assert found == {
        "one_off": (Decimal("9.9"), "One-off charges: €9.90 more, Europe Pass (+€9.90)."),
        "correction": (Decimal(-1), "Corrections: €1.00 less, goodwill (-€3.00), corrections (+€2.00)."),
        "tax": (Decimal("2.05"), "Tax: €2.05 more, as it goes by the net of the bill."),
    }


def test_totals_round_usage_as_invoices_do() -> None:
    change = bill_change([], [call("0.004"), line("recurring", "1", plan_id="P1")], "EUR")
    assert (change.before, change.after) == (0, Decimal(1))
    assert {cause.name for cause in change.causes} == {"plan"}


kinds = st.sampled_from(["usage", "usage", "usage", "recurring", "discount", "one_off", "adjustment", "tax"])
money = st.integers(-(10**7), 10**9).map(lambda micro: Decimal(micro).scaleb(-6))


@st.composite
def bills(draw: st.DrawFn) -> list[dict[str, Any]]:
    found = []
    for _ in range(draw(st.integers(0, 12))):
        quantity = draw(st.integers(0, 10**4))
        zone = draw(st.sampled_from(["home", "turkey", "unknown", None]))
        found.append(
            line(
                draw(kinds),
                str(draw(money)),
                service=draw(st.sampled_from(["voice", "sms", "data", "iot"])),
                quantity=quantity,
                free_quantity=draw(st.integers(0, quantity)),
                tariff_id=draw(st.sampled_from(["T1", "T2", "T3", None])),
                plan_id=draw(st.sampled_from(["P1", "P2"])),
                roaming_zone=zone,
                estimated=draw(st.integers(0, 9)) == 0,
                corrects=draw(st.sampled_from([None, None, "C1"])),
            )
        )
    return found


@given(bills(), bills())
def test_the_causes_always_add_up_to_the_difference_of_the_totals(
    before: list[Any], after: list[Any]
) -> None:
    prices = [tariff("T1", rate="1"), tariff("T2", rate="2"), tariff("T3", rate="1", service="data")]
    for name, (amount, text) in causes(before, after, prices=prices).items():
        assert amount
        assert text.endswith("."), name
