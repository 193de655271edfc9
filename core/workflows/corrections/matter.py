"""What a correction is about: the ids that its case's findings name. Knows no order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from core.cases.evidence import EvidenceRow, read_evidence
from core.kernel.advice import Advice
from core.kernel.results import Case, Finding

__all__ = ["Line", "Matter", "ids_of", "invoices_of", "lines_of", "right_values"]


@dataclass(frozen=True)
class Matter:
    """Hold what is known of a case when its correction is approved."""

    case: Case
    findings: Sequence[Finding] = ()
    advice: Advice | None = None


@dataclass(frozen=True)
class Line:
    """Name a line of a bill that is wrong.

    Parameters
    ----------
    billed
        Its amount as it stands; None where the evidence does not say.
    difference
        What has to be added to it.
    """

    charge_id: str
    billed: Decimal | None
    difference: Decimal


def ids_of(matter: Matter, stream: str) -> tuple[str, ...]:
    """Return the keys that the case's findings name in a stream: their subjects first, each once."""
    subjects = [one.subject_id for one in matter.findings if one.stream == stream]
    named = [row.key for one in matter.findings for row in _rows(one, stream)] if not subjects else []
    return tuple(dict.fromkeys([*subjects, *(key for key in named if key)]))


def lines_of(matter: Matter) -> tuple[Line, ...]:
    """Return the lines that are wrong, by charge id; several findings of one line add up."""
    found: dict[str, Line] = {}
    for one in matter.findings:
        if one.stream == "charges":
            known = found.get(one.subject_id)
            billed = _billed(one) if known is None else known.billed
            difference = one.amount + (known.difference if known else Decimal(0))
            found[one.subject_id] = Line(one.subject_id, billed, difference)
    return tuple(found[charge_id] for charge_id in sorted(found))


def invoices_of(matter: Matter) -> tuple[str, ...]:
    """Return the invoices concerned: the one that the action changes, else those that findings name."""
    bill = matter.advice.bill if matter.advice else None
    if bill is not None:
        return (bill.invoice_id,)
    return ids_of(matter, "invoices")


def right_values(matter: Matter, *names: str) -> dict[str, str]:
    """Return what the first finding that says so expects, by name."""
    values: dict[str, str] = {}
    for one in matter.findings:
        for line in read_evidence(one.evidence).lines:
            name = line.label.replace(" ", "_")
            if name in names and line.expected:
                values.setdefault(name, line.expected)
    return values


def _rows(finding: Finding, stream: str) -> Iterator[EvidenceRow]:
    return (row for row in read_evidence(finding.evidence).rows if row.stream == stream)


def _billed(finding: Finding) -> Decimal | None:
    said = next((one.actual for one in read_evidence(finding.evidence).lines if one.label == "amount"), None)
    try:
        amount = Decimal(said) if said is not None else None
    except InvalidOperation:
        return None
    return amount if amount is None or amount.is_finite() else None
