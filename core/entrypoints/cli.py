"""The ``assay`` command. Parses and prints; everything else is behind `core.api`."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from core.api import RunRequest, Settings, open_door
from core.entrypoints import audit, controls, tokens, users
from core.entrypoints.console import OUT, problems_end_the_command, progress, show_run
from core.entrypoints.rating import rate
from core.entrypoints.reference import command, connected_to
from core.entrypoints.serve import free_port, serve, serve_api
from core.entrypoints.systems import operator, systems
from core.entrypoints.worker import work
from core.simulation.command import run_simulation

__all__ = ["app"]

app = typer.Typer(
    help="Find billing errors before the invoice leaves.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.add_typer(controls.app, name="controls")
app.add_typer(users.app, name="users")
app.add_typer(tokens.app, name="tokens")
app.add_typer(audit.app, name="audit")
app.add_typer(operator, name="operator")
app.command()(rate)
app.command("worker")(work)
app.command()(systems)

Dataset = Annotated[Path, typer.Argument(help="Folder with dataset.toml and one folder or file a stream.")]
Mapping = Annotated[Path | None, typer.Option(help="TOML file that maps somebody else's columns.")]


@app.callback()
def main() -> None:
    """Find billing errors before the invoice leaves."""


@app.command()
def run(
    dataset: Dataset,
    out: Annotated[
        Path | None, typer.Option(help="Where results, and the lake unless told otherwise, go.")
    ] = None,
    lake: Annotated[Path | None, typer.Option(help="Another folder for the lake.")] = None,
    mapping: Mapping = None,
    as_of: Annotated[
        datetime | None, typer.Option(help="Another 'now', UTC.", formats=["%Y-%m-%dT%H:%M:%SZ"])
    ] = None,
) -> None:
    """Take a dataset in, run every control and write findings.parquet and cases.parquet."""
    with problems_end_the_command():
        settings = Settings()
        changes = {"home": out, "lake": lake}
        settings = settings.model_copy(update={name: path for name, path in changes.items() if path})
        with progress() as sink:
            request = RunRequest(dataset, settings.home, mapping, _in_utc(as_of))
            outcome = open_door(settings).system_user().run_dataset(request, sink)
    show_run(outcome)
    OUT.print(f"written: {settings.home / 'findings.parquet'}, {settings.home / 'cases.parquet'}")


def _in_utc(instant: datetime | None) -> datetime | None:
    return instant and instant.replace(tzinfo=UTC)


@app.command()
def up(
    dataset: Dataset,
    port: Annotated[int, typer.Option(help="Port of the dashboard; the next free one is taken.")] = 8501,
    api_port: Annotated[int, typer.Option(help="Port of the decision API, or the next free one.")] = 8601,
    operator_port: Annotated[int, typer.Option(help="Port of the made-up operator.")] = 8701,
    mapping: Mapping = None,
) -> None:
    """Take a dataset in if it is new, run the controls if anything changed, serve dashboard and API.

    In a demonstration whose systems are not set, a made-up operator's systems are served too.
    """
    with problems_end_the_command():
        settings = Settings()
        beside = []
        if settings.demo and not settings.systems:
            free = free_port(operator_port)
            settings, beside = connected_to(settings, free), [command(dataset, free)]
        door = open_door(settings)
        with progress() as sink:
            outcome = door.system_user().run_dataset(RunRequest(dataset, mapping=mapping), sink)
        show_run(outcome)
        users.show_first_people(door)
        serve(settings, port, api_port, door, beside)


@app.command()
def api(port: Annotated[int, typer.Option(help="Port to listen on.")] = 8601) -> None:
    """Serve the decision API alone."""
    serve_api(port)


@app.command()
def mcp() -> None:
    """Serve an agent over standard input and output, with the access token in ASSAY_TOKEN."""
    from core.entrypoints.mcp import mcp_server  # costs every other command a second

    with problems_end_the_command():
        mcp_server(open_door(), os.environ.get("ASSAY_TOKEN", "")).run("stdio")


@app.command()
def simulate(
    out: Annotated[Path, typer.Argument(help="Folder to write the dataset to; labels go beside it.")],
    profile: Annotated[str, typer.Option(help="What kind of operator.")] = "mixed",
    accounts: Annotated[int, typer.Option(help="1 to 500,000.")] = 1_000,
    cycles: Annotated[int, typer.Option(help="Whole bill cycles before now, 1 to 24.")] = 6,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    faults: Annotated[int, typer.Option(help="How many of each fault to plant.")] = 0,
) -> None:
    """Write a simulated operator, with planted faults labelled apart from the data."""
    with problems_end_the_command():
        report = run_simulation(
            out, profile=profile, accounts=accounts, cycles=cycles, seed=seed, faults=faults
        )
    OUT.print(
        f"{report.events:,} events of {report.accounts:,} accounts in {report.seconds:.0f} s: {report.out}"
    )
    for fault, count in sorted(report.faults.items()):
        OUT.print(f"planted: {count} {fault}")


if __name__ == "__main__":
    app()
