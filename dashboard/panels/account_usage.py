"""The usage of an account by day, as a chart of one service and as a table. Reads nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from core.api import AccountView, Bill, UsageDay
from dashboard import session
from dashboard.components import states
from dashboard.components.charts import Bars, Tone, stacked_bars
from dashboard.components.grid import ROW_HEIGHT, grid_height
from dashboard.components.head import card_head
from dashboard.format import count, dates
from dashboard.markup import draw
from dashboard.panels.account_words import SERVICES, bill_days, quantity, zone_title

TONES: tuple[Tone, ...] = ("brand", "blue", "orange", "base")
ROWS_IN_SIGHT = 10
SECONDS, MEGABYTE, GIGABYTE = 60, 10**6, 10**9


def usage_card(view: AccountView, bill: Bill | None) -> None:
    """Draw one service's usage for each day of the bill's cycle, home and abroad."""
    first, last = _span(view, bill)
    inside = [day for day in view.usage if first <= day.day <= last]
    offered = [service for service in SERVICES if any(day.service == service for day in inside)]
    asked = session.address(session.SERVICE)
    service = asked if asked in offered else next(iter(offered), "")
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            draw(card_head(f"Usage by day, {dates(first, last)}"))
            if len(offered) > 1:
                _services(offered, service)
        if not service:
            states.quiet(_why_none(view))
            return
        _chart([day for day in inside if day.service == service], service, first, last)


def _services(offered: Sequence[str], service: str) -> None:
    st.segmented_control(
        "Service",
        offered,
        format_func=SERVICES.__getitem__,
        key=session.widget(session.SERVICE, service),
        on_change=session.follow(session.SERVICE),
        required=True,
        label_visibility="collapsed",
    )


def _span(view: AccountView, bill: Bill | None) -> tuple[date, date]:
    """Return the days of the bill's cycle that have come, else the last thirty-one."""
    zone = ZoneInfo(view.timezone)
    today = view.as_of.astimezone(zone).date()
    if bill is None:
        return today - timedelta(days=30), today
    first, last = bill_days(bill, zone)
    return first, max(first, min(last, today))


def _why_none(view: AccountView) -> str:
    absent = {"mediation_records", "usage_events"} <= view.missing
    return "The dataset has no usage." if absent else "No usage in this cycle."


def _chart(days: Sequence[UsageDay], service: str, first: date, last: date) -> None:
    sums = {(day.day, day.zone): day.quantity for day in days}
    every = [first + timedelta(days=past) for past in range((last - first).days + 1)]
    zones = sorted({day.zone for day in days}, key=lambda zone: (zone != "home", zone))
    per, unit = _scale(service, max(sums.values()))

    def bars(zone: str, tone: Tone) -> Bars:
        numbers = [sums.get((day, zone)) for day in every]
        heights = [number / per if number else None for number in numbers]
        return Bars(zone_title(zone), heights, [quantity(service, number or 0) for number in numbers], tone)

    total = quantity(service, sum(sums.values()))
    stacked_bars(
        [f"{day.day} {day:%b}" for day in every],
        [bars(zone, tone) for zone, tone in zip(zones, TONES, strict=False)],
        suffix=unit,
        key="usage-by-day",
        alt=f"{SERVICES[service]} by day, {total} in {dates(first, last)}",
        dark=session.is_dark(),
    )


def _scale(service: str, most: int) -> tuple[int, str]:
    """Return what one unit of the chart is in base units, and its sign."""
    if service in {"voice", "sms"}:
        return (SECONDS, " min") if service == "voice" else (1, "")
    return (GIGABYTE, " GB") if most >= GIGABYTE else (MEGABYTE, " MB")


def usage_table(view: AccountView) -> None:
    """Draw every day, service and zone with usage, newest first."""
    if not view.usage:
        states.quiet(_why_none(view) if view.missing else "No usage so far.")
        return
    rows = [
        {
            "Day": day.day,
            "Service": SERVICES.get(day.service, day.service),
            "Zone": zone_title(day.zone),
            "Sessions": day.sessions,
            "Quantity": quantity(day.service, day.quantity),
        }
        for day in reversed(view.usage)
    ]
    st.dataframe(
        rows,
        key="usage-days",
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=grid_height(len(rows), ROWS_IN_SIGHT),
        column_config={
            "Day": st.column_config.DateColumn(format="D MMM YYYY"),
            "Quantity": st.column_config.TextColumn(alignment="right"),
        },
        alt=f"Usage by day, service and zone, {count(len(rows), 'row')}",
    )
