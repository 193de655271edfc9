from __future__ import annotations

import pytest

from core.cases.desk import FEED_FAULTS, ROAMING_CAUSES, ROAMING_FAULTS, desk_of
from core.kernel.faults import FAULTS, ROOT_CAUSES


@pytest.mark.parametrize(
    ("fault", "cause", "scope", "desk"),
    [
        ("file_late", "unknown", "tap:DEUTM", "roaming"),
        ("file_late", "element_outage", "msc-01", "data_quality"),
        ("row_rejected", "data_entry", "charges/2026-04.csv", "data_quality"),
        ("record_not_charged", "partner_delay", None, "roaming"),
        ("wholesale_mismatch", "unknown", None, "roaming"),
        ("record_not_charged", "rating_config", None, "billing"),
    ],
)
def test_a_case_goes_to_the_desk_of_its_partner_its_feed_or_else_to_billing(
    fault: str, cause: str, scope: str | None, desk: str
) -> None:
    assert desk_of(fault, cause, scope) == desk


def test_the_rule_names_only_faults_and_causes_of_the_contract() -> None:
    assert set(FAULTS) >= ROAMING_FAULTS | FEED_FAULTS
    assert set(ROOT_CAUSES) >= ROAMING_CAUSES
