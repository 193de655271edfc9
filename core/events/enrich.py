"""Adds to a session what an event belongs to at its time: subscription, plan, zone, partner, cycle."""

from __future__ import annotations

from core.lake.session import Session
from core.lake.sql import load_sql

__all__ = ["enrich"]


def enrich(session: Session) -> None:
    """Create the view ``event_context``, one row for each usage event.

    Its columns are ``event_id, subscription_id, account_id, plan_id, cycle, roaming_zone,
    destination_zone, partner_id``; null where nothing matches, zone ``unknown`` where none is listed.
    ``cycle`` is the local date on which the account's bill cycle begins. Join it to few events: it is
    worked out for those only.
    """
    session.execute(load_sql("core.events", "event_context"))
