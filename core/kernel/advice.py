"""What a case is told beside its facts: why, what to do and why nothing else. Holds no rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.kernel.diagnosis import Diagnosis
from core.kernel.money import round_half_up
from core.kernel.plan import Plan
from core.kernel.policy import CaseFacts, Ruling


@dataclass(frozen=True)
class Alternative:
    """Name an action that is not recommended, and say why not."""

    action: str
    why_not: str


@dataclass(frozen=True)
class CustomerMessage:
    """Hold what a customer would be told, and in which language (ISO 639)."""

    language: str
    text: str


@dataclass(frozen=True)
class BillEffect:
    """State what a case does to the customer's bill.

    Parameters
    ----------
    is_out
        Whether the invoice has left; what is put right then comes on the next one.
    total
        Of the invoice as it stands.
    net
        The same before tax.
    tax_rate
        0 to 1.
    is_disputed
        Whether the customer contests the invoice.
    """

    invoice_id: str
    is_out: bool
    total: Decimal
    net: Decimal
    tax_rate: Decimal
    is_disputed: bool = False

    def after(self, amount: Decimal) -> Decimal:
        """Return the invoice's total with an amount before tax added (rating rule 14).

        Examples
        --------
        >>> rate = Decimal("0.19")
        >>> BillEffect("I1", False, Decimal("11.90"), Decimal("10.00"), rate).after(Decimal("2"))
        Decimal('14.28')
        """
        net = round_half_up(self.net + amount, 2)
        return net + round_half_up(net * self.tax_rate, 2)


@dataclass(frozen=True)
class Notice:
    """State what a case that several customers share does to one of them.

    Parameters
    ----------
    amount
        What changes for them, before tax, in whole cents.
    message
        What they are told; None where they are told nothing.
    bill
        The invoice that it changes; None where there is none yet.
    """

    account_id: str
    amount: Decimal
    message: CustomerMessage | None
    bill: BillEffect | None = None


@dataclass(frozen=True)
class LegalDeadline:
    """Name until when the law lets or makes the operator act, by which figure of its jurisdiction pack."""

    figure: str
    pack: str
    until: datetime


@dataclass(frozen=True)
class Contact:
    """State what a customer came with; ``note`` is what the agent wrote down."""

    contact_id: str
    channel: str
    topic: str
    opened_at: datetime
    is_settled: bool
    note: str | None = None


@dataclass(frozen=True)
class Advice:
    """Hold why a case is held to be what it is, and why its action was chosen.

    Parameters
    ----------
    diagnosis
        Of the finding with the most money; of an incident, what its cases have in common.
    because
        Why the recommended action is the right one.
    alternatives
        What else could be done.
    otherwise
        What happens if nothing is done.
    facts
        What policy looked at.
    ruling
        Who decides, check by check. Both are None where an older version of Assay said nothing.
    message
        What the customer would be told; None where there is no one customer, or its plan tells them nothing.
    bill
        The invoice that the action changes; None where it changes none.
    contacts
        What the customer has come with since it went wrong, oldest first.
    law
        The first deadline that the law of the account's country sets; None where none is known.
    plan
        What is done in which order and when; None where an older version of Assay planned nothing.
    notices
        Where several customers share it, what it does to each, the most money first.
    """

    case_id: str
    diagnosis: Diagnosis
    because: str = ""
    alternatives: tuple[Alternative, ...] = ()
    otherwise: str = ""
    facts: CaseFacts | None = None
    ruling: Ruling | None = None
    message: CustomerMessage | None = None
    bill: BillEffect | None = None
    contacts: tuple[Contact, ...] = ()
    law: LegalDeadline | None = None
    plan: Plan | None = None
    notices: tuple[Notice, ...] = ()
