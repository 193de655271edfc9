"""How a stream of the data contract is declared. Holds no stream itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Type = Literal["id", "text", "ts", "money", "qty", "int", "bool", "decimal", "time", "json"]
Group = Literal["reference", "events", "outputs"]

SQL_TYPES: dict[str, str] = {
    "id": "VARCHAR",
    "text": "VARCHAR",
    "ts": "TIMESTAMPTZ",
    "money": "DECIMAL(18,6)",
    "qty": "BIGINT",
    "int": "BIGINT",
    "bool": "BOOLEAN",
    "decimal": "DECIMAL(18,6)",
    "time": "VARCHAR",
    "json": "VARCHAR",
}
"""The DuckDB type that holds each contract type."""


@dataclass(frozen=True)
class Column:
    """Declare one column.

    Parameters
    ----------
    default
        The contract's ``+=``: the text of the value when the column is absent; ``"null"`` for null;
        None when the column must be there.
    choices
        The only texts allowed; empty for any.
    low, high
        Inclusive limits of a number; None for none.
    refers_to
        ``stream.column`` that a value should be found in. A value that is not found is counted and
        left to the controls: a charge with no usage behind it is a fault to report, not a bad row.
    """

    name: str
    type: Type
    nullable: bool = False
    default: str | None = None
    choices: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    refers_to: str | None = None

    @property
    def sql_type(self) -> str:
        """Return the DuckDB type."""
        return SQL_TYPES[self.type]

    @property
    def may_be_absent(self) -> bool:
        """Tell whether a file may lack the column."""
        return self.nullable or self.default is not None


UPDATED_AT = Column("updated_at", "ts", nullable=True, default="null")


@dataclass(frozen=True)
class Stream:
    """Declare one stream: its columns in contract order, its key and how it changes.

    Parameters
    ----------
    key
        The columns that name one row.
    known_at
        The column that says when the operator knew the row; None when only ``updated_at`` does.
        Nothing known after ``as_of`` is ever used.
    revisable
        Whether a row may come again with the same key and other content; then the greatest
        ``updated_at`` not after ``as_of`` wins.
    """

    name: str
    group: Group
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    known_at: str | None = None
    revisable: bool = True

    @property
    def stored(self) -> tuple[Column, ...]:
        """Return the columns a file of this stream may carry, ``updated_at`` included."""
        return (*self.columns, UPDATED_AT) if self.revisable else self.columns

    def column(self, name: str) -> Column:
        """Return the column of that name; KeyError when there is none."""
        for column in self.stored:
            if column.name == name:
                return column
        raise KeyError(name)
