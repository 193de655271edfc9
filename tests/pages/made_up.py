"""A made-up run for page tests, kept through the store's own save: many kinds of case, hostile names too.

Deterministic: the same call gives the same run.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from core.adapters.store import open_store
from core.governance.keys import open_pseudonyms
from core.kernel.results import Case, Finding, FlowLine
from core.ports.store import RunRecord
from tests.builders.runs import NOW, a_case, a_control_result, a_file_report, a_finding, a_run

NAMES = (
    "Nordwind Logistics", "Kestrel Retail Group", "Ana Petrović", "Baltic Freight AS", "Hotel Marina d.o.o.",
    "Lumen Dental", "Oskar Nyström", "Solar Nine BV", "J. Okafor", "Fjord Media", "Peak Couriers",
    "E. Marchetti", "Studio Kōji", "Greenline Taxi", "Harbour Foods", "Łukasz Żółkiewski",
)  # fmt: skip
HOSTILE = "<script>alert(1)</script> ![x](http://outside.example/x.png)"
FAULTS = (
    ("payment_mismatch", "payment_gateway", "retry_payment", "payments"),
    ("record_not_charged", "mediation_config", "add_charge", "mediation_records"),
    ("event_not_mediated", "element_outage", "recycle_records", "usage_events"),
    ("file_total_mismatch", "partner_pricing", "dispute_wholesale", "usage_files"),
)
SOURCES = ("ASTRA", "BOSPH", "CALED")
SEVERITIES = ("critical", "high", "high", "medium", "medium", "medium", "low", "low")
HOURS = (-30, 2, 5, 7, 20, 28, 52, 90)


def queue(size: int) -> tuple[list[Case], list[Finding]]:
    """Return cases with one to three findings each, the amounts of a case summing to its own."""
    pairs = [_pair(at) for at in range(size)]
    return [case for case, _ in pairs], [finding for _, findings in pairs for finding in findings]


def _pair(at: int) -> tuple[Case, list[Finding]]:
    name = HOSTILE if at == 5 else NAMES[at * 5 % 16]
    kind, cause, action, stream = FAULTS[at * 7 // 5 % 4]
    severity, hours = SEVERITIES[at % 8], HOURS[at * 3 % 8] + at // 3
    case_id = f"RA-{20400 + at}"
    parts = 1 + at % 3 if at != 1 else 11
    each = Decimal((at * 7919) % 90_000 + 320) / 100 * (-1 if at % 5 == 4 else 1)
    findings = [_finding(f"{case_id}-{part}", case_id, each, kind, cause, stream) for part in range(parts)]
    case = a_case(
        case_id,
        account_id=f"A-{100 + at}",
        account_name=name,
        fault=kind,
        root_cause=cause,
        action=action,
        action_amount=each * parts,
        amount=each * parts,
        severity=severity,
        route="approval" if abs(each * parts) > 500 else "recommend",
        due_at=NOW + timedelta(hours=hours, minutes=at * 17 % 60),
        opened_at=NOW - timedelta(hours=at % 40),
        confidence=Decimal("0.94") if at % 2 else Decimal(1),
        findings=parts,
        scope=SOURCES[at % 3] if stream == "usage_files" else None,
        desk="roaming" if stream == "usage_files" else "billing",
        summary=f"{name} was billed {parts} times other than agreed in the cycle of 15 April. "
        "The rows behind it are below; the cause is the same for all of them.",
        search_text=f"{case_id} A-{100 + at} {name}".lower(),
    )
    return case, findings


def _finding(finding_id: str, case_id: str, amount: Decimal, fault: str, cause: str, stream: str) -> Finding:
    billed = Decimal("120.50")
    evidence = {
        "expected": {"amount": str(billed + amount)},
        "actual": {"amount": str(billed)},
        "rows": [
            {
                "stream": stream,
                "key": f"K-{finding_id}",
                "file": f"{stream}/2026-04-{1 + part:02d}.parquet",
                "row": 1204 + part,
                "amount": str(billed),
                "booked_at": "2026-05-02T08:15:00Z",
            }
            for part in range(2)
        ],
    }
    return a_finding(
        finding_id,
        control_id=fault,
        fault=fault,
        stream=stream,
        subject_id=f"K-{finding_id}",
        amount=amount,
        root_cause=cause,
        case_id=case_id,
        evidence=json.dumps(evidence),
    )


def rejected(size: int) -> list[Finding]:
    """Return rows that could not be read."""
    return [
        a_finding(
            f"Q-{at}",
            control_id="row_rejected",
            fault="row_rejected",
            stream="usage_events",
            subject_id=f"2026-04-{1 + at:02d}.csv#{17 + at}",
            account_id=None,
            amount=Decimal(0),
            case_id="RA-Q",
            evidence=json.dumps({"rows": [{"stream": "usage_events", "key": f"E-{at}",
                "file": f"usage_events/2026-04-{1 + at:02d}.csv", "row": 17 + at, "column": "duration_s",
                "value": "-40" if at else "=cmd|' /C calc'!A0", "reason": "is below 0",
                "remedy": "Correct the value and deliver the file again."}]}),
        )
        for at in range(size)
    ]  # fmt: skip


def run(run_id: str = "R-1", size: int = 128, rows_rejected: int = 3) -> RunRecord:
    """Return a whole run."""
    cases, findings = queue(size)
    late = [
        _file_finding("ASTRA#118", "file_late", "ASTRA"),
        _file_finding("BOSPH#77", "file_missing", "BOSPH"),
    ]
    lost = rejected(rows_rejected)
    whole = a_run(
        run_id,
        cases=[*cases, *([_data_case(rows_rejected)] if lost else []), *([_file_case()] if size else [])],
        findings=[*findings, *(late if size else []), *lost],
        controls=[
            a_control_result("payment_mismatch", eligible=1204, violations=48),
            a_control_result("file_late", eligible=220, violations=1),
            a_control_result("event_not_mediated", eligible=24310, violations=0, outcome="passed"),
            a_control_result(
                "record_not_charged", eligible=0, violations=0, outcome="not_evaluated",
                reason="The dataset has no mediation_records.",
            ),
        ],
        files=[
            a_file_report("usage_events/2026-04-01.csv", stream="usage_events", rows_read=24310,
                accepted=24310 - rows_rejected, quarantined=rows_rejected, repeats=0, superseded=0)
        ],
    )  # fmt: skip
    return replace(whole, flow=_flow() if size else ())


def _flow() -> list[FlowLine]:
    """Return a day on which 9 of 1,000 events were not mediated and one invoice was paid short."""
    day = NOW.date()
    return [
        FlowLine("mediation", day, "msc-01", "voice", None, "forwarded", 980, 58_800, Decimal(0)),
        FlowLine("mediation", day, "msc-01", "voice", None, "event_not_mediated", 2, 120, Decimal(0)),
        FlowLine("mediation", day, "tap:ASTRA", "voice", "ASTRA", "event_not_mediated", 7, 420, Decimal(0)),
        FlowLine("mediation", day, "tap:ASTRA", "voice", "ASTRA", "awaited", 11, 660, Decimal(0)),
        FlowLine("payment", day, "payments", "card", None, "collected", 40, 0, Decimal("3811.40")),
        FlowLine("payment", day, "payments", "card", None, "payment_mismatch", 1, 0, Decimal("12.50")),
    ]


def _data_case(rows: int) -> Case:
    return a_case("RA-Q", account_id=None, account_name=None, fault="row_rejected", amount=Decimal(0),
        root_cause="data_entry", action="request_partner_file", action_amount=Decimal(0), severity="medium",
        scope="usage_events/2026-04-01.csv", findings=rows, desk="data_quality", segment=None,
        due_at=NOW + timedelta(hours=70), search_text="ra-q usage_events/2026-04-01.csv",
        summary=f"{rows} rows of usage_events could not be read.")  # fmt: skip


def _file_case() -> Case:
    return a_case("RA-F", account_id=None, account_name=None, fault="file_late", amount=Decimal(0),
        root_cause="partner_delay", action="request_partner_file", action_amount=Decimal(0), severity="high",
        scope="ASTRA", findings=2, desk="roaming", segment=None, due_at=NOW + timedelta(hours=3),
        search_text="ra-f astra", summary="ASTRA delivers two files late.")  # fmt: skip


def _file_finding(subject: str, fault: str, source: str) -> Finding:
    evidence = {"expected": {"received_at": "2026-05-01T06:00:00Z"}, "actual": {"received_at": None},
        "rows": [{"stream": "usage_files", "key": subject, "source": source}]}  # fmt: skip
    return replace(
        a_finding(f"F-{subject}", control_id=fault, fault=fault, stream="usage_files", subject_id=subject,
            account_id=None, amount=Decimal(0), case_id="RA-F"),
        evidence=json.dumps(evidence),
    )  # fmt: skip


def save(home: Path, record: RunRecord | None) -> None:
    """Keep a run in the store of an installation; with None, only make the store."""
    home.mkdir(parents=True, exist_ok=True)
    store = open_store(f"sqlite:///{(home / 'assay.sqlite').as_posix()}", open_pseudonyms(home / "keys"))
    if record:
        store.save_run(record)
    store.close()
