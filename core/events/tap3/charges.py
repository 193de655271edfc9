"""Add up what the partner charges for each record.

In the file's currency and exact; whether the amount is right is for the controls.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from core.events.tap3.columns import Integers, Mask, decimals
from core.events.tap3.layout import Gathered
from core.events.tap3.refusals import Refusals

TOTAL = np.frombuffer(b"00", np.uint8)
"""The charge type of a total; others are its components."""
MAX_CHARGE = 10**15
"""Units of one charge; sums of as many as a record can hold stay exact."""
MONEY_DIGITS, MONEY_PLACES = 18, 6


class _Sums(NamedTuple):
    """Units added up by record."""

    units: Integers
    present: Mask


def wholesale_charges(gathered: Gathered, places: int | None, refusals: Refusals) -> pa.Decimal128Array:
    """Give each record's charge: its totals (type 00; without one, all its charges) and its CAMEL fee.

    Parameters
    ----------
    places
        Decimal places of the charges; None when the file does not say, then no record has a charge.

    Returns
    -------
    Decimal128Array
        Null for a record without a charge. A record with a charge that is negative or too large is refused.

    Notes
    -----
    The CAMEL invocation fee counts because the file's declared total holds it (TAP, audit control).
    """
    kinds, column = gathered.sets["type"], gathered.sets["amount"]
    amounts, ok = column.integers()
    ok &= (amounts >= 0) & (amounts <= MAX_CHARGE)
    is_total = (kinds.sizes == len(TOTAL)) & (kinds.octets == TOTAL).all(axis=1)
    totals = _add(gathered, amounts, ok & is_total)
    components = _add(gathered, amounts, ok & ~is_total)
    fees = gathered.values["camel_fee"]
    fee, fee_ok = fees.integers()
    fee_ok &= (fee >= 0) & (fee <= MAX_CHARGE)
    units = np.where(totals.present, totals.units, components.units) + np.where(fee_ok, fee, 0)
    charged = totals.present | components.present | fees.present
    if places is None:
        return decimals(np.zeros_like(units), np.zeros_like(charged))
    wrong = (fees.present & ~fee_ok) | (units >= 10 ** (MONEY_DIGITS - MONEY_PLACES + places))
    wrong[gathered.set_records[~ok]] = True
    refusals.where(wrong, "wholesale_charge", None, "is negative, too large or no number")
    return decimals(np.where(wrong, 0, units) * 10 ** (MONEY_PLACES - places), charged)


def _add(gathered: Gathered, amounts: Integers, counted: Mask) -> _Sums:
    records = len(gathered.values.octets)
    sums = _Sums(np.zeros(records, np.int64), np.zeros(records, np.bool_))
    np.add.at(sums.units, gathered.set_records[counted], amounts[counted])
    sums.present[gathered.set_records[counted]] = True
    return sums
