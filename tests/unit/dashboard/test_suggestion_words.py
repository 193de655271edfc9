"""A suggestion in words: what is spared, what is lost, and which share to go by."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from core.api import MoneyTotal, Share, Suggestion
from dashboard.panels.suggestion_words import change, effect, figures, honest, reason


def a_suggestion(**given: Any) -> Suggestion:
    facts: dict[str, Any] = {
        "dropped": tuple("abcdef"),
        "lost": (),
        "kept_wrong": ("g",),
        "kept_right": tuple("hijk"),
        "money_lost": (),
        "lot_before": Share(),
        "lot_after": Share(),
    }
    return Suggestion("days_apart", "7", "5", **facts | given)


def test_what_is_spared_and_that_nothing_is_lost() -> None:
    one = a_suggestion()
    assert change(one) == "Days apart: 5 instead of 7"
    assert effect(one) == "6 of 7 false alarms would no longer be raised; no confirmed alert would be lost."
    assert reason(one).endswith("Precision 36 % now, 80 % expected.")


def test_what_is_lost_is_counted_and_its_money_told_in_every_currency() -> None:
    money = MoneyTotal("EUR", Decimal("2.5")), MoneyTotal("PLN", Decimal(40))
    lost = effect(a_suggestion(lost=("l",), money_lost=money))
    assert lost.endswith(
        "; 1 of 5 confirmed alerts would be lost, worth €2.50 and PLN\N{NO-BREAK SPACE}40.00."
    )
    within = effect(a_suggestion(money_lost=money[:1]))
    assert within.endswith("; no confirmed alert would be lost, though €2.50 within those that stay.")


@pytest.mark.parametrize(
    ("lot", "words"),
    [
        (Share(), "None of them was drawn by lot"),
        (Share(1, 2), "The lot is unbiased but has 3 cases"),
        (Share(8, 4), "Go by the 12 cases drawn by lot"),
    ],
)
def test_which_share_to_go_by_depends_on_how_many_were_drawn_by_lot(lot: Share, words: str) -> None:
    assert honest(a_suggestion(lot_before=lot)).startswith(words)


def test_a_small_number_shows_with_its_wide_interval_and_no_number_as_a_dash() -> None:
    drawn = figures(a_suggestion(lot_before=Share(1, 1), lot_after=Share()))
    lot, every = drawn.split("<tbody>")[1].split("</tr>")[:2]
    assert "2" in lot
    assert "50 %<small>9–91 %" in lot
    assert ">–</td>" in lot
    assert "36 %<small>15–65 %" in every
