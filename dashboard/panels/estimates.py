"""Usage that is not here yet: what it is expected to cost, and what that rests on. Estimates nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import streamlit as st

from core.api import AccountView, CaseDetail, Notice, UsageEstimate
from dashboard import session
from dashboard.components.head import card, note
from dashboard.components.tables import Cell, Column, Row, table
from dashboard.format import count, day, money
from dashboard.markup import draw, element
from dashboard.navigation import link
from dashboard.panels.account_words import SERVICES, quantity
from dashboard.panels.effect import part_line

CUSTOMERS_SHOWN = 6
ABOUT = "Before tax; from a quiet day to a busy one, the 10th to the 90th percentile of days."


@dataclass(frozen=True)
class _Sum:
    """Hold an expected amount with its interval."""

    amount: Decimal
    low: Decimal
    high: Decimal

    @classmethod
    def of(cls, estimates: Sequence[UsageEstimate]) -> _Sum:
        """Add estimates up; an interval of sums, so a cautious one."""
        return cls(
            sum((one.amount for one in estimates), Decimal(0)),
            sum((one.low for one in estimates), Decimal(0)),
            sum((one.high for one in estimates), Decimal(0)),
        )


def expected_card(view: AccountView) -> None:
    """Draw what an account's usage in files that are not here is expected to cost, if any."""
    if not view.estimates:
        return
    currency = view.head.currency
    total = _Sum.of(view.estimates)
    with card("Used, not here yet", "expected", key="expected"):
        amount = element("b", money(total.amount, currency))
        draw(element("p", amount, f" on the next bill, {_between(total, currency)}", css="ra-summary"))
        columns = (Column("Usage"), Column("Expected", "num"))
        rows = [_service_row(alike, currency) for alike in _grouped(view.estimates, "partner_id", "service")]
        draw(table(columns, rows, label="Usage expected in files that are not here"))
        note(ABOUT)
        link("triage", "Show the partner's case", case=view.estimates[0].case_id)


def expected_customers(detail: CaseDetail) -> None:
    """Draw whom the files of a case that are not here concern, the most money first."""
    if not detail.estimates:
        return
    currency = detail.case.currency
    customers = sorted(
        _grouped(detail.estimates, "account_id"), key=lambda alike: _Sum.of(alike).amount, reverse=True
    )
    parts = {one.account_id: one for one in detail.advice.notices} if detail.advice else {}
    charged = [_charged(alike, parts) for alike in customers]
    total = replace(_Sum.of(detail.estimates), amount=sum(charged, Decimal(0)))
    draw(element("h3", "Used meanwhile, customer by customer", css="ra-section"))
    whole = (
        f"{count(len(customers), 'customer')}, {money(total.amount, currency)}, {_between(total, currency)}"
    )
    note(f"Expected for {whole}. {ABOUT}")
    for alike in customers[:CUSTOMERS_SHOWN]:
        _customer(alike, parts.get(alike[0].account_id), currency)
    if len(customers) > CUSTOMERS_SHOWN:
        note(f"And {count(len(customers) - CUSTOMERS_SHOWN)} more.")


def _charged(alike: Sequence[UsageEstimate], parts: Mapping[str, Notice]) -> Decimal:
    """Return what one customer is charged, in whole cents; as estimated where nothing is charged."""
    part = parts.get(alike[0].account_id)
    return part.amount if part else _Sum.of(alike).amount


def _customer(alike: Sequence[UsageEstimate], part: Notice | None, currency: str) -> None:
    total = _Sum.of(alike)
    with st.container(gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            with st.container():
                link("account", alike[0].account_id, id=alike[0].account_id)
            draw(element("span", money(total.amount, currency), css="ra-amount"), "content")
        largest = max(alike, key=lambda one: one.amount)
        note(f"{_between(total, currency)}; {largest.basis}")
        if part:
            note(part_line(part, currency))


def _service_row(alike: Sequence[UsageEstimate], currency: str) -> Row:
    first, total = alike[0], _Sum.of(alike)
    zone = session.zone()
    begins, ends = min(one.period_start for one in alike), max(one.period_end for one in alike)
    used = quantity(first.service, sum(one.quantity for one in alike))
    what = f"{SERVICES[first.service]} with {first.partner_id}, {used}"
    when = f"{day(begins, zone)} to {day(ends, zone)}; {first.basis}"
    return (Cell(what, when), Cell(money(total.amount, currency), _between(total, currency)))


def _between(total: _Sum, currency: str) -> str:
    return f"between {money(total.low, currency)} and {money(total.high, currency)}"


def _grouped(estimates: Sequence[UsageEstimate], *names: str) -> list[list[UsageEstimate]]:
    groups: dict[tuple[str, ...], list[UsageEstimate]] = defaultdict(list)
    for one in estimates:
        groups[tuple(getattr(one, name) for name in names)].append(one)
    return list(groups.values())
