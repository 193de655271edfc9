"""Usage lines of the clean operator spoilt by hand: each is named, with its amount to the micro-unit.

The edits are plain arithmetic on the published price list; they share nothing with pricing or with controls.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from core.events.dataset import open_dataset
from core.events.land import take_in
from core.lake.schemas import SCHEMAS
from core.lake.session import Limits, Session
from core.lake.snapshot import open_snapshot, pin
from core.lake.tables import Lake
from core.rating.review import review
from tests.builders.operator import OPERATOR

EACH = 6


@dataclass(frozen=True)
class Form:
    """One way to spoil a line: which lines can be, what becomes of them, and what that is called."""

    name: str
    lines: str
    edit: str
    faults: str


def money(formula: str) -> str:
    return f"amount = ({formula})::decimal(18, 6)"


MEDIATED = "(select m.quantity from mediation_records m where m.record_id = line.record_id)"
WHOLE = (
    "record_id in (select record_id from mediation_records join usage_events using (event_id)"
    " where call_ref is null)"
)
GO_S_DATA = (
    "tariff_id = 'T0041' and amount > 0"
    " and amount = ((quantity - free_quantity) * 0.012 / 1000000)::decimal(18, 6)"
)
CHARGED = "free_quantity = 0 and amount > 0"
IN_THE_DAY = "tariff_id = 'T0035' and free_quantity = 0 and quantity between 1 and 3600"
BUSINESS_DAY = (
    "tariff_id = 'T0051' and free_quantity = 0 and amount = (quantity * 0.0015 + 0.03)::decimal(18, 6)"
)
PAST_THE_CAP = (
    "tariff_id = 'T0030' and free_quantity = 0"
    " and amount < (quantity * 3.0 / 1048576)::decimal(18, 6) - 0.001"
)
MEGABYTES = "(quantity + 999999) // 1000000 * 1000000"
MINUTES = "(quantity + 59) // 60 * 60"
TENS = "(quantity + 9) // 10 * 10"
BY_SECOND = "free_quantity = 0 and amount > 0 and quantity % 60 <> 0 and quantity % 10 <> 0"

FORMS = [
    Form("a tenth too much", "amount > 0", money("amount * 1.1"), "wrong_rate"),
    Form("an odd rate", "amount > 1", money("amount * 1.137"), "wrong_rate"),
    Form(
        "the old price, under its id",
        GO_S_DATA,
        f"{money('(quantity - free_quantity) * 0.01 / 1000000')}, tariff_id = 'T0039'",
        "wrong_rate",
    ),
    Form(
        "the old price, under the new id",
        GO_S_DATA,
        money("(quantity - free_quantity) * 0.01 / 1000000"),
        "wrong_rate",
    ),
    Form(
        "a price that ended in February",
        "tariff_id = 'T0008' and free_quantity = 0",
        f"{money('quantity * 1.29 / 60')}, tariff_id = 'T0005'",
        "wrong_rate",
    ),
    Form(
        "a national call as one abroad",
        f"tariff_id = 'T0047' and {CHARGED}",
        f"{money('quantity * 0.29 / 60')}, tariff_id = 'T0002'",
        "wrong_zone",
    ),
    Form(
        "with its connect fee",
        f"tariff_id = 'T0001' and {CHARGED}",
        f"{money('quantity * 1.99 / 60 + 0.2')}, tariff_id = 'T0004'",
        "wrong_zone",
    ),
    Form(
        "roaming in Europe as in the world",
        f"tariff_id = 'T0028' and {CHARGED}",
        f"{money('quantity * 0.8 / 1000000')}, tariff_id = 'T0029'",
        "wrong_zone",
    ),
    Form(
        "a message abroad, only by its amount",
        "tariff_id = 'T0018' and free_quantity = 0",
        money("0.12"),
        "wrong_zone",
    ),
    Form(
        "a call to Europe as one to the world from within Europe, only by its amount",
        f"tariff_id = 'T0002' and {CHARGED}",
        money("quantity * 1.49 / 60"),
        "wrong_zone",
    ),
    Form(
        "by day as in the evening",
        IN_THE_DAY,
        f"{money('quantity * 0.06 / 60')}, tariff_id = 'T0036'",
        "wrong_time_band",
    ),
    Form(
        "by night as by day",
        f"tariff_id in ('T0036', 'T0037') and {CHARGED}",
        f"{money('quantity * 0.12 / 60')}, tariff_id = 'T0035'",
        "wrong_time_band",
    ),
    Form(
        "in the evening, only by its amount",
        BUSINESS_DAY,
        money("quantity * 0.001 + 0.03"),
        "wrong_time_band",
    ),
    Form(
        "by the minute instead of the second",
        f"tariff_id = 'T0043' and {BY_SECOND}",
        f"quantity = {MINUTES}, {money(f'{MINUTES} * 0.09 / 60')}",
        "wrong_rounding",
    ),
    Form(
        "by the second instead of the minute",
        f"tariff_id = 'T0001' and {CHARGED} and {WHOLE} and {MEDIATED} % 60 <> 0",
        f"quantity = {MEDIATED}, {money(f'{MEDIATED} * 0.15 / 60')}",
        "wrong_rounding",
    ),
    Form(
        "by the megabyte",
        f"tariff_id = 'T0044' and {CHARGED} and quantity % 1000000 <> 0",
        f"quantity = {MEGABYTES}, {money(f'{MEGABYTES} * 4.0 / 1000000000')}",
        "wrong_rounding",
    ),
    Form(
        "another plan and its price",
        f"tariff_id = 'T0047' and {CHARGED}",
        f"plan_id = 'go-xl', tariff_id = 'T0045', {money('quantity * 0.05 / 60')}",
        "wrong_plan",
    ),
    Form(
        "another plan, which has the general price",
        f"tariff_id = 'T0047' and {CHARGED}",
        f"plan_id = 'biz-base', tariff_id = 'T0001', {money('quantity * 0.15 / 60')}",
        "wrong_plan",
    ),
    Form(
        "another plan's price under the right plan",
        f"tariff_id = 'T0048' and {CHARGED}",
        f"tariff_id = 'T0046', {money('quantity * 1.0 / 1000000000')}",
        "wrong_plan",
    ),
    Form("nothing", "amount > 0", "amount = 0", "zero_rated"),
    Form("nothing, partly free", "amount > 0 and free_quantity > 0", "amount = 0", "zero_rated"),
    Form(
        "charged, though included",
        "tariff_id = 'T0043' and free_quantity = quantity and quantity > 0",
        f"free_quantity = 0, {money('quantity * 0.09 / 60')}",
        "allowance_not_applied",
    ),
    Form(
        "charged in part, though included",
        "tariff_id = 'T0043' and free_quantity = quantity and quantity > 100",
        f"free_quantity = 50, {money('(quantity - 50) * 0.09 / 60')}",
        "allowance_not_applied",
    ),
    Form(
        "charged, and still called free",
        "tariff_id = 'T0044' and free_quantity = quantity and quantity > 0",
        money("quantity * 4.0 / 1000000000"),
        "allowance_not_applied",
    ),
    Form(
        "free, though nothing was left",
        f"tariff_id in ('T0044', 'T0048', 'T0028') and {CHARGED}",
        "free_quantity = quantity, amount = 0",
        "allowance_overdrawn",
    ),
    Form("past the cap", PAST_THE_CAP, money("quantity * 3.0 / 1048576"), "cap_exceeded"),
    Form(
        "twice as long",
        "tariff_id = 'T0001' and free_quantity = 0 and quantity > 120",
        "quantity = quantity * 2, amount = amount * 2",
        "quantity_mismatch",
    ),
    Form(
        "137 seconds longer",
        f"tariff_id = 'T0002' and {CHARGED}",
        f"quantity = quantity + 137, {money('(quantity + 137) * 0.29 / 60')}",
        "quantity_mismatch",
    ),
    Form(
        "longer, at the same price",
        f"tariff_id = 'T0002' and {CHARGED}",
        "quantity = quantity + 137",
        "quantity_mismatch",
    ),
    Form(
        "longer, all of it free",
        "tariff_id = 'T0043' and free_quantity = quantity and quantity > 0",
        "quantity = quantity + 301, free_quantity = quantity + 301",
        "quantity_mismatch",
    ),
    Form(
        "two messages for one",
        "tariff_id = 'T0018' and free_quantity = 0",
        "quantity = 2, amount = 0.18",
        "quantity_mismatch",
    ),
    Form(
        "another zone, and rounded otherwise",
        f"tariff_id = 'T0047' and {BY_SECOND} and {TENS} % 60 <> 0",
        f"quantity = {TENS}, tariff_id = 'T0002', {money(f'{TENS} * 0.29 / 60')}",
        "wrong_rounding, wrong_zone",
    ),
    Form(
        "another time, and a tenth too much",
        IN_THE_DAY,
        f"{money('quantity * 0.06 / 60 * 1.1')}, tariff_id = 'T0036'",
        "wrong_rate, wrong_time_band",
    ),
]


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Give the operator's session after every form has spoilt some lines, reviewed once."""
    if not OPERATOR.exists():
        pytest.skip("not run: ../shared is absent")
    lake = Lake(tmp_path_factory.mktemp("lake"), SCHEMAS)
    dataset = open_dataset(OPERATOR)
    limits = Limits(threads=1)
    take_in(lake, dataset, limits, lambda *_: None)
    with open_snapshot(lake, pin(lake, dataset.settings), limits) as session:
        session.execute("create temp table original as from charges; drop view charges")
        session.execute("create temp table charges as from original")
        session.execute("create temp table plants (charge_id varchar, form varchar)")
        for form in FORMS:
            spoil(session, form)
        review(session, lambda *_: None)
        yield session


def spoil(session: Session, form: Form) -> None:
    session.execute(
        "insert into plants select charge_id, $form from charges as line"  # noqa: S608 - a form of this file
        f" where kind = 'usage' and ({form.lines}) and charge_id not in (select charge_id from plants)"
        f" order by hash(charge_id) limit {EACH}",
        {"form": form.name},
    )
    session.execute(
        f"update charges as line set {form.edit}"  # noqa: S608 - a form of this file
        " where charge_id in (select charge_id from plants where form = $form)",
        {"form": form.name},
    )


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_spoilt_line_is_named_with_its_amount(spoilt: Session, form: Form) -> None:
    found = spoilt.execute(
        """
        select
            plants.charge_id, string_agg(fault, ', ' order by fault), sum(line_faults.amount),
            any_value(original.amount - charges.amount)
        from plants
        join original using (charge_id)
        join charges using (charge_id)
        left join line_faults using (charge_id)
        where form = $form
        group by plants.charge_id
        """,
        {"form": form.name},
    ).fetchall()
    assert found
    assert [line for line in found if line[1] != form.faults or line[2] != line[3]] == []


def test_no_other_line_is_named(spoilt: Session) -> None:
    assert (
        spoilt.execute("from line_faults where charge_id not in (select charge_id from plants)").fetchall()
        == []
    )


def test_what_was_put_right_is_named_no_more(spoilt: Session) -> None:
    spoilt.execute("begin")
    spoilt.execute(
        """
        insert into charges by name
        select
            'PUT-RIGHT-' || original.charge_id as charge_id, 'adjustment' as kind,
            original.charge_id as corrects, original.amount - charges.amount as amount,
            original.* exclude (charge_id, kind, corrects, amount, record_id)
        from original
        join charges using (charge_id)
        where original.amount <> charges.amount
        """
    )
    review(spoilt, lambda *_: None)
    left = spoilt.execute("select distinct fault from line_faults where amount <> 0").fetchall()
    spoilt.execute("rollback")
    assert left == []
