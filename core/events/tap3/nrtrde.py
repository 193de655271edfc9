"""Decode NRTRDE 2.1: near real time roaming records, sent for fraud control within hours of the usage.

The records are read as those of TAP; they carry no amount that anyone owes.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.events.tap3 import tags
from core.events.tap3.batch import DecodedBatch, FileFacts, assemble
from core.events.tap3.ber import BerFile, Element, describe
from core.events.tap3.columns import Integers, OctetColumn
from core.events.tap3.header import Header
from core.events.tap3.records import Format, read_records
from core.events.tap3.refusals import Refusals
from core.events.tap3.values import utc_offset
from core.kernel.errors import UnreadableFileError

NRTRDE = Format(kinds=tags.NRTRDE_RECORDS, unsupported={}, tables=tags.NRTRDE_TABLES)
SPECIFICATION, RELEASE = 2, 1


def decode_nrtrde(file: BerFile, sections: Mapping[int, Element]) -> DecodedBatch:
    """Decode an NRTRDE file whose parts were found.

    Returns
    -------
    DecodedBatch
        Without charges: the format names neither currency nor decimals for its indicative amounts.

    Raises
    ------
    UnreadableFileError
        RA-E103: sender, recipient, sequence or file time is missing, or a part is not BER.
    """
    header = Header(file, [part for tag, part in sections.items() if tag in tags.NRTRDE_HEADER])
    for tag in sorted(sections.keys() - tags.NRTRDE_HEADER - {tags.NRTRDE_EVENTS}):
        header.warnings.append(f"{describe(tag)} is no part of an NRTRDE file: it is left out.")
    records = read_records(file, sections.get(tags.NRTRDE_EVENTS), NRTRDE, written_offsets, None)
    return assemble(file.data, _facts(header), records, header.warnings)


def written_offsets(column: OctetColumn, refusals: Refusals) -> Integers:
    """Give the minutes east of Greenwich of every record from its own text; refuse what is no UTC offset."""
    texts = np.ascontiguousarray(column.octets).view(f"S{column.octets.shape[1]}")[:, 0]
    different, which = np.unique(texts, return_inverse=True)
    minutes = np.zeros(len(different), np.int64)
    wrong = np.zeros(len(different), np.bool_)
    for index, text in enumerate(different.tolist()):
        try:
            minutes[index] = utc_offset("utc_offset_min", text)
        except UnreadableFileError:
            wrong[index] = True
    refusals.where(~column.present, "utc_offset_min", None, "is missing, so the local time has no instant")
    refusals.where(wrong[which], "utc_offset_min", column, "is no UTC offset of the form +hhmm")
    return minutes[which]


def _facts(header: Header) -> FileFacts:
    available = header.instant("fileAvailableTimeStamp", (31,), (45,))
    if available is None:
        raise UnreadableFileError("it carries no time of its own", fields={"field": "created_at"})
    version = header.number("specificationVersionNumber", (41,)), header.number("releaseVersionNumber", (37,))
    if version != (SPECIFICATION, RELEASE):
        header.warnings.append(f"Release {version[0]}.{version[1]} is read as NRTRDE 2.1.")
    return FileFacts(
        sender=header.code("sender", (38,)),
        recipient=header.code("recipient", (36,)),
        sequence=header.sequence("sequence number", (39,)),
        kind="nrtrde",
        release=f"NRTRDE {version[0]}.{version[1]}",
        created_at=available,
        received_at=available,
        record_count=header.count("callEventsCount", (20,)),
    )
