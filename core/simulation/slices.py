"""Lets a session work on some accounts as if they were all: temporary tables hide the real ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa

from core.lake.session import Session
from core.simulation.dataset import create_streams

__all__ = ["existing_slice", "new_slice"]

_OF_ACCOUNTS = (
    "accounts", "subscriptions", "provisioning", "product_grants", "promotion_grants", "consents",
    "usage_events", "mediation_records", "charges", "invoices", "payments", "contacts", "surveys",
)  # fmt: skip
_SELECTED = {
    "accounts": "account_id in (from again)",
    "subscriptions": "account_id in (from again)",
    "provisioning": "imsi in (select imsi from temp.main.subscriptions)",
    "product_grants": "subscription_id in (select subscription_id from temp.main.subscriptions)",
    "promotion_grants": "subscription_id in (select subscription_id from temp.main.subscriptions)",
    "consents": "subscription_id in (select subscription_id from temp.main.subscriptions)",
    "usage_events": "imsi in (select imsi from temp.main.subscriptions)",
    "mediation_records": "subscription_id in (select subscription_id from temp.main.subscriptions)",
    "charges": "kind = 'adjustment' and account_id in (from again)",
}
_REPLACED = ("charges", "invoices", "payments")


@contextmanager
def new_slice(session: Session) -> Iterator[None]:
    """Let the streams of accounts be empty for a while; append what came into them to the real ones."""
    create_streams(session, temporary=True, names=_OF_ACCOUNTS)
    yield
    database = _database(session)
    for name in _OF_ACCOUNTS:
        session.execute(f"insert into {database}.main.{name} by name from temp.main.{name}")
        session.execute(f"drop table temp.main.{name}")


@contextmanager
def existing_slice(session: Session, accounts: Sequence[str]) -> Iterator[None]:
    """Let only some accounts be there for a while, without bills; put what was billed in place of the old.

    Notes
    -----
    Adjustments that people keyed in stay, the invoices and payments are gone and have to be made anew.
    """
    session.register("again", pa.table({"account_id": list(accounts)}))
    create_streams(session, temporary=True, names=_OF_ACCOUNTS)
    database = _database(session)
    for name, condition in _SELECTED.items():
        session.execute(
            f"insert into temp.main.{name} by name from {database}.main.{name} where {condition}"  # noqa: S608
        )
    yield
    for name in _REPLACED:
        session.execute(f"delete from {database}.main.{name} where account_id in (from again)")  # noqa: S608
        session.execute(f"insert into {database}.main.{name} by name from temp.main.{name}")
    for name in _OF_ACCOUNTS:
        session.execute(f"drop table temp.main.{name}")


def _database(session: Session) -> str:
    return str(session.execute("select current_database()").fetchall()[0][0])
