"""Decode TAP 3.10 to 3.12: a transfer batch with its records, or the notification that there are none.

The tags are in `tags`, the reading of records in `records` and `usage`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import islice

import numpy as np

from core.events.tap3 import tags
from core.events.tap3.batch import DecodedBatch, FileFacts, assemble
from core.events.tap3.ber import BerFile, Element, describe
from core.events.tap3.columns import Integers, OctetColumn
from core.events.tap3.header import Header
from core.events.tap3.records import Format, read_records
from core.events.tap3.refusals import Refusals
from core.events.tap3.values import integer, utc_offset
from core.kernel.errors import UnreadableFileError

TAP = Format(kinds=tags.TAP_RECORDS, unsupported=tags.TAP_UNSUPPORTED, tables=tags.TAP_TABLES)
SPECIFICATION, RELEASES = 3, range(10, 13)
MAX_DECIMALS = 6
MAX_OFFSETS = 1000
MAX_AMOUNT = Decimal(10) ** 12
UTC_OFFSET = "utc_offset_min"


class UtcOffsets:
    """The UTC offsets of a file by the code that its records carry."""

    def __init__(self, minutes: Mapping[int, int]) -> None:
        self._codes = np.array(sorted(minutes), np.int64)
        self._minutes = np.array([minutes[code] for code in sorted(minutes)], np.int64)

    def __call__(self, column: OctetColumn, refusals: Refusals) -> Integers:
        """Give the minutes east of Greenwich of every record; refuse a code that the file does not define."""
        codes, ok = column.integers()
        refusals.where(~column.present, UTC_OFFSET, column, "is missing, so the local time has no instant")
        place = np.searchsorted(self._codes, codes)
        ok &= np.isin(codes, self._codes)
        refusals.where(~ok, UTC_OFFSET, column, "is a code that the file's network info lacks")
        return np.where(ok, np.append(self._minutes, 0)[np.where(ok, place, -1)], 0)


def decode_transfer_batch(file: BerFile, sections: Mapping[int, Element]) -> DecodedBatch:
    """Decode a transfer batch whose sections were found.

    Raises
    ------
    UnreadableFileError
        RA-E103: a section is not BER, or sender, recipient, sequence or every time of the file is missing.
    """
    read = (tags.BATCH_CONTROL, tags.ACCOUNTING, tags.AUDIT)
    header = Header(file, [sections[tag] for tag in read if tag in sections])
    for tag in sorted(sections.keys() - tags.SECTIONS):
        header.warnings.append(f"{describe(tag)} is no section of a transfer batch: it is left out.")
    decimals = _decimals(header)
    facts = _facts(header, tags.BATCH_CONTROL, decimals)
    offsets = UtcOffsets(_utc_offsets(file, sections.get(tags.NETWORK), header.warnings))
    records = read_records(file, sections.get(tags.CALL_EVENTS), TAP, offsets, decimals)
    return assemble(file.data, facts, records, header.warnings)


def decode_notification(file: BerFile, outer: Element) -> DecodedBatch:
    """Decode a notification: the sender says that there is no usage, and under which sequence number.

    Raises
    ------
    UnreadableFileError
        RA-E103, as `decode_transfer_batch`.
    """
    header = Header(file, [outer])
    header.warnings.append("A notification: the sender declares that there is no usage to charge.")
    facts = _facts(header, tags.NOTIFICATION, None)
    records = read_records(file, None, TAP, UtcOffsets({}), None)
    return assemble(file.data, facts, records, header.warnings)


def _facts(header: Header, section: int, decimals: int | None) -> FileFacts:
    created, available, cut_off = (_instant(header, (section, tag)) for tag in (108, 107, 227))
    known = created or available or cut_off
    if known is None:
        raise UnreadableFileError("it carries no time at all", fields={"field": "created_at"})
    is_test = header.text((section, 110)) == "T"
    return FileFacts(
        sender=header.code("sender", (section, 196)),
        recipient=header.code("recipient", (section, 182)),
        sequence=header.sequence("file sequence number", (section, 109)),
        kind="test" if is_test else "tap",
        release=_release(header, section),
        created_at=known,
        received_at=available or known,
        cut_off=cut_off,
        earliest=_instant(header, (tags.AUDIT, 101)),
        latest=_instant(header, (tags.AUDIT, 133)),
        record_count=header.count("callEventDetailsCount", (tags.AUDIT, 43)),
        total_charge=_total(header, decimals),
        currency=header.text((tags.ACCOUNTING, 210)) or header.text((tags.ACCOUNTING, 135)),
    )


def _instant(header: Header, stamp: tuple[int, int]) -> datetime | None:
    return header.instant(describe(stamp[1]), (*stamp, tags.LOCAL_TIME), (*stamp, tags.UTC_OFFSET))


def _release(header: Header, section: int) -> str:
    specification = header.number("specificationVersionNumber", (section, 201))
    release = header.number("releaseVersionNumber", (section, 189))
    if specification != SPECIFICATION or release not in RELEASES:
        header.warnings.append(f"Release {specification}.{release} is read as TAP 3.12.")
    return f"TAP {specification}.{release}"


def _decimals(header: Header) -> int | None:
    places = header.number("tapDecimalPlaces", (tags.ACCOUNTING, 244))
    if places is None or not 0 <= places <= MAX_DECIMALS:
        header.warnings.append(f"Its charges have {places} decimal places: no charge is read.")
        return None
    return places


def _total(header: Header, decimals: int | None) -> Decimal | None:
    total = header.number("totalCharge", (tags.AUDIT, 415))
    if total is None or decimals is None:
        return None
    charge = Decimal(total).scaleb(-decimals)
    if not 0 <= charge < MAX_AMOUNT:
        header.warnings.append(f"The total charge of {charge} is not possible: it is left out.")
        return None
    return charge


def _utc_offsets(file: BerFile, section: Element | None, warnings: list[str]) -> dict[int, int]:
    """Read the table of UTC offsets: minutes by code; a later line for a code replaces the former."""
    offsets: dict[int, int] = {}
    for number, line in enumerate(islice(_offset_lines(file, section), MAX_OFFSETS), start=1):
        found = {part.tag: file.data[part.start : part.stop] for part in file.elements(line.start, line.stop)}
        try:
            code = integer("utcTimeOffsetCode", found.get(tags.UTC_OFFSET_CODE, b""))
            offsets[code] = utc_offset("utcTimeOffset", found.get(tags.UTC_OFFSET, b""))
        except UnreadableFileError as error:
            warnings.append(f"Line {number} of the UTC offsets: {error.message}: it is left out.")
    return offsets


def _offset_lines(file: BerFile, section: Element | None) -> Iterator[Element]:
    if section is not None:
        for found in file.elements(section.start, section.stop):
            if found.tag == tags.UTC_OFFSET_LIST:
                yield from file.elements(found.start, found.stop)
