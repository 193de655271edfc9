from __future__ import annotations

from core.cases.summarise import WHAT
from core.cases.titles import ACTION_PHRASES, CAUSE_PHRASES, COMPLAINT_TITLES, FAULT_TITLES, ISSUE_TITLES
from core.kernel.complaints import COMPLAINTS
from core.kernel.faults import ACTIONS, FAULTS, ROOT_CAUSES


def test_every_name_of_the_contract_has_its_words_and_no_other_does() -> None:
    assert FAULT_TITLES.keys() == FAULTS.keys()
    assert COMPLAINT_TITLES.keys() == COMPLAINTS
    assert FAULTS.keys().isdisjoint(COMPLAINTS)
    assert CAUSE_PHRASES.keys() == set(ROOT_CAUSES)
    assert ACTION_PHRASES.keys() == set(ACTIONS)
    assert WHAT.keys() <= FAULTS.keys()


def test_a_title_fits_the_column_of_the_queue() -> None:
    assert max(map(len, ISSUE_TITLES.values())) <= 30
