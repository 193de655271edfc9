"""The facts of a case that policy looks at, for tests: one that nothing stands in the way of."""

from __future__ import annotations

from decimal import Decimal

from core.kernel.policy import CaseFacts

PLAIN = CaseFacts(
    fault="wrong_rate",
    root_cause="rating_config",
    action="rerate_charge",
    amount=Decimal(-5),
    segment="consumer",
    vulnerable=False,
    contact_allowed=True,
    invoice="draft",
    cause_confidence=Decimal("0.95"),
    age_days=10,
    too_old_by_law=False,
    repeats=0,
)
