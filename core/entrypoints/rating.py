"""The ``assay rate`` command. Parses and prints; the work is behind `core.api`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from core.api import (
    ChangeReport,
    ChangeRequest,
    InputError,
    PricingReport,
    PricingRequest,
    open_door,
)
from core.entrypoints.console import OUT, problems_end_the_command, progress

__all__ = ["rate"]


def rate(
    dataset: Annotated[Path | None, typer.Argument(help="Folder with usage and tariffs.")] = None,
    out: Annotated[Path | None, typer.Option(help="Parquet file to write.")] = None,
    account: Annotated[list[str] | None, typer.Option(help="Only this account; may be repeated.")] = None,
    cycle: Annotated[
        datetime | None, typer.Option(help="Only the cycle that begins on this date.", formats=["%Y-%m-%d"])
    ] = None,
    compare: Annotated[
        tuple[Path, Path] | None,
        typer.Option(help="Dataset with usage, and folder with another price list.", metavar="OLD NEW"),
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="TOML file that maps somebody else's columns.")] = None,
) -> None:
    """Write every charge that should exist, priced from raw usage; or show what a price change would do."""
    first_day = f"{cycle:%Y-%m-%d}" if cycle else None
    accounts = tuple(account or ())
    with problems_end_the_command():
        assay = open_door().system_user()
        if compare and dataset is None:
            change = ChangeRequest(*compare, out, accounts, first_day, mapping)
            with progress() as sink:
                _show_change(assay.compare_price_lists(change, sink))
        elif dataset and out and not compare:
            request = PricingRequest(dataset, out, accounts, first_day, mapping)
            with progress() as sink:
                report = assay.rate_dataset(request, sink)
            _show_pricing(report)
        else:
            raise InputError("write assay rate DATASET --out FILE, or assay rate --compare OLD NEW")
    if out:
        OUT.print(f"written: {out}")


def _table(*texts: str, numbers: tuple[str, ...]) -> Table:
    table = Table(*texts, box=None, pad_edge=False, header_style="bold")
    for name in numbers:
        table.add_column(name, justify="right")
    return table


def _show_pricing(report: PricingReport) -> None:
    OUT.print(f"{report.operator}, {report.accounts:,} accounts")
    table = _table("Kind", numbers=("Lines", f"Amount, {report.currency}"))
    for total in report.lines:
        table.add_row(total.kind, f"{total.lines:,}", f"{total.amount:,.2f}")
    OUT.print(table)
    for gap in report.unpriced:
        OUT.print(f"unpriced: {gap.sessions:,} sessions: {gap.reason}; for example {gap.example}")


def _show_change(report: ChangeReport) -> None:
    OUT.print(f"new: {', '.join(report.streams)}")
    if report.since:
        OUT.print(f"the list of {report.since:%Y-%m-%d %H:%M} UTC, applied to all usage")
    table = _table("Plan", "Item", numbers=("Lines", f"Old, {report.currency}", "New", "Difference"))
    for (plan, item), (lines, change) in report.changes.items():
        money = (f"{change.old:,.2f}", f"{change.new:,.2f}", f"{change.difference:+,.2f}")
        table.add_row(plan or "-", item, f"{lines:,}", *money)
    OUT.print(table)
    OUT.print(f"accounts: {report.better:,} pay less, {report.worse:,} more, {report.same:,} the same")
    for account, change in report.movers:
        OUT.print(f"{account}: {change.old:,.2f} to {change.new:,.2f}, {change.difference:+,.2f}")
    for gap in report.unpriced:
        OUT.print(f"without a price: {gap.sessions:,} sessions: {gap.reason}; for example {gap.example}")
