"""A policy's tables in words, and as what people edit: nothing is lost on the way there and back."""

from __future__ import annotations

from typing import Any

import pytest

from core.api import PolicyTable
from core.policy.document import shipped_policy
from core.policy.tables import read_tables
from dashboard.panels.policy_words import CONDITIONS, edited, frame_of, rows_of

TABLES = read_tables(shipped_policy())


def columns(table: PolicyTable) -> list[str]:
    """Return the conditions that a table's editor shows."""
    return [code for code in table.conditions if any(code in dict(row.conditions) for row in table.rows)]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.table_id)
def test_a_table_that_nobody_changed_is_as_it_was(table: PolicyTable) -> None:
    frame: list[dict[str, Any]] = list(frame_of(table, columns(table)))

    assert edited(table, frame) == table
    assert edited(table, [*frame, dict.fromkeys(frame[0])]) == table  # an empty row is none


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.table_id)
def test_whatever_a_row_can_ask_for_or_say_has_a_name(table: PolicyTable) -> None:
    assert {*table.conditions, *table.more} <= CONDITIONS.keys()


def test_a_procedure_and_a_retry_are_told_as_sentences() -> None:
    said = {one.table_id: [(str(row[0]), str(row[1])) for row in rows_of(one)] for one in TABLES}

    assert said["procedure"][2] == (
        "Action is rerate charge, add charge, remove charge, recycle records, reverse credit; "
        "Customer pays more; Invoice is draft",
        "Hold the invoice, then do the action, then tell the customer, then let the invoice go. "
        "The customer hears of it 48 hours before, within 09:00-20:00, with their consent.",
    )
    assert said["procedure"][8][1] == "Do the action. The customer is not told. Approved by a supervisor."
    assert said["retry"][0] == (
        "Failed as issuer timeout, gateway error",
        "Tried again 4, 24 and 72 hours after the failure before.",
    )
    assert said["retry"][2][1] == "Never tried again."
