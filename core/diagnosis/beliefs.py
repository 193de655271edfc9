"""How evidence moves beliefs: Bayes' rule, and how much a question may be worth. Knows no fault."""

from __future__ import annotations

from collections.abc import Mapping
from math import log2

from core.diagnosis.library import Beliefs, shared

__all__ = ["doubt", "gain", "learn"]


def learn(beliefs: Beliefs, likelihood: Beliefs) -> Beliefs:
    """Return beliefs after an answer.

    Parameters
    ----------
    likelihood
        How often each cause gives the answer.

    Examples
    --------
    >>> learn((0.5, 0.5), (0.9, 0.3))
    (0.75, 0.25)
    """
    return shared([belief * often for belief, often in zip(beliefs, likelihood, strict=True)])


def doubt(beliefs: Beliefs) -> float:
    """Return the entropy of beliefs, in bits.

    Examples
    --------
    >>> doubt((0.5, 0.5))
    1.0
    """
    return -sum(belief * log2(belief) for belief in beliefs if belief > 0)


def gain(beliefs: Beliefs, answers: Mapping[str, Beliefs]) -> float:
    """Return by how much asking is expected to lessen doubt, in bits.

    Parameters
    ----------
    answers
        For each answer, how often each cause gives it.

    Examples
    --------
    >>> gain((0.5, 0.5), {"yes": (1.0, 0.0), "no": (0.0, 1.0)})
    1.0
    """
    left = 0.0
    for likelihood in answers.values():
        chance = sum(belief * often for belief, often in zip(beliefs, likelihood, strict=True))
        if chance > 0:
            left += chance * doubt(learn(beliefs, likelihood))
    return doubt(beliefs) - left
