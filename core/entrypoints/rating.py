"""The ``assay rate`` command. Parses and prints; the work is behind `core.api`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from core.api import InputError, PricingReport, PricingRequest, Settings, rate_dataset
from core.entrypoints.console import OUT, problems_end_the_command, progress

__all__ = ["rate"]


def rate(
    dataset: Annotated[Path | None, typer.Argument(help="Folder with usage and tariffs.")] = None,
    out: Annotated[Path | None, typer.Option(help="Parquet file to write.")] = None,
    account: Annotated[list[str] | None, typer.Option(help="Only this account; may be repeated.")] = None,
    cycle: Annotated[
        datetime | None, typer.Option(help="Only the cycle that begins on this date.", formats=["%Y-%m-%d"])
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="TOML file that maps somebody else's columns.")] = None,
) -> None:
    """Write every charge that should exist, priced from raw usage, line by line."""
    first_day = f"{cycle:%Y-%m-%d}" if cycle else None
    with problems_end_the_command():
        if dataset is None or out is None:
            raise InputError("name the dataset and, with --out, the file to write")
        request = PricingRequest(dataset, out, tuple(account or ()), first_day, mapping)
        with progress() as sink:
            report = rate_dataset(request, Settings(), sink)
    _show_pricing(report)
    OUT.print(f"written: {out}")


def _show_pricing(report: PricingReport) -> None:
    OUT.print(f"{report.operator}, {report.accounts:,} accounts")
    table = Table("Kind", box=None, pad_edge=False, header_style="bold")
    for name in ("Lines", f"Amount, {report.currency}"):
        table.add_column(name, justify="right")
    for total in report.lines:
        table.add_row(total.kind, f"{total.lines:,}", f"{total.amount:,.2f}")
    OUT.print(table)
    for gap in report.unpriced:
        OUT.print(f"unpriced: {gap.sessions:,} sessions: {gap.reason}; for example {gap.example}")
