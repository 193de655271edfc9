"""Roaming files: TAP 3.10 to 3.12 and NRTRDE 2.1 in BER, decoded into the contract's columns."""

from __future__ import annotations

from core.events.tap3.batch import DecodedBatch
from core.events.tap3.decode import decode
from core.events.tap3.refusals import Rejected

__all__ = ["DecodedBatch", "Rejected", "decode"]
