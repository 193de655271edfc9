"""How a case's action is carried out: its steps in order, each with its time. Holds no rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from core.kernel.people import Role

__all__ = [
    "STEPS",
    "FailedPayment",
    "Plan",
    "PlannedStep",
    "Silence",
    "StepName",
    "Timing",
    "Told",
    "approver_of",
    "plan_in",
    "read_plan",
    "read_timing",
]

StepName = Literal[
    "hold_invoice",
    "correct",
    "release_invoice",
    "reissue_invoice",
    "notify_customer",
    "request_partner_file",
    "true_up",
]
"""What is done; ``correct`` is the action itself, ``true_up`` settles an estimate by the usage that came."""

STEPS: tuple[StepName, ...] = get_args(StepName)

Told = Literal["before", "after", "never"]
"""When the customer hears of it: before it reaches them, at once after, or not."""

Silence = Literal["", "policy", "no_consent", "no_customer", "not_wanted"]
"""Why the customer is told nothing; empty where they are told."""


@dataclass(frozen=True)
class FailedPayment:
    """State the payment that a case is about, as it failed last.

    Parameters
    ----------
    code
        The gateway's failure code.
    tries
        How often it had been tried again before.
    """

    code: str | None
    failed_at: datetime
    tries: int = 0


@dataclass(frozen=True)
class Timing:
    """State what the times of a plan follow from.

    Parameters
    ----------
    now
        When the case was found, or looked at again.
    zones
        The time zones (IANA) of the customer's country, in each of which hours have to hold.
    issue_at
        When the invoice that is still a draft leaves; None where none does.
    failure
        The payment that failed; None where none did.
    """

    now: datetime
    zones: tuple[str, ...]
    issue_at: datetime | None = None
    failure: FailedPayment | None = None


@dataclass(frozen=True)
class PlannedStep:
    """Set a step at its time.

    Parameters
    ----------
    at
        Not before; None for as soon as it is approved.
    until
        By when it has to be done; None where nothing sets an end.
    """

    step: StepName
    at: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Plan:
    """Say what is done for a case, in order.

    Parameters
    ----------
    action
        A name from the contract's list of actions: the step ``correct``.
    told, silence
        When the customer hears of it, and why not where they do not.
    is_owed
        Whether they have to hear of it even without consent to be contacted.
    lead_hours
        How long before it reaches them they hear of it.
    is_short
        Whether they cannot, as the bill leaves sooner.
    hours, zones
        When in their day they may be told, as ``09:00-20:00``, and in which time zones at once.
    issue_at
        When the invoice that is still a draft leaves.
    by
        The role that has to approve, where somebody has to; None for any that may.
    barred
        Why it may not be carried out, as a sentence; empty where it may.
    says
        Why it is done so.
    customers, untold
        How many customers share it, where it is no one customer's, and how many of them are told nothing.
    """

    action: str
    steps: tuple[PlannedStep, ...]
    told: Told
    silence: Silence = ""
    is_owed: bool = False
    lead_hours: int = 0
    is_short: bool = False
    hours: str = ""
    zones: tuple[str, ...] = ()
    issue_at: datetime | None = None
    by: Role | None = None
    barred: str = ""
    says: str = ""
    customers: int = 0
    untold: int = 0

    @property
    def tells(self) -> bool:
        """Tell whether the customer hears of it."""
        return any(one.step == "notify_customer" for one in self.steps)


def read_plan(kept: Mapping[str, Any] | None) -> Plan | None:
    """Return a plan from its plain form, as advice and proposals keep it."""
    if kept is None:
        return None
    steps = tuple(
        PlannedStep(one["step"], _instant(one["at"]), _instant(one["until"])) for one in kept["steps"]
    )
    return Plan(
        **{**kept, "steps": steps, "zones": tuple(kept["zones"]), "issue_at": _instant(kept["issue_at"])}
    )


def read_timing(kept: Mapping[str, Any] | None) -> Timing | None:
    """Return a timing from its plain form."""
    if kept is None:
        return None
    failed = kept["failure"]
    failure = failed and FailedPayment(failed["code"], _known(failed["failed_at"]), failed["tries"])
    return Timing(_known(kept["now"]), tuple(kept["zones"]), _instant(kept["issue_at"]), failure)


def plan_in(effect: Mapping[str, Any]) -> Plan | None:
    """Return the plan that a proposal's effect keeps; None where it keeps none."""
    return read_plan(effect.get("plan"))


def approver_of(effect: Mapping[str, Any]) -> Role | None:
    """Return the role that the plan in a proposal's effect has approve; None for any that may."""
    plan = effect.get("plan")
    return plan["by"] if plan else None


def _known(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else _known(text)
