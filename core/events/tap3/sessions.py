"""Join the partial records of one long call or data session, as far as one file can tell.

Parts that come in other files share the call reference; numbering them is for whoever sees all files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from core.events.tap3.columns import Integers, Mask, OctetColumn
from core.events.tap3.fields import ValueMatrix

FIRST, LAST = b"F", b"L"
PARTIAL_MARKS = (FIRST, b"I", LAST)
GOES_ON = ("1", "2")
"""Causes for termination that mean: the call goes on in another record."""


class SessionColumns:
    """Three columns of usage_events; null for an event that is complete in itself."""

    def __init__(self, records: int) -> None:
        self.call_ref: list[str | None] = [None] * records
        self.partial_sequence: list[int | None] = [None] * records
        self.partial_last: list[bool | None] = [None] * records

    def arrays(self) -> dict[str, pa.Array]:
        """Give them as Arrow columns."""
        return {
            "call_ref": pa.array(self.call_ref, pa.string()),
            "partial_sequence": pa.array(self.partial_sequence, pa.int64()),
            "partial_last": pa.array(self.partial_last, pa.bool_()),
        }


def session_columns(
    columns: ValueMatrix, events: Mapping[str, pa.Array], accepted: Mask
) -> dict[str, pa.Array]:
    """Say which events are parts of a session, in which order, and which part is the last.

    Parameters
    ----------
    columns, events
        The raw values and what they were read as, a row for each record.
    accepted
        The records that become events.

    Returns
    -------
    dict
        call_ref, partial_sequence and partial_last, a row for each record. The sequence is known only when
        the first part is in the same file: data records mark it, calls never do.
    """
    joined = SessionColumns(len(accepted))
    _join_calls(columns["call_ref"], events, accepted, joined)
    _join_sessions(columns, events, accepted, joined)
    return joined.arrays()


def _join_calls(
    references: OctetColumn, events: Mapping[str, pa.Array], accepted: Mask, joined: SessionColumns
) -> None:
    """Join calls of one reference when one says that it goes on; one that does not is the last part."""
    causes = events["cause_code"].to_numpy(zero_copy_only=False)
    is_call = (events["service"].to_numpy(zero_copy_only=False) == "voice") & references.fits & accepted
    goes_on = is_call & np.isin(causes.astype("U20"), GOES_ON)
    if not goes_on.any():
        return
    calls = _groups(np.flatnonzero(is_call), events["imsi"], references)
    for (_, reference), members in calls.items():
        if goes_on[members].any():
            for record in members:
                joined.call_ref[record] = reference.hex()
                joined.partial_last[record] = not goes_on[record]


def _join_sessions(
    columns: ValueMatrix, events: Mapping[str, pa.Array], accepted: Mask, joined: SessionColumns
) -> None:
    marks = columns["partial"]
    is_part = marks.fits & np.isin(marks.octets[:, 0], [mark[0] for mark in PARTIAL_MARKS])
    parts = np.flatnonzero(is_part & columns["charging_id"].fits & accepted)
    started = events["started_at"]
    for (_, charging_id), members in _groups(parts, events["imsi"], columns["charging_id"]).items():
        in_order = sorted(members, key=lambda record: (started[record].value, record))
        numbered = marks.value(in_order[0]) == FIRST
        for order, record in enumerate(in_order, start=1):
            joined.call_ref[record] = str(int.from_bytes(charging_id))
            joined.partial_last[record] = marks.value(record) == LAST
            joined.partial_sequence[record] = order if numbered else None


def _groups(
    records: Integers, imsi: pa.Array, references: OctetColumn
) -> dict[tuple[str, bytes], Sequence[int]]:
    groups: dict[tuple[str, bytes], list[int]] = defaultdict(list)
    for record in records.tolist():
        groups[imsi[record].as_py(), references.value(record)].append(record)
    return dict(groups)
