"""Every question that ships: its form, and that each cause and each fault in it has a name."""

from __future__ import annotations

import tomllib
from math import isclose
from pathlib import Path

import pytest

import core.diagnosis
from core.diagnosis.beliefs import doubt, gain, learn
from core.diagnosis.library import Question, load_prior, load_questions
from core.kernel.faults import FAULTS, ROOT_CAUSES

QUESTIONS = load_questions()
FOLDER = Path(core.diagnosis.__file__).parent


def of_each(question: Question) -> str:
    return question.id


@pytest.mark.parametrize("question", QUESTIONS, ids=of_each)
def test_a_question_concerns_known_faults_and_weighs_known_causes(question: Question) -> None:
    text = (FOLDER / "questions" / f"{question.id}.sql").read_text(encoding="utf-8")
    answers = tomllib.loads(text.split("+++")[1]).get("answer", {})
    weighed = {cause for answer in answers.values() for cause in answer["weights"]}

    assert question.asks.endswith("?")
    assert question.faults <= FAULTS.keys()
    assert weighed <= set(ROOT_CAUSES)
    assert question.passes_on or (question.faults and len(question.says) >= 2)


@pytest.mark.parametrize("question", QUESTIONS, ids=of_each)
def test_whatever_the_cause_one_of_the_answers_is_given(question: Question) -> None:
    for place in range(len(ROOT_CAUSES)):
        assert isclose(sum(likelihood[place] for likelihood in question.likelihood.values()), 1)


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_has_likely_causes_before_anything_is_asked(fault: str) -> None:
    shares = load_prior().shares[fault]

    assert set(shares) <= set(ROOT_CAUSES)
    assert 0.95 <= sum(shares.values()) <= 1.05


def test_what_a_control_names_by_looking_outweighs_what_is_usual() -> None:
    prior = load_prior()
    at = ROOT_CAUSES.index("rating_table_stale")

    usual = prior.of("wrong_rate", "rating_table_stale", False)
    looked = prior.of("wrong_rate", "rating_table_stale", True)

    assert usual[at] < 0.5 < looked[at]


def test_asking_is_worth_something_only_where_answers_differ_by_cause() -> None:
    even = (0.5, 0.5)

    assert gain(even, {"yes": (0.9, 0.1), "no": (0.1, 0.9)}) > 0.4
    assert isclose(gain(even, {"yes": (0.5, 0.5), "no": (0.5, 0.5)}), 0, abs_tol=1e-12)
    assert doubt(learn(even, (0.9, 0.1))) < doubt(even)
