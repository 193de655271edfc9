"""The investigator: asks what is worth most, money times doubt, until all is clear or the budget is spent.

Findings that look alike so far are one sort, so that a hundred thousand of one kind cost no more thought than
one. The same findings over the same data give the same diagnoses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from core.diagnosis.beliefs import gain, learn
from core.diagnosis.library import Beliefs, Prior, Question, load_prior, load_questions
from core.kernel.diagnosis import Diagnosis, Inquiry, Suspect
from core.kernel.faults import ROOT_CAUSES
from core.lake.sql import load_sql

if TYPE_CHECKING:
    from core.lake.session import Session

__all__ = ["BUDGET", "Investigation", "investigate"]

BUDGET = 60
"""What a run may spend on questions, in their units."""

_SURE = 0.97
"""A cause this likely is asked about no further."""
_LEAST_GAIN = 0.02
"""A question that is expected to lessen doubt by less than this, in bits, is not asked."""
_SHOWN = 3
_TELLING = 1.25
"""An answer that makes a cause likelier, or less likely, by this factor speaks for it, or against."""

_Reply = tuple[str, str | None]
"""A question's id, and its answer; None where nothing could be seen."""


class Sort(NamedTuple):
    """Name findings that look alike: of one fault, by one kind of control, with the same answers so far."""

    fault: str
    named: str
    looked: bool
    follows: bool
    replies: tuple[_Reply, ...] = ()


@dataclass
class Investigation:
    """Hold what is known of each finding; filled by `investigate`.

    Parameters
    ----------
    sorts
        For each finding, in order, which sort it is of.
    details
        For (place of the finding, question), the value that the answer rests on.
    """

    sorts: list[Sort]
    prior: Prior
    questions: Mapping[str, Question]
    details: dict[tuple[int, str], str] = field(default_factory=dict)
    _known: dict[Sort, Beliefs] = field(default_factory=dict)
    _told: dict[Sort, Diagnosis] = field(default_factory=dict)

    def beliefs(self, sort: Sort) -> Beliefs:
        """Return how likely each cause is of a sort of findings."""
        if sort not in self._known:
            if not sort.replies:
                self._known[sort] = self.prior.of(sort.fault, sort.named, sort.looked)
            else:
                before = self.beliefs(sort._replace(replies=sort.replies[:-1]))
                asked, answer = sort.replies[-1]
                self._known[sort] = (
                    before if answer is None else learn(before, self.questions[asked].likelihood[answer])
                )
        return self._known[sort]

    def causes(self) -> list[str]:
        """Return the likeliest cause of each finding."""
        leading = {sort: _leading(self.beliefs(sort))[0] for sort in set(self.sorts)}
        return [leading[sort] for sort in self.sorts]

    def diagnosis(self, place: int) -> Diagnosis:
        """Return what is known of a finding, with the way to it."""
        sort = self.sorts[place]
        if sort not in self._told:
            self._told[sort] = self._diagnosis(sort)
        details = [self.details.get((place, asked)) for asked, _ in sort.replies]
        if not any(details):
            return self._told[sort]
        inquiries = zip(self._told[sort].inquiries, details, strict=True)
        return replace(
            self._told[sort], inquiries=tuple(replace(one, detail=detail) for one, detail in inquiries)
        )

    def _diagnosis(self, sort: Sort) -> Diagnosis:
        beliefs = self.beliefs(sort)
        ranked = sorted(range(len(ROOT_CAUSES)), key=lambda at: (-beliefs[at], at))[:_SHOWN]
        return Diagnosis(
            tuple(self._suspect(at, beliefs[at], sort) for at in ranked),
            tuple(self._inquiry(sort, length) for length in range(1, len(sort.replies) + 1)),
        )

    def _suspect(self, at: int, belief: float, sort: Sort) -> Suspect:
        speaks_for, against = [], []
        for length, (asked, answer) in enumerate(sort.replies):
            if answer is None:
                continue
            earlier = self.beliefs(sort._replace(replies=sort.replies[:length]))
            later = self.beliefs(sort._replace(replies=sort.replies[: length + 1]))
            says = self._says(asked, answer)
            if later[at] >= earlier[at] * _TELLING or (earlier[at] > 0.5 and later[at] > earlier[at]):
                speaks_for.append(says)
            elif later[at] * _TELLING <= earlier[at]:
                against.append(says)
        return Suspect(ROOT_CAUSES[at], _share(belief), tuple(speaks_for), tuple(against))

    def _inquiry(self, sort: Sort, length: int) -> Inquiry:
        asked, answer = sort.replies[length - 1]
        cause, share = _leading(self.beliefs(sort._replace(replies=sort.replies[:length])))
        return Inquiry(
            self.questions[asked].asks,
            None if answer is None else self._says(asked, answer),
            None,
            cause,
            _share(share),
        )

    def _says(self, asked: str, answer: str) -> str:
        question = self.questions[asked]
        return f"it says {answer.replace('_', ' ')}" if question.passes_on else question.says[answer]


def investigate(
    session: Session, findings: pa.Table, looked: Mapping[str, bool], *, budget: int = BUDGET
) -> Investigation:
    """Find the cause of each finding.

    Parameters
    ----------
    session
        With the contract's streams, ``dataset``, ``event_context_of`` and ``findings``.
    findings
        With the contract's columns.
    looked
        For each control, whether it names a cause by looking at the case itself.
    budget
        What may be spent on questions in all.
    """
    names = ("fault", "root_cause", "control_id", "caused_by")
    sorts = [
        Sort(fault, named, looked.get(control, False), caused_by is not None)
        for fault, named, control, caused_by in zip(
            *(findings[name].to_pylist() for name in names), strict=True
        )
    ]
    questions = {question.id: question for question in load_questions()}
    work = Investigation(sorts, load_prior(), questions)
    ids, money = (
        findings["finding_id"].to_pylist(),
        [_at_stake(one) for one in findings["amount"].to_pylist()],
    )
    while choice := _next(work, money, budget):
        question, asked = choice
        budget -= question.cost
        _ask(session, work, question, ids, asked)
    return work


def _next(work: Investigation, money: Sequence[float], budget: int) -> tuple[Question, list[int]] | None:
    """Return the question that is worth most and the findings to ask it of; None when none is worth it."""
    classes: dict[Sort, list[int]] = defaultdict(list)
    for place, sort in enumerate(work.sorts):
        classes[sort].append(place)
    worth: dict[str, float] = defaultdict(float)
    wanted: dict[str, list[int]] = defaultdict(list)
    for sort, places in classes.items():
        beliefs = work.beliefs(sort)
        if max(beliefs) >= _SURE:
            continue
        at_stake = sum(money[place] for place in places)
        asked = {name for name, _ in sort.replies}
        for question in work.questions.values():
            if (
                question.id in asked
                or question.cost > budget
                or not question.concerns(sort.fault, sort.follows)
            ):
                continue
            expected = gain(beliefs, question.likelihood)
            if expected >= _LEAST_GAIN:
                worth[question.id] += at_stake * expected / question.cost
                wanted[question.id] += places
    if not worth:
        return None
    best = min(worth, key=lambda name: (-worth[name], name))
    return work.questions[best], sorted(wanted[best])


def _ask(
    session: Session, work: Investigation, question: Question, ids: Sequence[str], asked: Sequence[int]
) -> None:
    """Ask a question of some findings and keep what comes out."""
    session.register(
        "asking", pa.table({"finding_id": pa.array([ids[place] for place in asked], pa.string())})
    )
    for name in ("asked", "asked_rows"):
        session.execute(load_sql("core.diagnosis", name))
    answers = {
        finding_id: (answer, detail)
        for finding_id, answer, detail in session.execute(question.sql).fetchall()
        if answer in question.likelihood
    }
    for place in asked:
        answer, detail = answers.get(ids[place], (None, None))
        sort = work.sorts[place]
        work.sorts[place] = sort._replace(replies=(*sort.replies, (question.id, answer)))
        if detail:
            work.details[place, question.id] = detail


def _leading(beliefs: Beliefs) -> tuple[str, float]:
    at = max(range(len(beliefs)), key=lambda place: (beliefs[place], -place))
    return ROOT_CAUSES[at], beliefs[at]


def _share(belief: float) -> Decimal:
    return Decimal(belief).quantize(Decimal("0.001"))


def _at_stake(amount: Decimal) -> float:
    return max(float(abs(amount)), 1.0)
