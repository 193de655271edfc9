"""The application tags of TAP 3.10 to 3.12, NRTRDE 2.1 and RAP that Assay reads, and where they stand.

Numbers are facts of the formats. What is not listed here is walked over, never interpreted.
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

from core.events.tap3.fields import FieldTable, Path, Tables

TRANSFER_BATCH, NOTIFICATION = 1, 2
"""An NRTRDE file has the outer tag of a transfer batch: only what is inside tells them apart."""
RAP_CONTROL = {534: 537, 535: 535}
"""Return batch and acknowledgement, and the element in which each says who sent it."""

BATCH_CONTROL, ACCOUNTING, NETWORK, MESSAGES, CALL_EVENTS, AUDIT = 4, 5, 6, 8, 3, 15
SECTIONS = frozenset({BATCH_CONTROL, ACCOUNTING, NETWORK, MESSAGES, CALL_EVENTS, AUDIT})

LOCAL_TIME, UTC_OFFSET_CODE, UTC_OFFSET = 16, 232, 231
UTC_OFFSET_LIST = 234

NRTRDE_EVENTS = 2
NRTRDE_HEADER = frozenset({41, 37, 38, 36, 39, 31, 45, 20})


class RecordKind(NamedTuple):
    """Say what a record is: its name in the format, the shape of its usage, and its direction if fixed."""

    name: str
    shape: str
    direction: str


TAP_RECORDS = {
    9: RecordKind("mobileOriginatedCall", "call", "mo"),
    10: RecordKind("mobileTerminatedCall", "call", "mt"),
    14: RecordKind("gprsCall", "data", "mo"),
    433: RecordKind("messagingEvent", "message", ""),
    434: RecordKind("mobileSession", "session", ""),
}
TAP_UNSUPPORTED = {
    11: "supplServiceEvent",
    12: "serviceCentreUsage",
    17: "contentTransaction",
    297: "locationService",
}
NRTRDE_RECORDS = {
    3: RecordKind("moc", "call", "mo"),
    4: RecordKind("mtc", "call", "mt"),
    5: RecordKind("gprs", "data", "mo"),
}


WIDTHS = {
    "imsi": 10,
    "msisdn": 10,
    "number": 10,  # the other party in packed digits
    "text_number": 24,  # the other party as text
    "sms_number": 24,  # the other party of a short message; `number` may then be the message centre
    "dialled": 24,
    "started": 14,
    "offset": 8,
    "duration": 8,
    "cause": 8,
    "call_ref": 20,
    "charging_id": 8,
    "partial": 1,
    "area": 8,
    "cell": 8,
    "imei": 10,
    "teleservice": 2,
    "apn": 64,
    "volume_in": 8,
    "volume_out": 8,
    "service": 8,  # which service a messaging event or mobile session used
    "camel_fee": 8,
}
"""The fields of a record, with the octets that a value may have."""


def _under(prefix: Path, fields: dict[Path, str]) -> dict[Path, str]:
    return {(*prefix, *path): field for path, field in fields.items()}


_SUBSCRIBER: dict[Path, str] = {(427, 199, 129): "imsi", (427, 199, 152): "msisdn"}
_BASIC: dict[Path, str] = {
    (44, LOCAL_TIME): "started",
    (44, UTC_OFFSET_CODE): "offset",
    (223,): "duration",
    (58,): "cause",
}
_AROUND_CALL: dict[Path, str] = {
    (138, 156, 45): "call_ref",
    (138, 156, 136): "area",
    (138, 156, 59): "cell",
    (429, 128): "imei",
    (38, 39, 36, 426, 218): "teleservice",
    (57, 422): "camel_fee",
}
_CALLED: dict[Path, str] = {(89, 407): "number", (89, 419): "sms_number", (89, 279): "dialled"}
_CALLING: dict[Path, str] = {(41, 405): "number", (41, 425): "sms_number"}
_GPRS: dict[Path, str] = {
    **_under((114, 115), _SUBSCRIBER),
    **_under((114,), _BASIC),
    (114, 116, 261): "apn",
    (114, 166): "partial",
    (114, 72): "charging_id",
    (117, 118, 136): "area",
    (117, 118, 59): "cell",
    (429, 128): "imei",
    (121, 250): "volume_in",
    (121, 251): "volume_out",
    (57, 422): "camel_fee",
}
_CHARGED_PARTY_EVENT: dict[Path, str] = {
    (436, 129): "imsi",
    (436, 152): "msisdn",
    (436, 128): "imei",
    (443, 444): "number",
    (447, LOCAL_TIME): "started",
    (447, UTC_OFFSET_CODE): "offset",
    (136,): "area",
    (59,): "cell",
}
_DETAILS_IN: tuple[Path, ...] = (
    (9, 38, 39, 70, 69, 64, 63),
    (10, 38, 39, 70, 69, 64, 63),
    (14, 121, 70, 69, 64, 63),
    (434, 448, 449, 64, 63),
)

_TAP_FIELDS = FieldTable(
    widths=WIDTHS,
    paths={
        **_under((9, 147), {**_SUBSCRIBER, **_BASIC, **_CALLED}),
        **_under((9,), _AROUND_CALL),
        **_under((10, 153), {**_SUBSCRIBER, **_BASIC, **_CALLING}),
        **_under((10,), _AROUND_CALL),
        **_under((14,), _GPRS),
        **_under((433,), {**_CHARGED_PARTY_EVENT, (439,): "service"}),
        **_under((434,), {**_CHARGED_PARTY_EVENT, (440,): "service", (223,): "duration", (58,): "cause"}),
    },
)
_TAP_CHARGES = FieldTable(
    widths={"type": 2, "amount": 8},
    paths={
        **{(*path, 71): "type" for path in _DETAILS_IN},
        **{(*path, 62): "amount" for path in _DETAILS_IN},
        (433, 62): "amount",
    },
)
TAP_TABLES = Tables(_TAP_FIELDS, repeated=_TAP_CHARGES)

_NRTRDE_RECORD: dict[Path, str] = {
    (34,): "imsi",
    (49,): "msisdn",
    (33,): "imei",
    (21,): "started",
    (45,): "offset",
    (19,): "duration",
    (24,): "cause",
    (23,): "call_ref",
    (46, 43): "teleservice",
    (27,): "text_number",
    (22,): "text_number",
    (30,): "dialled",
    (48,): "area",
    (47,): "cell",
    (16,): "apn",
    (26,): "charging_id",
    (28,): "volume_in",
    (29,): "volume_out",
}
_NRTRDE_FIELDS = FieldTable(
    widths=WIDTHS,
    paths={
        (record, *path): field for record, (path, field) in product(NRTRDE_RECORDS, _NRTRDE_RECORD.items())
    },
)
NRTRDE_TABLES = Tables(_NRTRDE_FIELDS, repeated=FieldTable(_TAP_CHARGES.widths, paths={}))
