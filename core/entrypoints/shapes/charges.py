"""Checks of charges as programs ask for them and are answered. Computes nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field

from core.api import ChargeCheck, ToPost
from core.entrypoints.shapes.fields import Count, Id, Instant, Money, Number, Received, Shown

__all__ = ["ChargeCheckIn", "ChargeCheckOut"]


class UsageEventIn(Received):
    """Hold one usage event: the columns of the contract's *usage_events* that pricing reads."""

    event_id: Id
    service: Literal["voice", "sms", "data", "iot"]
    direction: Literal["mo", "mt"] = "mo"
    imsi: Annotated[str, Field(min_length=1, max_length=20)]
    other_party: Annotated[str, Field(max_length=40)] | None = None
    serving_plmn: Annotated[str, Field(min_length=1, max_length=10)]
    started_at: Instant
    duration_s: Number = 0
    bytes_up: Count = 0
    bytes_down: Count = 0
    call_ref: Id | None = None
    partial_sequence: Annotated[int, Field(ge=1, le=10**6)] | None = None
    partial_last: bool | None = None
    received_at: Instant | None = None


class ToPostIn(Received):
    """Hold the charge that billing is about to post, net of tax; what is left out is not compared."""

    amount: Money
    currency: Annotated[str, Field(min_length=3, max_length=3)]
    quantity: Count | None = None
    free_quantity: Count | None = None
    tariff_id: Id | None = None


class ChargeCheckIn(Received):
    """Ask whether a charge for one event is right."""

    event: UsageEventIn
    charge: ToPostIn

    @property
    def row(self) -> dict[str, object]:
        """Return the event as a row of the contract's stream."""
        row = self.event.model_dump()
        return {**row, "received_at": self.event.received_at or self.event.started_at}

    @property
    def to_post(self) -> ToPost:
        """Return the charge."""
        return ToPost(**self.charge.model_dump())


class ExpectedOut(Shown):
    """Hold what a charge should be."""

    amount: Decimal
    currency: str
    quantity: int
    free_quantity: int
    tariff_id: str | None


class ChargeCheckOut(Shown):
    """Say whether a charge is right; ``difference`` is expected less posted."""

    standing: Literal["right", "wrong", "posted_already", "not_priced", "incomplete", "unknown_subscriber"]
    account_id: str | None
    subscription_id: str | None
    expected: ExpectedOut | None
    difference: Decimal | None
    differs_in: tuple[str, ...]
    why: tuple[str, ...]
    charge_id: str | None

    @classmethod
    def of(cls, check: ChargeCheck) -> Self:
        """Return what came of a check."""
        who = check.subscriber
        expected = ExpectedOut.model_validate(check.expected) if check.expected else None
        subject = {
            "account_id": who.account_id if who else None,
            "subscription_id": who.subscription_id if who else None,
        }
        return cls.model_validate({**vars(check), **subject, "expected": expected})
