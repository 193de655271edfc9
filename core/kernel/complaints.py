"""What opens a case although no control found anything: a customer who waits. Holds no logic."""

from __future__ import annotations

CONTACT, DISPUTE = "customer_contact", "invoice_disputed"

COMPLAINTS = frozenset({CONTACT, DISPUTE})
"""What stands in the place of a case's fault where it has no finding; no name of the contract."""
