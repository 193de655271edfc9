from __future__ import annotations

from pathlib import Path

import pytest

from core.lake.lineage import Dependents, dependents
from tests.builders import rows
from tests.builders.landing import Landing, payment


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    landing = Landing(tmp_path)
    calls = [rows.call("2026-03-10 12:00", 60, event_id=f"E{at}") for at in (1, 2)]
    landing.lay("usage_events/a.parquet", calls[0])
    landing.lay("usage_events/b.parquet", calls[1])
    landing.lay(
        "mediation_records/m.parquet",
        *(rows.mediated(call, record_id=f"R{at}") for at, call in enumerate(calls, 1)),
    )
    landing.lay(
        "charges/c.parquet",
        rows.charge("C1", record_id="R1", invoice_id="I1"),
        rows.charge("C2", record_id="R2", invoice_id="I2"),
    )
    landing.lay("invoices/i.parquet", rows.invoice("I1"), rows.invoice("I2"))
    landing.lay("payments/p.csv", payment(1, invoice_id="I1"), payment(2, invoice_id="I9"))
    landing.take_in()
    return landing


def test_a_file_is_followed_from_its_usage_to_the_payments(landing: Landing) -> None:
    with landing.session() as session:
        assert dependents(session, "usage_events/a.parquet") == (
            Dependents("usage_events", 1, 0),
            Dependents("mediation_records", 1, 1),
            Dependents("charges", 1, 2),
            Dependents("invoices", 1, 3),
            Dependents("payments", 1, 4),
        )


def test_what_nothing_follows_from_ends_with_its_own_rows(landing: Landing) -> None:
    with landing.session() as session:
        assert dependents(session, "payments/p.csv") == (Dependents("payments", 2, 0),)
        assert dependents(session, "payments/never.csv") == ()
