"""Which findings belong to one case: those that one correction puts right. Words and ranks come later."""

from __future__ import annotations

import json
from base64 import b32encode
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple

import pyarrow as pa

from core.cases.evidence import read_scope

READ = (
    "finding_id",
    "control_id",
    "fault",
    "account_id",
    "subscription_id",
    "stream",
    "subject_id",
    "amount",
    "cycle",
    "currency",
    "confidence",
    "root_cause",
    "evidence",
    "caused_by",
    "occurred_at",
)


class Member(NamedTuple):
    """Hold what grouping reads of one finding; the fields are `READ`, in its order."""

    finding_id: str
    control_id: str
    fault: str
    account_id: str | None
    subscription_id: str | None
    stream: str
    subject_id: str
    amount: Decimal
    cycle: str | None
    currency: str
    confidence: Decimal
    root_cause: str
    evidence: str
    caused_by: str | None
    occurred_at: datetime

    @property
    def money(self) -> Decimal:
        """Return the amount that counts: none when the finding follows from another."""
        return self.amount if self.caused_by is None else Decimal(0)


class Key(NamedTuple):
    """Name a case by what its findings share.

    ``fault`` is set where the cause is unknown, so that different faults do not mix; ``scope`` where there
    is no account.
    """

    account_id: str | None
    scope: str | None
    cycle: str | None
    root_cause: str
    fault: str | None
    currency: str

    @property
    def case_id(self) -> str:
        """Return the case's id: the same key has the same id in every run.

        Notes
        -----
        60 bits: among a million cases two share an id with odds of one in two million.
        """
        text = json.dumps(self, ensure_ascii=False, separators=(",", ":"))
        return (
            f"C-{b32encode(blake2b(text.encode('utf-8', 'replace'), digest_size=10).digest())[:12].decode()}"
        )


@dataclass(frozen=True)
class Group:
    """Hold the findings of one case, by finding id."""

    key: Key
    members: tuple[Member, ...]

    @cached_property
    def case_id(self) -> str:
        """Return the id of the case."""
        return self.key.case_id

    @cached_property
    def oldest(self) -> datetime:
        """Return when the first of it was."""
        return min(member.occurred_at for member in self.members)

    @cached_property
    def amount(self) -> Decimal:
        """Return the sum of the money that counts."""
        return sum((member.money for member in self.members), Decimal(0))

    @cached_property
    def fault(self) -> str:
        """Return the fault with the most money, then with the most findings, then by name."""
        money: dict[str, Decimal] = defaultdict(Decimal)
        count: dict[str, int] = defaultdict(int)
        for member in self.members:
            money[member.fault] += abs(member.money)
            count[member.fault] += 1
        return min(money, key=lambda fault: (-money[fault], -count[fault], fault))

    @property
    def leading(self) -> Member:
        """Return the finding with the most money, then by its id."""
        return min(self.members, key=lambda member: (-abs(member.money), member.finding_id))

    def found_by(self, fault: str | None = None) -> list[str]:
        """Return the ids of the controls that found the case, or one fault of it, sorted."""
        return sorted({member.control_id for member in self.members if fault in (None, member.fault)})


def group(findings: pa.Table) -> tuple[list[Group], list[str]]:
    """Group findings into cases.

    Parameters
    ----------
    findings
        With the contract's columns; ``case_id`` is not read.

    Returns
    -------
    list of Group
        By case id.
    list of str
        The case id of each finding, in the table's order.
    """
    members = list(map(Member._make, zip(*(findings[name].to_pylist() for name in READ), strict=True)))
    groups: dict[Key, list[Member]] = defaultdict(list)
    keys = [key_of(member) for member in members]
    for key, member in zip(keys, members, strict=True):
        groups[key].append(member)
    ids = {key: key.case_id for key in groups}
    in_order = sorted(groups, key=ids.__getitem__)
    return (
        [Group(key, tuple(sorted(groups[key]))) for key in in_order],
        [ids[key] for key in keys],
    )


def key_of(member: Member) -> Key:
    """Return the key of the case that a finding belongs to."""
    return Key(
        account_id=member.account_id,
        scope=None if member.account_id is not None else read_scope(member.evidence) or member.stream,
        cycle=member.cycle,
        root_cause=member.root_cause,
        fault=member.fault if member.root_cause == "unknown" else None,
        currency=member.currency,
    )
