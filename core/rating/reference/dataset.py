"""What the engine is given: rows of the contract's streams, in plain Python values. Prices nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

Row = Mapping[str, Any]
Streams = Mapping[str, Sequence[Row]]


def rows(streams: Streams, stream: str) -> Sequence[Row]:
    """Return a stream's rows; a stream that is absent has none."""
    return streams.get(stream) or ()


def holds(valid_from: datetime, valid_to: datetime | None, instant: datetime) -> bool:
    """Tell whether ``[valid_from, valid_to)`` holds an instant; no end means open."""
    return valid_from <= instant and (valid_to is None or instant < valid_to)
