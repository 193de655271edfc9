"""The words by which people look for a case. Personal data beside the account's name stays out."""

from __future__ import annotations

from core.cases.context import Account, Bill
from core.cases.group import Group
from core.cases.titles import FAULT_TITLES
from core.kernel.results import SEARCH_LENGTH

SUBJECTS = 5
"""How many of a case's findings lend their subject and subscription."""


def search_text(grouped: Group, fault: str, account: Account | None, bill: Bill | None) -> str:
    """Return the words in lower case, the ones most looked for first, cut to `SEARCH_LENGTH`."""
    key = grouped.key
    words = [
        key.case_id,
        key.account_id,
        account.name if account else None,
        key.scope,
        bill.invoice_id if bill else None,
        FAULT_TITLES.get(fault, fault),
    ]
    for member in grouped.members[:SUBJECTS]:
        words += [member.subject_id, member.subscription_id]
    return " ".join(dict.fromkeys(word for word in words if word)).lower()[:SEARCH_LENGTH]
