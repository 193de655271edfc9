from __future__ import annotations

import json
from decimal import Decimal

import pytest

from core.cases.evidence import Evidence, EvidenceLine, EvidenceRow, read_evidence


def test_numbers_on_both_sides_have_an_exact_difference() -> None:
    text = '{"actual": {"amount": "0.1", "rate": 2}, "expected": {"amount": "0.3", "rate": 2.5}, "rows": []}'

    assert read_evidence(text).lines == (
        EvidenceLine("amount", "0.1", "0.3", Decimal("0.2")),
        EvidenceLine("rate", "2", "2.5", Decimal("0.5")),
    )


def test_words_and_times_have_no_difference() -> None:
    text = json.dumps({"actual": {"plan_id": "P1", "received_at": None}, "expected": {"plan_id": "P2"}})

    assert read_evidence(text).lines == (
        EvidenceLine("plan id", "P1", "P2", None),
        EvidenceLine("received at", None, None, None),
    )


def test_a_row_keeps_where_it_came_from_apart_from_its_values() -> None:
    row = {
        "stream": "charges",
        "key": "C1",
        "file": "charges/a.csv",
        "row": 17,
        "amount": "1.50",
        "estimated": True,
    }

    assert read_evidence(json.dumps({"rows": [row]})).rows == (
        EvidenceRow("charges", "C1", "charges/a.csv", 17, (("amount", "1.50"), ("estimated", "true"))),
    )


def test_a_row_without_lineage_is_shown_without_it() -> None:
    row = read_evidence('{"rows": [{"stream": "charges", "key": "C1", "note": null}]}').rows[0]

    assert (row.file, row.row, row.values) == (None, None, (("note", ""),))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "7", "null", "{", '{"rows": 7}', '{"rows": [7, null]}', '{"actual": null, "expected": null}'],
)
def test_text_of_another_form_is_empty_evidence_and_no_error(text: str) -> None:
    assert read_evidence(text) == Evidence()


@pytest.mark.parametrize("value", ["NaN", "Infinity", "true", "1e5x", ""])
def test_what_only_looks_like_a_number_has_no_difference(value: str) -> None:
    text = json.dumps({"actual": {"amount": value}, "expected": {"amount": "1"}})

    assert read_evidence(text).lines[0].difference is None


def test_a_deeply_nested_text_is_empty_evidence_and_no_error() -> None:
    assert read_evidence("[" * 100_000) == Evidence()
