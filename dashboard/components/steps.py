"""The strip Detect, Diagnose, Resolve on a case. Does not decide how far a case has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dashboard.markup import Html, element


@dataclass(frozen=True)
class Step:
    """Hold one step, what is known of it and whether it is done, under way or still to come."""

    title: str
    note: str
    state: Literal["done", "now", "next"]


def step_strip(steps: tuple[Step, ...]) -> Html:
    """Return the strip; the step under way is marked for screen readers too."""
    return element("ol", *(_step(at, step) for at, step in enumerate(steps, start=1)), css="ra-steps")


def _step(at: int, step: Step) -> Html:
    mark = element("i", "✓" if step.state == "done" else str(at), aria_hidden="true")
    text = element("span", element("b", step.title), element("small", step.note))
    return element("li", mark, text, css=step.state, aria_current="step" if step.state == "now" else None)
