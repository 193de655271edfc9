"""What Assay asks the operator's systems to do, and what became of it. Holds no rule.

An order is one change in one system. Its key is saved before it is sent and sent with it: a system that keeps
keys does it once however often it comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, get_args

__all__ = ["ORDERS", "SYSTEMS", "Order", "OrderKind", "Outcome", "Receipt", "System"]

System = Literal["billing", "payments", "crm", "network", "mediation", "partners", "tickets", "messages"]
"""A system of the operator's, by what it is for; which product stands behind it is the connector's affair."""

OrderKind = Literal[
    "add_line",
    "take_back_line",
    "hold_bill",
    "release_bill",
    "reissue_bill",
    "write_off",
    "refund",
    "retry_payment",
    "set_plan",
    "set_identity",
    "provision",
    "block_sim",
    "unblock_sim",
    "recycle_records",
    "request_file",
    "dispute_settlement",
    "open_ticket",
    "close_ticket",
    "send_notice",
]

SYSTEMS: tuple[System, ...] = get_args(System)

ORDERS: Mapping[OrderKind, System] = {
    "add_line": "billing",
    "take_back_line": "billing",
    "hold_bill": "billing",
    "release_bill": "billing",
    "reissue_bill": "billing",
    "write_off": "billing",
    "refund": "payments",
    "retry_payment": "payments",
    "set_plan": "crm",
    "set_identity": "crm",
    "provision": "network",
    "block_sim": "network",
    "unblock_sim": "network",
    "recycle_records": "mediation",
    "request_file": "partners",
    "dispute_settlement": "partners",
    "open_ticket": "tickets",
    "close_ticket": "tickets",
    "send_notice": "messages",
}
"""In which system each order is carried out."""

Value = str | int | bool | Decimal | None

Outcome = Literal["done", "refused", "later", "unknown"]
"""``refused`` and ``later`` had no effect for certain, the second may be sent again with the same key; after
``unknown`` nobody knows before the system has been asked what became of the key."""


@dataclass(frozen=True)
class Order:
    """Ask one system for one change.

    Parameters
    ----------
    key
        Names this very change for good; the system does it once.
    target
        What is changed, by the contract's names: ``account_id``, ``invoice_id``, ``charge_id``,
        ``payment_id``, ``subscription_id``, ``imsi``, ``file_id``, ``record_id``.
    values
        How, by name: of a line ``amount`` (net, signed), ``currency``, ``kind``, ``estimated``, ``corrects``,
        ``reason``; of a refund ``amount``, ``currency``; of a plan ``plan_id``, ``valid_from``; of a notice
        ``language``, ``text``; of a ticket ``subject``, ``text``.
    """

    key: str
    kind: OrderKind
    target: Mapping[str, str]
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def system(self) -> System:
        """Return the system that carries it out."""
        return ORDERS[self.kind]


@dataclass(frozen=True)
class Receipt:
    """State what became of an order.

    Parameters
    ----------
    reference
        What the system calls the thing that it made or changed; empty where there is none.
    says
        Why it was refused, put off, or is unknown, in words for people.
    wait_s
        After how many seconds an order that was put off may come again; None where the system did not say.
    """

    outcome: Outcome
    reference: str = ""
    says: str = ""
    wait_s: float | None = None
