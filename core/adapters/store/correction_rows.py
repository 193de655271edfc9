"""How corrections, their orders and postings are kept in rows. Opens no connection."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from core.adapters.store.audit import SqlAuditTrail
from core.adapters.store.case_life import keep_step, read_lives
from core.adapters.store.correction_tables import (
    correction_ledger,
    correction_orders,
    correction_switches,
    corrections,
)
from core.governance.canonical import canonical
from core.kernel.corrections import ENDED, Correction, OrderItem, Posting, Switch
from core.kernel.orders import Order, Value
from core.ports.corrections import CorrectionChange

_PLAIN = [one.name for one in fields(Correction) if one.name != "items"]
COLUMNS = [corrections.c[name] for name in _PLAIN]
_EXACT = "decimal:"
"""Marks a decimal among an order's values, which JSON keeps as text."""


def keep_change(
    connection: Connection, audit: SqlAuditTrail, change: CorrectionChange, before: Correction | None
) -> None:
    """Keep a correction with its orders, postings, audit entry and its case's step."""
    one = change.correction
    row = {name: getattr(one, name) for name in _PLAIN}
    if one.state in ENDED or one.state == "stuck":
        row["due_at"] = None
    if before is None:
        connection.execute(insert(corrections).values(row))
    else:
        this = corrections.c.correction_id == one.correction_id
        connection.execute(update(corrections).where(this).values(row))
    _keep_items(connection, one, before)
    keep_postings(connection, change.postings)
    audit.append(connection, change.event)
    if change.take is not None:
        life = read_lives(connection, [one.case_id])[one.case_id]
        keep_step(connection, audit, life, change.take)


def keep_postings(connection: Connection, posted: Iterable[Posting]) -> None:
    """Add postings to the ledger; none is ever changed."""
    rows = [asdict(one) for one in posted]
    if rows:
        connection.execute(insert(correction_ledger), rows)


def _keep_items(connection: Connection, one: Correction, before: Correction | None) -> None:
    known = {item.position: item for item in before.items} if before else {}
    for item in one.items:
        if known.get(item.position) == item:
            continue
        values = {
            "key": item.order.key,
            "kind": item.order.kind,
            "state": item.state,
            "content": _content(item),
        }
        place = {"correction_id": one.correction_id, "position": item.position}
        if item.position in known:
            this = [correction_orders.c[name] == value for name, value in place.items()]
            connection.execute(update(correction_orders).where(*this).values(values))
        else:
            connection.execute(insert(correction_orders).values(place | values))


def read_correction(connection: Connection, correction_id: str) -> Correction | None:
    """Return one correction; None when there is none of that id."""
    chosen = select(*COLUMNS).where(corrections.c.correction_id == correction_id)
    return next(iter(read_whole(connection, connection.execute(chosen).mappings().all())), None)


def read_whole(connection: Connection, rows: Collection[RowMapping]) -> tuple[Correction, ...]:
    """Return corrections with their orders."""
    ids = [row["correction_id"] for row in rows]
    chosen = select(correction_orders.c.correction_id, correction_orders.c.content)
    chosen = chosen.where(correction_orders.c.correction_id.in_(ids)).order_by(correction_orders.c.position)
    items: dict[str, list[OrderItem]] = {one: [] for one in ids}
    for correction_id, content in connection.execute(chosen) if ids else ():
        items[correction_id].append(_item(content))
    return tuple(Correction(**row, items=tuple(items[row["correction_id"]])) for row in rows)


def read_switches(connection: Connection) -> tuple[Switch, ...]:
    """Return what is switched off, by name."""
    chosen = select(correction_switches).order_by(correction_switches.c.name)
    return tuple(Switch(**row) for row in connection.execute(chosen).mappings())


def _content(item: OrderItem) -> str:
    plain = asdict(item)
    plain["order"]["values"] = _marked(item.order.values)
    plain["before"] = None if item.before is None else _marked(item.before)
    return canonical(plain)


def _item(content: str) -> OrderItem:
    kept: dict[str, Any] = json.loads(content)
    order = kept["order"]
    kept["order"] = Order(**order | {"values": _unmarked(order["values"])})
    kept["before"] = None if kept["before"] is None else _unmarked(kept["before"])
    for name in ("not_before", "until", "sent_at"):
        kept[name] = None if kept[name] is None else datetime.fromisoformat(kept[name])
    return OrderItem(**kept)


def _marked(values: Any) -> dict[str, Value]:
    return {
        name: f"{_EXACT}{value:f}" if isinstance(value, Decimal) else value for name, value in values.items()
    }


def _unmarked(values: dict[str, Any]) -> dict[str, Value]:
    return {
        name: Decimal(value.removeprefix(_EXACT))
        if isinstance(value, str) and value.startswith(_EXACT)
        else value
        for name, value in values.items()
    }
