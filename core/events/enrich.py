"""Adds to a session what an event belongs to at its time: subscription, plan, zone, partner, cycle."""

from __future__ import annotations

from core.lake.session import Session
from core.lake.sql import load_sql

__all__ = ["enrich"]


def enrich(session: Session) -> None:
    """Create the table macro ``event_context_of``, one row for each usage event that a relation names.

    ``from event_context_of('few')`` is worked out only for the events whose ``event_id`` is in ``few``, a
    table or a part of the same query. Its columns are ``event_id, subscription_id, account_id, plan_id,
    cycle, roaming_zone, destination_zone, partner_id``; null where nothing matches, zone ``unknown`` where
    none is listed. ``cycle`` is the local date on which the account's bill cycle begins.
    """
    session.execute(load_sql("core.events", "event_context"))
