"""Says in which way a usage line is wrong: by what it says of itself, or by what mistake gives its amount.

Works on the slice that has just been priced, with explanations: compares the amount with what the same
engine makes of the line's own plan, tariff, quantity and free part, of what mediation gave billing, and,
where nothing that the line says is wrong, of the usual mistakes. A line that is what billing had to make of
it after the first wrong one of its cycle only follows. Rates no account and keeps no finding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lake.sql import load_sql
from core.rating.engine import create, create_table, price_members

if TYPE_CHECKING:
    from core.lake.session import Session

__all__ = ["attribute"]

_SQL = "core.rating.sql"

_LOCATE = ("kinds", "contenders", "contests", "winners", "placed")
_SPLIT = ("parts_of_calls", "split_sessions", "located", "priced_sessions")
_PRICE = ("parts", "pieces", "piece_sums", "usage_lines")


def attribute(session: Session) -> bool:
    """Fill ``review_faults`` for the lines of ``review_compared``; the slice's own prices are then gone.

    Returns
    -------
    bool
        Whether there was a line to judge; without one nothing is filled.
    """
    create_table(session, "review_lines", "review_lines")
    if not _has(session, "review_lines"):
        return False
    create(session, "usage", "review_given_usage")
    price_members(session, explain=False, cycle=None)
    create_table(session, "review_given", "review_given")
    create_table(session, "review_first_wrong", "review_first_wrong")
    if _has(session, "review_first_wrong"):
        create(session, "usage", "review_after_usage")
        price_members(session, explain=False, cycle=None)
    session.execute(f"insert into review_followers {load_sql(_SQL, 'review_followers')}")
    _price(session, "review_claims")
    create_table(session, "review_prices", "review_prices")
    create_table(session, "review_readings", "review_readings")
    create_table(session, "review_unexplained", "review_unexplained")
    _price(session, "review_guesses")
    session.execute(f"insert into review_prices {load_sql(_SQL, 'review_prices')}")
    create_table(session, "review_faults", "review_faults")
    return True


def _price(session: Session, ideas: str) -> None:
    """Price each line as each idea has it."""
    session.execute(f"create or replace temp table review_ideas as {load_sql(_SQL, ideas)}")
    create(session, "usage", "review_ideas_usage")
    for name in _LOCATE:
        create(session, name)
    create_table(session, "review_placed", "review_ideas_located")
    session.execute("create or replace temp view rating_placed as from review_placed")
    for name in _SPLIT:
        create(session, name)
    create(session, "draws", "review_ideas_drawn")
    create(session, "free_usage")
    create(session, "metered")
    create(session, "tier_positions", "review_ideas_tiers")
    for name in _PRICE:
        create(session, name)


def _has(session: Session, relation: str) -> bool:
    return bool(session.execute(f"select exists (select 1 from {relation})").fetchall()[0][0])  # noqa: S608
