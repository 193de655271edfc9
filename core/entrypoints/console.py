"""What the command line shows: progress, a run's outcome, problems. Decides nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from core.api import AssayError, ControlResult, FileReport, RunOutcome
from core.api import Progress as ProgressSink

__all__ = ["OUT", "problems_end_the_command", "progress", "show_problems", "show_run"]

OUT = Console(highlight=False, markup=False, soft_wrap=True)
_ERR = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
_WORST_FILES = 10
_UNUSABLE_INPUT = 2


@contextmanager
def progress() -> Iterator[ProgressSink]:
    """Show how far long work is, on a terminal as a bar, elsewhere not at all."""
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=_ERR, transient=True
    )
    with bar:
        task = bar.add_task("starting", total=None)

        def sink(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total or None)

        yield sink


@contextmanager
def problems_end_the_command() -> Iterator[None]:
    """Print what an Assay error says and leave with the exit code for unusable input."""
    try:
        yield
    except AssayError as error:
        show_problems(error)
        raise typer.Exit(_UNUSABLE_INPUT) from error


def show_problems(error: AssayError) -> None:
    """Print one line for each thing that is wrong, with the error's code."""
    for line in error.fields.get("problems") or [error.message]:
        _ERR.print(f"{error.code} {line}")


def show_run(outcome: RunOutcome) -> None:
    """Print what a run took in, what each control said and where money is at stake."""
    summary = outcome.summary
    OUT.print(f"{summary.operator}, as of {summary.as_of:%Y-%m-%d %H:%M} UTC, snapshot {summary.snapshot_id}")
    _show_files(outcome.files)
    _show_controls(outcome.controls, summary.currency)
    for result in outcome.controls:
        if result.outcome == "not_evaluated":
            OUT.print(f"not evaluated: {result.control_id}: {result.reason}")
    for name in outcome.ignored:
        OUT.print(f"passed over: {name} belongs to no stream")
    OUT.print(
        f"{summary.findings:,} findings in {summary.cases:,} cases, "
        f"{summary.amount_at_stake:,.2f} {summary.currency} at stake"
    )


def _show_files(files: tuple[FileReport, ...]) -> None:
    total = Counter[str]()
    for report in files:
        for name in ("rows_read", "accepted", "quarantined", "repeats", "superseded"):
            total[name] += getattr(report, name)
    OUT.print(
        f"{len({report.path for report in files}):,} files: {total['rows_read']:,} rows read = "
        f"{total['accepted']:,} accepted + {total['quarantined']:,} quarantined + "
        f"{total['repeats']:,} identical repeats + {total['superseded']:,} superseded"
    )
    noted = {report.path: report.note for report in files if report.note}
    for path, note in list(noted.items())[:_WORST_FILES]:
        OUT.print(f"note: {path}: {note}")
    if len(noted) > _WORST_FILES:
        OUT.print(f"note: {len(noted) - _WORST_FILES} more files have notes; the dashboard lists them")


def _show_controls(controls: tuple[ControlResult, ...], currency: str) -> None:
    table = Table("Control", "Outcome", box=None, pad_edge=False, header_style="bold")
    for name in ("Judged", "Findings", f"Net, {currency}"):
        table.add_column(name, justify="right")
    for result in controls:
        table.add_row(
            result.control_id,
            result.outcome.replace("_", " "),
            f"{result.eligible:,}",
            f"{result.violations:,}",
            f"{result.amount:,.2f}",
        )
    OUT.print(table)
