"""A case that nothing stands in the way of, as policy looks at it, and policies, for tests."""

from __future__ import annotations

from decimal import Decimal

from core.kernel.policy import CaseFacts
from core.policy.document import Policy, read_policy, shipped_policy

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


def with_procedures(procedures: str) -> Policy:
    """Return the policy that ships with other procedures."""
    checks, rest = shipped_policy().text.split("[[procedure]]", 1)
    return read_policy(f"{checks}{procedures}\n[[retry]]{rest.split('[[retry]]', 1)[1]}")
