"""Whom usage that is not here yet concerns: each customer's part of an estimate. Reads nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from core.cases.context import Bill, Context, Share
from core.cases.message import message_of
from core.cases.remedy import InvoiceState
from core.cases.zones import zones_of
from core.kernel.advice import BillEffect, Notice
from core.kernel.money import round_half_up
from core.kernel.plan import Plan, Timing

__all__ = ["effect_on", "notices_of", "state_of_bills", "timing_of", "together"]

_CENTS = 2


def together(shares: Iterable[Share]) -> tuple[Share, ...]:
    """Return one share for each customer and bill, in whole cents as it is charged, the most money first."""
    sums: dict[tuple[str, str], list[Share]] = defaultdict(list)
    for share in shares:
        sums[share.account_id, share.bill.invoice_id if share.bill else ""].append(share)
    whole = [
        alike[0]._replace(amount=round_half_up(sum((one.amount for one in alike), Decimal(0)), _CENTS))
        for alike in sums.values()
    ]
    return tuple(sorted((one for one in whole if one.amount), key=lambda one: (-one.amount, one.account_id)))


def state_of_bills(shares: Sequence[Share]) -> InvoiceState:
    """Return where the bills of shares stand, none of which has left: a draft only where all are there."""
    return "draft" if all(share.bill for share in shares) else "none"


def timing_of(shares: Sequence[Share], context: Context) -> Timing:
    """Return what a plan for several customers follows from: the first bill that leaves, all their zones."""
    zones = (zone for share in shares for zone in zones_of(share.account.country, context.zone))
    leaves = (share.bill.issue_at for share in shares if share.bill)
    return Timing(
        now=context.as_of,
        zones=tuple(dict.fromkeys(zones)) or (context.zone,),
        issue_at=min(leaves, default=None),
    )


def notices_of(shares: Sequence[Share], plan: Plan, currency: str, context: Context) -> tuple[Notice, ...]:
    """Return what each customer is charged, and told with tax: nothing without consent, unless it is owed."""
    return tuple(_notice(share, plan, currency, context) for share in shares)


def _notice(share: Share, plan: Plan, currency: str, context: Context) -> Notice:
    taxed = round_half_up(share.amount * (1 + context.tax_rate), _CENTS)
    message = None
    if plan.tells and (plan.is_owed or share.account.contact_allowed):
        message = message_of(plan.action, taxed, currency, None, share.account.language)
    bill = effect_on(share.bill, context) if share.bill else None
    return Notice(share.account_id, share.amount, message, bill)


def effect_on(bill: Bill, context: Context) -> BillEffect:
    """Return a bill as what an action changes."""
    is_out = bill.issue_at <= context.as_of
    return BillEffect(bill.invoice_id, is_out, bill.total, bill.net, context.tax_rate, bill.is_disputed)
