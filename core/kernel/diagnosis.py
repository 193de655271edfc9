"""Why something is held to be wrong, and how that was found out. Holds no rule."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Suspect:
    """State how likely one of `core.kernel.faults.ROOT_CAUSES` is, and what was heard for and against it.

    ``probability`` lies between 0 and 1, to three places.
    """

    cause: str
    probability: Decimal
    speaks_for: tuple[str, ...] = ()
    speaks_against: tuple[str, ...] = ()


@dataclass(frozen=True)
class Inquiry:
    """State one question that was asked, what came out, and the likeliest cause then.

    ``answer`` is None where nothing could be seen; ``detail`` is the value that the answer rests on.
    """

    question: str
    answer: str | None
    detail: str | None
    leading: str
    probability: Decimal


@dataclass(frozen=True)
class Diagnosis:
    """Hold the likeliest causes, best first, at most three, and the questions in the order asked."""

    suspects: tuple[Suspect, ...]
    inquiries: tuple[Inquiry, ...] = ()

    @property
    def cause(self) -> str:
        """Return the likeliest cause."""
        return self.suspects[0].cause

    @property
    def confidence(self) -> Decimal:
        """Return how likely it is."""
        return self.suspects[0].probability
