"""Writes what a run found as the contract's Parquet files. Computes nothing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.kernel.records.arrow import CASES_SCHEMA, FINDINGS_SCHEMA
from core.kernel.results import Case

__all__ = ["export"]


def export(folder: Path, findings: pa.Table, cases: Sequence[Case]) -> None:
    """Write ``findings.parquet`` and ``cases.parquet``, each whole or not at all.

    Parameters
    ----------
    folder
        Made when it is not there.
    findings
        With the contract's columns, in the order to write.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = [asdict(case) for case in cases]
    table = pa.table({name: [row[name] for row in rows] for name in CASES_SCHEMA.names}, schema=CASES_SCHEMA)
    _write(folder / "findings.parquet", findings.select(FINDINGS_SCHEMA.names).cast(FINDINGS_SCHEMA))
    _write(folder / "cases.parquet", table)


def _write(path: Path, table: pa.Table) -> None:
    partial = path.with_suffix(".partial")
    pq.write_table(table, partial)
    os.replace(partial, path)
