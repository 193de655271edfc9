"""Narrows a session to what one account's bills depend on, so that later stages are quick. Judges nothing."""

from __future__ import annotations

from core.lake.session import Session
from core.lake.sql import load_sql

__all__ = ["narrow_to_account"]

_OF_ACCOUNT = ("accounts", "charges", "invoices", "payments", "contacts", "surveys")
_OF_SUBSCRIPTION = ("product_grants", "promotion_grants", "consents")
_PICKED = {
    "subscriptions": "account_subscriptions",
    "usage_events": "account_events",
    "mediation_records": "account_records",
}


def narrow_to_account(session: Session, account_id: str) -> None:
    """Replace the streams about customers with tables of the rows that one account's bills depend on.

    Notes
    -----
    *subscriptions* keeps also who else ever held the account's SIMs; *usage_events* and *mediation_records*
    keep what was guided to somebody else, and what was guided here from elsewhere. Price lists, partners and
    *usage_files* stay whole.
    """
    for stream in (*_OF_ACCOUNT, *_PICKED, *_OF_SUBSCRIPTION, "provisioning"):
        session.execute(f"alter view {stream} rename to whole_{stream}")
    for stream in _OF_ACCOUNT:
        _keep(session, stream, f"from whole_{stream} where account_id = $account", account=account_id)
    for stream, query in _PICKED.items():
        _keep(session, stream, load_sql("core.events", query), account=account_id)
    for stream in _OF_SUBSCRIPTION:
        _keep(session, stream, f"from whole_{stream} semi join subscriptions using (subscription_id)")
    _keep(session, "provisioning", "from whole_provisioning semi join subscriptions using (imsi)")


def _keep(session: Session, stream: str, query: str, **values: str) -> None:
    session.execute(f"create temp table {stream} as {query}", values or None)
