"""The page of the reference operator: what was done and what customers were told. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from importlib.resources import files
from typing import Final

from core.simulation.reference.state import Kept, Row, State
from core.simulation.reference.switches import Switches

__all__ = ["STYLE", "page"]

STYLE: Final = files("core.simulation.reference").joinpath("page.css").read_text(encoding="utf-8")

_FRAME: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{operator}: reference operator</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/style.css">
</head><body><header><h1>{operator}</h1>
<p>Made-up systems of a made-up operator. Nothing here reaches anybody.</p>
<dl><div><dt>Its time, UTC</dt><dd>{now}</dd></div><div><dt>Orders carried out</dt><dd>{orders}</dd></div>
<div><dt>Customers told</dt><dd>{notices}</dd></div>
<div><dt>Going wrong on purpose</dt><dd>{faults}</dd></div></dl>
</header><main>{body}</main></body></html>
"""


def page(state: State, switches: Switches) -> str:
    """Return the page."""
    orders, notices = state.orders(), state.papers("notice")
    faults = ", ".join(sorted({str(one["fault"]).replace("_", " ") for one in switches.on()}))
    return _FRAME.format(
        operator=escape(state.settings.operator),
        now=_time(state.now.isoformat()),
        orders=len(orders),
        notices=len(notices),
        faults=escape(faults) or "nothing",
        body=_notices(notices) + _orders(orders) + _tickets(state.papers("ticket")),
    )


def _notices(notices: list[Row]) -> str:
    if not notices:
        return _section("What customers were told", "<p class=none>Nobody was told anything yet.</p>")
    told = "".join(
        f"<article><h3>{escape(one['name'])} <small>{escape(one['account_id'])}</small></h3>"
        f"<p class=to>{_time(one['at'])}<br>{escape(one['to'])}</p>"
        f"<p class=subject>{escape(one['subject'])}</p>"
        f"<blockquote lang='{escape(one['language'])}'>{escape(one['text'])}</blockquote></article>"
        for one in notices
    )
    return _section("What customers were told", f"<div class=told>{told}</div>")


def _orders(orders: list[Kept]) -> str:
    if not orders:
        return _section("What was done", "<p class=none>No order has come yet.</p>")
    rows = (
        (_time(one.at.isoformat()), one.kind.replace("_", " "), _named(one), _said(one), one.reference)
        for one in orders
    )
    return _section("What was done", _table(("When, UTC", "Order", "About", "How", "Made or changed"), rows))


def _tickets(tickets: list[Row]) -> str:
    if not tickets:
        return ""
    rows = (
        (
            _time(one["at"]),
            one["id"],
            one["status"],
            one["subject"] or one["kind"].replace("_", " "),
            one["text"],
        )
        for one in tickets
    )
    return _section("Tickets", _table(("When, UTC", "Ticket", "Status", "Subject", "Text"), rows))


def _section(title: str, body: str) -> str:
    return f"<section><h2>{title}</h2>{body}</section>"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    head = "".join(f"<th scope=col>{one}</th>" for one in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(one)}</td>' for one in row)}</tr>" for row in rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f"<div class=scroll tabindex=0>{table}</div>"


def _named(order: Kept) -> str:
    return ", ".join(order.asked["target"].values())


def _said(order: Kept) -> str:
    values = order.asked["values"]
    money = f"{values['amount']} {values.get('currency', '')}".strip() if "amount" in values else ""
    words = (values.get(name) for name in ("plan_id", "reason", "subject", "text"))
    return money or str(next(filter(None, words), ""))[:80]


def _time(text: str) -> str:
    return f"{text[:10]} {text[11:19]}"
