from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.api import Assay, NotFoundError, Trip, UsageDay
from core.events.dataset import open_dataset
from core.events.land import take_in
from core.kernel.errors import LakeError
from core.lake.schemas import SCHEMAS
from core.lake.tables import Lake
from tests.builders.installation import installation
from tests.builders.landing import LIMITS, parquet_bytes
from tests.builders.people import facade
from tests.builders.rows import (
    ROAMING,
    account,
    call,
    charge,
    data,
    forwarded,
    invoice,
    mediated,
    network,
    payment,
    plan,
    settings,
    subscription,
    tariff,
    usage_charge,
    world,
)

ABROAD_DAY = "2026-03-20 12:00"


def assay(home: Path, **streams: Any) -> Assay:
    return installation(home, world(**streams), settings())


def test_an_account_is_found_by_id_by_name_without_accents_and_by_number(tmp_path: Path) -> None:
    accounts = [
        account("A1", name="Ana Petrović"),
        account("A2", name="Hana Petr"),
        account("A10", name="Łukasz Żuk"),
    ]
    subscriptions = [
        subscription("S1"),
        subscription("S2", account_id="A2", msisdn="48511222333"),
        subscription("S3", account_id="A9", msisdn="48700000000"),
    ]
    asked = assay(tmp_path, accounts=accounts, subscriptions=subscriptions)

    def found(text: str) -> list[str]:
        return [hit.account_id for hit in asked.find_accounts(text)]

    assert found("petrovic") == ["A1"]
    assert found("PETR") == ["A1", "A2"]
    assert found("a1") == ["A1", "A10"]
    assert found("zuk") == ["A10"]
    assert found("0511 222") == found("+48 511-222-333") == ["A2"]
    assert found("A9") == ["A9"], "a subscription whose account CRM does not know"
    assert found("700") == [], "fewer than four digits name no number"
    assert found("nobody") == found("  ") == []
    assert asked.find_accounts("0511 222")[0].msisdn == "+48 51 ••• 333"


def test_the_head_masks_numbers_and_counts_lines_in_force(tmp_path: Path) -> None:
    subscriptions = [
        subscription("S1", imsi="260990000000123", valid_to="2026-02-01 00:00"),
        subscription("S1", imsi="260990000000123", plan_id="P2", valid_from="2026-02-01 00:00"),
        subscription("S2", account_id="A2"),
        subscription("S3", account_id="A2", plan_id="P2"),
        subscription("S4", account_id="A2", status="terminated"),
    ]
    plans = [plan("P1", name="Solo"), plan("P2", name="Duo")]
    asked = assay(tmp_path, accounts=[account("A1"), account("A2")], subscriptions=subscriptions, plans=plans)

    one, two = asked.account("A1").head, asked.account("A2").head

    assert (one.plans, one.subscriptions, one.msisdn, one.imsi) == (
        ("Duo",), 1, "+48 60 ••• 001", "26099 ••• 123",
    )  # fmt: skip
    assert (two.plans, two.subscriptions, two.msisdn, two.imsi) == (("Solo", "Duo"), 2, None, None)


def test_bills_carry_their_lines_by_kind_and_what_was_paid(tmp_path: Path) -> None:
    abroad = data(ABROAD_DAY, serving_plmn=ROAMING)
    home = call()
    charges = [
        charge("C1", kind="recurring", amount="10"),
        charge("C2", kind="usage", amount="2.50", record_id=mediated(home)["record_id"]),
        charge("C3", kind="usage", amount="7.25", record_id=mediated(abroad)["record_id"]),
        charge("C4", kind="tax", amount="4.54"),
        charge("C5", kind="usage", amount="0.30", invoice_id=None),
        charge("C6", account_id="A2", amount="99"),
    ]
    invoices = [
        invoice("IN1", total="24.29"),
        invoice("IN0", total="30", status="overdue", cycle_start="2026-02-01 00:00",
            cycle_end="2026-03-01 00:00", issued_at="2026-03-06 06:00"),
    ]  # fmt: skip
    payments = [
        payment("P1", invoice_id="IN0", amount="20"),
        payment("P2", invoice_id=None, refund_of="P1", amount="-5"),
        payment("P3", invoice_id="IN0", amount="30", status="failed", failure_code="expired_card"),
    ]
    records = [mediated(home, roaming_zone="home"), mediated(abroad, roaming_zone="eu")]
    view = assay(
        tmp_path,
        usage_events=[home, abroad], mediation_records=records, charges=charges, invoices=invoices,
        payments=payments,
    ).account("A1")  # fmt: skip

    waiting, draft, overdue = view.bills
    assert (waiting.status, waiting.cycle, waiting.net) == ("open", "2026-04-01", Decimal("0.30"))
    assert (draft.status, draft.cycle, draft.tax) == ("draft", "2026-03-01", Decimal("4.54"))
    assert draft.net_by_kind == {
        "recurring": Decimal(10), "usage": Decimal("2.50"), "roaming": Decimal("7.25"),
    }  # fmt: skip
    assert overdue.paid == 15
    assert (view.balance, view.open_invoices, view.next_bill) == (15, 1, draft)
    assert [payment.payment_id for payment in view.payments] == ["P1", "P2", "P3"]


def test_usage_is_summed_by_local_day_and_the_last_stay_abroad_is_one_trip(tmp_path: Path) -> None:
    days = ("2026-02-01 12:00", "2026-03-20 23:30", "2026-03-25 00:30")
    stays = [data(day, serving_plmn=ROAMING, size=1_000) for day in days]
    usage = [call("2026-03-20 12:00", 30), call("2026-03-20 13:00", 40), *stays]
    records = [mediated(e, roaming_zone="home" if e["service"] == "voice" else "eu") for e in usage]
    records.append(mediated(stays[0], record_id="R-again", status="duplicate"))

    view = assay(tmp_path, usage_events=usage, mediation_records=records).account("A1")

    assert UsageDay(date(2026, 3, 20), "voice", "home", 2, 70) in view.usage
    assert UsageDay(date(2026, 2, 1), "data", "eu", 1, 1_000) in view.usage
    assert view.last_trip == Trip(("eu",), ("DEUT1",), date(2026, 3, 20), date(2026, 3, 25), 2, 2_000)


def test_without_mediation_usage_is_what_the_network_saw(tmp_path: Path) -> None:
    usage = [call(), data(ABROAD_DAY, serving_plmn=ROAMING)]

    view = assay(tmp_path, usage_events=usage, mediation_records=[]).account("A1")

    assert [(day.service, day.zone, day.quantity) for day in view.usage] == [
        ("voice", "home", 60),
        ("data", "eu", 1_000_000),
    ]
    assert "mediation_records" in view.missing


def test_where_mediation_names_no_zone_the_network_tells(tmp_path: Path) -> None:
    usage = [call(), data(ABROAD_DAY, serving_plmn=ROAMING), data(ABROAD_DAY, serving_plmn="99999")]

    view = assay(tmp_path, usage=usage).account("A1")

    assert sorted(day.zone for day in view.usage) == ["eu", "home", "unknown"]
    assert view.last_trip is not None
    assert view.last_trip.zones == ("eu",)


def test_each_line_of_a_bill_stands_beside_what_it_should_be(tmp_path: Path) -> None:
    calls = [call("2026-03-10 12:00", 60), call("2026-03-11 12:00", 120), call("2026-03-12 12:00", 180)]
    first, second, third = forwarded(calls)
    charges = [
        usage_charge("C1", first, "0.60"),
        usage_charge("C2", second, "9.99"),
        usage_charge("C3", first | {"record_id": "R-none"}, "5"),
        charge("C4", amount="-3", reason="goodwill"),
        charge("C5", kind="tax", amount="5.20", created_by="system"),
    ]
    asked = assay(
        tmp_path,
        usage=calls,
        tariffs=[tariff(rate="0.01")],
        charges=charges,
        invoices=[invoice(total="17.79")],
    )

    (bill,) = asked.account_review("A1").bills.values()
    lines = {line.line_id: line for line in bill.lines}

    assert {line_id: line.state for line_id, line in lines.items()} == {
        "C1": "equal", "C2": "different", "C3": "extra", "C4": "unchecked", "C5": "different",
        f"missing:{third['record_id']}": "missing",
    }  # fmt: skip
    assert (lines["C2"].billed, lines["C2"].expected, lines["C2"].difference) == (
        Decimal("9.99"), Decimal("1.20"), Decimal("-8.79"),
    )  # fmt: skip
    missing = lines[f"missing:{third['record_id']}"]
    assert (missing.billed, missing.expected, missing.quantity) == (None, Decimal("1.80"), 180)
    assert missing.explanation is not None
    assert any("tariff T1" in told for told in missing.explanation.sentences)
    assert (bill.of, bill.differing) == (6, 4)
    assert bill.billed == Decimal("0.60") + Decimal("9.99") + 5 - 3 + Decimal("5.20")
    assert bill.expected == Decimal("0.60") + Decimal("1.20") + Decimal("1.80") - 3 + Decimal("0.14")


def test_charges_on_no_bill_yet_are_reviewed_as_the_open_cycle(tmp_path: Path) -> None:
    usage = [call("2026-04-02 12:00", 60)]
    charges = [usage_charge("C1", forwarded(usage)[0], "0.60", invoice_id=None)]

    asked = assay(tmp_path, usage=usage, tariffs=[tariff(rate="0.01")], charges=charges)

    assert list(asked.account_review("A1").bills) == [asked.account("A1").bills[0].cycle] == ["2026-04-01"]


def test_without_a_price_list_lines_are_shown_unchecked(tmp_path: Path) -> None:
    usage = [call()]
    charges = [usage_charge("C1", forwarded(usage)[0], "0.60")]

    (bill,) = (
        assay(tmp_path, usage=usage, charges=charges, invoices=[invoice()])
        .account_review("A1")
        .bills.values()
    )

    assert [(line.state, line.expected, line.explanation) for line in bill.lines] == [
        ("unchecked", None, None)
    ]
    assert (bill.differing, bill.expected) == (0, Decimal("0.60"))


def test_an_account_without_bills_has_nothing_to_review(tmp_path: Path) -> None:
    assert assay(tmp_path).account_review("A1").bills == {}


def test_what_is_absent_is_said_and_never_zero(tmp_path: Path) -> None:
    view = assay(tmp_path, accounts=[], plans=[], networks=[network("26099", "home")]).account("A1")

    assert view.head.name is None
    assert view.head.plans == ("P1",)
    assert view.balance is None
    assert (view.bills, view.payments, view.next_bill, view.last_trip) == ((), (), None, None)
    assert view.missing >= {"accounts", "invoices", "payments", "charges"}


def test_an_account_that_no_stream_names_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="There is no account A77"):
        assay(tmp_path).account("A77")


def test_before_the_first_run_no_account_is_known(tmp_path: Path) -> None:
    asked = facade(tmp_path)

    assert asked.find_accounts("A1") == ()
    with pytest.raises(NotFoundError):
        asked.account("A1")


def test_an_account_is_read_as_the_latest_run_saw_it(tmp_path: Path) -> None:
    asked = assay(
        tmp_path, payments=[payment("P1", amount="1")], invoices=[invoice(status="issued", total="9")]
    )
    before = asked.account("A1")
    _take_in_more(tmp_path)

    assert asked.account("A1") == before


def test_a_table_that_is_gone_is_an_error_and_never_an_empty_stream(tmp_path: Path) -> None:
    asked = assay(tmp_path)
    (tmp_path / "lake" / "accounts").rename(tmp_path / "away")

    with pytest.raises(LakeError, match="accounts"):
        asked.account("A1")


def _take_in_more(home: Path) -> None:
    """Land another payment without a run."""
    more = home / "dataset" / "payments" / "more.parquet"
    more.parent.mkdir()
    (home / "dataset" / "payments.parquet").rename(more.with_name("first.parquet"))
    more.write_bytes(parquet_bytes("payments", [payment("P2", amount="5")]))
    lake = Lake(home / "lake", SCHEMAS)
    take_in(lake, open_dataset(home / "dataset"), LIMITS, lambda what, done, total: None)
