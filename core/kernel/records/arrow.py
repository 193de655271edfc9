"""The contract as Arrow schemas: what the lake stores and what a run writes. Holds no data."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from core.kernel.records.model import Column, Type
from core.kernel.records.outputs import OUTPUTS

ARROW_TYPES: dict[Type, pa.DataType] = {
    "id": pa.string(),
    "text": pa.string(),
    "ts": pa.timestamp("us", tz="UTC"),
    "money": pa.decimal128(18, 6),
    "qty": pa.int64(),
    "int": pa.int64(),
    "bool": pa.bool_(),
    "decimal": pa.decimal128(18, 6),
    "time": pa.string(),
    "json": pa.string(),
}
"""The Arrow type that holds each contract type; the twin of `core.kernel.records.SQL_TYPES`."""


def arrow_schema(columns: Iterable[Column]) -> pa.Schema:
    """Return the Arrow schema of contract columns, in their order.

    Examples
    --------
    >>> arrow_schema([Column("amount", "money")])
    amount: decimal128(18, 6) not null
    """
    return pa.schema(
        pa.field(column.name, ARROW_TYPES[column.type], nullable=column.nullable) for column in columns
    )


FINDINGS_SCHEMA, CASES_SCHEMA = (arrow_schema(stream.columns) for stream in OUTPUTS)
