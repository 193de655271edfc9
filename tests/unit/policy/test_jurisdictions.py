"""Legal figures: each has its source and date, and applies where its country rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from core.policy.jurisdictions import Figure, deadline, legal_deadline, load_packs, pack_of

OLDEST, FOUND = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
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


@pytest.mark.parametrize(
    ("country", "amount", "until"),
    [
        ("AU", 5, OLDEST + timedelta(days=190)),
        ("IN", -5, FOUND + timedelta(days=60)),
        ("IN", 5, None),
        ("AU", -5, None),
        ("AU", 0, None),
        (None, 5, None),
    ],
)
def test_the_law_says_until_when_to_bill_and_to_give_back(
    country: str | None, amount: int, until: datetime | None
) -> None:
    found = legal_deadline(country, Decimal(amount), OLDEST, FOUND)

    assert (found.until if found else None) == until


def test_what_is_too_old_to_be_billed_has_no_deadline_any_more() -> None:
    assert legal_deadline("AU", Decimal(5), FOUND - timedelta(days=190), FOUND) is None


def test_a_deadline_is_that_of_the_country_or_none() -> None:
    assert deadline("AU", "back_billing_days") == timedelta(days=190)
    assert deadline("DE", "back_billing_days") is None
    assert deadline("XX", "back_billing_days") is None
    assert deadline(None, "refund_days") is None
    pack = pack_of("PL")
    assert pack is not None
    assert pack.name == "European Union"
