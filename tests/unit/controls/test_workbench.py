from __future__ import annotations

from pathlib import Path

import pytest

from core.controls.loader import load_controls, read_control
from core.controls.workbench import problems, write_draft
from core.kernel.errors import DefinitionError
from core.kernel.faults import FAULTS
from core.lake.session import Limits, Session, connect


def blank() -> Session:
    return connect(Limits(threads=1))


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("record_late", "record_late"),
        ("late_roaming_files", "file_late"),
        ("payment_twice_duplicate", "payment_duplicate"),
    ],
)
def test_the_name_chooses_the_fault(tmp_path: Path, name: str, fault: str) -> None:
    control = read_control(write_draft(tmp_path, name))
    assert control.id == name
    assert control.fault == fault
    assert control.reads == (FAULTS[fault].subject,)


def test_a_draft_runs_and_says_that_its_violation_is_not_found_yet(tmp_path: Path) -> None:
    control = read_control(write_draft(tmp_path, "file_tiny"))
    (problem,) = problems(control, blank)
    assert problem.startswith('example "a violation')
    assert "not found" in problem


def test_a_completed_draft_has_no_problem(tmp_path: Path) -> None:
    path = write_draft(tmp_path, "file_tiny")
    text = path.read_text(encoding="utf-8").replace("where false", "where file_id = 'X1'")
    path.write_text(text, encoding="utf-8")
    assert problems(read_control(path), blank) == []


@pytest.mark.parametrize("name", ["Late", "late-files", "1st", "a/../b"])
def test_a_name_that_cannot_be_one_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DefinitionError, match="lower-case words"):
        write_draft(tmp_path / "own", name)
    assert not (tmp_path / "own").exists()


def test_controls_of_several_folders_make_one_catalogue(tmp_path: Path) -> None:
    write_draft(tmp_path, "file_tiny")
    assert [control.id for control in load_controls(tmp_path, tmp_path / "none")] == ["file_tiny"]
