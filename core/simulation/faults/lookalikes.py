"""Names what looks like a fault in a clean dataset and is none. Edits nothing."""

from __future__ import annotations

from core.simulation.faults.shadow import Label, Shadow

__all__ = ["label_look_alikes"]


def label_look_alikes(shadow: Shadow) -> None:
    """Label some of each kind, with the fault that it could be taken for."""
    faults = {(label.stream, label.subject_id) for label in shadow.labels}
    for row in shadow.rows("look_alikes"):
        if (row["stream"], row["subject_id"]) in faults:
            continue
        label = Label(
            row["fault"],
            row["stream"],
            row["subject_id"],
            "customer_behaviour",
            row["planted_at"],
            account_id=row["account_id"],
            kind="look_alike",
        )
        shadow.label(row["planted_by"], [label])
