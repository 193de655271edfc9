"""What a page says when there is nothing to show or something failed. Holds no stack traces."""

from __future__ import annotations

from dashboard.markup import draw, element


def empty(what: str, why: str = "") -> None:
    """Say that there is nothing, why, and what to do next; takes a button or link below it."""
    draw(element("div", element("b", what), why, css="ra-state"))


def quiet(what: str) -> None:
    """Say in one line inside a card that there is nothing to worry about."""
    draw(element("div", what, css="ra-state quiet"))


def failure(what: str, still_works: str, reference: str) -> None:
    """Say what failed and what still works, with the reference under which the log holds the details."""
    draw(
        element(
            "div",
            element("b", what),
            " ",
            still_works,
            f" Reference {reference}.",
            css="ra-alert",
            role="alert",
        )
    )
