"""The controls on files, events, mediation, CRM and partners: exact about each fault planted in the "
"clean operator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest

from core.controls.engine import run_controls
from core.controls.loader import load_controls
from core.events.dataset import open_dataset
from core.events.enrich import enrich
from core.events.land import take_in
from core.lake.schemas import SCHEMAS
from core.lake.session import Limits, Session
from core.lake.snapshot import open_snapshot, pin
from core.lake.tables import Lake
from tests.builders.operator import OPERATOR

AREAS = ("network and usage", "order and provisioning", "partner")
CONTROLS = [control for control in load_controls() if control.area in AREAS]
PLANTED = (
    "usage_files", "usage_events", "mediation_records", "charges", "subscriptions", "provisioning",
)  # fmt: skip
ONE_THREAD = Limits(threads=1)
Found = dict[tuple[str, str], str | None]


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Give the operator's session with tables in place of views, so that faults can be planted."""
    if not OPERATOR.exists():
        pytest.skip("not run: ../shared is absent")
    lake, dataset = Lake(tmp_path_factory.mktemp("lake"), SCHEMAS), open_dataset(OPERATOR)
    take_in(lake, dataset, ONE_THREAD, lambda *_: None)
    with open_snapshot(lake, pin(lake, dataset.settings), ONE_THREAD) as session:
        for name in PLANTED:
            session.execute(f"create temp table planted as from {name}; drop view {name}")
            session.execute(f"alter table planted rename to {name}")
        enrich(session)
        yield session


@pytest.fixture
def session(operator: Session) -> Iterator[Session]:
    """Give the session for one test, and take back what the test plants."""
    operator.execute("begin")
    yield operator
    operator.execute("rollback")


def found(session: Session) -> Found:
    """Return what is found, each with the subject that it follows from."""
    as_of: datetime = session.execute("select as_of from dataset").fetchall()[0][0]
    _, findings = run_controls(session, CONTROLS, as_of=as_of)
    rows = findings.project("finding_id, fault, subject_id, caused_by").fetchall()
    subjects = {finding_id: subject for finding_id, _, subject, _ in rows}
    return {(fault, subject): subjects.get(cause) for _, fault, subject, cause in rows}


@dataclass(frozen=True)
class Plant:
    """Plant faults: the query names what is touched, and each expectation names its subject in "
    "these words."""

    name: str
    choose: str
    deeds: tuple[str, ...]
    expect: dict[tuple[str, str], str | None]


LOSE = (
    "delete from charges where record_id in (select record_id from mediation_records where event_id "
    "= $event)",
    "delete from mediation_records where event_id = $event",
    "delete from usage_events where event_id = $event",
)
CALL = (
    "select event_id as event, file_id as file from usage_events where service = 'voice' and duration_s > 60"
)
MARCH = "started_at between '2026-03-10' and '2026-03-20'"
HOME_CALL = f"{CALL} and {MARCH} and source = 'msc-01' order by event_id limit 1"
COPY = (
    "insert into usage_events by name select 'COPY' as event_id, next.file_id, 9999 as "
    "file_position, next.received_at, "
    "event.* exclude (event_id, file_id, file_position, received_at) from usage_events as event "
    "join usage_files as file on file.file_id = event.file_id "
    "join usage_files as next on next.source = file.source and next.sequence = file.sequence + 1 "
    "where event.event_id = $event"
)
COPY_RECORD = (
    "insert into mediation_records by name select 'COPY' as record_id, 'COPY' as event_id, "
    "(select received_at from usage_events where event_id = 'COPY') + interval 1 hour as mediated_at, "
    "* exclude (record_id, event_id, mediated_at) from mediation_records where event_id = $event"
)
COPY_CHARGE = (
    "insert into charges by name select 'COPY' as charge_id, 'COPY' as record_id, * exclude "
    "(charge_id, record_id) "
    "from charges where record_id = (select record_id from mediation_records where event_id = "
    "$event) and kind = 'usage'"
)
COUNT_COPY = (
    "update usage_files set record_count = record_count + 1 "
    "where file_id = (select file_id from usage_events where event_id = 'COPY')"
)
SESSION = (
    "select event_id as event, file_id as file, call_ref as call from usage_events "
    "where call_ref in (select call_ref from usage_events group by call_ref having "
    "max(partial_sequence) >= 4)"
)
RECORD = (
    "select record_id as record, event_id as event from mediation_records semi join usage_events "
    "using (event_id) "
    "where status = 'forwarded' and service = 'voice' and quantity > 60 and started_at between "
    "'2026-02-10' and '2026-02-20' "
    "order by record_id limit 1"
)
UNCHARGE = "delete from charges where record_id = $record"
LINE = (
    "select subscription_id as line, imsi as sim, plan_id as plan from subscriptions "
    "where valid_to is null and valid_from < '2025-12-01' order by subscription_id limit 1"
)

PLANTS = [
    Plant("a file loses a record", HOME_CALL, LOSE, {("file_short", "file"): None}),
    Plant(
        "a file declares a record less",
        HOME_CALL,
        ("update usage_files set record_count = record_count - 1 where file_id = $file",),
        {("file_excess", "file"): None},
    ),
    Plant(
        "a session loses its second part",
        f"{SESSION} and partial_sequence = 2 order by event_id limit 1",
        (LOSE[2], "update usage_files set record_count = record_count - 1 where file_id = $file"),
        {("partial_missing", "call"): None},
    ),
    Plant(
        "a session loses its last part on the way, and the file says so",
        f"{SESSION} and partial_last order by event_id limit 1",
        (LOSE[2],),
        {("partial_missing", "call"): "file", ("file_short", "file"): None},
    ),
    Plant(
        "a call is delivered again in the next file and charged again",
        HOME_CALL,
        (COPY, COUNT_COPY, COPY_RECORD, COPY_CHARGE),
        {("duplicate_event", "COPY"): None},
    ),
    Plant(
        "the next file does not count the copy",
        f"{HOME_CALL.replace('file_id as file', 'file_id as former')}",
        (COPY, COPY_RECORD, COPY_CHARGE),
        {("duplicate_event", "COPY"): None, ("file_excess", "next"): "COPY"},
    ),
    Plant(
        "mediation marks the copy",
        HOME_CALL,
        (
            COPY,
            COUNT_COPY,
            COPY_RECORD,
            "update mediation_records set status = 'duplicate' where record_id = 'COPY'",
        ),
        {("duplicate_event", "COPY"): None},
    ),
    Plant(
        "mediation drops the copy without a record",
        HOME_CALL,
        (COPY, COUNT_COPY),
        {("duplicate_event", "COPY"): None},
    ),
    Plant(
        "a call of February comes in a file of March, after its invoice",
        f"{CALL} and started_at between '2026-02-10' and '2026-02-12' and source = 'msc-01' order by "
        f"event_id limit 1",
        (
            "update usage_files set record_count = record_count - 1 where file_id = $file",
            "update usage_events set file_id = later.file_id, received_at = later.received_at from "
            "usage_files as later "
            "where event_id = $event and later.source = 'msc-01' and later.period_end = '2026-03-20 "
            "23:00:00+00'",
            "update usage_files set record_count = record_count + 1 "
            "where file_id = (select file_id from usage_events where event_id = $event)",
            "update mediation_records set mediated_at = received_at + interval 1 hour from usage_events "
            "where usage_events.event_id = $event and mediation_records.event_id = $event",
        ),
        {("event_late", "event"): None},
    ),
    Plant(
        "mediation finishes a record a second too late",
        RECORD,
        (
            "update mediation_records set mediated_at = received_at + interval 24 hour + interval 1 second "
            "from usage_events where usage_events.event_id = $event and mediation_records.event_id = "
            "$event",
        ),
        {("record_late", "record"): None},
    ),
    Plant(
        "a record is suspended for good",
        RECORD,
        (UNCHARGE, "update mediation_records set status = 'suspended' where record_id = $record"),
        {("record_suspended", "record"): None},
    ),
    Plant(
        "a record is thrown away",
        RECORD,
        (UNCHARGE, "update mediation_records set status = 'discarded' where record_id = $record"),
        {("record_discarded", "record"): None},
    ),
    Plant(
        "a record goes to another subscription and its account",
        RECORD,
        (
            "update mediation_records set subscription_id = other.subscription_id from subscriptions "
            "as other "
            "where record_id = $record and other.subscription_id <> "
            "mediation_records.subscription_id and other.valid_to is null",
        ),
        {("guided_to_wrong_account", "record"): None},
    ),
    Plant(
        "the charging system holds another plan",
        LINE,
        ("update provisioning set plan_id = 'other' where imsi = $sim",),
        {("plan_mismatch", "line"): None},
    ),
    Plant(
        "a SIM works that CRM does not know",
        LINE,
        (
            "insert into provisioning by name select 'STRANGER' as imsi, '99' as msisdn, * exclude "
            "(imsi, msisdn) "
            "from provisioning where imsi = $sim",
        ),
        {("active_not_in_crm", "STRANGER"): None},
    ),
    Plant(
        "a SIM works on after its subscription has ended",
        LINE,
        ("update subscriptions set valid_to = '2026-05-01' where imsi = $sim and valid_to is null",),
        {("active_not_in_crm", "sim"): None},
    ),
    Plant(
        "the network loses a SIM",
        LINE,
        ("delete from provisioning where imsi = $sim",),
        {("billed_not_active", "line"): None},
    ),
    Plant(
        "the network has another number on a SIM",
        LINE,
        ("update provisioning set msisdn = '99' where imsi = $sim",),
        {("identity_mismatch", "line"): None},
    ),
    Plant(
        "CRM has the SIM of another subscription",
        LINE,
        (
            "update subscriptions set imsi = (select max(imsi) from subscriptions where valid_to is "
            "null) where imsi = $sim",
        ),
        {("identity_mismatch", "line"): None},
    ),
    Plant(
        "a partner asks for a cent more than agreed, and adds it to the total",
        "select event_id as event, file_id as file from usage_events where wholesale_charge > 1 "
        "order by event_id limit 1",
        (
            "update usage_events set wholesale_charge = wholesale_charge + 0.01 where event_id = $event",
            "update usage_files set total_charge = total_charge + 0.01 where file_id = $file",
        ),
        {("wholesale_mismatch", "event"): None},
    ),
]
"""A word of an expectation is a column of the choice; ``next`` is the file of the copy; others "
"stand as they are."""


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_a_planted_fault_is_found_and_nothing_but_what_follows(session: Session, plant: Plant) -> None:
    cursor = session.execute(plant.choose)
    chosen = dict(zip([column[0] for column in cursor.description or ()], cursor.fetchall()[0], strict=True))
    for deed in plant.deeds:
        session.execute(deed, {name: value for name, value in chosen.items() if f"${name}" in deed})
    copied = session.execute("select file_id from usage_events where event_id = 'COPY'").fetchall()
    words = chosen | {"next": copied[0][0] if copied else None}
    expected = {
        (fault, words.get(subject, subject)): words.get(cause or "", cause)
        for (fault, subject), cause in plant.expect.items()
    }
    assert found(session) == expected


RESEND = (
    "update usage_files set status = 'rejected' where file_id = $file",
    "insert into usage_files by name select 'RESENT' as file_id, received_at + interval 1 hour as "
    "received_at, "
    "99999 as sequence, 'resend' as source, 'accepted' as status, "
    "* exclude (file_id, received_at, sequence, source, status) "
    "from usage_files where file_id = $file",
    "insert into usage_events by name select 'R' || event_id as event_id, 'RESENT' as file_id, "
    "received_at + interval 1 hour as received_at, 'resend' as source, "
    "* exclude (event_id, file_id, received_at, source) from usage_events where file_id = $file",
    "update mediation_records set event_id = 'R' || event_id "
    "where event_id in (select event_id from usage_events where file_id = $file)",
)
TWIN = (
    "insert into usage_events by name select 'TWIN' as event_id, 9999 as file_position, * exclude "
    "(event_id, file_position) "
    "from usage_events where event_id = $event",
    "insert into mediation_records by name select 'TWIN' as record_id, 'TWIN' as event_id, * exclude "
    "(record_id, event_id) "
    "from mediation_records where event_id = $event",
    "insert into charges by name select 'TWIN' as charge_id, 'TWIN' as record_id, * exclude "
    "(charge_id, record_id) from charges "
    "where record_id = (select record_id from mediation_records where event_id = $event) and kind = "
    "'usage'",
    "update usage_files set record_count = record_count + 1 where file_id = $file",
)
NEAR_REAL_TIME = (
    "insert into usage_files by name select 'NRT' as file_id, 'nrtrde' as kind, 900000 + sequence as "
    "sequence, "
    "* exclude (file_id, kind, sequence) from usage_files where file_id = $file",
    "insert into usage_events by name select 'N' || event_id as event_id, 'NRT' as file_id, "
    "* exclude (event_id, file_id) from usage_events where file_id = $file",
)
LOOK_ALIKES = {
    "a file is rejected and its resend accepted": (HOME_CALL, RESEND),
    "two equal messages in one second": (
        "select event_id as event, file_id as file from usage_events where service = 'sms' and "
        "direction = 'mo' limit 1",
        TWIN,
    ),
    "a partner reports the same calls in near real time": (
        "select file_id as file from usage_events where source = 'tap:USACG' order by file_id limit 1",
        NEAR_REAL_TIME,
    ),
    "a network change comes a day after CRM": (
        "select imsi as sim from subscriptions where valid_from between '2026-02-01' and "
        "'2026-04-20' order by imsi limit 1",
        (
            "update provisioning set active_from = active_from + interval 20 hour where imsi = $sim "
            "and active_from > '2026-01-01'",
        ),
    ),
}


@pytest.mark.parametrize(("choose", "deeds"), LOOK_ALIKES.values(), ids=LOOK_ALIKES.keys())
def test_what_only_looks_like_a_fault_stays_quiet(
    session: Session, choose: str, deeds: tuple[str, ...]
) -> None:
    cursor = session.execute(choose)
    chosen = dict(zip([column[0] for column in cursor.description or ()], cursor.fetchall()[0], strict=True))
    for deed in deeds:
        session.execute(deed, {name: value for name, value in chosen.items() if f"${name}" in deed})
    assert found(session) == {}
