"""What is proposed to put a case right: checked, and told as a change for two people. Decides nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Self

from core.cases.build import BILL_CHANGING
from core.cases.titles import ACTION_PHRASES, CAUSE_PHRASES
from core.governance.proposals import Change
from core.kernel.advice import Advice
from core.kernel.errors import InputError
from core.kernel.money import round_half_up
from core.kernel.plan import Plan, Silence
from core.kernel.results import Case

__all__ = ["Correction", "change_of", "goes_against"]

_DOWN = frozenset({"issue_credit", "promotional_credit", "refund_payment"})
"""Actions after which the customer pays less."""

_UP = frozenset({"add_charge", "apply_estimated_charge", "retry_payment", "reverse_credit"})
"""Actions after which the customer pays more."""

_AS_IT_WAS = frozenset({"retry_payment", "recycle_records"})
"""Actions whose amount follows from what is done again; it may be left at 0."""

_CENT = Decimal("0.01")

_SILENT: dict[Silence, str] = {
    "policy": "Policy tells the customer nothing of this",
    "no_consent": "This customer is not to be contacted",
    "no_customer": "There is no one customer to tell",
}
"""Why a customer who is to be told is not, in words."""


@dataclass(frozen=True)
class Correction:
    """Say what is to be done about a case.

    Parameters
    ----------
    action
        A name from the contract's list of actions.
    amount
        What changes for the customer, in the case's currency: positive when they pay more.
    root_cause
        What was really wrong, a name from the contract's list of causes.
    notify
        Whether the customer is told.
    """

    action: str
    amount: Decimal
    root_cause: str
    notify: bool

    @classmethod
    def advised(cls, case: Case, advice: Advice | None) -> Self:
        """Return what is advised for a case, in whole cents; whom the plan tells is told."""
        tells = advice is not None and advice.plan is not None and advice.plan.tells
        return cls(case.action, round_half_up(case.action_amount, 2), case.root_cause, tells)


def change_of(case: Case, wanted: Correction, plan: Plan | None) -> Change:
    """Return the change that two people decide on.

    Parameters
    ----------
    plan
        What is done and when; None where no run has planned the case.

    Raises
    ------
    InputError
        RA-E100 when there is no such action or cause, the amount does not go with the action, or policy does
        not let it be carried out so.
    """
    problem = _problem(wanted) or (_against(case, wanted, plan) if plan else None)
    if problem:
        raise InputError(problem)
    before = {"action": "no_action", "amount": Decimal(0), "root_cause": case.root_cause, "notify": False}
    after = {
        "action": wanted.action,
        "amount": wanted.amount,
        "root_cause": wanted.root_cause,
        "notify": wanted.notify,
    }
    effect = {
        "at_stake": case.amount,
        "left": case.amount - wanted.amount,
        "plan": asdict(plan) if plan else None,
    }
    return Change("case", case.case_id, before, after, abs(wanted.amount), case.currency, effect)


def _against(case: Case, wanted: Correction, plan: Plan) -> str | None:
    """Return what policy has against a correction, in words; None when nothing."""
    if plan.barred:
        return plan.barred
    if plan.customers and wanted.action == case.action and wanted.amount != case.action_amount:
        return f"{plan.customers} customers share this amount, each with a part of it: leave it as it is."
    if wanted.notify and not plan.tells:
        return f"{_SILENT[plan.silence]}: leave out to tell them." if plan.silence in _SILENT else None
    if plan.tells and not wanted.notify:
        return "The customer has to be told of this: policy owes it to them."
    return None


def goes_against(action: str, amount: Decimal) -> bool:
    """Tell whether an action only ever makes the customer pay the other way than an amount says.

    Examples
    --------
    >>> goes_against("issue_credit", Decimal(5)), goes_against("rerate_charge", Decimal(5))
    (True, False)
    """
    return (action in _DOWN and amount > 0) or (action in _UP and amount < 0)


def _problem(wanted: Correction) -> str | None:
    """Return what is wrong with a correction, in words; None when nothing is."""
    if wanted.action not in ACTION_PHRASES:
        return f"There is no action {wanted.action}."
    if wanted.root_cause not in CAUSE_PHRASES:
        return f"There is no cause {wanted.root_cause}."
    words = ACTION_PHRASES[wanted.action]
    if wanted.amount.quantize(_CENT) != wanted.amount:
        return "Give the amount in whole cents."
    if wanted.action not in BILL_CHANGING:
        return (
            f"To {words} moves no money of the customer's: leave the amount at 0." if wanted.amount else None
        )
    if not wanted.amount and wanted.action not in _AS_IT_WAS:
        return f"Say by how much to {words}."
    if goes_against(wanted.action, wanted.amount):
        return f"To {words} makes the customer pay {'less' if wanted.action in _DOWN else 'more'}."
    return None
