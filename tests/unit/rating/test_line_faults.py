"""Lines that only follow from what was wrong before them, corrections, copies and strangers on the bill."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.lake.session import Session
from core.rating.review import review
from tests.builders import rows
from tests.builders.event_rows import usage_charge
from tests.builders.session import open_rows
from tests.builders.values import Row

FIRST = rows.call("2026-03-10 12:00", event_id="E1")
SECOND = rows.call("2026-03-10 13:00", event_id="E2")


def world(charges: list[Row], records: list[Row] | None = None, **streams: Any) -> dict[str, list[Row]]:
    """Two calls of a minute at a cent a second."""
    return rows.world(
        usage=[FIRST, SECOND],
        mediation_records=rows.forwarded([FIRST, SECOND]) if records is None else records,
        tariffs=[rows.tariff("T1", rate="0.01")],
        charges=charges,
        **streams,
    )


def reviewed(streams: dict[str, list[Row]]) -> Session:
    session = open_rows(streams, rows.settings())
    review(session, lambda *_: None)
    return session


def faults(streams: dict[str, list[Row]]) -> list[tuple[str, str, Decimal]]:
    with reviewed(streams) as session:
        return session.execute("select charge_id, fault, amount from line_faults order by 1, 2").fetchall()


def differences(streams: dict[str, list[Row]], columns: str) -> list[tuple[Any, ...]]:
    with reviewed(streams) as session:
        return session.execute(f"select {columns} from usage_differences order by all").fetchall()  # noqa: S608


def line(charge_id: str, usage: Row, amount: str, **columns: Any) -> Row:
    return usage_charge(charge_id, rows.mediated(usage), amount, **columns)


def test_lines_that_agree_leave_nothing() -> None:
    billed = [line("C1", FIRST, "0.6"), line("C2", SECOND, "0.6")]
    assert differences(world(billed), "state") == []


def test_what_follows_from_a_quantity_of_mediation_is_counted_with_it_and_not_accused() -> None:
    records = [rows.mediated(FIRST, quantity=120), rows.mediated(SECOND)]
    billed = [
        line("C1", FIRST, "0.2", quantity=120, free_quantity=100),
        line("C2", SECOND, "0.6"),
    ]
    streams = world(billed, records, allowances=[rows.allowance(quantity=100)])
    assert faults(streams) == [("C1", "quantity_mismatch", Decimal("-0.6"))]


def test_a_line_that_ignored_the_allowance_is_accused_alone() -> None:
    billed = [line("C1", FIRST, "0.6"), line("C2", SECOND, "0.2", free_quantity=40)]
    streams = world(billed, allowances=[rows.allowance(quantity=100)])
    assert faults(streams) == [("C1", "allowance_not_applied", Decimal("-0.6"))]


def test_what_later_lines_drew_in_its_place_is_counted_with_the_line_that_ignored_the_allowance() -> None:
    billed = [line("C1", FIRST, "0.6"), line("C2", SECOND, "0", free_quantity=60)]
    streams = world(billed, allowances=[rows.allowance(quantity=100)])
    assert faults(streams) == [("C1", "allowance_not_applied", Decimal("-0.4"))]


def test_two_lines_that_ignored_the_allowance_are_both_accused() -> None:
    billed = [line("C1", FIRST, "0.6"), line("C2", SECOND, "0.6")]
    streams = world(billed, allowances=[rows.allowance(quantity=100)])
    assert faults(streams) == [
        ("C1", "allowance_not_applied", Decimal("-0.6")),
        ("C2", "allowance_not_applied", Decimal("-0.4")),
    ]


def test_a_correction_leaves_its_remainder_and_a_full_one_nothing() -> None:
    wrong = [line("C1", FIRST, "0.9"), line("C2", SECOND, "0.6")]
    half = rows.charge("C3", corrects="C1", amount="-0.2")
    rest = rows.charge("C4", corrects="C1", amount="-0.1")
    assert faults(world([*wrong, half])) == [("C1", "wrong_rate", Decimal("-0.1"))]
    assert faults(world([*wrong, half, rest])) == []


def test_of_two_lines_of_one_record_the_right_one_stays() -> None:
    billed = [
        line("C1", FIRST, "0.9"),
        line("C9", FIRST, "0.6", rated_at=rows.local("2026-03-12 12:00")),
        line("C2", SECOND, "0.6"),
    ]
    found = differences(world(billed), "charge_id, state, twin_id, difference")
    assert found == [("C1", "extra", "C9", Decimal("-0.9"))]


def test_a_line_of_no_record_is_extra_and_an_estimate_is_not() -> None:
    billed = [
        line("C1", FIRST, "0.6"),
        line("C2", SECOND, "0.6"),
        line("C3", FIRST, "0.5", record_id="R9"),
        line("C4", FIRST, "0.5", record_id=None, estimated=True),
    ]
    assert differences(world(billed), "charge_id, state, difference") == [("C3", "extra", Decimal("-0.5"))]


def test_a_line_on_another_account_meets_the_one_it_stands_for() -> None:
    others = {
        "accounts": [rows.account("A1"), rows.account("A2")],
        "subscriptions": [rows.subscription(), rows.subscription("S2", account_id="A2")],
    }
    billed = [
        line("C1", FIRST, "0.6", account_id="A2", subscription_id="S2"),
        line("C2", SECOND, "0.6"),
    ]
    records = [rows.mediated(FIRST, subscription_id="S2"), rows.mediated(SECOND)]
    streams = world(billed, records, **others)
    found = differences(streams, "charge_id, state, account_id, expected_account_id")
    assert found == [("C1", "different", "A2", "A1")]
    assert faults(streams) == []


def test_a_record_without_a_line_is_missing_once_it_is_due() -> None:
    billed = [line("C2", SECOND, "0.6")]
    assert differences(world(billed), "state, record_id, difference") == [("missing", "R1", Decimal("0.6"))]
    early = rows.settings(as_of="2026-03-11 10:00")
    with open_rows(world(billed), early) as session:
        review(session, lambda *_: None)
        assert session.execute("from usage_differences").fetchall() == []


def test_without_a_price_list_or_charges_nothing_is_compared_and_nothing_fails() -> None:
    billed = [line("C1", FIRST, "0.9")]
    for missing in ("tariffs", "charges", "mediation_records", "usage_events", "subscriptions", "accounts"):
        streams = world(billed) | {missing: []}
        with reviewed(streams) as session:
            assert session.execute("select count(*) from line_faults").fetchall()[0][0] <= 1
