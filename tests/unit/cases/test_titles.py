from __future__ import annotations

from core.cases.summarise import WHAT
from core.cases.titles import ACTION_PHRASES, CAUSE_PHRASES, FAULT_TITLES
from core.kernel.faults import ACTIONS, FAULTS, ROOT_CAUSES


def test_every_name_of_the_contract_has_its_words_and_no_other_does() -> None:
    assert FAULT_TITLES.keys() == FAULTS.keys()
    assert CAUSE_PHRASES.keys() == set(ROOT_CAUSES)
    assert ACTION_PHRASES.keys() == set(ACTIONS)
    assert WHAT.keys() <= FAULTS.keys()


def test_a_title_fits_the_column_of_the_queue() -> None:
    assert max(map(len, FAULT_TITLES.values())) <= 30
