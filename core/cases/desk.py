"""Which group of people works on a case. The words of `core.kernel.results.Desk`, the rule as data."""

from __future__ import annotations

from core.kernel.results import Desk

ROAMING_FAULTS = frozenset({"cap_exceeded", "file_total_mismatch", "wholesale_mismatch"})
ROAMING_CAUSES = frozenset({"partner_delay", "partner_outage", "partner_pricing"})
ROAMING_SOURCE = "tap:"
FEED_FAULTS = frozenset(
    {
        "feed_silent",
        "file_excess",
        "file_late",
        "file_missing",
        "file_short",
        "partial_missing",
        "row_rejected",
    }
)


def desk_of(fault: str, root_cause: str, scope: str | None) -> Desk:
    """Return the desk of a case: roaming when a partner is in it, data quality when a feed or a row is.

    Parameters
    ----------
    scope
        What a case without an account is about, as "tap:DEUTM"; None for a case of an account.

    Examples
    --------
    >>> desk_of("file_late", "partner_delay", "tap:DEUTM"), desk_of("file_late", "element_outage", "msc-01")
    ('roaming', 'data_quality')
    """
    if scope is not None and scope.startswith(ROAMING_SOURCE):
        return "roaming"
    if fault in ROAMING_FAULTS or root_cause in ROAMING_CAUSES:
        return "roaming"
    return "data_quality" if fault in FEED_FAULTS else "billing"
