"""What is said of a customer who waits: what they came with, and what was looked at. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from core.cases.complaints import Complaint, Statement
from core.cases.titles import ACTION_PHRASES, CAUSE_PHRASES
from core.kernel.complaints import DISPUTE
from core.kernel.diagnosis import Diagnosis, Inquiry, Suspect
from core.kernel.format import bill_money

__all__ = ["LINES", "NOTHING_WRONG", "Looked", "diagnosis_of", "looked_at", "summarise_complaint"]

NOTHING_WRONG = "nothing is wrong"
LINES = "the lines of the bill with the price list"

_LOOKED: tuple[tuple[str, frozenset[str]], ...] = (
    (LINES, frozenset({"charges", "tariffs", "mediation_records"})),
    ("the usage on the bill with what the network saw", frozenset({"usage_events", "mediation_records"})),
    ("what was collected with what was billed", frozenset({"invoices", "payments"})),
)
"""What is compared of every customer, and the streams that it takes."""

_BY_HAND = "corrections keyed in by hand, which follow no rule"

_TOPICS = {"billing": "the bill", "roaming": "roaming", "payment": "a payment"}
_CHANNELS = {
    "phone": "by phone",
    "chat": "by chat",
    "email": "by email",
    "store": "in a store",
    "app": "in the app",
}


@dataclass(frozen=True)
class Looked:
    """Name what Assay has compared of a customer, and what it could not; ``outcome`` is what came of it."""

    done: tuple[str, ...]
    not_done: tuple[str, ...]
    outcome: str


def looked_at(statement: Statement | None, present: frozenset[str], off: int, others: int) -> Looked:
    """Return what Assay has compared of a customer who waits.

    Parameters
    ----------
    present
        The streams that the dataset has.
    off
        How many controls are switched off.
    others
        How many cases of the account have findings, none of which can be behind this.
    """
    done = tuple(words for words, streams in _LOOKED if streams <= present)
    not_done = [words for words, streams in _LOOKED if not streams <= present]
    if statement and statement.part("adjustment"):
        not_done.append(_BY_HAND)
    if off:
        controls = "a control" if off == 1 else f"{off:,} controls"
        not_done.append(f"what {controls} would look at, switched off")
    came_later = "what is wrong came up later, or concerns another bill"
    return Looked(done, tuple(not_done), came_later if others else NOTHING_WRONG)


def summarise_complaint(complaint: Complaint, looked: Looked, action: str, zone: str) -> str:
    """Return the summary of the case of a customer who waits.

    Parameters
    ----------
    zone
        The operator's (IANA), in which days are named.
    """
    compared = f" Assay compared {_listed(looked.done)}: {looked.outcome}." if looked.done else ""
    missed = f" It could not compare {_listed(looked.not_done)}." if looked.not_done else ""
    why = CAUSE_PHRASES["unknown"]
    return f"{_came(complaint, zone)}{compared}{missed} Why: {why}. To do: {ACTION_PHRASES[action]}."


def diagnosis_of(looked: Looked) -> Diagnosis:
    """Return that the cause is unknown, and what was looked at on the way."""
    certain = Decimal(1)
    inquiries = [
        *(Inquiry(words, looked.outcome, None, "unknown", certain) for words in looked.done),
        *(Inquiry(words, None, None, "unknown", certain) for words in looked.not_done),
    ]
    return Diagnosis((Suspect("unknown", certain),), tuple(inquiries))


def _listed(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _came(complaint: Complaint, zone: str) -> str:
    if complaint.kind == DISPUTE:
        return _contested(complaint)
    first, *others = complaint.contacts
    times = f", and again {_times(len(others))}" if others else ""
    about = _TOPICS.get(first.topic, first.topic)
    how = _CHANNELS.get(first.channel, first.channel)
    return f"A customer asked about {about} {how} on {_day(first.opened_at, zone)}{times}: no answer yet."


def _contested(complaint: Complaint) -> str:
    bill, came = complaint.statement, len(complaint.contacts)
    what = (
        f"the invoice of {bill_money(bill.total, bill.currency)} for the cycle from {bill.cycle}"
        if bill
        else "an invoice"
    )
    asked = f", and has been in touch {_times(came)}" if came else ""
    return f"The customer contests {what}{asked}."


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _day(instant: datetime, zone: str) -> str:
    return instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d")
