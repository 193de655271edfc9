from __future__ import annotations

import json

import pytest

from core.api.veil import Veil
from tests.builders.runs import a_case, a_finding

NUMBERS = {"msisdn": "4915004133602", "imsi": "262994652380852", "email": "anna.nowak@example.org"}
EVIDENCE = json.dumps(
    {
        "expected": {"msisdn": NUMBERS["msisdn"], "rate": "0.12"},
        "actual": {"msisdn": "4915009999999", "rate": "0.10"},
        "rows": [
            {"stream": "provisioning", "key": NUMBERS["imsi"], "file": "a.csv", "row": 3, **NUMBERS},
            {
                "stream": "contacts",
                "key": "K1",
                "note": "Anna says that the bill is wrong",
                "topic": "billing",
            },
            {"stream": "accounts", "key": "A1", "name": "Anna Nowak", "segment": "consumer"},
            {"stream": "plans", "key": "P1", "name": "Flex 24"},
        ],
    }
)
FINDING = a_finding(account_id="A1", stream="provisioning", subject_id=NUMBERS["imsi"], evidence=EVIDENCE)


def seen(veil: Veil) -> str:
    return str(veil.findings([FINDING]))


def test_no_number_is_in_what_is_seen_until_it_is_opened() -> None:
    shown = seen(Veil(names=True, opened=frozenset({"A2"})))

    assert not [number for number in (*NUMBERS.values(), "4915009999999") if number in shown]
    assert "26299 ••• 852" in shown
    assert "a•••@example.org" in shown
    assert "0.12" in shown
    assert "Anna says" in shown


def test_opened_numbers_are_those_of_one_account() -> None:
    shown = seen(Veil(names=True, opened=frozenset({"A1"})))

    assert all(number in shown for number in NUMBERS.values())


def test_names_and_notes_are_hidden_from_who_need_not_know_them() -> None:
    veil = Veil(names=False, opened=frozenset())

    assert "Anna" not in seen(veil)
    assert "Flex 24" in seen(veil)
    assert veil.case(a_case()).account_name is None
    assert Veil(names=True, opened=frozenset()).case(a_case()) == a_case()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("msisdn", "49x15004133602"),
        ("", "4915004133602;anna.nowak@example.org;1"),
        ("imsi", "262994652380852"),
    ],
)
def test_a_rejected_row_shows_no_number_either(column: str, value: str) -> None:
    row = {"stream": "subscriptions", "key": "a.csv#3", "column": column, "value": value, "reason": "odd"}
    finding = a_finding(account_id=None, evidence=json.dumps({"rows": [row]}))
    (view,) = Veil(names=True, opened=frozenset()).findings([finding])

    shown = dict(view.evidence.rows[0].values)["value"]
    assert shown
    assert "15004133602" not in shown
    assert "anna.nowak" not in shown
    assert "652380" not in shown
