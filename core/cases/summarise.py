"""One short paragraph for each case: what changed, why, what to do. Every number in it is a fact."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from core.cases.direction import money_direction
from core.cases.group import Key
from core.cases.titles import ACTION_PHRASES, CAUSE_PHRASES, FAULT_TITLES
from core.kernel.format import bill_money

WHAT: dict[str, tuple[str, str]] = {
    "event_not_mediated": ("usage event was never mediated", "usage events were never mediated"),
    "record_suspended": ("usage record is stuck in mediation", "usage records are stuck in mediation"),
    "record_discarded": ("billable usage record was discarded", "billable usage records were discarded"),
    "record_not_charged": ("usage record has no charge line", "usage records have no charge line"),
    "file_missing": ("usage file is missing", "usage files are missing"),
    "file_late": ("usage file is late", "usage files are late"),
    "file_total_mismatch": ("partner file does not add up", "partner files do not add up"),
    "payment_mismatch": ("payment differs from its invoice", "payments differ from their invoices"),
    "row_rejected": ("row could not be read", "rows could not be read"),
    "duplicate_charge": ("charge was made twice", "charges were made twice"),
    "wrong_rate": ("charge has the wrong price", "charges have the wrong price"),
}
"""What happened to one subject, and to several; any other fault is worded by its title."""


def summarise(
    key: Key,
    fault: str,
    amounts: Sequence[Decimal],
    action: str,
    action_amount: Decimal,
    others: int = 0,
) -> str:
    """Return the summary of a case.

    Parameters
    ----------
    amounts
        The money that counts of each finding, in the key's currency, signed as the contract says.
    action_amount
        What the customer then pays more; negative for less.
    others
        How many of the findings are of other faults.

    Examples
    --------
    >>> key = Key("A-1", None, "2026-04-15", "rating_config", None, "EUR")
    >>> print(summarise(  # doctest: +NORMALIZE_WHITESPACE
    ...     key, "record_not_charged", [Decimal("1.5")] * 3, "add_charge", Decimal("4.5")
    ... ))
    3 usage records have no charge line in the cycle from 2026-04-15: €4.50 under-billed.
    Why: rating is set up wrongly. To do: add the charge, the customer pays €4.50 more.
    """
    more = f", with {others:,} other {'finding' if others == 1 else 'findings'}" if others else ""
    happened = f"{_what(fault, len(amounts) - others)}{_place(key)}{more}"
    is_awaited = action == "apply_estimated_charge" and not sum(amounts, Decimal(0))
    awaited = f"{bill_money(action_amount, key.currency)} of usage is expected and not billed yet"
    happened = f"{happened}: {awaited if is_awaited else _stake(fault, amounts, key.currency)}."
    why = CAUSE_PHRASES.get(key.root_cause, key.root_cause)
    return f"{happened} Why: {why}. To do: {ACTION_PHRASES.get(action, action)}{_effect(action_amount, key)}."


def _what(fault: str, findings: int) -> str:
    if fault in WHAT:
        one, several = WHAT[fault]
        return f"{findings:,} {one if findings == 1 else several}"
    times = "" if findings == 1 else f", {findings:,} times"
    return FAULT_TITLES.get(fault, fault) + times


def _stake(fault: str, amounts: Sequence[Decimal], currency: str) -> str:
    total = sum(amounts, Decimal(0))
    if total == 0:
        return "the amounts even out" if any(amounts) else "no money is known to be at stake"
    return f"{bill_money(abs(total), currency)} {money_direction(fault, total)}"


def _effect(action_amount: Decimal, key: Key) -> str:
    if action_amount == 0:
        return ""
    change = bill_money(abs(action_amount), key.currency)
    who = "the customer pays" if key.account_id else "customers pay"
    return f", {who} {change} {'more' if action_amount > 0 else 'less'}"


def _place(key: Key) -> str:
    scope = f" ({key.scope})" if key.scope else ""
    return f"{scope} in the cycle from {key.cycle}" if key.cycle else scope
