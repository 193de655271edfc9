"""What values the decision API takes: bounded, so that nothing absurd gets further in. Holds no shape."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)

from core.api import ACTION_PHRASES, CAUSE_PHRASES

__all__ = [
    "Action",
    "RootCause",
    "Count",
    "Id",
    "Instant",
    "Money",
    "Number",
    "Received",
    "Shown",
    "Version",
    "Words",
]

_FIRST, _LAST = 1990, 2200
_MONEY = r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$"


def _sensible(instant: datetime) -> datetime:
    if not _FIRST <= instant.year <= _LAST:
        raise ValueError(f"must lie between {_FIRST} and {_LAST}")
    return instant


def _known(names: Collection[str], name: str) -> str:
    if name not in names:
        raise ValueError(f"must be one of {', '.join(sorted(names))}")
    return name


def _as_text(amount: object) -> str:
    """Refuse what is not exact: JSON's own numbers are read as floats by many."""
    if not isinstance(amount, str) or not re.fullmatch(_MONEY, amount):
        raise ValueError("must be text with at most 12 digits and 6 decimals, as -12.30")
    return amount


Instant = Annotated[
    AwareDatetime,
    AfterValidator(_sensible),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": "^(199[0-9]|2[01][0-9]{2})-"}),
]
Id = Annotated[str, Field(min_length=1, max_length=200)]
Words = Annotated[str, Field(max_length=4_000)]
Money = Annotated[
    Decimal,
    BeforeValidator(_as_text),
    WithJsonSchema({"type": "string", "pattern": _MONEY, "examples": ["-12.30"]}),
]
Count = Annotated[int, Field(ge=0, le=10**15)]
Number = Annotated[int, Field(ge=0, le=10**7)]
Version = Annotated[int, Field(ge=0, le=10**9)]


def _one_of(names: Iterable[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": sorted(names)})


Action = Annotated[str, AfterValidator(partial(_known, ACTION_PHRASES)), _one_of(ACTION_PHRASES)]
RootCause = Annotated[str, AfterValidator(partial(_known, CAUSE_PHRASES)), _one_of(CAUSE_PHRASES)]


class Received(BaseModel):
    """Stand for what is sent to us: a name that we do not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Shown(BaseModel):
    """Stand for what we answer: money as text, times in UTC."""

    model_config = ConfigDict(from_attributes=True, frozen=True)
