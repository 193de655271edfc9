"""Which orders each action comes to, by what its case's findings name. Keeps and sends nothing.

A line that is wrong is taken back before the right one is put in its place, where the evidence says what was
billed and two people approved just that difference; any other amount becomes one line that adjusts it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.cases.build import BILL_CHANGING
from core.cases.evidence import read_evidence
from core.cases.message import message_of
from core.cases.titles import ACTION_PHRASES
from core.kernel.advice import CustomerMessage, Notice
from core.kernel.orders import OrderKind, Value
from core.workflows.corrections.matter import Line, Matter, ids_of, invoices_of, lines_of, right_values

__all__ = ["ORDERS_OF", "Draft", "UnfitError", "Wanted", "notice", "of_bills", "request_files"]

LONGEST = 200
"""More lines than this are put right by one line that adjusts them together."""

_HALF_A_CENT = Decimal("0.005")


class UnfitError(Exception):
    """Say in words why no order can be made; the correction is then a person's."""


@dataclass(frozen=True)
class Wanted:
    """Say what was approved, and when it was asked for."""

    action: str
    amount: Decimal
    currency: str
    root_cause: str
    asked_at: datetime


@dataclass(frozen=True)
class Draft:
    """Hold an order before it has its key."""

    kind: OrderKind
    target: Mapping[str, str]
    values: Mapping[str, Value] = field(default_factory=dict)


Make = Callable[[Matter, Wanted], Sequence[Draft]]


def of_bills(kind: OrderKind) -> Make:
    """Return what makes one order for each invoice concerned."""

    def make(matter: Matter, _wanted: Wanted) -> list[Draft]:
        account = _account(matter)
        return [Draft(kind, account | {"invoice_id": one}) for one in _known(invoices_of(matter), "invoice")]

    return make


def notice(matter: Matter, wanted: Wanted) -> list[Draft]:
    """Return what tells each customer, as it was shown, or of another amount that was approved."""
    if matter.advice and matter.advice.notices:
        each = ((one.account_id, one.message) for one in matter.advice.notices if one.message)
        return [_told({"account_id": account_id}, message) for account_id, message in each]
    told = matter.advice.message if matter.advice else None
    as_shown = (wanted.action, wanted.amount) == (matter.case.action, matter.case.action_amount)
    if told and as_shown:
        return [_told(_account(matter), told)]
    language = told.language if told else None
    amount = wanted.amount if wanted.action in BILL_CHANGING else Decimal(0)
    text = message_of(wanted.action, amount, wanted.currency, matter.case.cycle, language)
    return [_told(_account(matter), text)]


def _told(target: dict[str, str], message: CustomerMessage) -> Draft:
    return Draft("send_notice", target, {"language": message.language, "text": message.text})


def request_files(matter: Matter, _wanted: Wanted) -> list[Draft]:
    """Return what asks for each file that is not here or not whole."""
    return _each(matter, "usage_files", "file_id", "request_file")


def _rerate(matter: Matter, wanted: Wanted) -> list[Draft]:
    lines = lines_of(matter)
    if not _is_all_known(lines, wanted):
        return _adjust(matter, wanted)
    rest = _rest(lines, wanted)
    drafts: list[Draft] = []
    for place, line in enumerate(lines):
        billed = line.billed or Decimal(0)
        right = billed + line.difference + (rest if place == len(lines) - 1 else 0)
        drafts.append(_taken_back(matter, wanted, line.charge_id, billed))
        if right:
            drafts.append(_line(matter, wanted, right, "usage", line.charge_id))
    return drafts


def _remove(matter: Matter, wanted: Wanted) -> list[Draft]:
    lines = lines_of(matter)
    removes_whole = all(one.billed is not None and one.billed + one.difference == 0 for one in lines)
    if not (removes_whole and _is_all_known(lines, wanted) and _rest(lines, wanted) == 0):
        return _adjust(matter, wanted)
    return [_taken_back(matter, wanted, one.charge_id, one.billed or Decimal(0)) for one in lines]


def _adjust(matter: Matter, wanted: Wanted) -> list[Draft]:
    lines = lines_of(matter)
    corrects = lines[0].charge_id if len(lines) == 1 else None
    return [_line(matter, wanted, wanted.amount, "adjustment", corrects)]


def _add(matter: Matter, wanted: Wanted) -> list[Draft]:
    return [_line(matter, wanted, wanted.amount, "usage", None)]


def _promote(matter: Matter, wanted: Wanted) -> list[Draft]:
    return [_line(matter, wanted, wanted.amount, "discount", None)]


def _estimate(matter: Matter, wanted: Wanted) -> list[Draft]:
    if matter.case.account_id is not None:
        return [_line(matter, wanted, wanted.amount, "usage", None, estimated=True)]
    shares = matter.advice.notices if matter.advice else ()
    if not shares or sum(one.amount for one in shares) != wanted.amount:
        raise UnfitError("The estimates are no longer those that were approved: bill them by hand.")
    return [_line(matter, wanted, one.amount, "usage", None, estimated=True, share=one) for one in shares]


def _reverse_credit(matter: Matter, wanted: Wanted) -> list[Draft]:
    lines = [one for one in lines_of(matter) if one.billed is not None and one.billed < 0]
    whole = sum((-(one.billed or 0) for one in lines), Decimal(0))
    if not lines or whole != wanted.amount or len(lines) > LONGEST:
        return _adjust(matter, wanted)
    return [_taken_back(matter, wanted, one.charge_id, one.billed or Decimal(0)) for one in lines]


def _pay(kind: OrderKind) -> Make:
    def make(matter: Matter, wanted: Wanted) -> list[Draft]:
        payments = _known(ids_of(matter, "payments"), "payment")
        if len(payments) > 1:
            raise UnfitError("Its findings name several payments: move each by hand, or split the case.")
        money: dict[str, Value] = {}
        if wanted.amount:  # a payment is tried again as it was
            money = {"amount": abs(wanted.amount), "currency": wanted.currency}
        return [Draft(kind, _account(matter) | {"payment_id": payments[0]}, money)]

    return make


def _set(kind: OrderKind, *names: str) -> Make:
    """Return what makes one order that sets values of the subscription concerned to those expected."""

    def make(matter: Matter, _wanted: Wanted) -> list[Draft]:
        found = dict.fromkeys(one.subscription_id for one in matter.findings if one.subscription_id)
        subscriptions = _known(tuple(found), "subscription")
        values = right_values(matter, *names)
        if len(subscriptions) > 1:
            raise UnfitError("Its findings name several subscriptions: put each right by hand.")
        if names and not values:
            raise UnfitError("Its findings do not say what would be right: put it right by hand.")
        start = min(one.occurred_at for one in matter.findings).isoformat() if matter.findings else ""
        since: dict[str, Value] = {"valid_from": start} if kind == "set_plan" else {}
        return [Draft(kind, _account(matter) | {"subscription_id": subscriptions[0]}, {**values, **since})]

    return make


def _of_sims(kind: OrderKind) -> Make:
    def make(matter: Matter, _wanted: Wanted) -> list[Draft]:
        sims = ids_of(matter, "provisioning")
        if sims:
            return [Draft(kind, _account(matter) | {"imsi": one}) for one in sims]
        found = dict.fromkeys(one.subscription_id for one in matter.findings if one.subscription_id)
        subscriptions = _known(tuple(found), "SIM")
        return [Draft(kind, _account(matter) | {"subscription_id": one}) for one in subscriptions]

    return make


def _recycle(matter: Matter, _wanted: Wanted) -> list[Draft]:
    if ids_of(matter, "mediation_records"):
        return _each(matter, "mediation_records", "record_id", "recycle_records")
    return _each(matter, "usage_events", "record_id", "recycle_records")


def _dispute(matter: Matter, _wanted: Wanted) -> list[Draft]:
    files = ids_of(matter, "usage_files") or tuple(
        dict.fromkeys(one for one in (_file_of(matter), matter.case.scope) if one)
    )
    return [Draft("dispute_settlement", {"file_id": one}) for one in _known(files, "file")[:1]]


def _ticket(matter: Matter, wanted: Wanted) -> list[Draft]:
    subject = f"{ACTION_PHRASES[wanted.action].capitalize()} ({matter.case.case_id})"
    return [
        Draft("open_ticket", _account(matter), {"subject": subject, "text": matter.case.summary}),
    ]


def _write_off(matter: Matter, wanted: Wanted) -> list[Draft]:
    if matter.case.account_id is None or not wanted.amount:
        raise UnfitError("Nothing on one account is to be written off: do it by hand.")
    target = _account(matter)
    for invoice_id in invoices_of(matter)[:1]:
        target["invoice_id"] = invoice_id
    return [Draft("write_off", target, {"amount": abs(wanted.amount), "currency": wanted.currency})]


def _nothing(_matter: Matter, _wanted: Wanted) -> list[Draft]:
    return []


ORDERS_OF: Mapping[str, Make] = {
    "correct_tariff": _ticket,
    "hold_invoice": of_bills("hold_bill"),
    "release_invoice": of_bills("release_bill"),
    "apply_estimated_charge": _estimate,
    "rerate_charge": _rerate,
    "add_charge": _add,
    "remove_charge": _remove,
    "issue_credit": _adjust,
    "promotional_credit": _promote,
    "reverse_credit": _reverse_credit,
    "refund_payment": _pay("refund"),
    "retry_payment": _pay("retry_payment"),
    "reissue_invoice": of_bills("reissue_bill"),
    "recycle_records": _recycle,
    "request_partner_file": request_files,
    "correct_plan": _set("set_plan", "plan_id"),
    "correct_provisioning": _of_sims("provision"),
    "correct_identity": _set("set_identity", "imsi", "msisdn"),
    "dispute_wholesale": _dispute,
    "open_dispute": _ticket,
    "block_sim": _of_sims("block_sim"),
    "write_off": _write_off,
    "notify_customer": notice,
    "no_action": _nothing,
}
"""What makes the orders of each action that the contract has."""


def _rest(lines: Sequence[Line], wanted: Wanted) -> Decimal:
    return wanted.amount - sum((one.difference for one in lines), Decimal(0))


def _is_all_known(lines: Sequence[Line], wanted: Wanted) -> bool:
    """Tell whether each line's amount is known and what was approved is their difference, to the cent."""
    if not 0 < len(lines) <= LONGEST or any(one.billed is None for one in lines):
        return False
    return abs(_rest(lines, wanted)) <= _HALF_A_CENT


def _line(
    matter: Matter,
    wanted: Wanted,
    amount: Decimal,
    kind: str,
    corrects: str | None,
    *,
    estimated: bool = False,
    share: Notice | None = None,
) -> Draft:
    values: dict[str, Value] = {
        "amount": amount,
        "currency": wanted.currency,
        "kind": kind,
        "estimated": estimated,
        "corrects": corrects,
        "reason": wanted.root_cause,
    }
    target = {"account_id": share.account_id} if share else _account(matter)
    if "account_id" not in target:
        raise UnfitError("It concerns no one account: correct each account by hand.")
    bill = share.bill if share else matter.advice.bill if matter.advice else None
    if bill is not None and not bill.is_out:
        target["invoice_id"] = bill.invoice_id
    return Draft("add_line", target, values)


def _taken_back(matter: Matter, wanted: Wanted, charge_id: str, billed: Decimal) -> Draft:
    values: dict[str, Value] = {
        "amount": -billed,
        "currency": wanted.currency,
        "corrects": charge_id,
        "reason": wanted.root_cause,
    }
    return Draft("take_back_line", _account(matter) | {"charge_id": charge_id}, values)


def _account(matter: Matter) -> dict[str, str]:
    return {"account_id": matter.case.account_id} if matter.case.account_id else {}


def _each(matter: Matter, stream: str, name: str, kind: OrderKind) -> list[Draft]:
    return [Draft(kind, {name: one}) for one in _known(ids_of(matter, stream), name.removesuffix("_id"))]


def _known(ids: tuple[str, ...], what: str) -> tuple[str, ...]:
    if not ids:
        raise UnfitError(f"Its findings name no {what}: do it by hand.")
    return ids


def _file_of(matter: Matter) -> str | None:
    return next(_files(matter), None)


def _files(matter: Matter) -> Iterator[str]:
    for one in matter.findings:
        for row in read_evidence(one.evidence).rows:
            named = dict(row.values).get("file_id")
            if named:
                yield named
