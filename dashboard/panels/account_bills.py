"""The bills of an account, as a chart with what was paid and as a table. Reads nothing."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from core.api import AccountView, Bill
from dashboard import session
from dashboard.components import states
from dashboard.components.badges import badge
from dashboard.components.charts import Bars, stacked_bars
from dashboard.components.head import card
from dashboard.components.tables import Cell, Column, Row, table
from dashboard.format import NOTHING, currency_symbol, day, money
from dashboard.markup import draw
from dashboard.panels.account_words import bill_badge, bill_days, bill_title

SHOWN = 8
NOT_ISSUED = frozenset({"draft", "open"})
ZERO = Decimal(0)


def chosen_bill(view: AccountView) -> Bill | None:
    """Return the bill that the address asks for, else the draft that leaves next, else the newest bill."""
    asked = session.address(session.BILL)
    found = next((bill for bill in view.bills if bill.cycle == asked), None)
    drafts = [view.next_bill] if view.next_bill and view.next_bill.status == "draft" else []
    invoices = [bill for bill in view.bills if bill.invoice_id and bill.status != "void"]
    return found or next(iter([*drafts, *invoices, *view.bills]), None)


def charges_and_payments(view: AccountView) -> None:
    """Draw the newest bills by what they are made of, oldest first, with what was collected."""
    shown = view.bills[:SHOWN][::-1]
    with card(
        "Charges and payments", f"last {len(shown)} cycles, with tax" if len(shown) > 1 else "with tax"
    ):
        if not shown:
            states.quiet(_why_none(view))
            return
        zone, currency = ZoneInfo(view.timezone), view.head.currency
        labels = [f"{first.day} {first:%b}" for first, _ in (bill_days(bill, zone) for bill in shown)]
        stacked_bars(
            labels,
            _series(shown, currency),
            marks=_bars("Paid", [bill.paid or None for bill in shown], currency),
            prefix=currency_symbol(currency),
            key="charges-and-payments",
            alt=f"Bills of the last {len(shown)} cycles; the newest comes to {_total(shown[-1], currency)}",
            dark=session.is_dark(),
        )


def _series(shown: Sequence[Bill], currency: str) -> list[Bars]:
    issued = [bill.status not in NOT_ISSUED for bill in shown]
    roaming = [bill.net_by_kind.get("roaming", ZERO) for bill in shown]
    other = [_sum(bill) - bill.tax - abroad for bill, abroad in zip(shown, roaming, strict=True)]

    def part(amounts: Sequence[Decimal], is_issued: bool = True) -> list[Decimal | None]:
        return [amount if was is is_issued else None for amount, was in zip(amounts, issued, strict=True)]

    return [
        _bars("Plan, usage, other", part(other), currency),
        _bars("Roaming", part(roaming), currency, tone="blue"),
        _bars("Tax", part([bill.tax for bill in shown]), currency, tone="base"),
        _bars(
            "Not issued yet",
            part([_sum(bill) for bill in shown], False),
            currency,
            tone="orange",
            is_outlined=True,
        ),
    ]


def _bars(name: str, amounts: Sequence[Decimal | None], currency: str, **look: object) -> Bars:
    heights = [float(amount) if amount else None for amount in amounts]
    return Bars(name, heights, [money(amount, currency) for amount in amounts], **look)  # type: ignore[arg-type]


def _sum(bill: Bill) -> Decimal:
    return bill.net + bill.tax if bill.total is None else bill.total


def _total(bill: Bill, currency: str) -> str:
    return money(bill.net if bill.total is None else bill.total, currency)


def _why_none(view: AccountView) -> str:
    absent = "charges" in view.missing and "invoices" in view.missing
    return (
        "The dataset has no charges and no invoices." if absent else "Nothing was charged or billed so far."
    )


def bills_table(view: AccountView) -> None:
    """Draw one row for each bill: its state, when it leaves, what it is made of and what was paid."""
    columns = (
        Column("Cycle"), Column("State"), Column("Plan and other", "num"), Column("Roaming", "num"),
        Column("Tax", "num"), Column("Total", "num"), Column("Paid", "num"),
    )  # fmt: skip
    draw(table(columns, [_row(bill, view) for bill in view.bills], label="Bills"))


def _row(bill: Bill, view: AccountView) -> Row:
    currency = view.head.currency
    roaming = bill.net_by_kind.get("roaming", ZERO)
    return (
        Cell(bill_title(bill, ZoneInfo(view.timezone)), _leaves(bill)),
        badge(bill_badge(bill)),
        money(bill.net - roaming, currency),
        money(roaming, currency) if roaming else NOTHING,
        money(bill.tax, currency),
        money(bill.total, currency),
        money(bill.paid, currency) if bill.paid else NOTHING,
    )


def _leaves(bill: Bill) -> str | None:
    if bill.issued_at:
        return f"{bill.invoice_id}, issued {day(bill.issued_at, session.zone())}"
    if bill.issue_at:
        return f"{bill.invoice_id}, leaves {day(bill.issue_at, session.zone())}"
    return bill.invoice_id
