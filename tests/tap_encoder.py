"""Write TAP, NRTRDE and RAP files for tests, with tag numbers of its own: a decoder's mistake shows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Node = tuple[int, "bytes | list[Node]"]
"""A tag number of the application class, and a value or what is inside."""

STAMP = "20260302040000"
OFFSETS = {0: "+0100", 1: "-0330"}


def tlv(tag: int, content: bytes, *, constructed: bool, indefinite: bool = False, octet: int = 0x40) -> bytes:
    """Write one element; `octet` holds the class bits."""
    octet |= 0x20 if constructed else 0
    if tag < 31:
        head = bytes([octet | tag])
    else:
        groups = [tag & 0x7F]
        while tag := tag >> 7:
            groups.append(tag & 0x7F | 0x80)
        head = bytes([octet | 31, *reversed(groups)])
    if indefinite:
        return head + b"\x80" + content + b"\0\0"
    size = len(content)
    if size < 0x80:
        return head + bytes([size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return head + bytes([0x80 | len(length)]) + length + content


def encode(node: Node, *, indefinite: bool = False) -> bytes:
    """Write an element and all that is in it, every constructed one with an indefinite length if wished."""
    tag, content = node
    if isinstance(content, bytes):
        return tlv(tag, content, constructed=False)
    inside = b"".join([encode(part, indefinite=indefinite) for part in content])
    return tlv(tag, inside, constructed=True, indefinite=indefinite)


def integer(value: int) -> bytes:
    return value.to_bytes(value.bit_length() // 8 + 1, signed=True)


def bcd(digits: str) -> bytes:
    return bytes.fromhex(digits + "f" * (len(digits) % 2))


def given(*nodes: Node | None) -> list[Node]:
    return [node for node in nodes if node is not None]


def optional(tag: int, value: bytes | None) -> Node | None:
    return None if value is None else (tag, value)


@dataclass(frozen=True)
class Usage(ABC):
    """One record; times are local YYYYMMDDhhmmss, amounts in units of the file's last decimal place."""

    started: str = "20260301120000"
    imsi: str | None = "260990229666964"
    msisdn: str | None = "481796953105"
    offset_code: int | None = 0
    cause: int | None = 0
    cell: tuple[int, int] | None = (3505, 7182)
    imei: str | None = "354659294308112"
    charge: int | None = 2300
    charge_type: bytes | None = b"00"

    @abstractmethod
    def node(self) -> Node:
        """Give the record as an element."""

    def stamp(self, tag: int) -> Node:
        code = None if self.offset_code is None else integer(self.offset_code)
        return tag, given((16, self.started.encode()), optional(232, code))

    def subscriber(self) -> Node:
        imsi = None if self.imsi is None else bcd(self.imsi)
        msisdn = None if self.msisdn is None else bcd(self.msisdn)
        return 427, [(199, given(optional(129, imsi), optional(152, msisdn)))]

    def equipment(self) -> Node | None:
        return None if self.imei is None else (429, [(128, bcd(self.imei))])

    def place(self) -> list[Node]:
        return [] if self.cell is None else [(136, integer(self.cell[0])), (59, integer(self.cell[1]))]

    def charges(self, units: int) -> Node | None:
        if self.charge is None:
            return None
        detail = given(
            optional(71, self.charge_type),
            (62, integer(self.charge)),
            (65, integer(units)),
            (68, integer(units)),
        )
        group: Node = (258, [(259, integer(1)), (255, integer(0)), (256, integer(0))])
        return 70, [(69, [(66, b"D"), (105, integer(1)), group, (64, [(63, detail)])])]


@dataclass(frozen=True)
class Call(Usage):
    """A mobile originated or terminated call or short message."""

    direction: str = "mo"
    other_party: str | None = "495211065844"
    duration: int | None = 153
    teleservice: bytes = b"11"
    sms_party: bytes | None = None
    dialled: bytes | None = None
    call_ref: bytes | None = b"\x0a\x1b\x2c"
    camel_fee: int | None = None

    def node(self) -> Node:
        party = None if self.other_party is None else bcd(self.other_party)
        if self.direction == "mo":
            tag, basic = 9, 147
            other: Node = (
                89,
                given(optional(407, party), optional(279, self.dialled), optional(419, self.sms_party)),
            )
        else:
            tag, basic = 10, 153
            other = (41, given(optional(405, party), optional(425, self.sms_party)))
        duration = None if self.duration is None else integer(self.duration)
        cause = None if self.cause is None else integer(self.cause)
        known = [self.subscriber(), other, self.stamp(44)]
        location = [(184, integer(1)), *given(optional(45, self.call_ref)), *self.place()]
        service: Node = (36, [(426, [(218, self.teleservice)])])
        used = given(service, self.stamp(74), self.charges(self.duration or 1))
        fee: Node | None = None if self.camel_fee is None else (57, [(422, integer(self.camel_fee))])
        return tag, given(
            (basic, [*known, *given(optional(223, duration), optional(58, cause))]),
            (138, [(156, location)]),
            self.equipment(),
            (38, [(39, used)]),
            fee,
        )


@dataclass(frozen=True)
class Data(Usage):
    """A GPRS call."""

    duration: int | None = 300
    up: int | None = 1_000
    down: int | None = 250_000
    apn: bytes | None = b"internet"
    partial: bytes | None = None
    charging_id: int | None = 77

    def node(self) -> Node:
        numbers = ((223, self.duration), (58, self.cause), (72, self.charging_id))
        duration, cause, charging = (None if n is None else (tag, integer(n)) for tag, n in numbers)
        down, up = (None if n is None else (tag, integer(n)) for tag, n in ((250, self.down), (251, self.up)))
        basic = given(
            (115, [self.subscriber()]),
            (116, given(optional(261, self.apn))),
            self.stamp(44),
            duration,
            cause,
            optional(166, self.partial),
            charging,
        )
        where: Node = (117, [(118, [(185, [(184, integer(1))]), *self.place()])])
        units = (self.up or 0) + (self.down or 0)
        return 14, given((114, basic), where, self.equipment(), (121, given(down, up, self.charges(units))))


@dataclass(frozen=True)
class ImsEvent(Usage):
    """A messaging event, or a mobile session when it has a duration."""

    service: int = 0
    other_party: str | None = "495211065844"
    duration: int | None = None

    def node(self) -> Node:
        tag, code = (433, 439) if self.duration is None else (434, 440)
        ids = ((129, self.imsi), (152, self.msisdn), (128, self.imei))
        party: Node = (436, [(number, bcd(digits)) for number, digits in ids if digits is not None])
        other: Node | None = None if self.other_party is None else (443, [(444, bcd(self.other_party))])
        parts = given((code, integer(self.service)), party, *self.place(), self.stamp(447))
        if self.duration is not None:
            parts.append((223, integer(self.duration)))
        parts += given(other)
        if self.charge is not None and self.duration is None:
            parts.append((62, integer(self.charge)))
        elif self.charge is not None:
            detail: Node = (63, [(71, b"00"), (62, integer(self.charge))])
            parts.append((448, [(449, [(66, b"D"), (64, [detail])])]))
        return tag, parts


def long_time(tag: int, local: str, offset: str = "+0100") -> Node:
    return tag, [(16, local.encode()), (231, offset.encode())]


@dataclass(frozen=True)
class File:
    """What surrounds the records of a TAP file; `count` and `total` are computed when they are Ellipsis."""

    sender: str = "AUTCA"
    recipient: str = "POLWT"
    sequence: str = "00042"
    created: str | None = STAMP
    available: str | None = "20260302050000"
    decimals: int | None = 3
    local_currency: bytes | None = b"EUR"
    tap_currency: bytes | None = None
    offsets: Mapping[int, str] | None = None
    earliest: str | None = None
    latest: str | None = None
    count: Any = ...
    total: Any = ...
    release: tuple[int, int] = (3, 12)
    test: bool = False

    def control(self) -> list[Node]:
        created: Node | None = None if self.created is None else long_time(108, self.created)
        available: Node | None = None if self.available is None else long_time(107, self.available)
        return given(
            (196, self.sender.encode()),
            (182, self.recipient.encode()),
            (109, self.sequence.encode()),
            created,
            long_time(227, "20260302000000"),
            available,
            (201, integer(self.release[0])),
            (189, integer(self.release[1])),
            (110, b"T") if self.test else None,
        )

    def audit(self, records: Sequence[Usage]) -> list[Node]:
        count = len(records) if self.count is ... else self.count
        total = sum(record.charge or 0 for record in records) if self.total is ... else self.total
        return given(
            None if self.earliest is None else long_time(101, self.earliest),
            None if self.latest is None else long_time(133, self.latest),
            None if total is None else (415, integer(total)),
            (226, integer(0)),
            None if count is None else (43, integer(count)),
        )

    def sections(self, records: Sequence[Usage], extra: Sequence[Node] = ()) -> list[Node]:
        decimals = None if self.decimals is None else integer(self.decimals)
        accounting = given(
            optional(135, self.local_currency), optional(210, self.tap_currency), optional(244, decimals)
        )
        offsets = OFFSETS if self.offsets is None else self.offsets
        lines: list[Node] = [
            (233, [(232, integer(code)), (231, text.encode())]) for code, text in offsets.items()
        ]
        entity: Node = (188, [(183, [(184, integer(1)), (186, integer(1)), (400, b"493221")])])
        return [
            (4, self.control()),
            (5, accounting),
            (6, [(234, lines), entity]),
            (3, [*(record.node() for record in records), *extra]),
            (15, self.audit(records)),
        ]


def batch(
    records: Sequence[Usage],
    about: File | None = None,
    *,
    extra: Sequence[Node] = (),
    indefinite: bool = False,
) -> bytes:
    """Write a transfer batch; `extra` are records of any kind after the others."""
    return encode((1, (about or File()).sections(records, extra)), indefinite=indefinite)


def notification(about: File | None = None) -> bytes:
    """Write a notification: a batch's control information, with the cut-off behind the other times."""
    parts = (about or File()).control()
    times = [part for part in parts if part[0] in (108, 107)] + [part for part in parts if part[0] == 227]
    others = [part for part in parts if part[0] not in (108, 107, 227)]
    return encode((2, [*others[:3], *times, *others[3:]]))


def rap(*, acknowledgement: bool = False, returned: int = 0) -> bytes:
    """Write a RAP file that returns so many values, or an acknowledgement."""
    control: list[Node] = [(196, b"AUTCA"), (182, b"POLWT"), (181, b"00007")]
    details: list[Node] = [(109, b"00042")] * returned
    return encode((535, control) if acknowledgement else (534, [(537, control), (536, details)]))


def nrtrde(records: Sequence[Node], *, count: int | None = None, sequence: bytes = b"0000042") -> bytes:
    header: list[Node] = [
        (41, integer(2)),
        (37, integer(1)),
        (38, b"AUTCA"),
        (36, b"POLWT"),
        (39, sequence),
        (31, STAMP.encode()),
        (45, b"+0100"),
    ]
    return encode((1, [*header, (2, list(records)), (20, integer(len(records) if count is None else count))]))


def nrtrde_call(usage: Call) -> Node:
    tag, party = (3, 27) if usage.direction == "mo" else (4, 22)
    return tag, given(
        *nrtrde_basic(usage, usage.duration or 0),
        (46, [(43, usage.teleservice)]),
        None if usage.other_party is None else (party, usage.other_party.encode()),
        (25, integer(usage.charge or 0)),
    )


def nrtrde_data(usage: Data) -> Node:
    volumes: list[Node] = [(28, integer(usage.down or 0)), (29, integer(usage.up or 0))]
    return 5, [*nrtrde_basic(usage, usage.duration or 0), (16, usage.apn or b""), *volumes]


def nrtrde_basic(usage: Usage, duration: int) -> list[Node]:
    return given(
        None if usage.imsi is None else (34, bcd(usage.imsi)),
        (21, usage.started.encode()),
        (45, b"+0100"),
        (19, integer(duration)),
        (24, integer(usage.cause or 0)),
        None if usage.msisdn is None else (49, bcd(usage.msisdn)),
    )
