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
    "invoices": {"invoice_id": "invoice", "account_id": "account"},
    "payments": {
        "payment_id": "payment",
        "refund_of": "payment",
        "invoice_id": "invoice",
        "account_id": "account",
    },
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
    "contacts": {"account_id": "account"},
    "surveys": {"account_id": "account"},
}
"""The columns by which rows hang together, and what kind of key each holds; in the order to follow them."""

SHARED = tuple(name for name in STREAMS if name not in LINKS)
"""The streams that belong to no account."""

_FINE = ("event", "record", "charge", "payment")
"""Keys that one row has, or few."""

_COARSE = ("account", "subscription", "sim", "number", "invoice")
"""Keys that many rows share."""

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
    Streams are first followed by what many of their rows share, which brings nearly all rows in one read of
    each. Ids of single rows are asked after, and whole rows read once more only where any are found.
    """
    stage = 0
    asked = {(stream, kinds): -1 for kinds in (_COARSE, _FINE) for stream in LINKS}
    while lacking := next((one for one in asked if _lacks(session, *one, asked[one])), None):
        stage += 1
        _pull(session, *lacking, asked[lacking])
        asked[lacking] = stage
        _follow(session, lacking[0], stage + 1)
        if count_accounts(session) > at_most:
            return False
    return True


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


def _columns(stream: str, kinds: Collection[str]) -> dict[str, str]:
    """Return the columns by which rows of a stream are asked for, of some kinds of key."""
    return {
        column: kind
        for column, kind in LINKS[stream].items()
        if kind in kinds and (stream, column) not in _NEVER_FOLLOWED
    }


def _lacks(session: Session, stream: str, kinds: Collection[str], asked: int) -> bool:
    named = ", ".join(map(literal, set(_columns(stream, kinds).values())))
    if not named:
        return False
    query = f"select exists (from island_keys where kind in ({named}) and stage > {asked})"
    return bool(session.execute(query).fetchall()[0][0])


def _pull(session: Session, stream: str, kinds: Collection[str], asked: int) -> None:
    """Read into ``island_read`` what a stream has of the keys that have come up since it was asked last."""
    conditions = {
        column: _new_keys(stream, column, kind, asked) for column, kind in _columns(stream, kinds).items()
    }
    is_linked = " or ".join(f"{identifier(column)} in ({keys})" for column, keys in conditions.items())
    is_new = f"anti join (select _file, _row from island_{stream}) using (_file, _row)"
    if kinds is _COARSE:
        rows = f"from (from all_{stream} where {is_linked}) {is_new}"
    else:
        session.execute(
            "create or replace temp table island_found as"
            f" from (select _file, _row from all_{stream} where {is_linked}) {is_new}"
        )
        found = session.execute("select count(*) from island_found").fetchall()[0][0]
        rows = f"from all_{stream} " + ("semi join island_found using (_file, _row)" if found else "limit 0")
    session.execute(f"create or replace temp table island_read as {rows}")
    session.execute(f"insert into island_{stream} from island_read")


def _new_keys(stream: str, column: str, kind: str, asked: int) -> str:
    """Return the query for keys to ask a column for; its own ids only where no row of theirs is there yet."""
    keys = f"select key from island_keys where stage > {asked} and kind = {literal(kind)}"
    is_own = (column,) == STREAMS[stream].key
    known = f" and key not in (select {identifier(column)} from island_{stream})"
    return keys + known if is_own else keys


def _follow(session: Session, stream: str, stage: int) -> None:
    """Add the keys of the rows just read, and of other versions of these rows."""
    _add_keys(session, "island_read", LINKS[stream], stage)
    versions = (
        f"(from island_versions_{stream} where key_hash in"
        f" (select {key_hash(STREAMS[stream])} from island_read))"
    )
    _add_keys(session, versions, LINKS[stream], stage)


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
