from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

import core.api
from core.adapters.store import open_store
from core.api import CaseFilter, Settings
from tests.builders.audit import PSEUDONYMS
from tests.builders.people import facade
from tests.builders.runs import NOW, a_case, a_finding, a_run


def test_the_public_names_are_complete_sorted_as_ruff_does_and_real() -> None:
    names = core.api.__all__

    assert len(names) == len(set(names))
    assert all(hasattr(core.api, name) for name in names)
    imported = {name for name in vars(core.api) if not name.startswith("_") and name != "annotations"}
    modules = {name for name in imported if inspect.ismodule(getattr(core.api, name))}
    assert imported - modules == set(names)


def test_every_type_in_an_answer_is_itself_public_and_every_answer_frozen() -> None:
    public = {kind for kind in vars(core.api).values() if inspect.isclass(kind)}
    answers = [kind for kind in public if dataclasses.is_dataclass(kind)]
    used = {part for kind in answers for hint in get_type_hints(kind).values() for part in parts(hint)}
    ours = {kind for kind in used if inspect.isclass(kind) and kind.__module__.startswith("core.")}

    assert len(answers) >= 20
    assert ours <= public
    assert all(kind.__dataclass_params__.frozen for kind in answers)  # type: ignore[attr-defined]


def parts(hint: Any) -> Iterator[Any]:
    yield hint
    for part in get_args(hint):
        yield from parts(part)


def test_what_a_run_saved_is_what_the_facade_answers(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    open_store(settings.store_address, PSEUDONYMS).save_run(a_run(cases=[a_case()], findings=[a_finding()]))

    assay = facade(tmp_path)

    assert [case.case_id for case in assay.case_queue(CaseFilter()).cases] == ["C-1"]
    assert assay.case("C-1").controls[0].control_id == "record_not_charged"
    assert assay.case("C-1").controls[0].sql.startswith("with ")


def test_the_data_clock_stands_at_the_latest_runs_now(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    store = open_store(settings.store_address, PSEUDONYMS)
    store.save_run(a_run("R-1", as_of=NOW))
    store.save_run(a_run("R-2", as_of=NOW + timedelta(days=1)))

    status = facade(tmp_path, clock=settings.clock).status()

    assert status is not None
    assert status.now == NOW + timedelta(days=1)


def test_the_wall_clock_is_this_machines(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, clock="wall")
    open_store(settings.store_address, PSEUDONYMS).save_run(a_run())

    status = facade(tmp_path, clock=settings.clock).status()

    assert status is not None
    assert abs(status.now - datetime.now(UTC)) < timedelta(minutes=1)


def test_before_the_first_run_the_data_clock_is_this_machines(tmp_path: Path) -> None:
    page = facade(tmp_path).case_queue(CaseFilter())

    assert abs(page.now - datetime.now(UTC)) < timedelta(minutes=1)


def test_settings_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path / "here"))
    settings = Settings()

    assert settings.store_address == f"sqlite:///{tmp_path / 'here' / 'assay.sqlite'}"
    assert settings.lake_dir == tmp_path / "here" / "lake"
    assert settings.controls_file == tmp_path / "here" / "controls.toml"

    monkeypatch.setenv("ASSAY_STORE_URL", "postgresql+psycopg://assay@db/assay")
    monkeypatch.setenv("ASSAY_LAKE", str(tmp_path / "lake"))
    monkeypatch.setenv("ASSAY_CONTROLS", str(tmp_path / "mine.toml"))
    settings = Settings()

    assert settings.store_address == "postgresql+psycopg://assay@db/assay"
    assert settings.lake_dir == tmp_path / "lake"
    assert settings.controls_file == tmp_path / "mine.toml"
