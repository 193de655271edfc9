from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from core.cases.severity import LEVELS, SEVERITIES, by_money, by_time, due_at, time_left, worst
from tests.builders.runs import NOW


@pytest.mark.parametrize(
    ("amount", "severity"),
    [("0", "low"), ("99.999999", "low"), ("100", "medium"), ("-100", "medium"), ("999.99", "medium")]
    + [("1000", "high"), ("-9999.99", "high"), ("10000", "critical"), ("-10000", "critical")],
)
def test_money_ranks_whatever_its_sign_with_the_limit_inside(amount: str, severity: str) -> None:
    assert by_money(Decimal(amount)) == severity


@pytest.mark.parametrize(
    ("hours", "severity"),
    [
        (0, "critical"),
        (4, "critical"),
        (5, "high"),
        (24, "high"),
        (25, "medium"),
        (72, "medium"),
        (73, "low"),
    ],
)
def test_the_time_until_the_invoice_leaves_ranks_with_the_limit_inside(hours: int, severity: str) -> None:
    assert by_time(timedelta(hours=hours)) == severity


def test_no_invoice_to_leave_makes_nothing_urgent() -> None:
    assert by_time(time_left(None, NOW)) == "low"
    assert by_time(time_left(NOW, NOW)) == "low"


def test_the_worst_of_nothing_is_low() -> None:
    assert worst([]) == "low"
    assert worst(["low", "critical", "medium"]) == "critical"


def test_a_worse_severity_has_the_shorter_service_level() -> None:
    due = [due_at(None, NOW, severity) for severity in SEVERITIES]

    assert due == sorted(set(due))
    assert [level.severity for level in LEVELS] == list(SEVERITIES)
