"""The commands say which systems answer, and hand the made-up operator's state back."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.entrypoints.cli import app
from core.entrypoints.reference import as_environment, command, connected_to
from core.settings import Settings
from tests.builders.reference import TOKEN, a_reference, served


def test_systems_that_answer_and_such_that_do_not_are_told_apart(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path))
    monkeypatch.setenv("ASSAY_SYSTEM_HOSTS", '["127.0.0.1"]')
    monkeypatch.setenv("ASSAY_SYSTEMS__CRM__URL", "http://127.0.0.1:9")
    with served(a_reference()) as operator:
        monkeypatch.setenv("ASSAY_SYSTEMS__BILLING__URL", operator.url)
        monkeypatch.setenv("ASSAY_SYSTEMS__BILLING__TOKEN", TOKEN)

        printed = CliRunner().invoke(app, ["systems"]).output

    rows = {line.split()[0]: line.split()[1:] for line in printed.splitlines() if line.strip()}
    assert rows["billing"] == ["yes", "yes"]
    assert rows["crm"][:2] == ["yes", "no"]
    assert rows["messages"] == ["no"]


def test_a_system_on_a_host_that_is_not_allowed_ends_the_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path))
    monkeypatch.setenv("ASSAY_SYSTEMS__BILLING__URL", "https://billing.operator.example")

    done = CliRunner().invoke(app, ["systems"])

    assert done.exit_code == 2
    assert "ASSAY_SYSTEM_HOSTS" in done.stderr


def test_nothing_is_extracted_from_an_operator_that_was_never_loaded(tmp_path: Path) -> None:
    state = tmp_path / "operator.sqlite"

    done = CliRunner().invoke(app, ["operator", "extract", str(tmp_path / "out"), "--state", str(state)])

    assert done.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_a_child_process_has_the_same_systems_as_its_parent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = connected_to(Settings(home=tmp_path, demo=True), 8701)
    for name, value in as_environment(settings).items():
        monkeypatch.setenv(name, value)

    child = Settings()

    assert child.systems == settings.systems
    assert len(child.systems) == 8
    assert child.system_hosts == settings.system_hosts
    assert child.operator_token.get_secret_value() == child.systems["billing"].token.get_secret_value()
    assert command(Path("data/demo"), 8701)[-2:] == ["--port", "8701"]
