"""The loop closes: what is ordered changes the operator's bills, and its extract shows the findings gone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from core.adapters.hosts import AllowedHosts
from core.adapters.operator.tmf import TmfConnector
from core.adapters.operator.web import Web, WebAddress
from core.kernel.orders import Order, OrderKind
from core.simulation.reference import State, extract, open_reference
from tests.builders.reference import TOKEN, Served, served
from tests.builders.sample import DEMO, ROOT, Sample

EUR = {"currency": "EUR"}


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    state = open_reference(DEMO, tmp_path_factory.mktemp("operator") / "operator.sqlite")
    with served(state) as running:
        yield running


def findings(home: Path) -> dict[tuple[str, str], Decimal]:
    rows = pq.read_table(home / "findings.parquet", columns=["fault", "subject_id", "amount"]).to_pylist()
    return {(row["fault"], row["subject_id"]): row["amount"] for row in rows}


def first(found: dict[tuple[str, str], Decimal], fault: str) -> tuple[str, Decimal]:
    """Return a finding of a fault."""
    chosen = sorted(key for key in found if key[0] == fault)
    return chosen[0][1], found[chosen[0]]


def latest_use(state: State, found: dict[tuple[str, str], Decimal]) -> tuple[str, Decimal]:
    """Return the uncharged record of the cycle that is still open: charged now, its line is in time."""
    uncharged = [key for fault, key in found if fault == "record_not_charged"]
    record = max(uncharged, key=lambda key: str((state.row("mediation_records", key) or {})["started_at"]))
    return record, found["record_not_charged", record]


def order(key: str, what: OrderKind, target: dict[str, str], /, **values: Any) -> Order:
    return Order(key, what, target, values)


def corrections(state: State, found: dict[tuple[str, str], Decimal]) -> dict[tuple[str, str], Order]:
    """Return orders that put one finding of each fault right."""
    twice, _ = first(found, "duplicate_charge")
    priced, difference = first(found, "wrong_rate")
    free, missing = first(found, "zero_rated")
    record, amount = latest_use(state, found)
    ended, _ = first(found, "recurring_after_end")
    total, _ = first(found, "invoice_total_mismatch")
    tax, _ = first(found, "wrong_tax")
    failed, _ = first(found, "payment_failed")
    collected, surplus = first(found, "payment_duplicate")
    line, other, taxed = (state.row("charges", key) or {} for key in (priced, free, tax))
    used = state.row("mediation_records", record) or {}
    owner = state.periods("subscriptions", str(used["subscription_id"]))[-1]["account_id"]
    return {
        ("duplicate_charge", twice): order("K-1", "take_back_line", {"charge_id": twice}),
        ("wrong_rate", priced): order(
            "K-2", "add_line", {"account_id": line["account_id"]}, corrects=priced, amount=difference, **EUR
        ),
        ("zero_rated", free): order(
            "K-3", "add_line", {"account_id": other["account_id"]}, corrects=free, amount=missing, **EUR
        ),
        ("record_not_charged", record): order(
            "K-4", "add_line", {"account_id": owner, "record_id": record}, kind="usage", amount=amount, **EUR
        ),
        ("recurring_after_end", ended): order("K-5", "take_back_line", {"charge_id": ended}),
        ("invoice_total_mismatch", total): order("K-6", "reissue_bill", {"invoice_id": total}),
        ("wrong_tax", tax): order("K-7", "reissue_bill", {"invoice_id": taxed["invoice_id"]}),
        ("payment_failed", failed): order("K-8", "retry_payment", {"payment_id": failed}),
        ("payment_duplicate", collected): order(
            "K-9", "refund", {"payment_id": collected}, amount=abs(surplus), **EUR
        ),
    }


def run(dataset: Path, home: Path) -> None:
    command = [sys.executable, "-m", "core.entrypoints.cli", "run", str(dataset), "--out", str(home)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | {"ASSAY_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_what_was_put_right_is_gone_and_nothing_new_appears(
    sample: Sample, operator: Served, tmp_path: Path
) -> None:
    home = sample.copy(tmp_path / "home")
    before = findings(home)
    orders = corrections(operator.state, before)
    hosts = AllowedHosts(("127.0.0.1",), "ASSAY_SYSTEM_HOSTS")
    connector = TmfConnector(Web(WebAddress(operator.url, TOKEN, 20.0), hosts, lambda _s: None), 24)

    for one in orders.values():
        assert connector.send(one).outcome == "done", one
        assert connector.send(one).outcome == "done", one
    extract(operator.state, tmp_path / "extract")
    run(tmp_path / "extract", home)

    after = findings(home)
    assert set(before) - set(after) == set(orders)
    assert set(after) - set(before) == set()
    assert {key: after[key] for key in after} == {key: before[key] for key in after}


def test_the_same_orders_give_the_same_extract(operator: Served, tmp_path: Path) -> None:
    extract(operator.state, tmp_path / "first")
    extract(operator.state, tmp_path / "second")

    files = sorted(path.relative_to(tmp_path / "first") for path in (tmp_path / "first").rglob("*.*"))
    assert files
    for name in files:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()
