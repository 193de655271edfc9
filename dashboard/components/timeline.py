"""What happened to a case, newest first. Does not choose the events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.markup import Html, element


@dataclass(frozen=True)
class Moment:
    """Hold one event: when, what, and a quieter second line."""

    at: str
    text: str
    note: str = ""


def timeline(moments: Sequence[Moment]) -> Html:
    """Return the events in the order given."""
    return element("ol", *(_moment(moment) for moment in moments), css="ra-timeline")


def _moment(moment: Moment) -> Html:
    text = element("div", moment.text, element("small", moment.note) if moment.note else None)
    return element("li", element("time", moment.at), text)
