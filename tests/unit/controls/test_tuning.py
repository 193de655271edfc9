"""The threshold that verdicts speak for, where the best one is known by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.controls.loader import load_controls
from core.controls.model import Control
from core.controls.tuning import LEAST_EACH, Raised, Tuning, numeric, tune
from core.kernel.reads import MoneyTotal
from core.kernel.suggestions import JudgedFinding, Share
from tests.builders.verdicts import control, judged, measuring


def tuned(right: list[int], wrong: list[int], **given: list[int]) -> Tuning:
    """Tune a control whose threshold is 10, from what is measured at right and at false alerts."""
    said = [judged(number, was_right=number < len(right)) for number in range(len(right + wrong))]
    measured = {one.finding_id: value for one, value in zip(said, right + wrong, strict=True)}
    return tune(control(), said, measuring(measured, **given))


def test_false_alerts_below_every_confirmed_one_are_dropped_by_the_smallest_change() -> None:
    found = tuned(right=[20, 25, 30, 35, 40, 40], wrong=[11, 12, 13, 14])

    assert (found.raised, found.gone) == (Share(6, 4), 0)
    suggestion = found.suggestion
    assert suggestion is not None
    assert (suggestion.threshold, suggestion.before, suggestion.after) == ("retry_hours", "10", "14")
    assert suggestion.dropped == ("C-006", "C-007", "C-008", "C-009")
    assert suggestion.lost == ()
    assert (suggestion.all_before, suggestion.all_after) == (Share(6, 4), Share(6, 0))
    assert suggestion.money_lost == ()


def test_a_confirmed_alert_is_given_up_only_for_more_than_five_false_ones() -> None:
    right = [12, 30, 30, 30, 30]
    spared = tuned(right, wrong=[11, 13, 14, 15, 16, 17])
    assert spared.suggestion is not None
    assert (spared.suggestion.after, spared.suggestion.lost) == ("11", ())

    given_up = tuned(right, wrong=[11, 13, 14, 15, 16, 17, 18])
    assert given_up.suggestion is not None
    assert (given_up.suggestion.after, given_up.suggestion.lost) == ("18", ("C-000",))
    assert given_up.suggestion.money_lost == (MoneyTotal("PLN", Decimal(10)),)


def test_where_right_and_wrong_measure_alike_nothing_is_suggested() -> None:
    assert tuned(right=[11, 12, 13, 14, 15, 16], wrong=[13, 14, 15, 16]).suggestion is None


@pytest.mark.parametrize(("right", "wrong"), [(6, 3), (9, 2), (2, 9), (0, 12), (12, 0)])
def test_too_few_verdicts_suggest_nothing_and_say_how_many_there_are(right: int, wrong: int) -> None:
    found = tuned(right=[30] * right, wrong=[11] * wrong)
    assert found.suggestion is None
    assert found.raised == Share(right, wrong)


def test_ten_verdicts_with_three_of_each_kind_are_enough() -> None:
    assert tuned(right=[30] * 7, wrong=[11] * LEAST_EACH).suggestion is not None


def test_alerts_that_the_control_raises_no_more_are_counted_apart() -> None:
    found = tuned(right=[9, 20, 20, 20, 20, 20, 20], wrong=[1, 11, 11, 11, 11])
    assert (found.gone, found.raised) == (2, Share(6, 4))


def test_a_value_that_raises_what_nobody_has_judged_is_never_suggested() -> None:
    """False alerts lie above 10 here, so that only a lower threshold could tell; it would raise new ones."""
    said = [judged(number, was_right=number < 7) for number in range(10)]
    names = frozenset(one.finding_id for one in said)
    wrong = frozenset(one.finding_id for one in said if not one.was_right)

    def ask(tried: Control) -> Raised:
        at = tried.values["retry_hours"]
        return Raised(names - wrong, new=1) if at != 10 else Raised(names)

    assert tune(control(), said, ask).suggestion is None


def test_a_value_that_the_control_cannot_be_run_with_is_passed_over() -> None:
    said = [judged(number, was_right=number < 7) for number in range(10)]
    measured = {one.finding_id: 30 if one.was_right else 11 for one in said}
    ask = measuring(measured)

    found = tune(control(), said, lambda tried: None if tried.values["retry_hours"] == 40 else ask(tried))

    assert found.suggestion is not None
    assert found.suggestion.after == "11"


def test_what_would_only_wait_longer_is_not_spared() -> None:
    said = [judged(number, was_right=number < 7) for number in range(10)]
    measured = {one.finding_id: 30 if one.was_right else 11 for one in said}
    ask = measuring(measured)
    wrong = frozenset(one.subject_id for one in said if not one.was_right)

    assert tune(control(), said, ask).suggestion is not None
    assert tune(control(), said, lambda tried: replace(ask(tried), waiting=wrong)).suggestion is None


def test_a_case_stays_raised_as_long_as_one_of_its_findings_is_and_lost_money_counts_all_the_same() -> None:
    said = [judged(number, was_right=number < 7) for number in range(12)]
    small = judged(90, was_right=True, case_id="C-000", amount=Decimal(-3), currency="EUR")
    measured = {one.finding_id: 30 if one.was_right else 11 for one in said} | {small.finding_id: 11}

    suggestion = tune(control(), [*said, small], measuring(measured)).suggestion

    assert suggestion is not None
    assert (suggestion.lost, suggestion.money_lost) == ((), (MoneyTotal("EUR", Decimal(3)),))


def test_cases_drawn_by_lot_are_counted_apart_and_their_precision_never_falls() -> None:
    """Dropping seven false alerts gives up the confirmed one at 12, which is all that the lot has of them."""
    right, wrong = [12, 30, 30, 30, 30], [11, 13, 14, 15, 16, 17, 18, 30]

    def suggested(*lot: int) -> Tuning:
        said = [judged(number, was_right=number < 5, by_lot=number in lot) for number in range(13)]
        measured = {one.finding_id: value for one, value in zip(said, right + wrong, strict=True)}
        return tune(control(), said, measuring(measured))

    anyhow, found = suggested().suggestion, suggested(0, 12)
    assert anyhow is not None
    assert anyhow.lost == ("C-000",)
    assert found.raised_by_lot == Share(1, 1)
    assert found.suggestion is not None
    assert (found.suggestion.after, found.suggestion.lost) == ("11", ())
    assert (found.suggestion.lot_before, found.suggestion.lot_after) == (Share(1, 1), Share(1, 1))


def test_only_numbers_are_tuned_and_decimals_in_steps_of_a_tenth_of_their_last_digit() -> None:
    controls = {one.id: one for one in load_controls()}
    assert numeric(controls["record_discarded"]) == ()
    silent = controls["feed_silent"]
    assert "share" in numeric(silent)
    said = [judged(number, was_right=number < 7) for number in range(10)]
    tried = []

    def ask(one: Control) -> Raised:
        share = one.values["share"]
        assert isinstance(share, Decimal)
        tried.append(share)
        kept = [x for x in said if x.was_right or share > Decimal("0.15")]
        return Raised(frozenset(x.finding_id for x in kept))

    suggestion = tune(silent, said, ask).suggestion

    assert suggestion is not None
    assert (suggestion.threshold, suggestion.before, suggestion.after) == ("share", "0.2", "0.15")


alerts = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.integers(1, 60), st.integers(-500, 500)), max_size=40
)


def _told(drawn: list[tuple[bool, bool, int, int]]) -> tuple[list[JudgedFinding], dict[str, int]]:
    said = [
        judged(number, was_right=right, by_lot=lot, case_id=f"C-{number // 2 if right else number}-{right}",
               amount=Decimal(amount))
        for number, (right, lot, _, amount) in enumerate(drawn)
    ]  # fmt: skip
    return said, {one.finding_id: value for one, (_, _, value, _) in zip(said, drawn, strict=True)}


@settings(max_examples=300, deadline=None)
@given(alerts)
def test_no_suggestion_raises_the_share_of_false_alerts_or_loses_more_than_it_says(
    drawn: list[tuple[bool, bool, int, int]],
) -> None:
    said, measured = _told(drawn)
    found = tune(control(), said, measuring(measured))
    suggestion = found.suggestion
    if suggestion is None:
        return
    at = int(suggestion.after)
    before = {one.case_id: one.was_right for one in said if measured[one.finding_id] > 10}
    after = {one.case_id: one.was_right for one in said if measured[one.finding_id] > at}
    assert (suggestion.all_before, suggestion.all_after) == (_share(before), _share(after))
    assert set(suggestion.lost) == {name for name in before if before[name] and name not in after}
    assert set(suggestion.dropped) == {name for name in before if not before[name] and name not in after}
    assert len(suggestion.dropped) > 5 * len(suggestion.lost)
    assert _false(suggestion.all_after) <= _false(suggestion.all_before)
    lost = [one for one in said if one.was_right and 10 < measured[one.finding_id] <= at]
    said_lost = sum((one.amount for one in suggestion.money_lost), Decimal(0))
    assert said_lost == sum((abs(one.amount) for one in lost), Decimal(0))


def _share(cases: dict[str, bool]) -> Share:
    return Share(sum(cases.values()), len(cases) - sum(cases.values()))


def _false(share: Share) -> float:
    return share.wrong / share.judged if share.judged else 0.0
