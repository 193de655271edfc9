"""Writes what a run found as the contract's Parquet files. Computes nothing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.kernel.complaints import COMPLAINTS
from core.kernel.records.arrow import CASES_SCHEMA, FINDINGS_SCHEMA
from core.kernel.results import Case

__all__ = ["export", "exported_run"]

_FINDINGS, _CASES = "findings.parquet", "cases.parquet"
_RUN = b"assay.run"


def export(folder: Path, run_id: str, findings: pa.Table, cases: Sequence[Case]) -> None:
    """Write ``findings.parquet`` and ``cases.parquet``, each whole or not at all.

    Parameters
    ----------
    folder
        Made when it is not there.
    run_id
        Which run found it; the files' metadata says so.
    findings
        With the contract's columns, in the order to write.
    cases
        Those of customers who wait stay out: the contract's cases are made of findings.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = [asdict(case) for case in cases if case.fault not in COMPLAINTS]
    table = pa.table({name: [row[name] for row in rows] for name in CASES_SCHEMA.names}, schema=CASES_SCHEMA)
    found = findings.select(FINDINGS_SCHEMA.names).cast(FINDINGS_SCHEMA)
    for name, content in ((_FINDINGS, found), (_CASES, table)):
        _write(folder / name, content.replace_schema_metadata({_RUN: run_id}))


def exported_run(folder: Path) -> str | None:
    """Return which run a folder's files are of; None when they are not there or of two runs."""
    runs = {_run_of(folder / name) for name in (_FINDINGS, _CASES)}
    return runs.pop() if len(runs) == 1 else None


def _run_of(path: Path) -> str | None:
    try:
        metadata = pq.read_schema(path).metadata or {}
    except (OSError, pa.ArrowInvalid):
        return None
    run_id = metadata.get(_RUN)
    return run_id.decode() if run_id else None


def _write(path: Path, table: pa.Table) -> None:
    partial = path.with_suffix(".partial")
    pq.write_table(table, partial)
    os.replace(partial, path)
