"""Rule 3: what a session amounts to, and how partial records become one session."""

from __future__ import annotations

from decimal import Decimal

from tests.builders.rows import call, data, event, local, mediated, message, parts_of, sim, tariff, usage_file
from tests.spec.rating.engines import Rate

VOICE = [tariff(rate="1")]
BYTES = [tariff(service="data", unit="kb", rate="1"), tariff("T2", service="iot", unit="kb", rate="2")]


def test_a_call_counts_its_seconds(rate: Rate) -> None:
    assert rate(tariffs=VOICE, usage=[call(seconds=61)]).usage[0]["quantity"] == 61


def test_a_message_counts_as_one(rate: Rate) -> None:
    bill = rate(tariffs=[tariff(service="sms", unit="message", rate="0.09")], usage=[message()])
    assert (bill.usage[0]["quantity"], bill.amount) == (1, Decimal("0.09"))


def test_data_counts_bytes_up_and_down(rate: Rate) -> None:
    bill = rate(tariffs=BYTES, usage=[data(bytes_up=300, bytes_down=700)])
    assert (bill.usage[0]["quantity"], bill.amount) == (1000, Decimal(1))


def test_things_count_bytes_up_and_down(rate: Rate) -> None:
    usage = [event(service="iot", duration_s=5, bytes_up=500, bytes_down=1000, other_party=None)]
    bill = rate(tariffs=BYTES, usage=usage)
    assert (bill.usage[0]["quantity"], bill.amount) == (1500, Decimal(3))


def test_the_parts_of_a_session_add_up_to_one_line(rate: Rate) -> None:
    parts = parts_of([call("2026-03-10 12:00", 600), call("2026-03-10 12:10", 30)])
    bill = rate(tariffs=VOICE, usage=parts)
    assert [(line["quantity"], line["amount"]) for line in bill.usage] == [(630, Decimal(630))]


def test_a_session_starts_with_its_first_part_and_bears_its_event(rate: Rate) -> None:
    parts = parts_of([data("2026-03-10 12:00", 400), data("2026-03-10 12:10", 600)])
    (line,) = rate(tariffs=BYTES, usage=parts).usage
    assert line["event_id"] == parts[0]["event_id"]
    assert line["period_start"] == local("2026-03-10 12:00")
    assert line["record_id"] == mediated(parts[0])["record_id"]


def test_parts_that_arrive_out_of_order_are_one_session_all_the_same(rate: Rate) -> None:
    first, last = parts_of([call("2026-03-10 12:00", 600), call("2026-03-10 12:10", 30)])
    late = first | {"received_at": local("2026-03-11 12:00")}
    records = [mediated(late, quantity=630)]
    (line,) = rate(tariffs=VOICE, usage_events=[last, late], mediation_records=records).usage
    assert (line["event_id"], line["quantity"]) == (late["event_id"], 630)


def test_parts_without_numbers_are_in_order_of_their_start(rate: Rate) -> None:
    parts = parts_of([call("2026-03-10 12:00", 600), call("2026-03-10 12:10", 30)])
    unnumbered = [part | {"partial_sequence": None} for part in reversed(parts)]
    records = [mediated(parts[0], quantity=630)]
    (line,) = rate(tariffs=VOICE, usage_events=unnumbered, mediation_records=records).usage
    assert (line["event_id"], line["quantity"]) == (parts[0]["event_id"], 630)


def test_a_part_that_was_delivered_twice_counts_once(rate: Rate) -> None:
    first, last = parts_of([call("2026-03-10 12:00", 600), call("2026-03-10 12:10", 30)])
    again = first | {"event_id": "E999999", "received_at": local("2026-03-10 18:00")}
    records = [mediated(first, quantity=630)]
    (line,) = rate(tariffs=VOICE, usage_events=[first, last, again], mediation_records=records).usage
    assert (line["event_id"], line["quantity"]) == (first["event_id"], 630)


def test_a_part_in_a_rejected_file_does_not_count_beside_its_resend(rate: Rate) -> None:
    first, last = parts_of([call("2026-03-10 12:00", 600), call("2026-03-10 12:10", 30)])
    refused = last | {"event_id": "E999999", "file_id": "F0", "partial_sequence": 3}
    files = [usage_file("F0", status="rejected"), usage_file("F1")]
    records = [mediated(first, quantity=630)]
    world = {"usage_events": [first, last, refused], "usage_files": files, "mediation_records": records}
    assert rate(tariffs=VOICE, **world).usage[0]["quantity"] == 630


def test_the_same_reference_of_two_sims_is_two_sessions(rate: Rate) -> None:
    ours = parts_of([call(seconds=600), call("2026-03-10 12:10", 30)])
    theirs = parts_of([call(seconds=100, imsi="I404"), call("2026-03-10 12:10", 7, imsi="I404")])
    records = [mediated(ours[0], quantity=630)]
    (line,) = rate(tariffs=VOICE, usage_events=ours + theirs, mediation_records=records).usage
    assert line["quantity"] == 630


def test_a_session_whose_last_part_never_came_is_priced_as_mediation_forwarded_it(rate: Rate) -> None:
    parts = parts_of([call(seconds=600), call("2026-03-10 12:10", 600)], ends=False)
    records = [mediated(parts[0], quantity=1500)]
    (line,) = rate(tariffs=VOICE, usage_events=parts, mediation_records=records).usage
    assert (line["quantity"], line["amount"]) == (1500, Decimal(1500))


def test_what_the_network_saw_counts_where_mediation_made_something_else_of_it(rate: Rate) -> None:
    usage = [call(seconds=600)]
    bill = rate(tariffs=VOICE, usage_events=usage, mediation_records=[mediated(usage[0], quantity=60)])
    assert bill.usage[0]["quantity"] == 600


def test_only_what_mediation_forwarded_is_usage(rate: Rate) -> None:
    usage = [call(), call(), call(), call()]
    statuses = ("suspended", "discarded", "duplicate")
    records = [mediated(e, status=status) for e, status in zip(usage, statuses, strict=False)]
    assert rate(tariffs=VOICE, usage_events=usage, mediation_records=records).usage == []


def test_what_mediation_forwards_after_now_is_not_known_yet(rate: Rate) -> None:
    usage = [call()]
    records = [mediated(usage[0], mediated_at="2026-04-10 12:01")]
    assert rate(tariffs=VOICE, usage_events=usage, mediation_records=records).usage == []


def test_without_mediation_records_complete_sessions_are_rated_from_the_network(rate: Rate) -> None:
    whole = parts_of([call(seconds=600), call("2026-03-10 12:10", 30)], "CR1")
    open_ = parts_of([call("2026-03-11 12:00", 600)], "CR2", ends=False)
    bill = rate(
        tariffs=VOICE, usage_events=[*whole, *open_, call("2026-03-12 12:00", 5)], mediation_records=[]
    )
    assert [(line["quantity"], line["record_id"]) for line in bill.usage] == [(630, None), (5, None)]


def test_without_mediation_records_what_is_not_billable_is_left_out(rate: Rate) -> None:
    usage = [
        call("2026-03-10 12:00", 0, cause_code="not_answered"),
        call("2026-03-10 13:00", 10, file_id="F0"),
        call("2026-03-10 14:00", 10, file_id="F2"),
        call("2026-03-10 15:00", 10),
        call("2026-03-10 16:00", 10),
    ]
    bill = rate(
        tariffs=VOICE,
        usage_events=usage,
        mediation_records=[],
        usage_files=[usage_file("F0", status="rejected"), usage_file("F1"), usage_file("F2", kind="test")],
        provisioning=[sim(sim_use="test", active_to="2026-03-10 16:00"), sim(active_from="2026-03-10 16:00")],
    )
    assert [line["period_start"] for line in bill.usage] == [local("2026-03-10 16:00")]
