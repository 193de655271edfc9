from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from core.cases.group import Key, group
from core.kernel.results import Finding
from tests.builders.runs import a_finding, findings_table


def case_ids(*findings: Finding) -> list[str]:
    return group(findings_table(findings))[1]


def test_findings_of_one_account_cycle_and_cause_are_one_case() -> None:
    one, other = case_ids(
        a_finding("F-1", root_cause="rating_config", fault="wrong_rate"),
        a_finding("F-2", root_cause="rating_config", fault="zero_rated", subscription_id="S-2"),
    )

    assert one == other


@pytest.mark.parametrize(
    "difference",
    [
        {"account_id": "A-2"},
        {"cycle": "2026-05-15"},
        {"cycle": None},
        {"root_cause": "bill_run_error"},
        {"currency": "EUR"},
    ],
)
def test_another_account_cycle_cause_or_currency_is_another_case(difference: dict[str, Any]) -> None:
    facts: dict[str, Any] = {"root_cause": "rating_config"}
    one, other = case_ids(a_finding("F-1", **facts), a_finding("F-2", **facts | difference))

    assert one != other


def test_different_faults_do_not_mix_while_their_cause_is_unknown() -> None:
    one, other, same = case_ids(
        a_finding("F-1", root_cause="unknown", fault="wrong_rate"),
        a_finding("F-2", root_cause="unknown", fault="zero_rated"),
        a_finding("F-3", root_cause="unknown", fault="wrong_rate"),
    )

    assert one == same
    assert one != other


def test_findings_without_an_account_are_grouped_by_what_their_evidence_is_about() -> None:
    late: dict[str, Any] = {"account_id": None, "cycle": None, "root_cause": "partner_delay"}
    german, french, german_too = case_ids(
        a_finding("F-1", evidence=json.dumps({"scope": "tap:DEUTM"}), **late),
        a_finding("F-2", evidence=json.dumps({"scope": "tap:FRAF1"}), **late),
        a_finding("F-3", evidence=json.dumps({"scope": "tap:DEUTM"}), **late),
    )

    assert german == german_too
    assert german != french


@pytest.mark.parametrize("evidence", ["", "[]", "{}", "not json", '{"scope": null}', '{"scope": 7}'])
def test_evidence_that_names_nothing_leaves_the_stream_as_the_scope(evidence: str) -> None:
    groups, _ = group(findings_table([a_finding(account_id=None, evidence=evidence)]))

    assert groups[0].key.scope == "mediation_records"


def test_an_account_is_never_split_by_the_scope_of_its_evidence() -> None:
    one, other = case_ids(
        a_finding("F-1", evidence='{"scope": "msc-01"}'), a_finding("F-2", evidence='{"scope": "msc-02"}')
    )

    assert one == other


def test_a_case_keeps_its_id_whatever_else_is_found_and_in_whatever_order() -> None:
    mine, other = a_finding("F-1"), a_finding("F-2", account_id="A-2")

    assert case_ids(mine)[0] == case_ids(other, mine)[1] == case_ids(mine, other)[0]


def test_a_case_id_is_the_one_that_earlier_runs_gave() -> None:
    key = Key("A-1", None, "2026-04-15", "unknown", "record_not_charged", "PLN")

    assert key.case_id == "C-CD4I4XB4EK4S"


def test_the_amount_leaves_out_what_follows_from_another_finding() -> None:
    groups, _ = group(
        findings_table(
            [a_finding("F-1", amount=Decimal("-2.5")), a_finding("F-2", amount=Decimal(9), caused_by="F-1")]
        )
    )

    assert groups[0].amount == Decimal("-2.5")
    assert len(groups[0].members) == 2


@pytest.mark.parametrize(
    ("amounts", "fault"),
    [
        ({"wrong_rate": ["5", "-5"], "zero_rated": ["9"]}, "wrong_rate"),
        ({"wrong_rate": ["5"], "zero_rated": ["9"]}, "zero_rated"),
        ({"wrong_rate": ["0"], "zero_rated": ["0", "0"]}, "zero_rated"),
        ({"wrong_rate": ["1"], "zero_rated": ["-1"]}, "wrong_rate"),
    ],
)
def test_the_fault_is_that_with_most_money_then_most_findings_then_by_name(
    amounts: dict[str, list[str]], fault: str
) -> None:
    findings = [
        a_finding(f"F-{name}-{place}", fault=name, amount=Decimal(amount), root_cause="rating_config")
        for name, values in amounts.items()
        for place, amount in enumerate(values)
    ]

    assert group(findings_table(findings))[0][0].fault == fault


def test_no_findings_are_no_cases() -> None:
    assert group(findings_table([])) == ([], [])
