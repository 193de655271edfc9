"""Legal figures: each has its source and date, and applies where its country rules."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.policy.jurisdictions import Figure, deadline, load_packs, pack_of

FIGURES = [figure for pack in load_packs() for figure in pack.figures]


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.figure_id)
def test_every_figure_says_where_and_as_of_when_it_stands(figure: Figure) -> None:
    assert figure.value > 0
    assert figure.unit
    assert figure.means
    assert len(figure.source) > 10
    assert date(1990, 1, 1) < figure.date <= date(2026, 11, 26)


def test_a_country_belongs_to_one_pack_at_most() -> None:
    countries = [country for pack in load_packs() for country in pack.countries]

    assert len(set(countries)) == len(countries)


def test_a_deadline_is_that_of_the_country_or_none() -> None:
    assert deadline("AU", "back_billing_days") == timedelta(days=190)
    assert deadline("DE", "back_billing_days") is None
    assert deadline("XX", "back_billing_days") is None
    assert deadline(None, "refund_days") is None
    pack = pack_of("PL")
    assert pack is not None
    assert pack.name == "European Union"
