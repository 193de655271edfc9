"""What lost, doubled and misguided usage is worth: the account's bill put right minus the bill as it is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.rating.put_right import put_right
from core.rating.review import review
from tests.builders import rows
from tests.builders.event_rows import usage_charge
from tests.builders.session import open_rows
from tests.builders.values import Row

FIRST = rows.call("2026-03-10 12:00", event_id="E1")
SECOND = rows.call("2026-03-10 13:00", event_id="E2")
THIRD = rows.call("2026-03-10 14:00", event_id="E3")
FOUND = (
    "finding_id varchar, control_id varchar, fault varchar, subject_id varchar, account_id varchar,"
    " subscription_id varchar, cycle varchar, occurred_at timestamptz"
)


def values(
    found: dict[str, str], usage: list[Row], records: list[Row], charges: list[Row], **streams: Any
) -> dict[str, Decimal]:
    """Value findings, given as subject by fault, on account A1 in March; 100 seconds are included."""
    priced = {"allowances": [rows.allowance(quantity=100)], "tariffs": [rows.tariff("T1", rate="0.01")]}
    world = rows.world(
        **(priced | {"usage_events": usage, "mediation_records": records, "charges": charges} | streams)
    )
    with open_rows(world, rows.settings()) as session:
        review(session, lambda *_: None)
        session.execute(f"create temp table judged ({FOUND})")
        for subject, fault in found.items():
            session.execute(
                "insert into judged values ($id, 'test', $fault, $id, 'A1', 'S1', '2026-03-01', $at)",
                {"id": subject, "fault": fault, "at": FIRST["started_at"]},
            )
        put_right(session)
        return dict(session.execute("from put_right").fetchall())


def line(charge_id: str, usage: Row, amount: str, **columns: Any) -> Row:
    return usage_charge(charge_id, rows.mediated(usage), amount, **columns)


def test_a_lost_event_is_worth_what_it_takes_from_the_allowance_too() -> None:
    records = [rows.mediated(SECOND)]
    billed = [line("C2", SECOND, "0", free_quantity=60)]
    assert values({"E1": "event_not_mediated"}, [FIRST, SECOND], records, billed) == {"E1": Decimal("0.2")}


def test_two_lost_events_add_up_to_the_whole_difference() -> None:
    records = [rows.mediated(THIRD)]
    billed = [line("C3", THIRD, "0", free_quantity=60)]
    lost = {"E1": "event_not_mediated", "E2": "event_not_mediated"}
    found = values(lost, [FIRST, SECOND, THIRD], records, billed)
    assert found.keys() == {"E1", "E2"}
    assert sum(found.values()) == Decimal("0.8")


def test_a_record_held_back_counts_as_if_it_had_been_forwarded() -> None:
    for fault, status in {"record_suspended": "suspended", "record_discarded": "discarded"}.items():
        records = [rows.mediated(FIRST, status=status), rows.mediated(SECOND)]
        billed = [line("C2", SECOND, "0", free_quantity=60)]
        assert values({"R1": fault}, [FIRST, SECOND], records, billed) == {"R1": Decimal("0.2")}


def test_a_line_lost_after_all_was_priced_is_worth_itself() -> None:
    records = [rows.mediated(FIRST), rows.mediated(SECOND)]
    billed = [line("C2", SECOND, "0.2", free_quantity=40)]
    assert values({"R1": "record_not_charged"}, [FIRST, SECOND], records, billed) == {"R1": Decimal(0)}


def test_a_record_that_billing_never_saw_is_worth_what_others_drew_in_its_place() -> None:
    records = [rows.mediated(FIRST), rows.mediated(SECOND)]
    billed = [line("C2", SECOND, "0", free_quantity=60)]
    assert values({"R1": "record_not_charged"}, [FIRST, SECOND], records, billed) == {"R1": Decimal("0.2")}


def test_a_copy_is_worth_its_charge_and_what_it_drew() -> None:
    copy = FIRST | {"event_id": "E9"}
    records = [rows.mediated(FIRST), rows.mediated(copy), rows.mediated(SECOND)]
    billed = [
        line("C1", FIRST, "0", free_quantity=60),
        line("C9", copy, "0.2", free_quantity=40),
        line("C2", SECOND, "0.6"),
    ]
    found = values({"E9": "duplicate_event"}, [FIRST, copy, SECOND], records, billed)
    assert found == {"E9": Decimal("-0.6")}


def test_a_copy_that_mediation_set_aside_is_worth_nothing() -> None:
    copy = FIRST | {"event_id": "E9"}
    records = [rows.mediated(FIRST), rows.mediated(copy, status="duplicate")]
    billed = [line("C1", FIRST, "0", free_quantity=60)]
    assert values({"E9": "duplicate_event"}, [FIRST, copy], records, billed) == {"E9": Decimal(0)}


def test_misguided_usage_is_worth_what_its_account_wrongly_paid() -> None:
    others = {
        "accounts": [rows.account("A1"), rows.account("A2")],
        "subscriptions": [rows.subscription(), rows.subscription("S2", account_id="A2")],
    }
    foreign = rows.call("2026-03-10 11:00", event_id="E1", imsi="I2")
    records = [rows.mediated(foreign), rows.mediated(SECOND)]
    billed = [line("C1", foreign, "0", free_quantity=60), line("C2", SECOND, "0.2", free_quantity=40)]
    found = values({"R1": "guided_to_wrong_account"}, [foreign, SECOND], records, billed, **others)
    assert found == {"R1": Decimal("-0.2")}


def test_what_a_line_has_wrong_itself_is_not_counted_again() -> None:
    records = [rows.mediated(SECOND), rows.mediated(THIRD)]
    billed = [
        line("C2", SECOND, "0", free_quantity=60),
        line("C3", THIRD, "0.9", free_quantity=40),
    ]
    found = values({"E1": "event_not_mediated"}, [FIRST, SECOND, THIRD], records, billed)
    assert found == {"E1": Decimal("0.6")}


def test_without_a_price_list_nothing_is_valued() -> None:
    assert values({"E1": "event_not_mediated"}, [FIRST], [], [], tariffs=[]) == {}
