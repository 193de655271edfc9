"""Put together what a decoded roaming file gives back, in the contract's columns.

Reads no octets: the formats bring the facts of the file, the records their events.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from core.events.tap3.records import Records
from core.events.tap3.refusals import Rejected
from core.kernel.records import STREAMS
from core.kernel.records.arrow import ARROW_TYPES

EVENT_SCHEMA = pa.schema(
    [(column.name, ARROW_TYPES[column.type]) for column in STREAMS["usage_events"].columns]
)


@dataclass(frozen=True)
class FileFacts:
    """What a file says of itself; None where it is silent."""

    sender: str
    recipient: str
    sequence: int
    kind: str
    """tap, nrtrde or test."""
    release: str
    """Format and release: TAP 3.12."""
    created_at: datetime
    received_at: datetime
    cut_off: datetime | None = None
    earliest: datetime | None = None
    latest: datetime | None = None
    record_count: int | None = None
    total_charge: Decimal | None = None
    currency: str | None = None

    @property
    def file_id(self) -> str:
        """Return sender, recipient, kind and sequence as one text."""
        return f"{self.sender}-{self.recipient}-{self.kind}-{self.sequence:05d}"

    @property
    def source(self) -> str:
        """Return the sender as a source of usage."""
        return f"tap:{self.sender}"


@dataclass(frozen=True)
class DecodedBatch:
    """One roaming file, decoded.

    Parameters
    ----------
    file
        The row of usage_files, by column. What the partner declares stands as declared, right or wrong.
    events
        Rows of usage_events in the file's order, all columns in contract order and in Arrow's types.
        `serving_plmn` is null: the file names its network by TADIG code, which the stream networks turns
        into a PLMN. `msisdn` is null where the file has none: it follows from the imsi.
    rejected
        What could not be used, by position.
    warnings
        Sentences on what does not hold together or was left out.
    recipient
        TADIG code of the operator that the file is addressed to.
    release
        Format and release, as TAP 3.12.
    records
        Records in the file, rejected ones included.
    """

    file: Mapping[str, Any]
    events: pa.Table
    rejected: Sequence[Rejected]
    warnings: Sequence[str]
    recipient: str
    release: str
    records: int


def assemble(data: bytes, facts: FileFacts, records: Records, warnings: Sequence[str]) -> DecodedBatch:
    """Give the file's row, its events as a table, and the warnings that only the whole file can raise."""
    events = _event_table(facts, records)
    return DecodedBatch(
        file=_file_row(data, facts, records, events),
        events=events,
        rejected=tuple(records.rejected),
        warnings=(*warnings, *records.notes, *_disagreements(facts, records, events)),
        recipient=facts.recipient,
        release=facts.release,
        records=records.count,
    )


def _file_row(data: bytes, facts: FileFacts, records: Records, events: pa.Table) -> dict[str, Any]:
    start, end = _period(facts, events)
    return {
        "file_id": facts.file_id,
        "source": facts.source,
        "partner_id": facts.sender,
        "sequence": facts.sequence,
        "period_start": start,
        "period_end": end,
        "created_at": facts.created_at,
        "received_at": facts.received_at,
        "record_count": records.count if facts.record_count is None else facts.record_count,
        "kind": facts.kind,
        "checksum": hashlib.sha256(data).hexdigest(),
        "total_charge": facts.total_charge,
        "currency": facts.currency,
        "status": "accepted",
    }


def _period(facts: FileFacts, events: pa.Table) -> tuple[datetime, datetime]:
    """Take the declared period, else that of the events, else the cut-off, else the creation."""
    started = events["started_at"]
    ended = pc.add(started, events["duration_s"].cast(pa.duration("s")))
    silent = facts.cut_off or facts.created_at
    start = facts.earliest or pc.min(started).as_py() or silent
    return start, max(start, facts.latest or pc.max(ended).as_py() or silent)


def _event_table(facts: FileFacts, records: Records) -> pa.Table:
    columns = dict(records.events)
    positions = columns["file_position"]
    columns["event_id"] = pc.binary_join_element_wise(facts.file_id, positions.cast(pa.string()), "#")
    same = {"source": facts.source, "file_id": facts.file_id, "received_at": facts.received_at}
    for field in EVENT_SCHEMA:
        if field.name not in columns:
            columns[field.name] = pa.repeat(pa.scalar(same.get(field.name), field.type), len(positions))
    return pa.table([columns[name] for name in EVENT_SCHEMA.names], schema=EVENT_SCHEMA)


def _disagreements(facts: FileFacts, records: Records, events: pa.Table) -> list[str]:
    found = []
    if records.count == 0:
        found.append("The file holds no records.")
    if facts.record_count is not None and facts.record_count != records.count:
        found.append(f"The file declares {facts.record_count} records and holds {records.count}.")
    charged = pc.sum(events["wholesale_charge"]).as_py() or Decimal(0)
    if facts.total_charge is not None and facts.total_charge != charged:
        total = facts.total_charge
        found.append(
            f"The file declares a total charge of {total}, its events add up to {charged.normalize():f}."
        )
    return found
