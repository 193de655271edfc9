"""Tells how a line of a bill came to its amount: the steps as data, and plain sentences for care agents.

Reads the explanation that a rating engine gave with the line; computes no price and looks nothing up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.rating.explain_others import other_steps
from core.rating.explain_usage import usage_steps
from core.rating.step import Step

__all__ = ["Explanation", "Step", "explain"]


@dataclass(frozen=True)
class Explanation:
    """Hold the steps to a line's amount in order, and the sentences that tell those that did something."""

    steps: tuple[Step, ...]
    sentences: tuple[str, ...]


def explain(line: Mapping[str, Any], names: Mapping[str, str] | None = None) -> Explanation:
    """Explain any expected line.

    Parameters
    ----------
    line
        A row of ``expected_charges``, or of the reference: ``kind``, ``service``, ``amount``, ``currency``,
        ``plan_id``, ``product_id``, ``promotion_id`` and ``explanation`` (JSON or data).
    names
        What ids are called: of plans, products and promotions, and of grants. An id without a name stands for
        itself.
    """
    given = line["explanation"]
    facts = json.loads(given) if isinstance(given, str) else given
    tell = usage_steps if line["kind"] == "usage" else other_steps
    told = list(tell(line, facts, names or {}))
    return Explanation(
        tuple(step for step, _ in told), tuple(sentence for _, sentence in told if sentence is not None)
    )
