"""How values are kept so that SQLite and PostgreSQL agree to the last digit. Holds no table."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast, get_args

from sqlalchemy import BigInteger, DateTime, Dialect, SmallInteger, Text
from sqlalchemy.types import TypeDecorator

from core.kernel.results import Severity

ID_LENGTH = 64
"""The characters that the contract allows an id."""

MICROS = Decimal(1_000_000)
SEVERITIES: tuple[Severity, ...] = get_args(Severity)


class Money(TypeDecorator[Decimal]):
    """Keep an exact amount as whole micro-units: SQLite has no decimal, and integers sort and sum right."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Return micro-units; ValueError when the amount has more than six decimals."""
        if value is None:
            return None
        micros = value * MICROS
        whole = int(micros)
        if whole != micros:
            raise ValueError(f"{value} has more than six decimals")
        return whole

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Return the amount; sums come back as int on SQLite and as Decimal on PostgreSQL."""
        return None if value is None else Decimal(int(value)) / MICROS


class Instant(TypeDecorator[datetime]):
    """Keep an instant in UTC to the microsecond; a time without a zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC, without its zone where the database keeps none."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Return the instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PlainText(TypeDecorator[str]):
    """Keep text; a NUL, which PostgreSQL refuses, becomes the replacement character on both databases.

    Parameters
    ----------
    limit
        How many characters to keep, for a column of an index, which PostgreSQL bounds; None for all.
    """

    impl = Text
    cache_ok = True

    def __init__(self, limit: int | None = None) -> None:
        super().__init__()
        self.limit = limit

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Return the text without NUL, cut to the limit."""
        return value.replace("\x00", "\ufffd")[: self.limit] if value else value


class Ids(TypeDecorator[tuple[str, ...]]):
    """Keep some ids in order, as a JSON list."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str:  # noqa: ARG002 -- SQLAlchemy's signature
        """Return the list."""
        return json.dumps([one.replace("\x00", "\ufffd") for one in value or ()])

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...]:  # noqa: ARG002 -- SQLAlchemy's signature
        """Return the ids."""
        return tuple(json.loads(value or "[]"))


class SeverityRank(TypeDecorator[Severity]):
    """Keep a severity as its rank, 0 the worst, so that it sorts."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: Severity | None, dialect: Dialect) -> int | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Return the rank."""
        return None if value is None else SEVERITIES.index(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Severity | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Return the severity of a rank."""
        return None if value is None else cast(Severity, SEVERITIES[value])
