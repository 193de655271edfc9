"""Finds the rows that new rows can have to do with, and copies them apart. Judges nothing.

Rows that share an account, a subscription, a SIM, a number or the id of another row are on one island; what
is found of an account follows from its island's rows and from what all accounts share, such as price lists.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from core.kernel.records import STREAMS
from core.lake.schemas import key_hash
from core.lake.session import Session
from core.lake.sql import file_pattern, identifier, literal
from core.lake.views import of_revised_keys

__all__ = ["LINKS", "SHARED", "copy_apart", "count_accounts", "grow", "start"]

LINKS: dict[str, dict[str, str]] = {
    "subscriptions": {
        "account_id": "account",
        "subscription_id": "subscription",
        "imsi": "sim",
        "msisdn": "number",
    },
    "provisioning": {"imsi": "sim", "msisdn": "number"},
    "accounts": {"account_id": "account"},
    "product_grants": {"subscription_id": "subscription"},
    "consents": {"subscription_id": "subscription"},
    "promotion_grants": {"subscription_id": "subscription"},
    "usage_events": {"event_id": "event", "imsi": "sim", "msisdn": "number"},
    "mediation_records": {"record_id": "record", "event_id": "event", "subscription_id": "subscription"},
    "charges": {
        "charge_id": "charge",
        "corrects": "charge",
        "record_id": "record",
        "account_id": "account",
        "subscription_id": "subscription",
        "invoice_id": "invoice",
    },
    "invoices": {"invoice_id": "invoice", "account_id": "account"},
    "payments": {
        "payment_id": "payment",
        "refund_of": "payment",
        "invoice_id": "invoice",
        "account_id": "account",
    },
    "contacts": {"account_id": "account"},
    "surveys": {"account_id": "account"},
}
"""The columns by which rows hang together, and what kind of key each holds; in the order to follow them."""

SHARED = tuple(name for name in STREAMS if name not in LINKS)
"""The streams that belong to no account."""

_NEVER_FOLLOWED = {("usage_events", "msisdn")}
"""The network fills it in for whoever has none: it leads to subscriptions, not from them to usage."""


def start(session: Session) -> None:
    """Create the table ``island_keys``: the kind and value of every key on the islands, none so far."""
    session.execute("create or replace temp table island_keys (kind varchar, key varchar, stage integer)")
    revised = {name for (name,) in session.execute("select distinct stream from revised_keys").fetchall()}
    for stream in LINKS:
        session.execute(f"create or replace temp table island_{stream} as select * from all_{stream} limit 0")
        is_revised = of_revised_keys(STREAMS[stream]) if stream in revised else "false"
        session.execute(
            f"create or replace temp table island_versions_{stream} as"
            f" select *, {key_hash(STREAMS[stream])} as key_hash from all_{stream} where {is_revised}"
        )


def add_rows(session: Session, stream: str, rows: str) -> None:
    """Put the keys of some rows of a stream on the islands.

    Parameters
    ----------
    rows
        A relation with the stream's columns, or part of a query in brackets.
    """
    _add_keys(session, rows, LINKS[stream], 0)


def grow(session: Session, *, at_most: int) -> bool:
    """Follow all links until no row outside shares a key; fill ``island_<stream>`` with the rows.

    Parameters
    ----------
    at_most
        Give up when more accounts than this are reached, as it is no longer worth it.

    Returns
    -------
    bool
        Whether the islands are whole.

    Notes
    -----
    A stream is read again only when keys have come up since that it has not been asked for, and only for
    these.
    """
    stage, asked = 0, dict.fromkeys(LINKS, -1)
    while True:
        waiting = [stream for stream in LINKS if _is_lacking(session, stream, asked[stream])]
        if not waiting:
            return True
        for stream in waiting:
            stage += 2
            _pull(session, stream, asked[stream])
            asked[stream] = stage
            _follow(session, stream, stage)
            if count_accounts(session) > at_most:
                return False


def count_accounts(session: Session) -> int:
    """Return how many accounts are on the islands."""
    return int(session.execute("select count(*) from island_keys where kind = 'account'").fetchall()[0][0])


def copy_apart(session: Session, folder: Path) -> dict[str, list[str]]:
    """Write the islands' rows to Parquet files and return the files of each stream."""
    files: dict[str, list[str]] = {}
    for stream in LINKS:
        path = folder / f"{stream}.parquet"
        session.execute(f"copy island_{stream} to {literal(str(path))} (format parquet)")
        files[stream] = [file_pattern(path)]
    return files


def _kinds(stream: str) -> list[tuple[str, str]]:
    return [
        (column, kind) for column, kind in LINKS[stream].items() if (stream, column) not in _NEVER_FOLLOWED
    ]


def _is_lacking(session: Session, stream: str, asked: int) -> bool:
    return _has_keys(session, {kind for _, kind in _kinds(stream)}, asked)


def _has_keys(session: Session, kinds: Collection[str], asked: int) -> bool:
    named = ", ".join(map(literal, kinds))
    query = f"select exists (from island_keys where kind in ({named}) and stage > {asked})"
    return bool(session.execute(query).fetchall()[0][0])


def _pull(session: Session, stream: str, asked: int) -> None:
    """Read into ``island_read`` what a stream has of the keys that have come up since it was asked last."""
    new = f"select key from island_keys where stage > {asked} and kind ="
    is_on_island = " or ".join(
        f"{identifier(column)} in ({new} {literal(kind)})"
        for column, kind in _kinds(stream)
        if _has_keys(session, [kind], asked)
    )
    session.execute(
        f"create or replace temp table island_read as from (from all_{stream} where {is_on_island})"
        f" anti join (select _file, _row from island_{stream}) using (_file, _row)"
    )
    session.execute(f"insert into island_{stream} from island_read")


def _follow(session: Session, stream: str, stage: int) -> None:
    """Add the keys of the rows just read; their own ids need not be asked of their stream again."""
    own = {column: kind for column, kind in LINKS[stream].items() if (column,) == STREAMS[stream].key}
    others = {column: kind for column, kind in LINKS[stream].items() if column not in own}
    _add_keys(session, "island_read", own, stage)
    _add_keys(session, "island_read", others, stage + 1)
    versions = (
        f"(from island_versions_{stream} where key_hash in"
        f" (select {key_hash(STREAMS[stream])} from island_read))"
    )
    _add_keys(session, versions, LINKS[stream], stage + 1)


def _add_keys(session: Session, rows: str, links: Mapping[str, str], stage: int) -> None:
    for kind, columns in _by_kind(links).items():
        keys = " union ".join(
            f"select {identifier(column)} as key from {rows} as added where {identifier(column)} is not null"
            for column in columns
        )
        session.execute(
            f"insert into island_keys select distinct {literal(kind)}, key, {stage} from ({keys})"
            f" where key not in (select key from island_keys where kind = {literal(kind)})"
        )


def _by_kind(links: Mapping[str, str]) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for column, kind in links.items():
        kinds.setdefault(kind, []).append(column)
    return kinds
