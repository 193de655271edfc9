"""One step to the amount of a line, and its sentence. Says nothing itself."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Step", "Told"]


@dataclass(frozen=True)
class Step:
    """Hold one step to an amount: which rule it was, what it did, and a value before and after it."""

    name: str
    what: str
    before: str | None = None
    after: str | None = None


Told = tuple[Step, str | None]
"""A step and its sentence; none for a step that changed nothing."""
