"""The reference operator: a server that plays an operator's systems over a dataset. Judges nothing.

It keeps a database of its own, carries orders out by the TM Forum interfaces of `core.kernel.tmf`, keeps
their keys, and hands its state back as a dataset, so that a correction can be followed to the bill and back.
"""

from core.simulation.reference.command import open_reference
from core.simulation.reference.extract import extract
from core.simulation.reference.state import State

__all__ = ["State", "extract", "open_reference"]
