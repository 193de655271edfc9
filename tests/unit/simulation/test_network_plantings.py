"""Faults of the network side: each is in the data as its label says, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest

from core.kernel.faults import FAULTS, ROOT_CAUSES
from core.lake.session import Session
from core.simulation.faults import (
    PLANTINGS,
    Label,
    arrivals,
    duplicates,
    expectation,
    feeds,
    files,
    guiding,
    mediation,
    partners,
    subscribers,
)
from core.simulation.faults.model import NETWORK
from core.simulation.operator import AS_OF
from tests.builders.simulated import Simulated, faults

MODULES = (files, feeds, mediation, guiding, arrivals, duplicates, partners, subscribers, expectation)
NETWORK_SIDE = [planting.name for module in MODULES for planting in module.PLANTINGS]

BILLED = {"charges", "invoices", "payments"}
EVENTS = {"usage_files", "usage_events", "mediation_records", *BILLED}
EDITED = {
    "wrong_file_total": {"usage_files"},
    "excess_file": {"usage_files"},
    "event_not_mediated": {"mediation_records", *BILLED},
    "rejected_file": {"usage_files", "mediation_records", *BILLED},
    "record_suspended": {"mediation_records", *BILLED},
    "record_discarded": {"mediation_records", *BILLED},
    "record_late": {"mediation_records", *BILLED},
    "record_late_for_bill": {"mediation_records", *BILLED},
    "guided_to_wrong_account": {"mediation_records", *BILLED},
    "mediated_quantity": {"mediation_records", *BILLED},
    "unknown_place": {"usage_events", "mediation_records", *BILLED},
    "wrong_partner_price": {"usage_files", "usage_events"},
    "old_partner_prices": {"usage_files", "usage_events"},
    "plan_mismatch": {"provisioning"},
    "identity_mismatch": {"provisioning", "subscriptions"},
    "overlapping_periods": {"subscriptions", *BILLED},
    "billed_not_active": {"provisioning"},
    "active_not_in_crm": {"provisioning"},
}
STREAMS = sorted(
    {"accounts", "subscriptions", "provisioning", "tariffs", "partner_rates", "contacts", *EVENTS}
)
OWNED = ("charges", "invoices", "payments", "subscriptions", "contacts")

THERE = {
    "usage_events": "select 1 from usage_events where $subject in (event_id, call_ref)",
    "mediation_records": "select 1 from mediation_records where record_id = $subject",
    "charges": "select 1 from charges where charge_id = $subject",
    "provisioning": "select 1 from provisioning where imsi = $subject",
    "subscriptions": "select 1 from subscriptions where subscription_id = split_part($subject, '@', 1)",
    "usage_files": "select 1 from usage_files where file_id = $subject or $subject = "
    "source || strftime(period_start at time zone 'UTC', '@%Y-%m-%dT%H:%M:%SZ')",
}

MISCOUNTED = """
    with held as (select file_id, count(*) as events from usage_events group by file_id)
    select file_id
    from usage_files left join held using (file_id)
    where received_at is not null and record_count <> coalesce(events, 0)
"""

LACKS = """
    with lines as (
        select amount, account_id, period_start, kind from before_charges
        union all
        select -amount, account_id, period_start, kind from charges
    )
    select sum(amount)
    from lines join cycle_places using (account_id)
    where account_id = $account and cycle = $cycle and kind = 'usage'
        and period_start >= cycle_start and period_start < cycle_end
"""


def rows(session: Session, query: str, **values: Any) -> list[tuple[Any, ...]]:
    return session.execute(query, values).fetchall()


def changed(session: Session, stream: str) -> list[dict[str, Any]]:
    """Return every row of a stream that is not as it was, or was there before."""
    both = f"""
        (from {stream} except all from before_{stream}) union all
        (from before_{stream} except all from {stream})
    """
    cursor = session.execute(both)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.fixture(scope="module")
def copied(operator: Simulated) -> Simulated:
    for stream in STREAMS:
        operator.session.execute(f"create or replace temp table before_{stream} as from {stream}")
    return operator


@pytest.mark.parametrize("name", NETWORK_SIDE)
def test_a_planting_labels_what_it_changed_and_changes_nothing_else(copied: Simulated, name: str) -> None:
    session = copied.session
    with copied.planted({name: 3}) as shadow:
        labels = faults(shadow)
        assert labels
        for label in labels:
            assert label.planted_by == name
            assert label.fault in PLANTINGS[name].faults
            assert label.fault in FAULTS
            assert label.root_cause in ROOT_CAUSES
            assert label.planted_at <= AS_OF
            found = rows(session, THERE[label.stream], subject=label.subject_id)
            assert bool(found) == (label.fault != "file_missing"), label
        touched = {stream: changed(session, stream) for stream in STREAMS}
        assert {stream for stream, difference in touched.items() if difference} <= EDITED.get(name, EVENTS)
        if PLANTINGS[name].stage == NETWORK:
            known = {label.account_id for label in labels} | others(session, labels)
            for stream in OWNED:
                assert {row["account_id"] for row in touched[stream]} <= known


def others(session: Session, labels: list[Label]) -> set[str]:
    """Return the accounts whose usage others were charged for."""
    records = [label.subject_id for label in labels if label.fault == "guided_to_wrong_account"]
    query = """
        select account_id from mediation_records join usage_events using (event_id)
        join subscriptions on subscriptions.imsi = usage_events.imsi
        where list_contains($records, record_id)
    """
    return {account for (account,) in rows(session, query, records=records)} if records else set()


def test_everything_at_once_is_labelled_once_and_the_same_each_time(copied: Simulated) -> None:
    plan = dict.fromkeys(NETWORK_SIDE, 3)
    seen = []
    for _ in range(2):
        with copied.planted(plan) as shadow:
            labels = faults(shadow)
            seen.append((labels, rows(copied.session, "from usage_events order by all")))
            subjects = [(label.fault, label.stream, label.subject_id) for label in labels]
            assert len(subjects) == len(set(subjects))
            assert {label.planted_by for label in labels} == set(NETWORK_SIDE)
            assert {file for (file,) in rows(copied.session, MISCOUNTED)} == {
                label.subject_id for label in labels if label.fault in ("file_short", "file_excess")
            }
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    "name",
    ["event_not_mediated", "record_suspended", "record_discarded", "duplicate_event", "mediated_quantity"],
)
def test_an_amount_is_what_the_cycle_of_the_account_lacks(copied: Simulated, name: str) -> None:
    with copied.planted({name: 3}) as shadow:
        for label in faults(shadow):
            of = {"account": label.account_id, "cycle": label.cycle}
            ((lacks,),) = rows(copied.session, LACKS, **of)
            assert label.amount == lacks
        assert any(label.amount for label in faults(shadow))


def test_wrongly_guided_usage_is_charged_to_the_account_of_the_label(copied: Simulated) -> None:
    query = """
        select charges.account_id, subscriptions.subscription_id = mediation_records.subscription_id
        from mediation_records join usage_events using (event_id) join charges using (record_id)
        join subscriptions on subscriptions.imsi = usage_events.imsi
        where record_id = $subject
    """
    with copied.planted({"guided_to_wrong_account": 3}) as shadow:
        for label in faults(shadow):
            assert rows(copied.session, query, subject=label.subject_id)[0] == (label.account_id, False)
            assert label.amount is not None
        assert any(label.amount < 0 for label in faults(shadow) if label.amount)


def test_a_late_event_is_in_a_file_in_time_and_came_after_its_bill_left(copied: Simulated) -> None:
    query = """
        select usage_files.received_at <= due_at, usage_events.received_at > invoices.issued_at, record_id
        from usage_events join usage_files using (file_id) join file_places using (file_id)
        join mediation_records using (event_id) join subscriptions using (subscription_id)
        join invoices using (account_id)
        where event_id = $subject
            and usage_events.started_at >= cycle_start and usage_events.started_at < cycle_end
    """
    with copied.planted({"event_late": 4}) as shadow:
        late = [label for label in faults(shadow) if label.fault == "event_late"]
        lines = {label.subject_id for label in faults(shadow) if label.fault == "charge_late"}
        assert len(late) == len(lines) > 1
        for label in late:
            ((in_time, too_late, record), *_) = rows(copied.session, query, subject=label.subject_id)
            assert (in_time, too_late) == (True, True)
            ((line,),) = rows(copied.session, "select charge_id from charges where record_id = $r", r=record)
            assert line in lines


def test_a_copy_is_the_same_usage_under_another_id(copied: Simulated) -> None:
    query = """
        select count(*) from usage_events as copy join usage_events as original
            on original.imsi = copy.imsi and original.started_at = copy.started_at
            and original.duration_s = copy.duration_s
            and original.other_party is not distinct from copy.other_party
            and (original.received_at, original.event_id) < (copy.received_at, copy.event_id)
        where copy.event_id = $subject
    """
    for name in ("duplicate_event", "marked_duplicate", "duplicate_file"):
        with copied.planted({name: 3}) as shadow:
            for label in faults(shadow):
                assert rows(copied.session, query, subject=label.subject_id) == [(1,)]
                assert name != "marked_duplicate" or label.amount == 0


def test_a_long_session_lacks_its_first_a_middle_or_its_last_part(copied: Simulated) -> None:
    query = """
        select
            min(partial_sequence), max(partial_sequence) - min(partial_sequence) + 1 - count(*),
            bool_or(partial_last)
        from usage_events where call_ref = $subject
    """
    with copied.planted({"partial_missing": 9}) as shadow:
        kinds = set()
        for label in faults(shadow):
            ((first, gap, last),) = rows(copied.session, query, subject=label.subject_id)
            assert (first > 1) + gap + (not last) == 1
            kinds.add((first > 1, gap > 0, not last))
        assert len(kinds) > 1


def test_what_came_again_after_a_refusal_is_left_alone(copied: Simulated) -> None:
    came_again = """
        from file_places semi join before_usage_files as refused
            on refused.status = 'rejected' and refused.source = file_places.source
            and refused.sequence = file_places.sequence - 1
    """
    assert rows(copied.session, "from before_usage_files where status = 'rejected' and record_count > 0")
    with copied.planted({"rejected_file": 1, "missing_file": 1, "short_file": 1}):
        assert rows(copied.session, "from file_places")
        assert rows(copied.session, came_again) == []


def test_a_part_is_lost_only_where_no_refused_file_has_it_too(copied: Simulated) -> None:
    session = copied.session
    ((place,),) = rows(session, "select min(call_ref) from usage_events where call_ref is not null")
    copy = """
        insert into usage_events by name
        select * replace ('F' || event_id as event_id) from usage_events where call_ref = $place
    """
    with copied.planted({"partial_missing": 1}) as shadow:
        assert place in {row["call_ref"] for row in shadow.rows("long_sessions")}
        session.execute(copy, {"place": place})
        assert place not in {row["call_ref"] for row in shadow.rows("long_sessions")}


def test_a_sim_stays_on_the_network_only_where_nobody_else_was_given_its_number(copied: Simulated) -> None:
    session = copied.session
    given_on = """
        insert into subscriptions by name
        select * replace (
            'S-NEXT' as subscription_id, 'I-NEXT' as imsi, valid_to as valid_from, null as valid_to
        )
        from subscriptions where imsi = $imsi and valid_to is not null order by valid_from desc limit 1
    """
    with copied.planted({"wrong_partner_price": 1}) as shadow:
        place = shadow.rows("ended_lines")[0]
        session.execute(given_on, {"imsi": place["imsi"]})
        assert place["imsi"] not in {row["imsi"] for row in shadow.rows("ended_lines")}


def test_what_only_looks_like_a_fault_is_there_and_labelled_so(copied: Simulated) -> None:
    with copied.planted({"event_not_mediated": 1}) as shadow:
        planted = {(label.stream, label.subject_id) for label in faults(shadow)}
        quiet = [label for label in shadow.labels if label.kind == "look_alike"]
    assert {label.planted_by for label in quiet} >= {
        "free_plan", "notice", "number_ported", "operator_sim", "refused_and_sent_again", "sim_swap",
        "suspended_line", "trip", "twin_message", "unanswered_call",
    }  # fmt: skip
    assert not planted & {(label.stream, label.subject_id) for label in quiet}
