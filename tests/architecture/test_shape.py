"""The house keeps its shape: sizes, names and docs that cannot rot."""

from __future__ import annotations

import ast
import re
import statistics
from pathlib import Path

import pytest

from core.controls.loader import load_controls
from core.kernel import errors
from core.kernel.errors import AssayError
from core.settings import Settings

ROOT = Path(__file__).parents[2]
MODULES = sorted(path for top in ("core", "dashboard", "pages") for path in (ROOT / top).rglob("*.py"))
PAGES = sorted((ROOT / "pages").glob("[!_]*.py"))
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "common.py", "misc.py"}


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_modules_are_small() -> None:
    sizes = {path: lines(path) for path in MODULES if path.name != "__init__.py"}
    too_long = {str(path.relative_to(ROOT)): size for path, size in sizes.items() if size > 400}
    assert not too_long
    assert statistics.median(sizes.values()) <= 120


def test_functions_are_short() -> None:
    too_long = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                docstring = ast.get_docstring(node, clean=False) or ""
                size = (node.end_lineno or 0) - node.lineno + 1 - len(docstring.splitlines())
                if size > 40:
                    too_long.append(f"{path.relative_to(ROOT)}:{node.name} {size}")
    assert not too_long


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert not [path for path in MODULES if path.name in FORBIDDEN_NAMES]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_a_page_has_at_most_80_lines_and_no_sql(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert lines(page) <= 80
    assert not re.search(r"\bselect\b.+\bfrom\b", text, re.IGNORECASE)
    assert "session_state" not in text


def test_session_state_is_named_in_one_module_only() -> None:
    users = {
        path.name for path in (ROOT / "dashboard").rglob("*.py") if "session_state" in path.read_text("utf-8")
    }
    assert users <= {"session.py"}


def test_sql_files_say_their_grain_or_carry_a_header() -> None:
    for path in (ROOT / "core").rglob("*.sql"):
        first = path.read_text(encoding="utf-8").split("\n", 1)[0]
        assert first.startswith(("-- ", "/*+++")), path


def test_every_error_code_stands_in_the_guide() -> None:
    guide = (ROOT / "docs/operator.md").read_text(encoding="utf-8")
    classes = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, AssayError)
    ]
    assert len(classes) <= 20
    assert len({kind.code for kind in classes}) == len(classes)
    assert not [kind.code for kind in classes if kind.code not in guide]


def test_every_setting_stands_in_the_guide() -> None:
    guide = (ROOT / "docs/operator.md").read_text(encoding="utf-8")
    assert not [name for name in Settings.model_fields if f"`ASSAY_{name.upper()}`" not in guide]


def test_every_control_stands_in_the_catalogue() -> None:
    catalogue = (ROOT / "docs/controls.md").read_text(encoding="utf-8")
    assert not [control.id for control in load_controls() if f"`{control.id}`" not in catalogue]


def test_every_folder_of_the_readme_is_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.split("| folder | what |")[1].split("\n\n")[0]
    named = [
        name
        for row in table.splitlines()
        for name in re.findall(r"`([\w/]+)`", row.split("|")[1] if "|" in row else "")
    ]
    assert named
    assert not [name for name in named if not (ROOT / name).is_dir()]


def test_adrs_have_at_most_30_lines() -> None:
    assert not [path.name for path in (ROOT / "docs/adr").glob("*.md") if lines(path) > 30]


def test_nothing_names_this_machine_or_a_registry() -> None:
    words = re.compile(f"{re.escape(str(ROOT))}|{re.escape(str(Path.home()))}/|--(extra-)?index")
    for path in [*MODULES, *(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "Makefile"]:
        assert not words.search(path.read_text(encoding="utf-8")), path
