from __future__ import annotations

from collections import Counter
from decimal import Decimal

from core.controls.reconcile import lay_flow, read_flow
from core.kernel.results import FlowLine
from core.lake.session import Session
from tests.unit.controls.conftest import Opener

EVENTS = """
event_id | file_id | source | service | started_at           | received_at          | duration_s | call_ref
E1       | F1      | msc-01 | voice   | 2026-03-01T10:00:00Z | 2026-03-01T11:00:00Z | 60         |
E2       | F1      | msc-01 | voice   | 2026-03-01T10:00:00Z | 2026-03-01T11:00:00Z | 30         |
E3       | F1      | msc-01 | sms     | 2026-03-01T10:00:00Z | 2026-03-01T11:00:00Z | 0          |
E4       | F2      | tap:A  | voice   | 2026-03-01T10:00:00Z | 2026-03-31T23:00:00Z | 10         |
E5       | F1      | msc-01 | voice   | 2026-03-01T10:00:00Z | 2026-03-01T11:00:00Z | 5          | C
E6       | F1      | msc-01 | voice   | 2026-03-01T10:00:00Z | 2026-03-01T11:00:00Z | 7          | C
E7       | F3      | msc-01 | voice   | 2026-03-01T10:00:00Z | 2026-03-01T11:00:00Z | 9          |
"""
FILES = """
file_id | partner_id | status
F1      |            | accepted
F2      | A          | accepted
F3      |            | rejected
"""
RECORDS = """
record_id | event_id | status    | service | started_at           | quantity
R1        | E1       | forwarded | voice   | 2026-03-01T10:00:00Z | 60
R3        | E3       | suspended | sms     | 2026-03-01T10:00:00Z | 1
R5        | E5       | forwarded | voice   | 2026-03-01T10:00:00Z | 12
"""


def flow(session: Session, *findings: tuple[str, str, str]) -> list[FlowLine]:
    session.execute(
        "create temp table findings (fault text, stream text, subject_id text, account_id text, cycle text)"
    )
    for finding in findings:
        session.execute("insert into findings (fault, stream, subject_id) values (?, ?, ?)", finding)
    lay_flow(session)
    return read_flow(session)


def states(lines: list[FlowLine], point: str) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for line in lines:
        if line.point == point:
            counts[line.state] += line.records
    return dict(counts)


def test_every_event_of_the_network_is_in_one_state(open_session: Opener) -> None:
    session = open_session(usage_events=EVENTS, usage_files=FILES, mediation_records=RECORDS)
    lines = flow(session, ("event_not_mediated", "usage_events", "E2"))
    assert states(lines, "mediation") == {
        "forwarded": 3,
        "event_not_mediated": 1,
        "record_suspended": 1,
        "awaited": 1,
        "file_rejected": 1,
    }
    assert {line.partner_id for line in lines if line.source == "tap:A"} == {"A"}
    assert sum(line.quantity for line in lines if line.point == "mediation") == 60 + 30 + 1 + 10 + 5 + 7 + 9


def test_forwarded_records_are_charged_or_their_gap_is_named(open_session: Opener) -> None:
    charges = """
    charge_id | record_id | kind  | service | amount | period_start
    C1        | R1        | usage | voice   | 2.5    | 2026-03-01T10:00:00Z
    C2        | R5        | usage | voice   | 1      | 2026-03-01T10:00:00Z
    C3        | R5        | usage | voice   | 1      | 2026-03-01T10:00:00Z
    C4        |           | usage | voice   | 4      | 2026-03-01T10:00:00Z
    """
    records = RECORDS + "R8 | E8 | forwarded | voice | 2026-03-01T10:00:00Z | 3\n"
    session = open_session(usage_events=EVENTS, mediation_records=records, charges=charges)
    lines = flow(session, ("record_not_charged", "mediation_records", "R8"))
    assert states(lines, "billing") == {
        "charged": 1,
        "charged_twice": 1,
        "record_not_charged": 1,
        "no_record": 0,
    }
    assert sum(line.amount for line in lines if line.point == "billing") == Decimal("8.5")


def test_lines_and_totals_of_invoices_close(open_session: Opener) -> None:
    charges = """
    charge_id | kind      | amount | invoice_id | period_start
    C1        | usage     | 1.005  | I1         | 2026-03-01T10:00:00Z
    C2        | recurring | 10     | I1         | 2026-03-01T10:00:00Z
    C3        | usage     | 2      |            | 2026-03-05T10:00:00Z
    C4        | usage     | 3      | I9         | 2026-03-05T10:00:00Z
    """
    invoices = """
    invoice_id | total | cycle_end            | status
    I1         | 11.51 | 2026-03-31T22:00:00Z | draft
    """
    lines = flow(open_session(charges=charges, invoices=invoices))
    assert {line.state: (line.records, line.amount) for line in lines if line.service != "recurring"} == {
        "invoiced": (1, Decimal("1.005")),
        "awaited": (1, Decimal(2)),
        "no_invoice": (1, Decimal(3)),
        "total_differs": (0, Decimal("0.5")),
    }


def test_what_was_invoiced_came_in_or_is_outstanding(open_session: Opener) -> None:
    invoices = """
    invoice_id | total | issued_at            | status
    I1         | 10    | 2026-03-02T10:00:00Z | paid
    I2         | 20    | 2026-03-02T10:00:00Z | issued
    I3         | 30    | 2026-03-02T10:00:00Z | overdue
    I4         | 40    |                      | draft
    I5         | 50    | 2026-03-02T10:00:00Z | void
    """
    payments = """
    payment_id | invoice_id | amount | status    | method
    P1         | I1         | 12     | succeeded | card
    P2         | I2         | 5      | succeeded | transfer
    P3         | I3         | 30     | failed    | card
    P4         |            | 7      | succeeded | transfer
    """
    lines = flow(open_session(invoices=invoices, payments=payments), ("payment_failed", "payments", "P3"))
    assert {(line.service, line.state): (line.records, line.amount) for line in lines} == {
        ("card", "collected"): (1, Decimal(10)),
        ("card", "overpaid"): (0, Decimal(2)),
        ("transfer", "collected"): (0, Decimal(5)),
        ("transfer", "outstanding"): (1, Decimal(15)),
        ("card", "payment_failed"): (1, Decimal(30)),
        ("transfer", "without_invoice"): (0, Decimal(7)),
    }


def test_a_point_without_its_streams_and_what_is_older_than_the_data_are_left_out(
    open_session: Opener,
) -> None:
    session = open_session(
        dataset="starts_at\n2026-03-02T00:00:00Z\n", usage_events=EVENTS, mediation_records=RECORDS
    )
    assert flow(session) == []
