"""Reads the text tables of examples. Does not know what their columns mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator

__all__ = ["Row", "Table", "read_rows"]

Row = Mapping[str, str | None]


def read_rows(text: Any) -> Any:
    r"""Read a text table: a line of names, a line for each row, cells between ``|``, an empty cell for null.

    Raises
    ------
    ValueError
        When a line has another number of cells than the first.

    Examples
    --------
    >>> read_rows("file_id | sequence\nF1 | 7\nF2 |")
    ({'file_id': 'F1', 'sequence': '7'}, {'file_id': 'F2', 'sequence': None})
    """
    if not isinstance(text, str):
        raise ValueError("a table is text: a line of names, then a line for each row")
    lines = [[cell.strip() or None for cell in line.split("|")] for line in text.splitlines() if line.strip()]
    names, rows = (lines[0], lines[1:]) if lines else ([], [])
    for row in rows:
        if len(row) != len(names):
            raise ValueError(f"a row has {len(row)} cells for {len(names)} names: {row}")
    return tuple(dict(zip(names, row, strict=True)) for row in rows)


Table = Annotated[tuple[Row, ...], BeforeValidator(read_rows)]
