"""Every control file of the library: its shape, its binding, its examples."""

from __future__ import annotations

import re

import pytest

from core.controls.examples import bind, play
from core.controls.loader import LIBRARY, load_controls
from core.controls.model import Control, Example
from core.lake.session import Limits, Session, connect

CONTROLS = load_controls()


def blank() -> Session:
    return connect(Limits(threads=1))


def of_each(control: Control) -> str:
    return control.id


@pytest.mark.parametrize("control", CONTROLS, ids=of_each)
def test_a_control_reads_what_it_declares_and_nothing_else(control: Control) -> None:
    bind(control, blank)


@pytest.mark.parametrize(
    ("control", "example"),
    [
        pytest.param(control, example, id=f"{control.id}: {example.name}")
        for control in CONTROLS
        for example in control.example
    ],
)
def test_a_control_says_of_its_example_what_it_expects(control: Control, example: Example) -> None:
    with blank() as session:
        assert play(control, example, session) == []


@pytest.mark.parametrize("control", CONTROLS, ids=of_each)
def test_a_control_imports_first_and_selects_last(control: Control) -> None:
    assert control.sql.startswith("with ")
    assert re.search(r"^select$", control.sql, re.MULTILINE)


def test_the_folder_is_the_registry() -> None:
    assert [control.id for control in CONTROLS] == sorted(path.stem for path in LIBRARY.iterdir())
    assert {"file_late", "file_missing", "file_total_mismatch"} < {control.id for control in CONTROLS}
