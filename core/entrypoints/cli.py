"""The ``assay`` command. Parses and prints; everything else is behind `core.api`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from core.api import AssayError, RunRequest, Settings, run_dataset
from core.entrypoints.console import OUT, progress, show_problems, show_run
from core.entrypoints.serve import serve

__all__ = ["app"]

UNUSABLE_INPUT = 2

app = typer.Typer(
    help="Find billing errors before the invoice leaves.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Dataset = Annotated[Path, typer.Argument(help="Folder with dataset.toml and one folder or file a stream.")]
Mapping = Annotated[Path | None, typer.Option(help="TOML file that maps somebody else's columns.")]


@contextmanager
def _problems_end_the_command() -> Iterator[None]:
    try:
        yield
    except AssayError as error:
        show_problems(error)
        raise typer.Exit(UNUSABLE_INPUT) from error


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
    with _problems_end_the_command():
        settings = Settings()
        changes = {"home": out, "lake": lake}
        settings = settings.model_copy(update={name: path for name, path in changes.items() if path})
        with progress() as sink:
            outcome = run_dataset(RunRequest(dataset, settings.home, mapping, _in_utc(as_of)), settings, sink)
    show_run(outcome)
    OUT.print(
        f"written: {settings.home / 'findings.parquet'}, {settings.home / 'cases.parquet'}", markup=False
    )


def _in_utc(instant: datetime | None) -> datetime | None:
    return instant and instant.replace(tzinfo=UTC)


@app.command()
def up(
    dataset: Dataset,
    port: Annotated[int, typer.Option(help="Port of the dashboard; the next free one is taken.")] = 8501,
    mapping: Mapping = None,
) -> None:
    """Take a dataset in if it is new, run the controls if anything changed, and serve the dashboard."""
    with _problems_end_the_command():
        settings = Settings()
        with progress() as sink:
            outcome = run_dataset(RunRequest(dataset, mapping=mapping), settings, sink)
        show_run(outcome)
        serve(settings, port)


if __name__ == "__main__":
    app()
