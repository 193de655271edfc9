"""Turn raw records into usage events: which service, who, when, how much, at what charge.

Works on the columns of a whole file; what the file says of itself, and what joins records to sessions, is
elsewhere. A record that lacks what an event cannot do without is refused; an optional value that cannot be
read is left empty and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.events.tap3.charges import wholesale_charges
from core.events.tap3.columns import Integers, Mask, OctetColumn, instants, mask_of
from core.events.tap3.layout import Gathered
from core.events.tap3.parties import other_party
from core.events.tap3.refusals import Refusals
from core.events.tap3.tags import RecordKind

SERVICES, VOICE, SMS, DATA = pa.array(["voice", "sms", "data"]), 0, 1, 2
DIRECTIONS, MO, MT = pa.array(["mo", "mt"]), 0, 1
"""A messaging event or mobile session says its direction by the same numbers; others are refused."""
SMS_TELESERVICES = (b"20", b"21", b"22", b"\x20", b"\x21", b"\x22")
"""Teleservices 20 to 22, as hex digits or as the octet itself; all others are calls priced by time."""
MAX_SECONDS = 366 * 86_400

OffsetReader = Callable[[OctetColumn, Refusals], Integers]
"""Gives the minutes east of Greenwich of every record; refuses records whose offset it does not know."""


class UsageReader:
    """Read the records of one file.

    Parameters
    ----------
    gathered
        The values of the records, and their charges.
    record_tags
        The tag of each record.
    kinds
        What the tags mean.
    """

    def __init__(
        self, gathered: Gathered, record_tags: Integers, kinds: Mapping[int, RecordKind], refusals: Refusals
    ) -> None:
        self._gathered, self._columns, self._refusals = gathered, gathered.values, refusals
        self.notes: list[str] = []
        self._shape = {
            shape: np.isin(record_tags, [tag for tag, kind in kinds.items() if kind.shape == shape])
            for shape in ("call", "data", "message", "session")
        }
        terminated = [tag for tag, kind in kinds.items() if kind.direction == "mt"]
        self._fixed_direction = np.where(np.isin(record_tags, terminated), MT, MO)

    def read(self, offset_of: OffsetReader, places: int | None) -> dict[str, pa.Array]:
        """Give the columns of usage_events that a record itself decides, a row for each record.

        Parameters
        ----------
        places
            Decimal places of the file's charges; None when it does not say, then no event has a charge.
        """
        columns, shape = self._columns, self._shape
        imsi = self._imsi()
        offset = offset_of(columns["offset"], self._refusals)
        local, ok = columns["started"].seconds()
        self._refusals.where(~columns["started"].present, "started_at", None, "is missing")
        self._refusals.where(~ok, "started_at", columns["started"], "is no local time YYYYMMDDhhmmss")
        sms = shape["message"] | (shape["call"] & self._is_sms_teleservice())
        service = np.select([shape["data"], sms], [DATA, SMS], VOICE)
        area, has_area = self._integer("area", "cell")
        cell, has_cell = self._integer("cell", "cell")
        cause, has_cause = self._integer("cause", "cause_code")
        return {
            "service": SERVICES.take(pa.array(service)),
            "direction": DIRECTIONS.take(pa.array(self._direction())),
            "imsi": imsi,
            "msisdn": self._optional("msisdn", columns["msisdn"].digits()),
            "other_party": other_party(columns, sms & shape["call"], ~shape["data"]),
            "cell": _cell(area, has_area, cell, has_cell),
            "started_at": instants(local - offset * 60),
            "duration_s": pa.array(self._quantity("duration", "duration_s", service == VOICE, MAX_SECONDS)),
            "bytes_up": pa.array(self._quantity("volume_out", "bytes_up", shape["data"])),
            "bytes_down": pa.array(self._quantity("volume_in", "bytes_down", shape["data"])),
            "imei": self._optional("imei", columns["imei"].digits()),
            "apn": self._optional("apn", columns["apn"].text()),
            "cause_code": pa.array(cause, mask=~has_cause).cast(pa.string()),
            "utc_offset_min": pa.array(offset),
            "wholesale_charge": wholesale_charges(self._gathered, places, self._refusals),
        }

    def _imsi(self) -> pa.StringArray:
        imsi = self._columns["imsi"].digits()
        length = pc.binary_length(imsi)
        ok = mask_of(pc.and_(pc.greater_equal(length, 6), pc.less_equal(length, 15)))
        self._refusals.where(~self._columns["imsi"].present, "imsi", None, "is missing")
        self._refusals.where(~ok, "imsi", self._columns["imsi"], "is not 6 to 15 digits")
        return imsi

    def _is_sms_teleservice(self) -> Mask:
        column = self._columns["teleservice"]
        codes = np.ascontiguousarray(column.octets).view("S2")[:, 0]
        return column.fits & np.isin(codes, np.array(SMS_TELESERVICES, "S2"))

    def _direction(self) -> Integers:
        by_code = self._shape["message"] | self._shape["session"]
        codes = self._quantity("service", "service", by_code)
        self._refusals.where(
            by_code & (codes > MT), "service", self._columns["service"], "is of a kind that is not priced"
        )
        return np.where(by_code, np.minimum(codes, MT), self._fixed_direction)

    def _integer(self, field: str, column_name: str) -> tuple[Integers, Mask]:
        column = self._columns[field]
        numbers, ok = column.integers()
        self._refusals.where(column.present & ~ok, column_name, column, "has more than eight octets")
        return numbers, column.present

    def _quantity(self, field: str, column_name: str, needed: Mask, most: int = 2**63 - 1) -> Integers:
        """Read what may not be negative, nor missing where it is needed."""
        column = self._columns[field]
        numbers, present = self._integer(field, column_name)
        self._refusals.where(needed & ~present, column_name, column, "is missing")
        self._refusals.where(numbers < 0, column_name, column, "is negative")
        self._refusals.where(numbers > most, column_name, column, f"is more than {most}")
        return np.clip(numbers, 0, most)

    def _optional(self, field: str, found: pa.StringArray) -> pa.StringArray:
        unreadable = int((self._columns[field].present & mask_of(found.is_null())).sum())
        if unreadable:
            self.notes.append(f"{unreadable} records have an unreadable {field}: it is left empty.")
        return found


def _cell(area: Integers, has_area: Mask, cell: Integers, has_cell: Mask) -> pa.StringArray:
    alone = pa.array(cell, mask=~has_cell).cast(pa.string())
    both = pc.binary_join_element_wise(pa.array(area, mask=~has_area).cast(pa.string()), alone, "-")
    return pc.coalesce(both, alone)
