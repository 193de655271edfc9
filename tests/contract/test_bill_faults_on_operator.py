"""Bills and payments of the clean operator spoilt by hand: each fault is named, with its amount to the cent.

The edits share nothing with pricing or with controls. Each one happens to an account of its own, all of them
at once; with ``follows`` the tax, the total and the payment are made again from the spoilt lines, without it
they stay as they were. Look-alikes stay quiet either way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import pytest

from core.controls.engine import run_controls
from core.controls.loader import load_controls
from core.events.dataset import open_dataset
from core.events.enrich import enrich
from core.events.land import take_in
from core.lake.schemas import SCHEMAS
from core.lake.session import Limits, Session
from core.lake.snapshot import open_snapshot, pin
from core.lake.tables import Lake
from core.rating.review import review
from tests.builders.operator import OPERATOR

Found = tuple[str, str, Decimal]


@dataclass(frozen=True)
class Plant:
    """One edit: of which lines one can bear it, what is done, and what must be found of which subject.

    ``follows``: the rest of the bill always follows, as for a line that is right in itself.
    """

    name: str
    lines: str
    deeds: tuple[str, ...]
    fault: str | None = None
    subject: str = "charge_id"
    amount: str = "0"
    follows: bool = False


def copy(changes: str) -> str:
    """Add a line like the chosen one, with some columns changed."""
    return f"insert into charges by name select * replace ({changes}) from charges where charge_id = $id"  # noqa: S608 - the test's own text


def edit(changes: str) -> str:
    return f"update charges set {changes} where charge_id = $id"  # noqa: S608 - the test's own text


def keyed_in(columns: str) -> str:
    """Add a credit that a person keyed in on the chosen line's bill."""
    return copy(
        "charge_id || '-k' as charge_id, 'adjustment' as kind, null as plan_id, null as subscription_id,"
        f" period_start as period_end, 'goodwill' as reason, 'agent-77' as created_by, {columns}"
    )


LOSE = "delete from charges where charge_id = $id"
AGAIN = "charge_id || '-x' as charge_id"
X = "charge_id || '-x'"
MONTHLY = (
    "kind = 'recurring' and product_id is null and invoice_id is not null"
    " and amount = (select monthly_fee from plans p where p.plan_id = line.plan_id)"
    " and subscription_id not in (select subscription_id from promotion_grants)"
    " and plan_id not in (select plan_id from plans where minimum_spend is not null)"
)
PRODUCT = "kind = 'recurring' and product_id is not null and invoice_id is not null"
ONE_OFF = "kind = 'one_off' and product_id is not null and invoice_id is not null"
ON_FEES = (
    "kind = 'discount' and promotion_id in"
    " (select promotion_id from promotions where kind = 'fee_waiver' or applies_to = 'recurring')"
)
GIVEN = (
    "charge_id || '-x' as charge_id, 'discount' as kind, null as product_id, -1 as amount, "
    "PROMOTION as promotion_id"
)
NEVER_GRANTED = f"{MONTHLY} and period_end < '2026-04-10'"
ENDED = (
    "kind = 'discount' and promotion_id = 'PR-5OFF' and subscription_id in (select subscription_id from"
    " promotion_grants where promotion_id = 'PR-5OFF' and valid_to < '2026-03-31')"
    " and subscription_id in (select subscription_id from charges where kind = 'usage' and amount > 0"
    " and period_start > '2026-04-04')"
)
IN_APRIL = "timestamptz '2026-04-05 12:00Z' as period_start, timestamptz '2026-04-25 12:00Z' as period_end"
PAID_ONCE = (
    "kind = 'tax' and invoice_id in (select invoice_id from invoices where status = 'paid')"
    " and invoice_id in (select invoice_id from payments where status = 'succeeded' group by all"
    " having count(*) = 1) and invoice_id not in (select invoice_id from payments where status = 'failed'"
    " and invoice_id is not null)"
)
COLLECT_AGAIN = (
    "insert into payments by name select * replace (payment_id || '-2' as payment_id,"
    " attempted_at + interval 2 minute as attempted_at) from payments where invoice_id = $invoice"
)
PAYMENT = "(select payment_id from payments p where p.invoice_id = line.invoice_id)"
PAID = "(select amount from payments p where p.invoice_id = line.invoice_id)"
ESTIMATE = (
    f"{AGAIN}, null as record_id, true as estimated, 7.5 as amount, rated_at - interval 1 day as rated_at"
)
LATE_ROAMING = (
    "kind = 'usage' and service = 'data' and amount > 1 and invoice_id is not null and record_id in"
    " (select record_id from mediation_records where roaming_zone <> 'home')"
)

FAULTS = [
    Plant("a fee is forgotten", MONTHLY, (LOSE,), "recurring_not_charged", "subscription_id", "amount"),
    Plant(
        "a product's fee is forgotten", PRODUCT, (LOSE,), "recurring_not_charged", "subscription_id", "amount"
    ),
    Plant("a one-off is forgotten", ONE_OFF, (LOSE,), "recurring_not_charged", "subscription_id", "amount"),
    Plant("a fee is charged twice", MONTHLY, (copy(AGAIN),), "duplicate_charge", X, "-amount"),
    Plant(
        "a fee of the running cycle is charged twice",
        "kind = 'recurring' and invoice_id is null",
        (copy(AGAIN),),
        "duplicate_charge",
        X,
        "-amount",
    ),
    Plant("a one-off is charged twice", ONE_OFF, (copy(AGAIN),), "duplicate_charge", X, "-amount"),
    Plant("a discount is given twice", ON_FEES, (copy(AGAIN),), "duplicate_charge", X, "-amount"),
    Plant(
        "a fee for nine days of a whole cycle",
        MONTHLY,
        (edit("amount = round(amount * 9 / date_diff('day', period_start, period_end), 2)"),),
        "wrong_proration",
        amount="amount - round(amount * 9 / date_diff('day', period_start, period_end), 2)",
    ),
    Plant(
        "a whole fee for half a cycle",
        "kind = 'recurring' and product_id is null and invoice_id is not null"
        " and amount < (select monthly_fee from plans p where p.plan_id = line.plan_id and prorate)"
        " and subscription_id not in (select subscription_id from promotion_grants)",
        (edit("amount = (select monthly_fee from plans p where p.plan_id = charges.plan_id)"),),
        "wrong_proration",
        amount="amount - (select monthly_fee from plans p where p.plan_id = line.plan_id)",
    ),
    Plant(
        "the fee of another plan",
        f"{MONTHLY} and plan_id = 'go-m'",
        (edit("plan_id = 'go-xl', amount = (select monthly_fee from plans p where p.plan_id = 'go-xl')"),),
        "wrong_plan",
        amount="amount - (select monthly_fee from plans p where p.plan_id = 'go-xl')",
    ),
    Plant("a fee too high", MONTHLY, (edit("amount = amount + 3.21"),), "wrong_rate", amount="-3.21"),
    Plant("a fee of 0", MONTHLY, (edit("amount = 0"),), "zero_rated", amount="amount"),
    Plant("a one-off too dear", ONE_OFF, (edit("amount = amount + 1"),), "wrong_rate", amount="-1"),
    Plant(
        "a product that nobody ordered",
        MONTHLY,
        (copy(f"{AGAIN}, 'one_off' as kind, 'PD-SIM' as product_id, 9.90 as amount, null as plan_id"),),
        "orphan_charge",
        X,
        "-9.90",
    ),
    Plant(
        "a plan's fee goes on after a change",
        f"{MONTHLY} and exists (from subscriptions s where s.subscription_id = line.subscription_id"
        " and s.plan_id = line.plan_id and s.valid_to between line.period_end and '2026-04-01')"
        " and not exists (from subscriptions s where s.subscription_id = line.subscription_id"
        " and s.plan_id = line.plan_id and s.valid_to is null)",
        (copy(f"{AGAIN}, {IN_APRIL}"),),
        "recurring_after_end",
        X,
        "-amount",
    ),
    Plant("a discount on fees is forgotten", ON_FEES, (LOSE,), "promotion_missing", "GRANT", "amount"),
    Plant(
        "a discount is twice what was agreed",
        ON_FEES,
        (edit("amount = amount * 2"),),
        "promotion_wrong_amount",
        amount="-amount",
    ),
    Plant("a discount goes on", ENDED, (copy(f"{AGAIN}, {IN_APRIL}"),), "promotion_expired", X, "-amount"),
    Plant(
        "a discount that was never granted",
        NEVER_GRANTED,
        (copy(GIVEN.replace("PROMOTION", "'PR-5OFF'")),),
        "promotion_ineligible",
        X,
        "1",
    ),
    Plant(
        "an estimate that nobody took back",
        LATE_ROAMING,
        (copy(ESTIMATE),),
        "estimate_not_reversed",
        X,
        "-7.5",
        follows=True,
    ),
]
BILL_FAULTS = [
    Plant(
        "tax at another rate",
        PAID_ONCE,
        (
            "update invoices set total = total - (select amount - round(amount / 23 * 8, 2) from charges"
            " where charge_id = $id)"
            " where invoice_id in (from charges select invoice_id where charge_id = $id)",
            edit("amount = round(amount / 23 * 8, 2)"),
        ),
        "wrong_tax",
        amount="amount - round(amount / 23 * 8, 2)",
    ),
    Plant(
        "a total that its lines do not make",
        PAID_ONCE,
        ("update invoices set total = total + 4.44 where invoice_id = $invoice",),
        "invoice_total_mismatch",
        "invoice_id",
        "-4.44",
    ),
    Plant(
        "a bill that was not made",
        PAID_ONCE,
        (
            LOSE,
            "update charges set invoice_id = null where invoice_id = $invoice",
            "delete from payments where invoice_id = $invoice",
            "delete from invoices where invoice_id = $invoice",
        ),
        "invoice_missing",
        "account_id",
        "(select total from invoices i where i.invoice_id = line.invoice_id) - amount",
    ),
    Plant(
        "a bill collected twice",
        PAID_ONCE,
        (COLLECT_AGAIN,),
        "payment_duplicate",
        f"{PAYMENT} || '-2'",
        f"-{PAID}",
    ),
    Plant(
        "a cent too little collected",
        PAID_ONCE,
        ("update payments set amount = amount - 0.01 where invoice_id = $invoice",),
        "payment_mismatch",
        PAYMENT,
        "0.01",
    ),
    Plant(
        "an empty account, never tried again",
        PAID_ONCE,
        (
            "update payments set status = 'failed', failure_code = 'insufficient_funds'"
            " where invoice_id = $invoice",
            "update invoices set status = 'overdue' where invoice_id = $invoice",
        ),
        "payment_failed",
        PAYMENT,
    ),
]
LOOK_ALIKES = [
    Plant(
        "a fee charged twice and taken back",
        MONTHLY,
        (
            copy(AGAIN),
            copy(
                "charge_id || '-y' as charge_id, 'adjustment' as kind, -amount as amount,"
                " charge_id || '-x' as corrects, 'agent-02' as created_by"
            ),
        ),
    ),
    Plant(
        "a whole fee for another period on paper",
        MONTHLY,
        (edit("period_end = period_end - interval 3 day"),),
    ),
    Plant("a small credit", MONTHLY, (keyed_in("-2 as amount"),), follows=True),
    Plant(
        "a line for set-up that a person keyed in",
        MONTHLY,
        (keyed_in("15 as amount"), "update charges set kind = 'one_off' where charge_id = $id || '-k'"),
        follows=True,
    ),
    Plant(
        "an estimate that was taken back",
        LATE_ROAMING,
        (
            copy(ESTIMATE),
            copy(
                "charge_id || '-y' as charge_id, null as record_id, true as estimated, -7.5 as amount,"
                " charge_id || '-x' as corrects"
            ),
        ),
    ),
    Plant(
        "a discount forgotten and credited under its name",
        ON_FEES,
        (edit("kind = 'adjustment', created_by = 'agent-03'"),),
    ),
]
BILL_LOOK_ALIKES = [
    Plant(
        "a bill voided and made again",
        PAID_ONCE,
        (
            "insert into invoices by name"
            " select * replace (invoice_id || '-v' as invoice_id, 'void' as status) from invoices"
            " where invoice_id = $invoice",
        ),
    ),
    Plant(
        "an expired card",
        PAID_ONCE,
        (
            "update payments set status = 'failed', failure_code = 'expired_card'"
            " where invoice_id = $invoice",
            "update invoices set status = 'overdue' where invoice_id = $invoice",
        ),
    ),
    Plant(
        "collected twice and sent back",
        PAID_ONCE,
        (
            COLLECT_AGAIN,
            "insert into payments by name select * replace (payment_id || '-r' as payment_id,"
            " -amount as amount, payment_id as refund_of) from payments"
            " where invoice_id = $invoice and payment_id like '%-2'",
        ),
    ),
]

FOLLOW = (
    "update charges set amount = round((select round(coalesce(sum(amount) filter (kind = 'usage'), 0), 2)"
    " + coalesce(sum(amount) filter (kind not in ('usage', 'tax')), 0)"
    " from charges where invoice_id = $invoice) * 0.23, 2) where kind = 'tax' and invoice_id = $invoice",
    "update payments set amount = (select round(coalesce(sum(amount) filter (kind = 'usage'), 0), 2)"
    " + coalesce(sum(amount) filter (kind <> 'usage'), 0) from charges where invoice_id = $invoice)"
    " where invoice_id = $invoice and amount = (select total from invoices where invoice_id = $invoice)",
    "update invoices set total = (select round(coalesce(sum(amount) filter (kind = 'usage'), 0), 2)"
    " + coalesce(sum(amount) filter (kind <> 'usage'), 0) from charges where invoice_id = $invoice)"
    " where invoice_id = $invoice",
)
GRANT = (
    "(select grant_id from promotion_grants g where g.subscription_id = line.subscription_id"
    " and g.promotion_id = line.promotion_id)"
)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Session, datetime]]:
    """Give the operator's session with tables in place of views, and its now."""
    if not OPERATOR.exists():
        pytest.skip("not run: ../shared is absent")
    lake, dataset = Lake(tmp_path_factory.mktemp("lake"), SCHEMAS), open_dataset(OPERATOR)
    take_in(lake, dataset, Limits(threads=1), lambda *_: None)
    with open_snapshot(lake, pin(lake, dataset.settings), Limits(threads=1)) as opened:
        for name in ("charges", "invoices", "payments"):
            opened.execute(f"create temp table spoilt as from {name}; drop view {name}")
            opened.execute(f"alter table spoilt rename to {name}")
        enrich(opened)
        yield opened, dataset.settings.as_of


@pytest.fixture
def session(tables: tuple[Session, datetime]) -> Iterator[Session]:
    """Give the session for one test, and take back what it spoils."""
    tables[0].execute("begin")
    yield tables[0]
    tables[0].execute("rollback")


def places(session: Session, plant: Plant) -> list[tuple[str, str, str | None, str, Decimal]]:
    """Return the lines that can bear a plant: line, account, invoice, and the subject and amount to find."""
    subject = plant.subject.replace("GRANT", GRANT)
    columns = f"charge_id, account_id, invoice_id, {subject}, ({plant.amount})::decimal(18, 6)"
    lines = session.table("charges").set_alias("line").filter(plant.lines)
    return lines.order("invoice_id is null, charge_id").project(columns).fetchall()


def spoil(session: Session, plant: Plant, taken: set[str], follows: bool) -> Found | None:
    """Do what a plant says to a line of an account that nothing else has happened to."""
    charge_id, account_id, invoice_id, key, amount = next(
        place for place in places(session, plant) if place[1] not in taken
    )
    taken.add(account_id)
    for deed in plant.deeds:
        values = {"id": charge_id} if "$id" in deed else {"invoice": invoice_id}
        session.execute(deed, values)
    if (follows or plant.follows) and invoice_id:
        for deed in FOLLOW:
            session.execute(deed, {"invoice": invoice_id})
    return (plant.fault, key, amount) if plant.fault else None


def findings(session: Session, as_of: datetime) -> set[Found]:
    review(session, lambda *_: None)
    _, found = run_controls(session, load_controls(), as_of=as_of)
    return set(found.project("fault, subject_id, amount").fetchall())


@pytest.mark.parametrize("follows", [False, True], ids=["the rest stays", "the rest follows"])
def test_what_is_spoilt_is_found_and_nothing_else(
    tables: tuple[Session, datetime], session: Session, follows: bool
) -> None:
    taken: set[str] = set()
    scarce_first = sorted(FAULTS, key=lambda plant: len(places(session, plant)))
    expected = {spoil(session, plant, taken, follows) for plant in scarce_first}
    expected |= {spoil(session, plant, taken, False) for plant in BILL_FAULTS}
    assert findings(session, tables[1]) == expected


@pytest.mark.parametrize("follows", [False, True], ids=["the rest stays", "the rest follows"])
def test_what_only_looks_spoilt_stays_quiet(
    tables: tuple[Session, datetime], session: Session, follows: bool
) -> None:
    taken: set[str] = set()
    for plant in LOOK_ALIKES:
        spoil(session, plant, taken, follows)
    for plant in BILL_LOOK_ALIKES:
        spoil(session, plant, taken, False)
    assert findings(session, tables[1]) == set()
