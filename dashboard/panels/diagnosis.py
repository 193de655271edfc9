"""Why a case is held to be what it is: the likeliest causes, and the questions that were asked."""

from __future__ import annotations

from decimal import Decimal

from core.api import ACTION_PHRASES, CAUSE_PHRASES, Advice, Diagnosis, Inquiry, Suspect
from dashboard.components.tables import Column, Row, table
from dashboard.format import name, percent
from dashboard.markup import Html, draw, element, join

LEAST_SHOWN = Decimal("0.01")
NOTHING_SEEN = "Nothing is to be seen of it"


def diagnosis(known: Diagnosis) -> None:
    """Draw the likeliest causes with what speaks for and against each, then the way there."""
    draw(element("h3", "Cause", css="ra-section"))
    draw(_causes(known.suspects))
    if known.inquiries:
        draw(element("h3", "How it was found out", css="ra-section"))
        draw(_way(known.inquiries))
    else:
        draw(element("p", "The rule leaves little doubt: nothing more was asked.", css="ra-note"))


def instead(advice: Advice) -> None:
    """Draw why the action is the right one, and why each other is not."""
    if advice.because:
        draw(element("p", f"{_sentence(advice.because)}.", css="ra-note"))
    if advice.otherwise:
        draw(element("p", f"If nothing is done, {advice.otherwise}.", css="ra-note"))
    for other in advice.alternatives:
        phrase = ACTION_PHRASES.get(other.action, name(other.action))
        draw(element("p", f"Why not {phrase}: {other.why_not}.", css="ra-note"))


def phrase(cause: str) -> str:
    """Return a cause as a sentence without its stop."""
    return _sentence(CAUSE_PHRASES.get(cause, name(cause)))


def _causes(suspects: tuple[Suspect, ...]) -> Html:
    columns = (Column("Cause"), Column("Likely", "num"), Column("Heard"))
    rows: list[Row] = [
        (phrase(one.cause), percent(one.probability), _heard(one))
        for one in suspects
        if one.probability >= LEAST_SHOWN or one is suspects[0]
    ]
    return table(columns, rows, label="Likeliest causes")


def _heard(one: Suspect) -> Html:
    said = [f"For it: {words}" for words in one.speaks_for]
    said += [f"Against it: {words}" for words in one.speaks_against]
    return join(*(element("div", words) for words in said))


def _way(inquiries: tuple[Inquiry, ...]) -> Html:
    steps = (
        element(
            "li",
            element("b", one.question),
            f" {_answer(one)}. Then {percent(one.probability)}: {phrase(one.leading)}.",
        )
        for one in inquiries
    )
    return element("ol", join(*steps), css="ra-way")


def _answer(one: Inquiry) -> str:
    if one.answer is None:
        return NOTHING_SEEN
    detail = f" ({one.detail.replace('_', ' ')})" if one.detail else ""
    return f"{_sentence(one.answer)}{detail}"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
