"""Read one field of many records at once: the octets of all of them in a matrix, a row for each record.

A value that cannot be read comes back as null or as not ok; what that means for a record is decided
elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.events.tap3.values import FIRST_YEAR, LAST_YEAR, MAX_DIGITS

Mask = NDArray[np.bool_]
Integers = NDArray[np.int64]
Octets = NDArray[np.uint8]

HEX_PAIRS = np.frombuffer(bytes(range(256)).hex().encode("ascii"), np.uint16)
"""The two hexadecimal characters of every octet."""


@dataclass(frozen=True)
class OctetColumn:
    """The octets of one field.

    Parameters
    ----------
    octets
        Shape (records, width); each value from the left, zeros after it.
    sizes
        Octets of each value as the file has it; 0 for an absent value, more than the width for one too long.
    """

    octets: Octets
    sizes: Integers

    @property
    def present(self) -> Mask:
        """Tell which records have a value."""
        return self.sizes > 0

    @property
    def fits(self) -> Mask:
        """Tell which records have a value that is not too long for the field."""
        fits: Mask = (self.sizes > 0) & (self.sizes <= self.octets.shape[1])
        return fits

    def value(self, record: int) -> bytes:
        """Give one record's octets, at most the width."""
        return self.octets[record, : self.sizes[record]].tobytes()

    def integers(self) -> tuple[Integers, Mask]:
        """Read signed integers of up to eight octets; 0 and not ok where that fails."""
        ok = self.fits
        if not ok.any():
            return np.zeros_like(self.sizes), ok
        words = np.ascontiguousarray(self.octets[:, :8]).view(">i8")[:, 0].astype(np.int64)
        return np.where(ok, words >> (64 - 8 * np.clip(self.sizes, 1, 8)), 0), ok

    def digits(self) -> pa.StringArray:
        """Read up to 20 digits packed two to an octet, the first in the high half, with filler F at the end.

        Notes
        -----
        TAP and NRTRDE put no type-of-number octet before the digits, and write international numbers
        without a prefix: an octet 91 is the calling code of India.
        """
        ok = self.fits
        pairs = np.ascontiguousarray(HEX_PAIRS[self.octets]).view(np.uint8)
        return _only_digits(pc.ascii_rtrim(strings(pairs, 2 * self.sizes, ok), "f"))

    def text(self) -> pa.StringArray:
        """Read printable ASCII."""
        found = strings(self.octets, self.sizes, self.fits)
        return pc.if_else(pc.ascii_is_printable(found), found, pa.scalar(None, pa.string()))

    def written_digits(self) -> pa.StringArray:
        """Read up to 20 digits written as text, without plus or international prefix."""
        return _only_digits(pc.replace_substring_regex(self.text(), r"^ *\+?(00)?", ""))

    def seconds(self) -> tuple[Integers, Mask]:
        """Read local times YYYYMMDDhhmmss, as seconds since 1970-01-01 00:00 of the same wall clock."""
        digits = self.octets[:, :14].astype(np.int64) - ord("0")
        ok = (self.sizes == 14) & ((digits >= 0) & (digits <= 9)).all(axis=1)
        digits = np.where(ok[:, None], digits, 0)
        pairs = digits[:, 0::2] * 10 + digits[:, 1::2]
        century, year, month, day, hour, minute, second = pairs.T
        year = century * 100 + year
        ok &= (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month >= 1) & (month <= 12) & (day >= 1)
        ok &= (hour < 24) & (minute < 60) & (second < 60)
        months = np.where(ok, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
        date = months.astype("datetime64[D]") + np.where(ok, day - 1, 0)
        ok &= date.astype("datetime64[M]") == months
        elapsed = date.astype(np.int64) * 86_400 + hour * 3_600 + minute * 60 + second
        return np.where(ok, elapsed, 0), ok


def strings(characters: Octets, sizes: Integers, valid: Mask) -> pa.StringArray:
    """Give ASCII text as Arrow strings, null where not valid.

    Parameters
    ----------
    characters
        Shape (records, width), from the left of each row.
    sizes
        How many of each row.
    """
    if not valid.any():
        return pa.nulls(len(valid), pa.string())
    used = np.where(valid, sizes, 0)
    if used.min() == used.max():
        taken = np.ascontiguousarray(characters[:, : used[0]])
    else:
        taken = characters[np.arange(characters.shape[1]) < used[:, None]]
    ends = np.concatenate(([0], np.cumsum(used))).astype(np.int32)
    buffers = [_bitmap(valid), pa.py_buffer(ends), pa.py_buffer(taken)]
    return pa.Array.from_buffers(pa.string(), len(sizes), buffers)


def decimals(micros: Integers, valid: Mask) -> pa.Decimal128Array:
    """Give millionths as Arrow decimal128(18, 6), null where not valid."""
    halves = np.ascontiguousarray(np.stack([micros, micros >> 63], axis=1))
    return pa.Array.from_buffers(pa.decimal128(18, 6), len(micros), [_bitmap(valid), pa.py_buffer(halves)])


def instants(seconds: Integers) -> pa.TimestampArray:
    """Give seconds since 1970 in UTC as Arrow timestamps in microseconds."""
    return pa.array(seconds * 1_000_000).view(pa.timestamp("us", tz="UTC"))


def mask_of(values: pa.Array) -> Mask:
    """Give an Arrow boolean array, null as false."""
    mask: Mask = values.fill_null(False).to_numpy(zero_copy_only=False)
    return mask


def _only_digits(texts: pa.StringArray) -> pa.StringArray:
    usable = pc.and_(pc.ascii_is_decimal(texts), pc.less_equal(pc.binary_length(texts), MAX_DIGITS))
    return pc.if_else(usable, texts, pa.scalar(None, pa.string()))


def _bitmap(valid: Mask) -> pa.Buffer:
    return pa.py_buffer(np.packbits(valid, bitorder="little"))
