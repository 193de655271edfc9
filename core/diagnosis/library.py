"""The questions that evidence answers, and what is likely before any is asked, from files. Asks nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.kernel.faults import ROOT_CAUSES
from core.lake.sql import HEADED

__all__ = ["Beliefs", "Prior", "Question", "load_prior", "load_questions", "shared"]

Beliefs = tuple[float, ...]
"""A share for each of `core.kernel.faults.ROOT_CAUSES`, in its order; together 1."""

_HERE = Path(__file__).parent
_PASSED_ON = 20.0
"""How many times more often what follows from something has its cause than each other one."""


@dataclass(frozen=True)
class Question:
    """Hold one question of the evidence.

    Parameters
    ----------
    asks
        The question in words.
    faults
        What it is asked of; for one that passes on, whatever follows from another finding.
    cost
        What asking it takes, in units of the budget.
    says
        The words of each answer.
    likelihood
        For each answer, how often each cause of `ROOT_CAUSES` gives it.
    passes_on
        Whether its answers are the causes of another finding.
    sql
        Selects ``finding_id, answer, detail`` of the table ``asked``; no row where nothing can be seen.
    """

    id: str
    asks: str
    faults: frozenset[str]
    cost: int
    says: Mapping[str, str]
    likelihood: Mapping[str, Beliefs]
    passes_on: bool
    sql: str

    def concerns(self, fault: str, follows: bool) -> bool:
        """Tell whether it is worth asking of a finding."""
        return follows if self.passes_on else fault in self.faults


@dataclass(frozen=True)
class Prior:
    """Hold what is likely before anything is asked.

    Parameters
    ----------
    shares
        For each fault the share of each cause that is listed.
    rest
        The share of each cause that is not.
    control
        How many times more likely a cause is that a control named by looking at the case itself.
    unsure
        Faults whose control looks and cannot tell.
    """

    shares: Mapping[str, Mapping[str, float]]
    rest: float
    control: float
    unsure: frozenset[str]

    def of(self, fault: str, named: str, looked: bool) -> Beliefs:
        """Return what is likely of a finding.

        Parameters
        ----------
        named
            The cause that its control named.
        looked
            Whether the control looked at the case itself, or has one cause for all.
        """
        listed = self.shares.get(fault, {named: 1.0})
        weights = [listed.get(cause, self.rest) for cause in ROOT_CAUSES]
        if looked and fault not in self.unsure:
            weights[ROOT_CAUSES.index(named)] *= self.control
        return shared(weights)


def shared(weights: list[float]) -> Beliefs:
    """Return weights as shares of their sum."""
    total = sum(weights)
    return tuple(weight / total for weight in weights)


@cache
def load_prior() -> Prior:
    """Return the shares that ship."""
    content = tomllib.loads((_HERE / "causes.toml").read_text(encoding="utf-8"))
    return Prior(content["fault"], content["rest"], content["control"], frozenset(content["unsure"]))


@cache
def load_questions() -> tuple[Question, ...]:
    """Return every question, by id."""
    return tuple(_read(path) for path in sorted((_HERE / "questions").glob("*.sql")))


def _read(path: Path) -> Question:
    parts = HEADED.match(path.read_text(encoding="utf-8"))
    if parts is None:
        raise ValueError(f"{path.name}: a question begins with a header between the lines /*+++ and +++*/")
    header = tomllib.loads(parts["header"])
    answers, passes_on = header.get("answer", {}), header.get("passes_on", False)
    return Question(
        id=header["id"],
        asks=header["asks"],
        faults=frozenset(header["faults"]),
        cost=header["cost"],
        says={name: answer["says"] for name, answer in answers.items()},
        likelihood=_passed_on() if passes_on else _likelihood(answers),
        passes_on=passes_on,
        sql=parts["sql"],
    )


def _likelihood(answers: Mapping[str, Mapping[str, Mapping[str, float]]]) -> dict[str, Beliefs]:
    """Return how often each cause gives each answer: by its weight, 1 unless said, among all answers."""
    by_cause = [
        shared([float(answer["weights"].get(cause, 1)) for answer in answers.values()])
        for cause in ROOT_CAUSES
    ]
    return {name: tuple(shares[place] for shares in by_cause) for place, name in enumerate(answers)}


def _passed_on() -> dict[str, Beliefs]:
    return {
        named: shared([_PASSED_ON if cause == named else 1.0 for cause in ROOT_CAUSES])
        for named in ROOT_CAUSES
    }
