"""The data contract, declared once: lake schemas, validation and docs follow from it."""

from __future__ import annotations

from core.kernel.records.events import EVENTS
from core.kernel.records.model import SQL_TYPES, Column, Stream
from core.kernel.records.outputs import OUTPUTS
from core.kernel.records.reference import REFERENCE

STREAMS: dict[str, Stream] = {stream.name: stream for stream in (*REFERENCE, *EVENTS)}
"""Every stream an operator may hand over, by name."""

FINDINGS, CASES = OUTPUTS

__all__ = ["CASES", "FINDINGS", "SQL_TYPES", "STREAMS", "Column", "Stream"]
