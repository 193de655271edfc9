"""Keep what could not be used: the first thing wrong with each record, and what is wrong around them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.events.tap3.columns import Integers, Mask, OctetColumn
from core.events.tap3.values import show
from core.kernel.errors import UnreadableFileError

SEND_AGAIN = "Return the record to the sender and ask for it again."


class Rejected(NamedTuple):
    """Say what could not be used, why, and what to do."""

    position: int
    """1-based number of the record in its file; one more than the last for what follows the records."""
    field: str
    """The contract's column; `record` when the whole of it is meant, `file` for what is no record."""
    value: str
    reason: str
    action: str


class Refusals:
    """Collect refusals of the records of one file; of a record only the first counts.

    Parameters
    ----------
    positions
        The 1-based number in the file of each record that is read.
    """

    def __init__(self, positions: Integers) -> None:
        self._positions = positions
        self._rejected: dict[int, Rejected] = {}

    def add(self, record: int, error: UnreadableFileError) -> None:
        """Refuse one record as a whole."""
        self._keep(record, "record", "", error.message)

    def where(self, wrong: Mask, field: str, column: OctetColumn | None, reason: str) -> None:
        """Refuse every record for which a value is wrong; column None when it is no single value."""
        for record in np.flatnonzero(wrong).tolist():
            value = "" if column is None else show(column.value(record))
            self._keep(record, field, value, f"{field} {reason}")

    def accepted(self) -> Mask:
        """Tell which records have not been refused."""
        accepted = np.ones(len(self._positions), np.bool_)
        accepted[list(self._rejected)] = False
        return accepted

    def rejected(self) -> list[Rejected]:
        """List what was refused."""
        return list(self._rejected.values())

    def _keep(self, record: int, field: str, value: str, reason: str) -> None:
        rejected = Rejected(int(self._positions[record]), field, value, reason, SEND_AGAIN)
        self._rejected.setdefault(record, rejected)
