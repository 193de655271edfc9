"""The fault library: ways to spoil a dataset, each labelled. Imports nothing from controls or rating."""

from core.simulation.faults.library import PLANTINGS, ROWS, plant
from core.simulation.faults.plans import DEMO, everything
from core.simulation.faults.rows import spoil_rows
from core.simulation.faults.shadow import LABEL_SCHEMA, Label, Shadow

__all__ = [
    "DEMO",
    "LABEL_SCHEMA",
    "PLANTINGS",
    "ROWS",
    "Label",
    "Shadow",
    "everything",
    "plant",
    "spoil_rows",
]
