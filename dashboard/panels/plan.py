"""What will happen to a case, in order: the steps of its plan with their times. Decides nothing."""

from __future__ import annotations

from core.api import Plan
from dashboard.markup import draw, element, join
from dashboard.panels.plan_words import notes_of, steps_of
from dashboard.panels.roles import role_title


def plan_steps(plan: Plan | None) -> None:
    """Draw the steps of a plan, what is to be said of them, and who has to approve it, if there is one."""
    if plan is None:
        return
    draw(element("h3", "What will happen, in order", css="ra-section"))
    steps = [
        element("li", element("b", what), element("span", f" {when}", css="ra-when"))
        for what, when in steps_of(plan)
    ]
    if steps:
        draw(element("ol", join(*steps), css="ra-way"))
    notes = notes_of(plan)
    if plan.by:
        notes.append(f"A {role_title(plan.by).lower()} has to approve it, or a role that may approve more.")
    if notes:
        draw(element("p", " ".join(notes), css="ra-note"))
