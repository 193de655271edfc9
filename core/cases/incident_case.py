"""The case of an incident: what its cases share, what that is worth, what to do about it at its source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from core.cases.direction import money_direction
from core.cases.incidents import Incident
from core.cases.severity import worst
from core.cases.titles import ACTION_PHRASES, CAUSE_PHRASES, FAULT_TITLES
from core.kernel.advice import Advice, Alternative
from core.kernel.diagnosis import Diagnosis, Suspect
from core.kernel.format import bill_money
from core.kernel.plan import Timing
from core.kernel.policy import CaseFacts, Ruling
from core.kernel.results import SEARCH_LENGTH, Case
from core.policy.document import Policy
from core.policy.plan import plan_of
from core.policy.rule import rule

__all__ = ["incident_case"]

AT_SOURCE = {
    "partner_delay": "request_partner_file",
    "partner_outage": "request_partner_file",
    "partner_pricing": "dispute_wholesale",
    "element_outage": "request_partner_file",
    "rating_table_stale": "correct_tariff",
    "rating_config": "correct_tariff",
    "plan_change_not_propagated": "correct_plan",
    "provisioning_error": "correct_provisioning",
}
"""What mends a cause where it arises; for any other cause what most of its cases need."""

_BECAUSE = "it mends the cause; each case below has its own correction"
_OTHERWISE = "the cause stays, and more cases come of it"
_WHY_NOT = "puts right single cases, and the cause goes on"

_WHERE = {
    "file": "all in file {}",
    "price": "all at price {}",
    "person": "all keyed in by one person",
    "partner": "all at partner {}",
    "source": "all from {}",
    "APN": "all through APN {}",
    "network": "all in network {}",
    "plan": "all on plan {}",
    "day": "all on {}",
}


def incident_case(
    incident: Incident, children: Sequence[Case], sure: Sequence[Decimal], policy: Policy, timing: Timing
) -> tuple[Case, Advice]:
    """Return an incident as a case of its own: it counts its cases' findings, the money stays theirs.

    Parameters
    ----------
    sure
        How likely the cause is of each of its cases.
    """
    action = AT_SOURCE.get(incident.root_cause) or _commonest([child.action for child in children])
    likely = (sum(sure, Decimal(0)) / len(sure)).quantize(Decimal("0.001"))
    moved = sum((child.action_amount for child in children if child.action == action), Decimal(0))
    facts = replace(_facts(incident, action, moved, likely), timing=timing)
    ruling = rule(policy, facts)
    others = sorted({child.action for child in children} - {action})
    advice = Advice(
        case_id=incident.case_id,
        diagnosis=Diagnosis((Suspect(incident.root_cause, likely, (_common(incident, len(children)),)),)),
        because=_BECAUSE,
        alternatives=tuple(Alternative(other, _WHY_NOT) for other in others),
        otherwise=_OTHERWISE,
        facts=facts,
        ruling=ruling,
        plan=plan_of(policy, facts, ruling.by),
    )
    return _case(incident, children, action, ruling), advice


def _case(incident: Incident, children: Sequence[Case], action: str, ruling: Ruling) -> Case:
    total = sum((child.amount for child in children), Decimal(0))
    return Case(
        case_id=incident.case_id,
        account_id=None,
        parent_case_id=None,
        cycle=None,
        fault=incident.fault,
        root_cause=incident.root_cause,
        amount=Decimal(0),
        currency=incident.currency,
        action=action,
        action_amount=Decimal(0),
        risk=ruling.risk,
        route=ruling.route,
        status="new",
        summary=_summary(incident, children, total, action),
        opened_at=children[0].opened_at,
        severity=worst(child.severity for child in children),
        due_at=min(child.due_at for child in children),
        scope=_scope(incident),
        findings=sum(child.findings for child in children),
        account_name=None,
        segment=None,
        desk=_commonest([child.desk for child in children]),
        confidence=min(child.confidence for child in children),
        search_text=_search_text(incident),
        at_stake=Decimal(0),
    )


def _facts(incident: Incident, action: str, moved: Decimal, likely: Decimal) -> CaseFacts:
    """Return what policy looks at: the act at the source, or the same act on every case below."""
    return CaseFacts(
        fault=incident.fault,
        root_cause=incident.root_cause,
        action=action,
        amount=moved,
        segment=None,
        vulnerable=None,
        contact_allowed=True,
        invoice="none",
        cause_confidence=likely,
        age_days=0,
        too_old_by_law=False,
        repeats=0,
    )


def _common(incident: Incident, cases: int) -> str:
    where = _where(incident)
    common = f"{where[0].upper()}{where[1:]}" if where else "Nothing but the cause"
    return f"{common}: {cases:,} cases"


def _summary(incident: Incident, children: Sequence[Case], total: Decimal, action: str) -> str:
    accounts = len({child.account_id for child in children if child.account_id})
    on = f" on {accounts:,} {'account' if accounts == 1 else 'accounts'}" if accounts else ""
    where = _where(incident)
    what = FAULT_TITLES.get(incident.fault, incident.fault)
    stake = (
        f" {bill_money(abs(total), incident.currency)} {money_direction(incident.fault, total)} in all."
        if total
        else ""
    )
    why = CAUSE_PHRASES.get(incident.root_cause, incident.root_cause)
    to_do = ACTION_PHRASES.get(action, action)
    return (
        f"{what}: {len(children):,} cases{on} with one cause{f', {where}' if where else ''}.{stake}"
        f" Why: {why}. To do: {to_do}."
    )


def _where(incident: Incident) -> str:
    return _WHERE[incident.common[0]].format(incident.common[1]) if incident.common else ""


def _scope(incident: Incident) -> str:
    """Return what an incident is about; a person is not named where everybody reads."""
    if incident.common is None:
        return "Many accounts"
    dimension, value = incident.common
    if dimension == "partner":
        return f"tap:{value}"
    return "One person" if dimension == "person" else f"{dimension} {value}"


def _search_text(incident: Incident) -> str:
    words = ("incident", incident.case_id, _scope(incident), FAULT_TITLES.get(incident.fault, incident.fault))
    return " ".join(words).lower()[:SEARCH_LENGTH]


def _commonest(values: Sequence[Any]) -> Any:
    counts = Counter(values)
    return min(counts, key=lambda value: (-counts[value], str(value)))
