"""Find the other party of calls and messages, which the formats write in four ways."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from core.events.tap3.columns import Mask
from core.events.tap3.fields import ValueMatrix


def other_party(columns: ValueMatrix, sms: Mask, wanted: Mask) -> pa.StringArray:
    """Give the E.164 digits of the other party, null where there are none.

    Parameters
    ----------
    sms
        Short messages among the calls: their own number comes first, as the called or calling number may be
        that of the message centre.
    wanted
        Records that have another party at all.

    Notes
    -----
    Null for a name, as short messages may have for a sender, and for a service code.
    """
    own = columns["sms_number"]
    packed = pc.replace_substring_regex(columns["number"].digits(), "^00", "")
    found = pc.case_when(
        pc.make_struct(
            pa.array(~wanted),
            pa.array(sms & own.present),
            pa.array(columns["number"].present),
            pa.array(columns["text_number"].present),
        ),
        pa.nulls(len(wanted), pa.string()),
        own.written_digits(),
        packed,
        columns["text_number"].written_digits(),
        columns["dialled"].written_digits(),
    )
    return pc.if_else(pc.equal(found, ""), pa.scalar(None, pa.string()), found)
