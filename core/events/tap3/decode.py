"""Tell the roaming formats apart by their content and decode the one at hand.

TAP and NRTRDE share their outermost tag, so only what is inside decides. RAP is recognised and refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NoReturn

from core.events.tap3 import tags
from core.events.tap3.batch import DecodedBatch
from core.events.tap3.ber import BerFile, Element, describe, refuse
from core.events.tap3.header import Header
from core.events.tap3.nrtrde import decode_nrtrde
from core.events.tap3.refusals import Rejected
from core.events.tap3.tap import decode_notification, decode_transfer_batch
from core.kernel.errors import UnreadableFileError

MAX_SECTIONS = 64


def decode(data: bytes | bytearray | memoryview, *, home: str | None = None) -> DecodedBatch:
    """Decode one roaming file.

    Parameters
    ----------
    data
        The whole file: a TAP 3.10 to 3.12 transfer batch or notification, or NRTRDE 2.1, in BER.
    home
        The operator's own TADIG code; a file addressed to another one gets a warning.

    Returns
    -------
    DecodedBatch
        The file's row, its events as a table, and everything that was not read or does not hold together.
        What follows the outermost element is rejected, as the record after the last.

    Raises
    ------
    UnreadableFileError
        RA-E103, with what is known of the file in `fields`: cut short, not BER, no roaming file, without
        the sender, recipient, sequence and time that identify it, or a RAP file, which holds no usage.

    Notes
    -----
    The content alone decides, never the file's name or time. Time and memory are linear in its size.
    """
    file = BerFile(bytes(data))
    size = len(file.data)
    try:
        outer = file.element(0, size)
        batch = _decode(file, outer)
    except UnreadableFileError as error:
        advice = error.fields.get("advice", "Ask the sender for the file again.")
        raise UnreadableFileError(f"Roaming file: {error.message}. {advice}", fields=error.fields) from error
    if outer.end < size:
        batch = replace(batch, rejected=(*batch.rejected, _trailing(file.data, outer.end, batch.records)))
    if home is not None and batch.recipient != home:
        warning = f"It is addressed to {batch.recipient}, not to {home}."
        batch = replace(batch, warnings=(*batch.warnings, warning))
    return batch


def _decode(file: BerFile, outer: Element) -> DecodedBatch:
    if outer.tag == tags.NOTIFICATION:
        return decode_notification(file, outer)
    if outer.tag in tags.RAP_CONTROL:
        _refuse_rap(file, outer)
    if outer.tag != tags.TRANSFER_BATCH:
        refuse(f"{describe(outer.tag)} begins neither TAP nor NRTRDE", 0)
    sections = _sections(file, outer)
    is_tap = not tags.SECTIONS.isdisjoint(sections)
    is_nrtrde = not tags.NRTRDE_HEADER.isdisjoint(sections)
    if is_tap == is_nrtrde:
        refuse("its parts are those of neither TAP nor NRTRDE, or of both", 0)
    return decode_transfer_batch(file, sections) if is_tap else decode_nrtrde(file, sections)


def _sections(file: BerFile, outer: Element) -> Mapping[int, Element]:
    sections: dict[int, Element] = {}
    for section in file.elements(outer.start, outer.stop):
        if section.tag in sections or len(sections) == MAX_SECTIONS:
            refuse(f"{describe(section.tag)} stands where no part of the file should", section.at)
        sections[section.tag] = section
    return sections


def _refuse_rap(file: BerFile, outer: Element) -> NoReturn:
    control = tags.RAP_CONTROL[outer.tag]
    inside = file.elements(outer.start, outer.stop)
    header = Header(
        file, [outer] if control == outer.tag else [part for part in inside if part.tag == control]
    )
    fields = {
        "kind": "rap",
        "sender": header.text((control, 196)),
        "recipient": header.text((control, 182)),
        "sequence": header.text((control, 181)),
        "advice": "Hand it to whoever settles returned usage with the partner.",
    }
    name = f"RAP {fields['sequence']} from {fields['sender']} to {fields['recipient']}"
    raise UnreadableFileError(f"{name} returns usage and reports none", fields=fields)


def _trailing(data: bytes, at: int, records: int) -> Rejected:
    reason = f"{len(data) - at} bytes follow the end of the file's content, at byte {at}"
    return Rejected(records + 1, "file", data[at : at + 16].hex(), reason, "Ask the sender what they are.")
