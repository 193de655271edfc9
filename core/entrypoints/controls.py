"""The ``assay controls`` commands. Parse and print; the work is behind `core.api`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from core.api import open_door
from core.entrypoints.console import OUT, problems_end_the_command

__all__ = ["app"]

_FAILED = 1

app = typer.Typer(help="List, write and test controls.", no_args_is_help=True)


@app.command("list")
def list_() -> None:
    """Show every control with its fault and the thresholds in force."""
    with problems_end_the_command():
        entries = open_door().system_user().control_cards()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Control", "Fault", "Severity", "Before", "Thresholds"):
        table.add_column(heading, no_wrap=heading != "Thresholds")
    for entry in entries:
        name = entry.control_id + (" (own)" if entry.own else "") + ("" if entry.enabled else " (off)")
        thresholds = ", ".join(f"{threshold.name}={threshold.value}" for threshold in entry.thresholds)
        table.add_row(name, entry.fault, entry.severity, "yes" if entry.before_invoice else "no", thresholds)
    OUT.print(table)


@app.command()
def new(
    name: Annotated[
        str, typer.Argument(help="Its id: lower-case words joined by _; a fault's name chooses the fault.")
    ],
) -> None:
    """Write a control for you to complete in SQL."""
    with problems_end_the_command():
        path = open_door().system_user().new_control(name)
    OUT.print(f"written: {path}\nComplete its select, then: assay controls test {name}")


@app.command("test")
def try_(
    names: Annotated[list[str] | None, typer.Argument(help="Which; all when none is named.")] = None,
) -> None:
    """Run the examples of controls; exit 1 when one does not hold."""
    with problems_end_the_command():
        tests = open_door().system_user().try_controls(names or ())
    for one in tests:
        OUT.print(f"{one.control_id}: {'examples hold' if not one.problems else 'FAILED'} ({one.examples})")
        for problem in one.problems:
            OUT.print(f"  {problem}")
    if any(one.problems for one in tests):
        raise typer.Exit(_FAILED)
