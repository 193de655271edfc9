"""What cases are once people have merged and split them. What may be, `core.cases.one_matter` says.

A run puts every finding in one case. People move findings to another: case by case when they merge, finding
by finding when they split. Whatever they do, a finding is in one case, and a case has the money of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import get_args

from core.cases.build import BILL_CHANGING
from core.cases.correction import goes_against
from core.cases.direction import is_collected
from core.cases.group import READ, Group, Key, Member
from core.cases.message import message_of
from core.cases.remedy import Remedy, Situation, otherwise, remedy
from core.cases.severity import by_money, worst
from core.cases.summarise import summarise
from core.governance.rights import strictest
from core.kernel.advice import Advice, BillEffect, Contact, LegalDeadline
from core.kernel.policy import CaseFacts, Risk, Route, Ruling
from core.kernel.results import SEARCH_LENGTH, Case, Finding
from core.policy.document import Policy
from core.policy.plan import plan_of
from core.policy.rule import no_softer, rule

__all__ = ["Moves", "Regrouped", "Told", "emptied", "regroup", "with_children"]

Told = tuple[Case, Advice | None]
"""A case and what is said of it."""

_LAW_OF = {"back_billing_days": 1, "refund_days": -1}
"""Deadlines that hold only for a correction of this sign."""

_ROUTES: tuple[Route, ...] = get_args(Route)
_RISKS: tuple[Risk, ...] = get_args(Risk)


@dataclass(frozen=True)
class Moves:
    """Hold where people have put what runs find.

    Parameters
    ----------
    merged
        The case that each merged one was merged into.
    split
        The case that each finding was split off to, by finding id.
    """

    merged: Mapping[str, str] = field(default_factory=dict)
    split: Mapping[str, str] = field(default_factory=dict)

    def case_of(self, finding_id: str, built_in: str) -> str:
        """Return the case that a finding is in, which the run has put in ``built_in``.

        Examples
        --------
        >>> moves = Moves({"C-2": "C-1", "C-1": "C-4"}, {"F-9": "C-3"})
        >>> moves.case_of("F-1", "C-2"), moves.case_of("F-9", "C-2")
        ('C-4', 'C-3')
        """
        at = self.split.get(finding_id, built_in)
        while at in self.merged:
            at = self.merged[at]
        return at


@dataclass(frozen=True)
class Regrouped:
    """Hold the cases that some findings are in, by id, with their advice, and the case of each finding."""

    cases: Mapping[str, Case]
    advice: Mapping[str, Advice]
    case_of: Mapping[str, str]


def regroup(
    built: Mapping[str, Told], findings: Iterable[Finding], moves: Moves, policy: Policy
) -> Regrouped:
    """Return the cases that findings are in after what people have moved.

    Parameters
    ----------
    built
        What a run made of every case that the findings were found in, by case id.
    findings
        All findings of the cases that are asked for, each in the case that the run put it in.
    """
    groups: dict[str, list[Finding]] = defaultdict(list)
    case_of: dict[str, str] = {}
    for one in findings:
        case_of[one.finding_id] = moves.case_of(one.finding_id, one.case_id)
        groups[case_of[one.finding_id]].append(one)
    cases: dict[str, Case] = {}
    advice: dict[str, Advice] = {}
    for case_id in sorted({*groups, *built}):
        found = groups.get(case_id)
        case, told = _one(case_id, found, built, policy) if found else _left(*built[case_id])
        cases[case_id] = case
        if told is not None:
            advice[case_id] = told
    return Regrouped(cases, advice, case_of)


def emptied(case: Case) -> Case:
    """Return a case whose findings are all in others: it holds no money, so that none is counted twice."""
    nothing = Decimal(0)
    return replace(
        case, amount=nothing, action_amount=nothing, at_stake=nothing, findings=0, parent_case_id=None
    )


def with_children(parent: Case, children: Sequence[Case], *, has_findings: bool) -> Case:
    """Return a case that others belong to, with what they are now."""
    money = (child.at_stake for child in children if child.currency == parent.currency)
    return replace(
        parent,
        children=len(children),
        at_stake=abs(parent.amount) + sum(money, Decimal(0)),
        findings=parent.findings if has_findings else sum(child.findings for child in children),
    )


def _left(case: Case, told: Advice | None) -> Told:
    return emptied(case), told


def _one(case_id: str, found: Sequence[Finding], built: Mapping[str, Told], policy: Policy) -> Told:
    """Return a case of some findings: as the run made it, where they are all that it found in it."""
    money: dict[str, Decimal] = defaultdict(Decimal)
    members = [Member(*(getattr(one, name) for name in READ)) for one in found]
    for one, member in zip(found, members, strict=True):
        money[one.case_id] += abs(member.money)
    order = sorted(money, key=lambda name: (name != case_id, -money[name], name))
    sources = [built[name] for name in order]
    if order == [case_id] and sources[0][0].findings == len(found):
        return sources[0]
    base = sources[0][0]
    cycles = {case.cycle for case, _ in sources}
    key = Key(
        base.account_id,
        base.scope,
        base.cycle if len(cycles) == 1 else None,
        base.root_cause,
        None,
        base.currency,
    )
    return _made(case_id, Group(key, tuple(sorted(members))), sources, policy)


def _made(case_id: str, grouped: Group, sources: Sequence[Told], policy: Policy) -> Told:
    base, told = sources[0]
    fault = base.fault if any(one.fault == base.fault for one in grouped.members) else grouped.fault
    chosen = _remedy(grouped, sources)
    amount = grouped.amount if chosen.action in BILL_CHANGING else Decimal(0)
    advice = _advice(case_id, grouped, sources, chosen, fault, amount, policy) if told else None
    route, risk = _decided_by(sources, advice.ruling if advice else None)
    others = [case.case_id for case, _ in sources[1:]]
    case = replace(
        base,
        case_id=case_id,
        parent_case_id=base.parent_case_id if base.case_id == case_id else None,
        fault=fault,
        amount=grouped.amount,
        action=chosen.action,
        action_amount=amount,
        risk=risk,
        route=route,
        summary=_summary(grouped, fault, chosen.action, amount),
        severity=worst((*(case.severity for case, _ in sources), by_money(grouped.amount))),
        due_at=min(case.due_at for case, _ in sources),
        findings=len(grouped.members),
        confidence=min(member.confidence for member in grouped.members),
        search_text=_search_text(case_id, base, others),
        at_stake=abs(grouped.amount),
        children=base.children if base.case_id == case_id else 0,
        contact_ids=_contact_ids(grouped, sources),
    )
    return case, advice


def _summary(grouped: Group, fault: str, action: str, amount: Decimal) -> str:
    money = [member.money for member in grouped.members]
    others = sum(member.fault != fault for member in grouped.members)
    return summarise(grouped.key, fault, money, action, amount, others)


def _remedy(grouped: Group, sources: Sequence[Told]) -> Remedy:
    """Return what puts the whole right: the first action of its parts that goes the way its money goes."""
    told = sources[0][1]
    situation = Situation(told.facts.invoice if told and told.facts else "none", grouped.amount)
    usual = next((case.action for case, _ in sources if not goes_against(case.action, grouped.amount)), None)
    return remedy(usual or ("add_charge" if grouped.amount > 0 else "remove_charge"), situation)


def _advice(
    case_id: str,
    grouped: Group,
    sources: Sequence[Told],
    chosen: Remedy,
    fault: str,
    amount: Decimal,
    policy: Policy,
) -> Advice | None:
    base, told = sources[0]
    if told is None:
        return None
    known = [one for _, one in sources if one]
    facts = _facts(grouped, known, chosen.action, fault, amount)
    ruling = _ruling(sources, rule(policy, facts)) if facts else None
    plan = plan_of(policy, facts, ruling.by) if facts and ruling else None
    message = told.message if plan and plan.tells else None
    if message:
        cycle = next((case.cycle for case, _ in sources if case.cycle), None)
        message = message_of(chosen.action, amount, base.currency, cycle, message.language)
    invoice = facts.invoice if facts else "none"
    return replace(
        told,
        case_id=case_id,
        because=chosen.because,
        alternatives=chosen.alternatives,
        otherwise=otherwise(Situation(invoice, grouped.amount), base.currency),
        facts=facts,
        ruling=ruling,
        message=message,
        bill=_bill(base, sources, chosen.action),
        contacts=_contacts(grouped, known),
        law=_law(known, amount),
        plan=plan,
    )


def _facts(
    grouped: Group, known: Sequence[Advice], action: str, fault: str, amount: Decimal
) -> CaseFacts | None:
    """Return what policy looks at: of several parts the most careful."""
    parts = [one.facts for one in known if one.facts]
    if not parts:
        return None
    return replace(
        parts[0],
        fault=fault,
        action=action,
        amount=amount,
        cause_confidence=min(one.cause_confidence for one in parts),
        age_days=max(one.age_days for one in parts),
        too_old_by_law=any(one.too_old_by_law for one in parts),
        repeats=max(one.repeats for one in parts),
        others=tuple(sorted({member.fault for member in grouped.members} - {fault})),
    )


def _ruling(sources: Sequence[Told], whole: Ruling) -> Ruling:
    """Return what policy says of the whole, so that nobody softens it by merging or splitting."""
    said = [told.ruling.by for _, told in sources if told and told.ruling]
    routes, risks = [case.route for case, _ in sources], [case.risk for case, _ in sources]
    return no_softer(whole, routes, risks, strictest(said))


def _decided_by(sources: Sequence[Told], ruling: Ruling | None) -> tuple[Route, Risk]:
    """Return the route and the risk; the strictest of the parts where nothing is known to rule on."""
    if ruling is not None:
        return ruling.route, ruling.risk
    parts = [case for case, _ in sources]
    route = max((case.route for case in parts), key=_ROUTES.index)
    return route, max((case.risk for case in parts), key=_RISKS.index)


def _bill(base: Case, sources: Sequence[Told], action: str) -> BillEffect | None:
    if action not in BILL_CHANGING or is_collected(base.fault):
        return None
    bills = (told.bill for case, told in sources if told and case.cycle == base.cycle)
    return next((bill for bill in bills if bill), None)


def _law(known: Sequence[Advice], amount: Decimal) -> LegalDeadline | None:
    laws = [one.law for one in known if one.law]
    fitting = [one for one in laws if _LAW_OF.get(one.figure, amount) * amount >= 0]
    return min(fitting, key=lambda one: one.until, default=None)


def _contacts(grouped: Group, known: Sequence[Advice]) -> tuple[Contact, ...]:
    """Return what the customer has come with since the first of it went wrong, oldest first."""
    came = {one.contact_id: one for advice in known for one in advice.contacts}
    since = (one for one in came.values() if one.opened_at >= grouped.oldest)
    return tuple(sorted(since, key=lambda one: (one.opened_at, one.contact_id)))


def _contact_ids(grouped: Group, sources: Sequence[Told]) -> tuple[str, ...]:
    came = {one.contact_id: one for _, told in sources if told for one in told.contacts}
    ids = dict.fromkeys(name for case, _ in sources for name in case.contact_ids)
    return tuple(name for name in ids if name not in came or came[name].opened_at >= grouped.oldest)


def _search_text(case_id: str, base: Case, others: Sequence[str]) -> str:
    """Return the words by which a case is found: also the ids of those that are merged into it."""
    own = base.search_text.removeprefix(base.case_id.lower()).strip()
    return " ".join([case_id.lower(), *(name.lower() for name in others), own])[:SEARCH_LENGTH]
