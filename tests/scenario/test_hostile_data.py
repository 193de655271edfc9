"""Data that is odd but right: nothing in it is a fault, so that a run finds nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest

from core.kernel.records import STREAMS
from core.lake.session import Session
from core.simulation.export import export
from core.simulation.operator import operator_settings
from tests.builders.simulated import CALENDAR, Simulated, price, simulated

ROOT = Path(__file__).parents[2]
ACCOUNTS = 14

PLACES = {
    "a day without midnight": ("America/Santiago", datetime(2026, 10, 9, 8, tzinfo=UTC)),
    "a clock that changes by half an hour": ("Australia/Lord_Howe", datetime(2026, 11, 9, 8, tzinfo=UTC)),
    "a quarter of an hour from every other": ("Asia/Kathmandu", datetime(2026, 11, 9, 8, tzinfo=UTC)),
}

DEAREST = "98765432109.870000"
"""A fee that is all that the contract's money can nearly hold, tax included."""


def found(operator: Simulated, folder: Path) -> list[tuple[object, ...]]:
    """Write an operator down, run the product on it and return what it found."""
    if not (folder / "data").exists():
        write(operator, folder / "data")
    command = [sys.executable, "-m", "core.entrypoints.cli", "run", folder / "data", "--out", folder / "out"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert result.returncode == 0, result.stderr
    columns = ["fault", "stream", "subject_id", "amount", "evidence"]
    return [
        tuple(row.values())
        for row in pq.read_table(folder / "out/findings.parquet").select(columns).to_pylist()
    ]


def write(operator: Simulated, data: Path) -> None:
    export(
        operator.session,
        operator_settings(operator.calendar),
        data,
        {"charges": "csv", "accounts": "jsonl.gz"},
    )


@pytest.mark.parametrize("place", PLACES)
def test_bills_are_right_where_clocks_are_odd(place: str, tmp_path: Path) -> None:
    zone, as_of = PLACES[place]
    calendar = replace(CALENDAR, zone=ZoneInfo(zone), as_of=as_of, cycles=1)
    assert found(simulated(tmp_path / "spill", ACCOUNTS, calendar), tmp_path) == []


def test_odd_names_codes_amounts_and_clocks_are_no_fault(tmp_path: Path) -> None:
    calendar = replace(CALENDAR, cycles=1, as_of=datetime(2026, 11, 9, 8, tzinfo=UTC))
    operator = simulated(tmp_path / "spill", ACCOUNTS, calendar, sell_something_dear)
    for edit in (use_nothing, report_odd_codes, set_clocks_wrong, name_oddly):
        edit(operator.session)
    write(operator, tmp_path / "data")
    deliver_again(tmp_path / "data")
    ((dearest,),) = operator.session.execute("select max(total) from invoices").fetchall()
    assert dearest > 10**11
    assert found(operator, tmp_path) == []


def sell_something_dear(session: Session) -> None:
    """Let somebody buy a thing for a hundred billion before bills are made."""
    session.execute(
        f"""
        insert into products by name
        select * replace ('P-DEAR' as product_id, 'Satellite' as name, {DEAREST} as fee) from products
        where kind = 'one_off' limit 1
        """  # noqa: S608 - a constant
    )
    session.execute(
        """
        insert into product_grants by name
        select 'G-DEAR' as grant_id, subscription_id, 'P-DEAR' as product_id,
            starts_at + interval 12 days as valid_from
        from subscriptions join accounts using (account_id), dataset
        where valid_from < starts_at and valid_to is null and subscriptions.status = 'active'
            and bill_cycle_day = 1
        order by subscription_id limit 1
        """
    )
    price(session)


def use_nothing(session: Session) -> None:
    """Add data sessions that moved no byte: forwarded, and charged nothing."""
    session.execute(
        """
        create or replace temp table empty_sessions as
        select event_id, record_id, charge_id, file_id, row_number() over (order by event_id) as place
        from usage_events join mediation_records using (event_id) join charges using (record_id)
        where usage_events.service = 'data' and usage_events.source like 'pgw%' and call_ref is null
        order by event_id limit 5
        """
    )
    session.execute(
        """
        insert into usage_events by name
        select usage_events.* replace (
            'Z' || event_id as event_id, started_at + interval 7 seconds as started_at, 0 as bytes_up,
            0 as bytes_down, 0 as duration_s, 9000 + place as file_position
        )
        from usage_events join empty_sessions using (event_id)
        """
    )
    session.execute(
        """
        insert into mediation_records by name
        select mediation_records.* replace (
            'Z' || record_id as record_id, 'Z' || event_id as event_id,
            started_at + interval 7 seconds as started_at, 0 as quantity
        )
        from mediation_records semi join empty_sessions using (record_id)
        """
    )
    session.execute(
        """
        insert into charges by name
        select charges.* replace (
            'Z' || charge_id as charge_id, 'Z' || record_id as record_id, 0 as quantity, 0 as free_quantity,
            0 as amount, period_start + interval 7 seconds as period_start,
            period_start + interval 7 seconds as period_end
        )
        from charges semi join empty_sessions using (charge_id)
        """
    )
    session.execute(
        """
        update usage_files set record_count = record_count + added
        from (select file_id, count(*) as added from empty_sessions group by file_id) as more
        where more.file_id = usage_files.file_id
        """
    )


def report_odd_codes(session: Session) -> None:
    """Put words where nobody agreed on any: why calls ended, what networks grant, why people pay late."""
    session.execute("update usage_events set cause_code = 'ßx-77', apn = '☎' where duration_s > 0")
    session.execute("update provisioning set services = services || ',5g-slice,☃'")
    session.execute("update mediation_records set reason = 'ok; -- ''' where status = 'forwarded'")
    session.execute("update charges set reason = 'because \"so\"' where kind = 'usage'")
    session.execute("update contacts set note = repeat('Ünïcode 🙂 ', 400)")
    session.execute(
        """
        insert into payments by name
        select payments.* replace (
            'Z' || payment_id as payment_id, 'failed' as status, 'E4711' as failure_code,
            attempted_at - interval 1 hour as attempted_at, updated_at - interval 1 hour as updated_at
        )
        from payments where status = 'succeeded' and refund_of is null order by payment_id limit 3
        """
    )


def set_clocks_wrong(session: Session) -> None:
    """Let an element's clock run ahead and mediation's run behind, by less than a minute."""
    session.execute(
        "update usage_events set received_at = started_at - interval 40 seconds where source = 'msc-01'"
    )
    session.execute("update mediation_records set mediated_at = mediated_at - interval 50 seconds")
    session.execute(
        "update usage_files set created_at = received_at + interval 30 seconds where source = 'msc-02'"
    )


def name_oddly(session: Session) -> None:
    """Give keys quotes, signs and letters of several scripts, in every stream."""
    odd = {
        "account_id": "Ä'1 % ",
        "subscription_id": '№"2# ',
        "invoice_id": "請求書/",
        "charge_id": "ч;-- ",
        "record_id": "\\r\\n",
        "event_id": "🙂",
    }
    session.execute(
        "update accounts set name = '👩‍👩‍👧 O''Neill \"Ltd\"' || chr(10) || name, email = 'ä@ö.example'"
    )
    for stream in STREAMS.values():
        for column in stream.columns:
            if column.name in odd or column.name == "corrects":
                prefix = odd.get(column.name, odd["charge_id"])
                session.execute(
                    f"update {stream.name} set {column.name} = $prefix || {column.name}"  # noqa: S608
                    f" where {column.name} is not null",
                    {"prefix": prefix},
                )


def deliver_again(data: Path) -> None:
    """Lay every file down a second time under another name."""
    for path in [path for path in data.rglob("part-*") if path.is_file()]:
        shutil.copy(path, path.with_name(f"again-{path.name}"))
