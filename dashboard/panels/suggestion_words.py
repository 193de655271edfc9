"""Suggested thresholds in words and figures: what would change, from how many verdicts. Draws nothing."""

from __future__ import annotations

from core.api import LEAST_EACH, LEAST_JUDGED, Share, Suggestion, ThresholdReview
from dashboard.components.tables import Cell, Column, Row, table
from dashboard.format import NOTHING, count, money, name, percent
from dashboard.markup import Html

COLUMNS = (
    Column("Verdicts on"),
    Column("Cases", "num"),
    Column("Precision now", "num"),
    Column("Expected", "num"),
)
NEEDED = f"a threshold is suggested from {LEAST_JUDGED} on, with {LEAST_EACH} of each kind"


def change(one: Suggestion) -> str:
    """Return what is suggested, as "Days apart: 5 instead of 7"."""
    return f"{name(one.threshold)}: {one.after} instead of {one.before}"


def effect(one: Suggestion) -> str:
    """Return what would become of the judged alerts."""
    wrong, right = count(one.all_before.wrong, "false alarm"), count(one.all_before.right, "confirmed alert")
    lost = f"{len(one.lost):,} of {right} would be lost" if one.lost else "no confirmed alert would be lost"
    worth = " and ".join(money(each.amount, each.currency) for each in one.money_lost if each.amount)
    if worth:
        lost += f", worth {worth}" if one.lost else f", though {worth} within those that stay"
    return f"{len(one.dropped):,} of {wrong} would no longer be raised; {lost}."


def reason(one: Suggestion) -> str:
    """Return why, for whoever decides: a draft that whoever proposes may change."""
    now, then = _precision(one.all_before), _precision(one.all_after)
    lot = f", {one.lot_before.judged or 'none'} of them drawn by lot"
    return (
        f"Suggested from verdicts on {count(one.all_before.judged, 'case')}{lot}. {effect(one)} "
        f"Precision {now} now, {then} expected."
    )


def figures(one: Suggestion) -> Html:
    """Return the precision now and as expected, of the cases drawn by lot and of all."""
    by_lot = ("Cases drawn by lot", "one in 32, whatever it is worth"), one.lot_before, one.lot_after
    every = ("All closed cases", "most of them taken up by rank"), one.all_before, one.all_after
    rows: list[Row] = [
        (Cell(*words), count(before.judged), _cell(before), _cell(after))
        for words, before, after in (by_lot, every)
    ]
    return table(COLUMNS, rows, label="What verdicts say")


def honest(one: Suggestion) -> str:
    """Return which of the figures to trust, and how far."""
    few = count(one.lot_before.judged, "case")
    if not one.lot_before.judged:
        lot = "None of them was drawn by lot, so what is shown leans towards the cases that rank first."
    elif one.lot_before.judged < LEAST_JUDGED:
        lot = f"The lot is unbiased but has {few}; all closed cases lean towards those that rank first."
    else:
        lot = f"Go by the {few} drawn by lot: all closed cases lean towards those that rank first."
    optimism = "What is expected is worked out on these same verdicts: count on somewhat less."
    return f"{lot} Below each share is its 95 % interval. {optimism}"


def verdicts(said: Share) -> str:
    """Return how many verdicts there are, as "Verdicts on 4 cases: 3 right, 1 false alarm"."""
    if not said.judged:
        return "No verdict on its cases yet"
    return (
        f"Verdicts on {count(said.judged, 'case')}: {said.right:,} right, {count(said.wrong, 'false alarm')}"
    )


def left_out(review: ThresholdReview) -> str:
    """Return which judged cases the figures leave out; empty where they leave out none."""
    parts = []
    if review.gone:
        parts.append(f"{count(review.gone, 'judged case')} not raised any more as it stands")
    if review.not_asked:
        parts.append(f"{count(review.not_asked, 'judged case')} whose data is not there to be asked again")
    return f"Left out: {'; '.join(parts)}." if parts else ""


def _cell(share: Share) -> Cell:
    if not share.judged:
        return Cell(NOTHING)
    low, high = share.interval
    return Cell(_precision(share), f"{round(low * 100)}{NOTHING}{percent(high)}")


def _precision(share: Share) -> str:
    return NOTHING if share.precision is None else percent(share.precision)
