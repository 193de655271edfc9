from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.api import AuditQuery, Door, Settings, SignInError, open_door
from core.entrypoints.cli import app
from core.entrypoints.users import show_first_people

PASSWORD = re.compile(r"[a-z2-9]{5}(?:-[a-z2-9]{5}){3}")


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Door:
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "160")
    return open_door(Settings())


def users(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["users", *arguments])
    assert result.exit_code == code, result.output
    return result.output


def test_somebody_is_added_signs_in_and_is_kept_out(door: Door) -> None:
    (first,) = PASSWORD.findall(users("add", "Nina", "--role", "analyst", "--full-name", "Nina Nowak"))
    token = door.sign_in("nina", first).token

    assert door.must_change(token)
    listed = users("list")
    assert "Nina Nowak" in listed
    assert "first password" in listed
    assert first not in listed
    assert "nina" in users("sessions")

    assert "1 sessions ended" in users("revoke", "nina")
    assert not door.must_change(token)
    (second,) = PASSWORD.findall(users("reset", "nina"))
    with pytest.raises(SignInError):
        door.sign_in("nina", first)
    users("disable", "nina", "--reason", "has left")
    with pytest.raises(SignInError):
        door.sign_in("nina", second)
    users("enable", "nina")
    assert door.sign_in("nina", second).must_change


def test_what_is_done_on_the_command_line_has_the_name_of_whoever_runs_it(door: Door) -> None:
    users("add", "nina", "--role", "analyst")
    users("role", "nina", "care-agent", "--reason", "moves to care")
    entries = door.system_user().audit_trail(AuditQuery(actions=("role.changed",))).entries

    assert [(entry.event.actor.method, entry.event.reason) for entry in entries] == [("cli", "moves to care")]
    assert entries[0].event.actor.user_id.startswith("os:")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("add", "nina", "--role", "boss"), "RA-E100 there is no role boss"),
        (("add", "n", "--role", "analyst"), "RA-E100 A user id has"),
        (("add", "nina", "--role", "analyst", "--segment", "royal"), "RA-E100 There is no segment royal"),
        (("reset", "nobody"), "RA-E400 There is nobody"),
        (("revoke", "nobody"), "RA-E400 There is nobody"),
    ],
)
def test_a_mistake_is_said_in_one_line(door: Door, arguments: tuple[str, ...], says: str) -> None:
    assert says in users(*arguments, code=2)


def test_the_first_people_are_shown_once_then_how_to_go_on(
    door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    show_first_people(door)
    first = capsys.readouterr().out
    show_first_people(door)
    then = capsys.readouterr().out

    assert len(PASSWORD.findall(first)) == 1
    assert "administrator" in first
    assert PASSWORD.findall(then) == []
    assert "assay users reset NAME" in then


def test_a_program_gets_a_token_that_is_told_once_and_ended(door: Door) -> None:
    users("add", "crm", "--role", "care-agent", "--no-password")
    made = tokens("make", "crm", "--name", "CRM", "--scope", "cases.read", "--scope", "accounts.read")
    secret = made.split()[-1]

    asking = door.of_program(secret)
    assert asking is not None
    assert asking.may("cases.read")
    assert not asking.may("cases.propose")
    listed = tokens("list")
    assert "cases.read" in listed
    assert secret not in listed
    tokens("end", made.split(",")[0])
    assert door.of_program(secret) is None
    assert "RA-E400" in tokens("end", made.split(",")[0], code=2)


def test_no_token_is_made_for_somebody_who_signs_in(door: Door) -> None:
    users("add", "nina", "--role", "analyst")

    assert "signs in and makes tokens of their own" in tokens(
        "make", "nina", "--name", "CRM", "--scope", "cases.read", code=2
    )


def tokens(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["tokens", *arguments])
    assert result.exit_code == code, result.output
    return result.output
