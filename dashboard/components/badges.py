"""Small words on a tint: severity, deadline, confidence. Does not choose which to show."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.format import Tone
from dashboard.markup import Html, element


@dataclass(frozen=True)
class Badge:
    """Hold a short text, its tint and the sentence behind it, shown on hover."""

    text: str
    tone: Tone = "gray"
    hint: str | None = None


def badge(item: Badge) -> Html:
    """Return one badge."""
    return element("span", item.text, css=f"ra-badge {item.tone}", title=item.hint)


def badges(*items: Badge, lead: str | None = None) -> Html:
    """Return a row of badges, after an identifier where there is one."""
    head = element("span", lead, css="ra-id") if lead else None
    return element("div", head, *(badge(item) for item in items), css="ra-badges")


def severity_pill(severity: str) -> Html:
    """Return the pill of a severity, coloured as in the grid."""
    return element("span", severity.capitalize(), css=f"ra-pill {severity}")
