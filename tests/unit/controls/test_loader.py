from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from core.controls.loader import load_controls, read_control, read_overrides
from core.kernel.errors import ControlDefinitionError
from tests.builders.controls import control_file, select

LIMIT = '\n[params.limit]\ndefault = 5\nunit = "files"\nmeans = "a limit"\n'
LIMITED = select("$limit::varchar as scope")


def line_of(path: Path, beginning: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if line.startswith(beginning))


def refusal(path: Path) -> ControlDefinitionError:
    with pytest.raises(ControlDefinitionError) as caught:
        read_control(path)
    return caught.value


def test_a_folder_is_read_by_id(tmp_path: Path) -> None:
    for name in ("b_control", "a_control"):
        control_file(tmp_path, name=name)
    assert [control.id for control in load_controls(tmp_path)] == ["a_control", "b_control"]


def test_a_header_becomes_the_control(tmp_path: Path) -> None:
    path = control_file(tmp_path, LIMITED, extra=LIMIT)
    control = read_control(path)
    assert (control.id, control.reads, control.consults) == ("tiny", ("usage_files",), ())
    assert control.values == {"limit": 5}
    assert control.sql == LIMITED
    assert control.stream == "usage_files"
    assert control.sql_line == line_of(path, "select")
    assert control.eligible_line == line_of(path, "eligible")


def test_a_count_of_several_lines_begins_on_the_next_line(tmp_path: Path) -> None:
    path = control_file(tmp_path, eligible='"""\nselect count(*)\nfrom usage_files"""')
    assert read_control(path).eligible_line == line_of(path, "eligible") + 1


def test_a_version_changes_with_the_file_and_with_the_thresholds(tmp_path: Path) -> None:
    control_file(tmp_path, LIMITED, extra=LIMIT)
    (shipped,) = load_controls(tmp_path)
    (tuned,) = load_controls(tmp_path, overrides={"tiny": {"limit": 6}})
    control_file(tmp_path, LIMITED + "-- a remark\n", extra=LIMIT)
    (edited,) = load_controls(tmp_path)
    assert len({shipped.version, tuned.version, edited.version}) == 3


def test_a_file_without_a_header_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tiny.sql"
    path.write_text("select 1\n", encoding="utf-8")
    assert refusal(path).message.startswith("tiny.sql, line 1: a control begins with a header")


def test_a_header_that_is_not_toml_names_its_line(tmp_path: Path) -> None:
    path = control_file(tmp_path, severity="low")
    error = refusal(path)
    assert error.fields["line"] == line_of(path, "severity")
    assert "the header is not TOML" in error.message


@pytest.mark.parametrize(
    ("key", "value", "complaint"),
    [
        ("fault", '"file_lost"', "no fault called 'file_lost'"),
        ("dimension", '"accuracy"', "fault file_late is one of timeliness"),
        ("area", '"somewhere"', "Input should be"),
        ("reads", '["usage_flies"]', "no stream called 'usage_flies'"),
        ("root_cause", '"bad_luck"', "no root cause called 'bad_luck'"),
        ("action", '"hope"', "no action called 'hope'"),
        ("causes", "[]", "at least 1 item"),
        ("colour", '"red"', "Extra inputs are not permitted"),
    ],
)
def test_a_wrong_word_in_the_header_names_its_line(
    tmp_path: Path, key: str, value: str, complaint: str
) -> None:
    path = control_file(tmp_path, **{key: value})
    error = refusal(path)
    assert error.fields["line"] == line_of(path, key)
    assert complaint in error.message


def test_a_key_that_is_missing_is_named(tmp_path: Path) -> None:
    assert "owner: Field required" in refusal(control_file(tmp_path, owner="")).message


def test_two_examples_of_one_side_are_refused(tmp_path: Path) -> None:
    one_side = '\n[[example]]\nname = "nothing"\nexpect = ""\ngiven = {}\n' * 2
    path = control_file(tmp_path, examples=one_side)
    error = refusal(path)
    assert error.fields["line"] == line_of(path, "[[example]]")
    assert "at least one violation and one near miss" in error.message


def test_a_name_that_is_not_the_files_is_refused(tmp_path: Path) -> None:
    path = control_file(tmp_path, id='"other"')
    assert refusal(path).fields["line"] == line_of(path, "id")


def test_an_id_in_two_folders_is_refused(tmp_path: Path) -> None:
    folders = (tmp_path / "ours", tmp_path / "theirs")
    for folder in folders:
        folder.mkdir()
        control_file(folder)
    with pytest.raises(ControlDefinitionError, match="tiny is already there"):
        load_controls(*folders)


def test_the_operator_sets_thresholds_in_one_file(tmp_path: Path) -> None:
    control_file(tmp_path, LIMITED, extra=LIMIT)
    settings = tmp_path / "controls.toml"
    settings.write_text("[tiny]\nlimit = 9\nenabled = false\n", encoding="utf-8")
    (control,) = load_controls(tmp_path, overrides=read_overrides(settings))
    assert control.values == {"limit": 9}
    assert not control.enabled


def test_a_file_of_thresholds_need_not_exist(tmp_path: Path) -> None:
    assert read_overrides(tmp_path / "controls.toml") == {}


@pytest.mark.parametrize(
    ("overrides", "complaint"),
    [
        ({"tinny": {}}, "no control called 'tinny'"),
        ({"tiny": {"limits": 3}}, "no threshold 'limits', it has: limit"),
        ({"tiny": {"limit": "nine"}}, "must be like 5, it is 'nine'"),
        ({"tiny": {"limit": True}}, "must be like 5, it is True"),
        ({"tiny": {"limit": Decimal("9.5")}}, "must be like 5"),
        ({"tiny": {"enabled": "no"}}, "no threshold 'enabled'"),
    ],
)
def test_a_threshold_that_fits_nothing_is_refused(
    tmp_path: Path, overrides: dict[str, dict[str, object]], complaint: str
) -> None:
    control_file(tmp_path, LIMITED, extra=LIMIT)
    with pytest.raises(ControlDefinitionError, match=complaint):
        load_controls(tmp_path, overrides=overrides)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("limit = 9", "belongs under a control's name"), ("[tiny\nlimit = 9", "line 1: the header is not TOML")],
)
def test_a_file_of_thresholds_that_is_malformed_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "controls.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ControlDefinitionError, match=complaint):
        read_overrides(path)
