"""The ``assay audit`` commands. Parse and print; the work is behind `core.api`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from core.api import (
    Assay,
    AuditError,
    Checkpoint,
    InputError,
    Receipt,
    Verification,
    open_door,
    verify_file,
)
from core.entrypoints.console import OUT, problems_end_the_command, progress

__all__ = ["app"]

_BROKEN = 1

app = typer.Typer(help="Prove who did what.", no_args_is_help=True)

Sequence = Annotated[int, typer.Argument(min=1, help="The entry's number, as the Audit trail page shows it.")]


def _mine() -> Assay:
    return open_door().system_user()


@contextmanager
def _broken_trail_ends_the_command() -> Iterator[None]:
    """Print in one line what is wrong with a trail and leave with 1; unusable input leaves with 2."""
    with problems_end_the_command():
        try:
            yield
        except AuditError as error:
            OUT.print(f"{error.code} {error.message}")
            raise typer.Exit(_BROKEN) from error


@app.command()
def export(file: Annotated[Path, typer.Argument(help="Where it goes; it must not be there yet.")]) -> None:
    """Write the whole audit trail with its checkpoints, to verify or keep elsewhere."""
    with _broken_trail_ends_the_command():
        _write(file, _mine().audit_export())
    OUT.print(f"written: {file}")


@app.command()
def verify(
    file: Annotated[
        Path | None, typer.Argument(help="An export or a receipt; without it this installation's trail.")
    ] = None,
    checkpoints: Annotated[
        Path | None, typer.Option(help="The folder of checkpoints to hold an export against.")
    ] = None,
) -> None:
    """Compare an audit trail with its checkpoints; exit 1 and name the first bad entry if it changed."""
    with _broken_trail_ends_the_command():
        found = _mine().verify_audit() if file is None else verify_file(file, checkpoints)
        if isinstance(found, Verification) and not found.good:
            raise AuditError(f"{found.problem}; entries before it that are good: {found.entries:,}")
    OUT.print(_proved(found) if isinstance(found, Receipt) else _good(found))
    for note in () if isinstance(found, Receipt) else found.notes:
        OUT.print(f"passed over: {note}")


@app.command()
def checkpoint() -> None:
    """Sign whatever no checkpoint covers yet, as assay up does every few minutes."""
    with _broken_trail_ends_the_command():
        newest = _mine().seal_audit()
    OUT.print(f"{_named(newest)}" if newest else "the audit trail has no entry yet")


@app.command()
def receipt(
    sequence: Sequence,
    out: Annotated[Path | None, typer.Option(help="Where it goes; receipt-SEQUENCE.json without it.")] = None,
) -> None:
    """Write the proof that an entry stands in the trail; anybody checks it with assay audit verify."""
    file = out or Path(f"receipt-{sequence}.json")
    with _broken_trail_ends_the_command():
        _write(file, [_mine().audit_receipt(sequence).text])
    OUT.print(f"written: {file}")


@app.command()
def rebuild(sequence: Sequence) -> None:
    """Do the run of an entry again from the lake's versions; exit 1 when anything comes out differently."""
    with _broken_trail_ends_the_command(), progress() as sink:
        rebuilt = _mine().rebuild_run(sequence, sink)
    for what, same, count in (
        ("findings", rebuilt.same_findings, rebuilt.findings.num_rows),
        ("cases", rebuilt.same_cases, len(rebuilt.cases)),
    ):
        OUT.print(f"{rebuilt.run_id}: {count:,} {what}, {'the same' if same else 'NOT the same'} as then")
    for name in rebuilt.changed:
        OUT.print(f"no longer as it was then: {name}")
    if not (rebuilt.same_findings and rebuilt.same_cases):
        raise typer.Exit(_BROKEN)


def _write(file: Path, lines: Iterable[str]) -> None:
    """Write a new file; nothing is ever written over."""
    try:
        with file.open("x", encoding="utf-8", newline="") as out:
            out.writelines(lines)
    except FileExistsError as error:
        raise InputError(f"{file} is there already; name another") from error
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}") from error


def _good(found: Verification) -> str:
    newest = f", the newest of {found.newest:%Y-%m-%d %H:%M:%S} UTC" if found.newest else ""
    under = _named(found.checkpoint) if found.checkpoint else "no checkpoint vouches for any of them"
    entries = "1 entry is" if found.entries == 1 else f"{found.entries:,} entries are"
    return f"{entries} good{newest}; {under}"


def _named(checkpoint: Checkpoint) -> str:
    return (
        f"checkpoint {checkpoint.number} of {checkpoint.time:%Y-%m-%d %H:%M:%S} UTC vouches for entries "
        f"1 to {checkpoint.size:,}, signed with key {checkpoint.key}"
    )


def _proved(receipt: Receipt) -> str:
    return f"entry {receipt.sequence:,} stands in the audit trail; {_named(receipt.checkpoint)}"
