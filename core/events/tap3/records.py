"""Go through the records of a file: each becomes an event or a rejection, none is dropped.

Knows no format: the caller brings the tables of TAP or NRTRDE.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from core.events.tap3.ber import BerFile, Element, describe, refuse
from core.events.tap3.fields import Tables
from core.events.tap3.layout import gather
from core.events.tap3.refusals import Refusals, Rejected
from core.events.tap3.sessions import session_columns
from core.events.tap3.tags import RecordKind
from core.events.tap3.usage import OffsetReader, UsageReader
from core.kernel.errors import UnreadableFileError

MAX_RECORDS = 500_000


@dataclass(frozen=True)
class Format:
    """Bring together what a file format's records look like."""

    kinds: Mapping[int, RecordKind]
    unsupported: Mapping[int, str]
    tables: Tables


@dataclass
class Records:
    """Hold what the records of one file became: events in the file's order, rejections by position."""

    count: int = 0
    events: dict[str, pa.Array] = field(default_factory=dict)
    """Columns of usage_events that the records decide; none when there is no record to read."""
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_records(
    file: BerFile, section: Element | None, layout: Format, offset_of: OffsetReader, places: int | None
) -> Records:
    """Read every record between the ends of a section.

    Parameters
    ----------
    section
        None when the file has none.
    places
        Decimal places of the charges; None when they are not to be read.

    Returns
    -------
    Records
        A record that cannot be used is rejected and the next one read. When a record's own end cannot be
        found, what follows it in the section is rejected with it.

    Raises
    ------
    UnreadableFileError
        RA-E103 when there are more than `MAX_RECORDS`.
    """
    records = Records()
    found = array("q")
    if section is not None:
        _find(file, section, layout, records, found)
    positions, record_tags, starts, ends = np.array(found, np.int64).reshape(-1, 4).T
    refusals = Refusals(positions)
    gathered = gather(file, starts, ends, layout.tables, refusals)
    usage = UsageReader(gathered, record_tags, layout.kinds, refusals)
    events = usage.read(offset_of, places)
    accepted = refusals.accepted()
    events |= session_columns(gathered.values, events, accepted)
    events["file_position"] = pa.array(positions)
    keep = pa.array(accepted)
    records.events = {name: column.filter(keep) for name, column in events.items()}
    records.rejected = sorted([*records.rejected, *refusals.rejected()])
    records.notes = usage.notes
    return records


def _find(file: BerFile, section: Element, layout: Format, records: Records, found: array[int]) -> None:
    """Note position, tag, start and end of the records of kinds that are read; reject the others by name."""
    end = section.start
    try:
        for tag, at, end in file.spans(section.start, section.stop):
            records.count += 1
            if records.count > MAX_RECORDS:
                break
            if tag in layout.kinds:
                found.extend((records.count, tag, at, end))
            else:
                records.rejected.append(_unsupported(records.count, tag, at, layout))
    except UnreadableFileError as error:
        records.count += 1
        action = f"Ask the sender for the file again: {section.stop - end} bytes from here on are unread."
        records.rejected.append(Rejected(records.count, "record", "", error.message, action))
    if records.count > MAX_RECORDS:
        refuse(f"the file holds more than {MAX_RECORDS} records", end)


def _unsupported(position: int, tag: int, at: int, layout: Format) -> Rejected:
    name = layout.unsupported.get(tag)
    if name is None:
        reason = f"{describe(tag)} at byte {at} is no record of this format"
        return Rejected(position, "record", describe(tag), reason, "Ask the sender what it is.")
    reason = f"{name} is not voice, message or data usage, so it is not priced"
    return Rejected(position, "record", name, reason, "Check its charge by hand if the partner claims it.")
