"""The ``assay tokens`` commands. Parse and print; the work is behind `core.api`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from core.api import SCOPES, open_door
from core.entrypoints.console import OUT, problems_end_the_command

__all__ = ["app"]

app = typer.Typer(help="What lets programs ask as somebody.", no_args_is_help=True)


@app.command("list")
def list_() -> None:
    """Show every token that has not been ended."""
    with problems_end_the_command():
        tokens = open_door().system_user().tokens()
    table = Table("Token", "For", "Asks as", "Rights", "Until", "Last used", box=None, pad_edge=False)
    for one in tokens:
        seen = f"{one.seen_at:%Y-%m-%d %H:%M}" if one.seen_at else "never"
        until = f"{one.expires_at:%Y-%m-%d}"
        table.add_row(one.token_id, one.name, one.user_id, ", ".join(one.scopes), until, seen)
    OUT.print(table)


@app.command()
def make(
    user_id: Annotated[str, typer.Argument(help="As whom the program asks: somebody who never signs in.")],
    name: Annotated[str, typer.Option(help="What the token is for.")],
    scope: Annotated[
        list[str], typer.Option(help=f"A right that it gives; may be repeated: {', '.join(SCOPES)}.")
    ],
    days: Annotated[int, typer.Option(help="How long it lasts.")] = 90,
) -> None:
    """Make a token for a program and print it: it is told once."""
    with problems_end_the_command():
        new = open_door().system_user().make_token(name, scope, days, user_id=user_id)
    OUT.print(f"{new.token.token_id}, until {new.token.expires_at:%Y-%m-%d}: {new.secret}")


@app.command()
def end(token_id: Annotated[str, typer.Argument(help="As assay tokens list shows it.")]) -> None:
    """End a token: from its next request on it opens nothing."""
    with problems_end_the_command():
        open_door().system_user().end_token(token_id)
    OUT.print(f"ended: {token_id}")
