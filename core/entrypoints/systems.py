"""The ``assay systems`` and ``assay operator`` commands. Parse and print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from core.api import Settings, open_door
from core.entrypoints.console import OUT, problems_end_the_command
from core.entrypoints.reference import serve_reference
from core.simulation.reference.command import hand_back, reference_server

__all__ = ["operator", "systems"]

operator = typer.Typer(help="A made-up operator's systems, to send orders to.", no_args_is_help=True)

State = Annotated[Path | None, typer.Option(help="Its database; operator.sqlite in the home folder.")]


def systems() -> None:
    """Show to which of the operator's systems orders can be sent, and whether they answer."""
    with problems_end_the_command():
        found = open_door().system_user().systems()
    table = Table("System", "Connected", "Answers", "", box=None, pad_edge=False)
    for one in found:
        answers = ("yes" if one.answers else "no") if one.is_connected else ""
        table.add_row(one.system, "yes" if one.is_connected else "no", answers, one.says)
    OUT.print(table)


@operator.command()
def serve(
    dataset: Annotated[Path, typer.Argument(help="Dataset to load it from, unless it was.")],
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8701,
    state: State = None,
    afresh: Annotated[bool, typer.Option("--afresh", help="Forget what was done to it.")] = False,
) -> None:
    """Serve billing, CRM, network, payments, mediation, partners, tickets and messages until interrupted."""
    with problems_end_the_command():
        settings = Settings()
        token = settings.operator_token.get_secret_value()
        app = reference_server(dataset, state or settings.operator_file, token, afresh=afresh)
        OUT.print(f"Operator:     http://127.0.0.1:{port}  (Ctrl+C ends it)")
        serve_reference(app, port)


@operator.command("extract")
def extract_(
    out: Annotated[Path, typer.Argument(help="Folder to write the dataset to.")],
    state: State = None,
) -> None:
    """Write what the operator's systems hold now as a dataset, for the next run."""
    with problems_end_the_command():
        added = hand_back(state or Settings().operator_file, out)
    for stream, rows in sorted(added.items()):
        OUT.print(f"changed: {rows} in {stream}")
    OUT.print(f"written: {out}")
