"""What pressing a button about a correction does. Caches nothing, draws nothing."""

from __future__ import annotations

from core.api import Assay, HandMove
from dashboard import forget, session
from dashboard.commands import attempt

__all__ = ["move", "switch"]

_MOVED: dict[HandMove, str] = {
    "retry": "It is tried again.",
    "skip": "The step is left out.",
    "settle": "Taken as done.",
    "cancel": "Cancelled. What was done is taken back.",
}


def move(correction_id: str, version: int, move: HandMove) -> None:
    """Move a correction on, with the reason that stands in its field."""
    field = session.reason_key(correction_id)
    reason = session.written(field)

    def work(assay: Assay) -> str:
        assay.move_correction(correction_id, version, move, reason)
        return _MOVED[move]

    if attempt(work):
        session.take(field)
        session.go(**{session.CORRECTION: correction_id})
    forget.cases()


def switch(name: str, off: bool) -> None:
    """Switch something off or on again, with the reason that stands in its field."""
    field = session.reason_key("switch")
    reason = session.written(field)

    def work(assay: Assay) -> str:
        (assay.switch_off if off else assay.switch_on)(name, reason)
        return "Switched off." if off else "Switched on again."

    if attempt(work):
        session.take(field)
