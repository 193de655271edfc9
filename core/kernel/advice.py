"""What a case is told beside its facts: why, what to do and why nothing else. Holds no rule."""

from __future__ import annotations

from dataclasses import dataclass

from core.kernel.diagnosis import Diagnosis
from core.kernel.policy import CaseFacts, Ruling


@dataclass(frozen=True)
class Alternative:
    """Name an action that is not recommended, and say why not."""

    action: str
    why_not: str


@dataclass(frozen=True)
class CustomerMessage:
    """Hold what a customer would be told, and in which language (ISO 639)."""

    language: str
    text: str


@dataclass(frozen=True)
class Advice:
    """Hold why a case is held to be what it is, and why its action was chosen.

    Parameters
    ----------
    diagnosis
        Of the finding with the most money; of an incident, what its cases have in common.
    because
        Why the recommended action is the right one.
    alternatives
        What else could be done.
    otherwise
        What happens if nothing is done.
    facts
        What policy looked at.
    ruling
        Who decides, check by check. Both are None where an older version of Assay said nothing.
    message
        What the customer would be told; None where there is no one customer, or they may not be told.
    """

    case_id: str
    diagnosis: Diagnosis
    because: str = ""
    alternatives: tuple[Alternative, ...] = ()
    otherwise: str = ""
    facts: CaseFacts | None = None
    ruling: Ruling | None = None
    message: CustomerMessage | None = None
