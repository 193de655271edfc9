"""The ``assay users`` commands. Parse and print; the work is behind `core.api`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from core.api import ROLES, Door, FirstSignIn, InputError, Person, PersonView, Role, open_door
from core.entrypoints.console import OUT, problems_end_the_command

__all__ = ["app", "show_first_people"]

app = typer.Typer(help="Who may sign in, and as what.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The user id, as assay users list shows it.")]
Reason = Annotated[str, typer.Option(help="Why; it stands in the audit trail.")]


@app.command("list")
def list_() -> None:
    """Show everybody who may sign in."""
    with problems_end_the_command():
        people = open_door().system_user().people()
    table = Table("User", "Name", "Role", "Signs in with", "State", box=None, pad_edge=False)
    for view in people:
        person = view.person
        table.add_row(person.user_id, person.name, _words(person.role), _ways(view), _state(view))
    OUT.print(table)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What they sign in with; it never changes.")],
    role: Annotated[str, typer.Option(help=f"One of {', '.join(ROLES)}.")],
    full_name: Annotated[str, typer.Option(help="What people call them.")] = "",
    email: Annotated[str | None, typer.Option(help="Their address at the identity provider.")] = None,
    segment: Annotated[list[str] | None, typer.Option(help="Only customers of it; may be repeated.")] = None,
    password: Annotated[bool, typer.Option(help="Whether they sign in with a password.")] = True,
) -> None:
    """Add a person and print their first password."""
    with problems_end_the_command():
        first = (
            open_door()
            .system_user()
            .add_person(
                name, full_name or name, _role(role), email=email, segments=segment, password=password
            )
        )
    if first:
        _show([first])
    elif email:
        OUT.print(f"added: {name}, who signs in through the identity provider")
    else:
        OUT.print(f"added: {name}, for programs: assay tokens make {name} …")


@app.command()
def role(
    name: Name,
    new: Annotated[str, typer.Argument(metavar="ROLE", help=f"One of {', '.join(ROLES)}.")],
    reason: Reason = "",
) -> None:
    """Give a person another role; it counts from the next thing that they do."""
    with problems_end_the_command():
        changed = open_door().system_user().change_role(name, _role(new), reason)
    if isinstance(changed, Person):
        OUT.print(f"{changed.user_id}: {_words(changed.role)}")
    else:
        OUT.print(f"{name}: {new} waits for a second person, proposal {changed.proposal_id}")


@app.command()
def reset(name: Name) -> None:
    """Print a new first password, unlock the person and end their sessions."""
    with problems_end_the_command():
        first = open_door().system_user().reset_password(name)
    _show([first])


@app.command()
def disable(name: Name, reason: Reason = "") -> None:
    """Let a person in no more and end their sessions."""
    with problems_end_the_command():
        open_door().system_user().disable_person(name, reason)
    OUT.print(f"{name}: disabled")


@app.command()
def enable(name: Name) -> None:
    """Let a person in again."""
    with problems_end_the_command():
        open_door().system_user().enable_person(name)
    OUT.print(f"{name}: enabled")


@app.command()
def sessions() -> None:
    """Show who is signed in."""
    with problems_end_the_command():
        found = open_door().system_user().sessions()
    table = Table("Session", "User", "Since, UTC", "Last seen, UTC", box=None, pad_edge=False)
    for one in found:
        table.add_row(one.session_id, one.user_id, f"{one.started_at:%Y-%m-%d %H:%M}", f"{one.seen_at:%H:%M}")
    OUT.print(table)


@app.command()
def revoke(
    name: Name,
    session: Annotated[
        str | None, typer.Option(help="Only this one, as assay users sessions shows it.")
    ] = None,
) -> None:
    """End a person's sessions; it counts from the next thing that they do."""
    with problems_end_the_command():
        ended = open_door().system_user().revoke_sessions(name, session_id=session)
    OUT.print(f"{name}: {ended} sessions ended")


def show_first_people(door: Door) -> None:
    """Add the first people of a new installation and print what they sign in with; else say how to go on."""
    first = door.first_people()
    if first:
        OUT.print("Sign-ins, shown this once; each asks for a password of your own:")
        _show(first)
    else:
        OUT.print("Sign in with your password; assay users reset NAME gives a new first one.")


def _show(first: tuple[FirstSignIn, ...] | list[FirstSignIn]) -> None:
    table = Table("Role", "User", "First password", box=None, pad_edge=False, header_style="bold")
    for one in first:
        table.add_row(_words(one.person.role), one.person.user_id, one.password)
    OUT.print(table)


def _role(text: str) -> Role:
    for one in ROLES:
        if text.replace("-", "_") == one:
            return one
    raise InputError(f"there is no role {text}; choose one of {', '.join(ROLES)}")


def _words(role: Role) -> str:
    return role.replace("_", " ")


def _ways(view: PersonView) -> str:
    ways = [("password", view.has_password), ("organisation", view.has_identity or bool(view.person.email))]
    return ", ".join(way for way, is_so in ways if is_so)


def _state(view: PersonView) -> str:
    if view.person.disabled:
        return "disabled"
    if view.locked_until and view.locked_until > datetime.now(UTC):
        return f"locked until {view.locked_until:%H:%M} UTC"
    return "first password" if view.must_change else f"{view.sessions} sessions"
