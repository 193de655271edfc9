"""The controls on the clean operator: silent as it is, and exact about each fault planted in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from core.controls.engine import run_controls
from core.controls.loader import load_controls
from core.events.dataset import Dataset, open_dataset
from core.events.enrich import enrich
from core.events.land import take_in
from core.kernel.records import STREAMS
from core.kernel.results import ControlResult
from core.lake.schemas import SCHEMAS
from core.lake.session import Limits, Relation, Session
from core.lake.snapshot import open_snapshot, pin
from core.lake.tables import Lake
from core.rating.review import review
from tests.builders.operator import OPERATOR

CONTROLS = load_controls()
ONE_THREAD = Limits(threads=1)


@dataclass(frozen=True)
class Taken:
    lake: Lake
    dataset: Dataset


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    if not OPERATOR.exists():
        pytest.skip("not run: ../shared is absent")
    lake = Lake(tmp_path_factory.mktemp("lake"), SCHEMAS)
    dataset = open_dataset(OPERATOR)
    take_in(lake, dataset, ONE_THREAD, lambda *_: None)
    return Taken(lake, dataset)


@pytest.fixture(scope="module")
def tables(operator: Taken) -> Iterator[Session]:
    """Give the operator's session with tables in place of views, so that faults can be planted."""
    with open_snapshot(operator.lake, pin(operator.lake, operator.dataset.settings), ONE_THREAD) as session:
        for name in ("usage_files", "usage_events", "mediation_records", "charges", "invoices", "payments"):
            assert name in STREAMS
            session.execute(f"create temp table planted as from {name}; drop view {name}")
            session.execute(f"alter table planted rename to {name}")
        enrich(session)
        yield session


@pytest.fixture
def session(tables: Session) -> Iterator[Session]:
    """Give the session for one test, and take back what the test plants."""
    tables.execute("begin")
    yield tables
    tables.execute("rollback")


def judge(session: Session, as_of: datetime) -> tuple[list[ControlResult], Relation]:
    review(session, lambda *_: None)
    return run_controls(session, CONTROLS, as_of=as_of)


def found(session: Session, as_of: datetime) -> set[tuple[str, str]]:
    _, findings = judge(session, as_of)
    return set(findings.project("fault, subject_id").fetchall())


def one(session: Session, query: str) -> str:
    return str(session.execute(query).fetchall()[0][0])


def test_a_clean_operator_passes_every_control(operator: Taken) -> None:
    settings = operator.dataset.settings
    with open_snapshot(operator.lake, pin(operator.lake, settings), ONE_THREAD) as session:
        enrich(session)
        results, findings = judge(session, settings.as_of)
        assert findings.fetchall() == []
    assert {result.outcome for result in results} == {"passed"}
    assert all(result.eligible > 0 for result in results)


@pytest.mark.parametrize(
    "as_of",
    [
        pytest.param(datetime(2026, 1, 2, 3, tzinfo=UTC), id="the second day"),
        pytest.param(datetime(2026, 2, 10, 12, tzinfo=UTC), id="while payments are pending"),
        pytest.param(datetime(2026, 2, 28, 23, 30, tzinfo=UTC), id="half an hour into a new cycle"),
        pytest.param(datetime(2026, 3, 31, 19, tzinfo=UTC), id="the last hours of a cycle"),
        pytest.param(datetime(2026, 4, 27, 16, tzinfo=UTC), id="between two bills"),
    ],
)
def test_a_clean_operator_is_clean_at_any_now(operator: Taken, as_of: datetime) -> None:
    settings = operator.dataset.settings.at(as_of)
    with open_snapshot(operator.lake, pin(operator.lake, settings), ONE_THREAD) as session:
        enrich(session)
        results, findings = judge(session, as_of)
        assert findings.fetchall() == []
    assert "violated" not in {result.outcome for result in results}


@dataclass(frozen=True)
class Plant:
    """Plant one fault: who it happens to, what is done, and what must then be found."""

    name: str
    subject: str
    deed: str
    fault: str


PLANTS = [
    Plant(
        "a partner's file comes a second after its hours",
        "select min(file_id) from usage_files where source = 'tap:USACG' and record_count > 0",
        "update usage_files set received_at = period_end + interval 48 hour + interval 1 second "
        "where file_id = $subject",
        "file_late",
    ),
    Plant(
        "an announced file never comes",
        "select min(file_id) from usage_files where source = 'msc-01' and sequence > 1200",
        "update usage_files set received_at = null, status = 'announced' where file_id = $subject",
        "file_late",
    ),
    Plant(
        "a file is lost on its way",
        "select source || '#' || sequence from usage_files where source = 'tap:JPNDO' and sequence = 2200",
        "delete from usage_files where source || '#' || sequence = $subject",
        "file_missing",
    ),
    Plant(
        "a partner declares a millionth too much",
        "select min(file_id) from usage_files where total_charge > 0",
        "update usage_files set total_charge = total_charge + 0.000001 where file_id = $subject",
        "file_total_mismatch",
    ),
    Plant(
        "mediation loses an event",
        "select min(event_id) from usage_events where call_ref is null and service = 'voice'",
        "delete from mediation_records where event_id = $subject",
        "event_not_mediated",
    ),
    Plant(
        "mediation loses a long session",
        "select min(event_id) from usage_events where partial_sequence = 1",
        "delete from mediation_records where event_id = $subject",
        "event_not_mediated",
    ),
    Plant(
        "billing loses a record",
        "select min(record_id) from mediation_records where status = 'forwarded'",
        "delete from charges where record_id = $subject",
        "record_not_charged",
    ),
    Plant(
        "billing loses a record of the running cycle",
        "select min(record_id) from charges "
        "where kind = 'usage' and invoice_id is null and rated_at < '2026-05-03'",
        "delete from charges where record_id = $subject",
        "record_not_charged",
    ),
    Plant(
        "a gateway posts a cent too little",
        "select min(payment_id) from payments join invoices using (invoice_id) "
        "where payments.status = 'succeeded' and invoices.status = 'paid' and amount = total",
        "update payments set amount = amount - 0.01 where payment_id = $subject",
        "payment_mismatch",
    ),
    Plant(
        "a gateway posts a tenth too much",
        "select max(payment_id) from payments where status = 'succeeded' and invoice_id is not null",
        "update payments set amount = amount * 1.1 where payment_id = $subject",
        "payment_mismatch",
    ),
    Plant(
        "a transfer for two invoices falls short",
        "select min(payment_id) from payments where status = 'succeeded' and invoice_id is null",
        "update payments set amount = amount - 30 where payment_id = $subject",
        "payment_mismatch",
    ),
    Plant(
        "a transfer for two invoices is too much",
        "select max(payment_id) from payments where status = 'succeeded' and invoice_id is null",
        "update payments set amount = amount + 5 where payment_id = $subject",
        "payment_mismatch",
    ),
]


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_a_planted_fault_is_found_and_nothing_else(session: Session, operator: Taken, plant: Plant) -> None:
    subject = one(session, plant.subject)
    session.execute(plant.deed, {"subject": subject})
    assert found(session, operator.dataset.settings.as_of) == {(plant.fault, subject)}


LOOK_ALIKES = {
    "one payment is split in two": (
        "insert into payments by name select 'SPLIT' as payment_id, amount - 1 as amount, "
        "* exclude (payment_id, amount) from payments where payment_id = $subject",
        "update payments set amount = 1 where payment_id = $subject",
    ),
    "a payment that came twice is refunded": (
        "insert into payments by name select 'TWICE' as payment_id, * exclude (payment_id) "
        "from payments where payment_id = $subject",
        "insert into payments by name select 'BACK' as payment_id, 'TWICE' as refund_of, -amount as amount, "
        "* exclude (payment_id, refund_of, amount) from payments where payment_id = $subject",
    ),
    "an open invoice is paid in part": (
        "update payments set amount = 1 where payment_id = $subject",
        "update invoices set status = 'issued' "
        "where invoice_id = (select invoice_id from payments where payment_id = $subject)",
    ),
}


@pytest.mark.parametrize("deeds", LOOK_ALIKES.values(), ids=LOOK_ALIKES.keys())
def test_what_only_looks_like_a_wrong_payment_stays_quiet(
    session: Session, operator: Taken, deeds: tuple[str, ...]
) -> None:
    subject = one(
        session, "select min(payment_id) from payments where status = 'succeeded' and invoice_id is not null"
    )
    for deed in deeds:
        session.execute(deed, {"subject": subject})
    assert found(session, operator.dataset.settings.as_of) == set()


def test_a_run_says_the_same_twice(session: Session, operator: Taken) -> None:
    session.execute("delete from mediation_records where hash(record_id) % 100 = 0")
    session.execute("delete from charges where hash(charge_id) % 100 = 0")
    first = everything(session, operator)
    session.execute("create temp table shuffled as from usage_events order by hash(event_id)")
    session.execute("delete from usage_events; insert into usage_events from shuffled")
    second = everything(session, operator)
    assert len(first[1]) > 500
    assert first == second


def everything(session: Session, operator: Taken) -> tuple[list[ControlResult], list[tuple[object, ...]]]:
    results, findings = judge(session, operator.dataset.settings.as_of)
    return results, findings.fetchall()
