"""Holds a dataset that faults are planted in, and the labels that say what was planted. Plants nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from core.lake.session import Session
from core.lake.sql import load_sql

__all__ = ["LABEL_SCHEMA", "Label", "Place", "Shadow"]

_SQL = "core.simulation.faults.sql"

Place = Mapping[str, Any]
"""One place where a fault can go: a row of a query, its columns by name."""

LABEL_SCHEMA = pa.schema(
    [
        ("label_id", pa.string()),
        ("kind", pa.string()),
        ("fault", pa.string()),
        ("stream", pa.string()),
        ("subject_id", pa.string()),
        ("account_id", pa.string()),
        ("subscription_id", pa.string()),
        ("cycle", pa.string()),
        ("amount", pa.decimal128(18, 6)),
        ("currency", pa.string()),
        ("root_cause", pa.string()),
        ("planted_at", pa.timestamp("us", "UTC")),
        ("planted_by", pa.string()),
        ("at_stake", pa.decimal128(18, 6)),
    ]
)


@dataclass
class Label:
    """State one planted fault or look-alike, in the words of a finding.

    ``amount`` follows the contract's rule 17; None until the account has been billed anew. Until then the
    subject of a label ``by_record`` is the record whose line it is about. ``planted_at`` is when it can be
    known in the data's own time. ``at_stake`` is the money behind a file or other subject without an account,
    net.
    """

    fault: str
    stream: str
    subject_id: str
    root_cause: str
    planted_at: datetime
    account_id: str | None = None
    subscription_id: str | None = None
    cycle: str | None = None
    amount: Decimal | None = Decimal(0)
    kind: str = "fault"
    planted_by: str = ""
    at_stake: Decimal = Decimal(0)
    by_record: bool = False

    @classmethod
    def of(
        cls,
        place: Place,
        fault: str,
        stream: str,
        subject_id: str,
        root_cause: str,
        planted_at: datetime,
        **known: Any,
    ) -> Label:
        """State a fault on the account, subscription and cycle of a place."""
        one = cls(fault, stream, subject_id, root_cause, planted_at, **known)
        one.account_id, one.subscription_id = place.get("account_id"), place.get("subscription_id")
        one.cycle = place.get("cycle")
        return one


@dataclass
class Shadow:
    """Hold the session whose tables may be spoilt, and what has been planted in them.

    Parameters
    ----------
    session
        Holds every stream as a table in the contract's form, one row a key, and ``dataset``.
    rng
        Decides where faults go.
    currency
        The home currency, in which labels are.
    """

    session: Session
    rng: np.random.Generator
    currency: str
    labels: list[Label] = field(default_factory=list)
    taken: set[tuple[str, str | None]] = field(default_factory=set)
    stale: set[str] = field(default_factory=set)
    disguised: list[pa.Table] = field(default_factory=list)

    def rows(self, name: str, **values: Any) -> list[Place]:
        """Return what a query of the library gives, in the order that it says."""
        cursor = self.session.execute(load_sql(_SQL, name), values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def keep(self, name: str, **values: Any) -> None:
        """Keep what a query of the library gives as a temporary table of its name."""
        self.session.execute(f"create or replace temp table {name} as {load_sql(_SQL, name)}", values)

    def choose(
        self, name: str, count: int, fits: Callable[[Place], bool] | None = None, **values: Any
    ) -> list[Place]:
        """Draw places from a query that fit, none that touches what already has a fault.

        Notes
        -----
        What a place touches is its ``file_id`` and its ``account_id`` with ``cycle``, where it has them.
        The more money a place has as its ``amount``, the likelier it is drawn.
        """
        found = [place for place in self.rows(name, **values) if fits is None or fits(place)]
        weight = np.array([max(0.01, abs(float(place.get("amount", 1)))) for place in found])
        order = np.argsort(self.rng.exponential(size=len(found)) / weight)
        drawn: list[Place] = []
        for position in order:
            if len(drawn) == count:
                break
            if self.take(found[position]):
                drawn.append(found[position])
        return drawn

    def choose_files(self, name: str, count: int, **values: Any) -> list[list[Place]]:
        """Draw files from a query with one row an event, none of whose events touches what has a fault."""
        files: dict[str, list[Place]] = {}
        for event in self.rows(name, **values):
            files.setdefault(event["file_id"], []).append(event)
        drawn: list[list[Place]] = []
        for file_id in self.rng.permutation(sorted(files)):
            if len(drawn) == count:
                break
            if self.take(*files[file_id]):
                drawn.append(files[file_id])
        return drawn

    def take(self, *places: Place) -> bool:
        """Keep others away from all that some places touch; return False when any is taken already."""
        touched = {(place["account_id"], place.get("cycle")) for place in places if place.get("account_id")}
        touched |= {("file", place["file_id"]) for place in places if place.get("file_id")}
        if touched & self.taken:
            return False
        self.taken |= touched
        return True

    def touch_files(self, files: pa.Table) -> None:
        """Have all accounts with usage in some files billed anew."""
        self.session.register("chosen", files)
        self.stale |= {row["account_id"] for row in self.rows("accounts_of_files")}

    def disguise(self, name: str, rows: pa.Table) -> None:
        """Let billing see some events otherwise than the network did: an edit that `reveal` takes back."""
        self.session.register("chosen", rows)
        self.disguised.append(self.session.sql(load_sql(_SQL, "chosen_events")).to_arrow_table())
        self.session.execute(load_sql(_SQL, name))

    def reveal(self) -> None:
        """Put back every event that was disguised, as the network saw it."""
        for events in self.disguised:
            self.edit("lose_events", events["event_id"].to_pylist())
            self.edit("add_events", events)
        self.disguised.clear()

    def edit(self, name: str, keys: Sequence[Any] | pa.Table) -> None:
        """Run one edit of the library; it finds the keys, or the rows given, in the table ``chosen``."""
        chosen = keys if isinstance(keys, pa.Table) else pa.table({"key": list(keys)})
        self.session.register("chosen", chosen)
        self.session.execute(load_sql(_SQL, name))

    def label(self, planted_by: str, labels: Iterable[Label]) -> None:
        """Keep labels, each with the name of what planted it."""
        for one in labels:
            one.planted_by = planted_by
            self.labels.append(one)

    def table(self) -> pa.Table:
        """Return the labels as a table, numbered in the order of planting."""
        rows = [
            {"label_id": f"L{number:06d}", "currency": self.currency, **vars(one)}
            for number, one in enumerate(self.labels, 1)
        ]
        return pa.Table.from_pylist(rows, schema=LABEL_SCHEMA)
