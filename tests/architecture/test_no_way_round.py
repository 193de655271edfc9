"""There is one way to data and change: through the door, as somebody, with the right that a method names."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import core.api
from core.api import Assay

ROOT = Path(__file__).parents[2]
FRONT = sorted(path for top in ("pages", "dashboard") for path in (ROOT / top).rglob("*.py"))
COMMANDS = sorted((ROOT / "core/entrypoints").glob("*.py"))
CORE = sorted(path for path in (ROOT / "core").rglob("*.py") if path not in COMMANDS)

KEYS = {"Assay", "Parts", "Lake", "SqlStore", "acting", "assemble", "open_store", "open_snapshot", "Actor"}
"""What opens data or makes somebody of nothing; in front nobody calls it."""

PURE = {"granted_by", "is_collected", "lacking", "keeps_apart", "money_direction", "open_door", "verify_file",
    "worked_in"}  # fmt: skip
"""The functions that `core.api` has beside the facade: words, rules, the door, and the check of a file that
somebody has in hand."""


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def calls(path: Path) -> set[str]:
    called = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called.add(
                node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            )
    return called


def test_pages_and_the_dashboard_know_nothing_of_the_core_but_its_api() -> None:
    known = {path: {name for name in imports(path) if name.startswith("core")} for path in FRONT}
    assert {path: names for path, names in known.items() if names - {"core.api"}} == {}


def test_commands_know_the_api_and_the_simulation_that_makes_data_up() -> None:
    allowed = (
        "core.api",
        "core.entrypoints",
        "core.simulation.command",
        "core.simulation.reference.command",
    )
    known = {path: {name for name in imports(path) if name.startswith("core")} for path in COMMANDS}
    wrong = {
        path.name: [
            name for name in names if name not in allowed and not name.startswith("core.entrypoints.")
        ]
        for path, names in known.items()
    }
    assert not any(wrong.values()), wrong


def test_nothing_in_front_opens_data_or_makes_an_actor() -> None:
    found = {path.name: calls(path) & KEYS for path in (*FRONT, *COMMANDS)}
    assert not any(found.values()), {name: keys for name, keys in found.items() if keys}


def test_only_the_command_line_acts_as_whoever_runs_the_process() -> None:
    assert not [path.name for path in FRONT if "system_user" in path.read_text(encoding="utf-8")]


def test_only_the_door_lets_anybody_act() -> None:
    users = {path.relative_to(ROOT).as_posix() for path in CORE if "acting" in calls(path)}
    assert users == {"core/api/door.py"}


def test_only_the_door_puts_the_parts_together() -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for path in CORE
        if "core.bootstrap" in imports(path) and "assemble" in calls(path)
    }
    assert users == {"core/api/door.py"}


def test_the_api_has_no_function_that_reaches_data_beside_the_facade() -> None:
    functions = {name for name in core.api.__all__ if inspect.isfunction(getattr(core.api, name))}
    assert functions == PURE


def test_every_public_method_of_every_part_of_the_facade_declares_its_right() -> None:
    parts = [part for part in Assay.__mro__ if part.__module__.startswith("core.api.")]
    undeclared = {
        f"{part.__name__}.{name}"
        for part in parts
        for name, member in vars(part).items()
        if inspect.isfunction(member) and not name.startswith("_") and not hasattr(member, "needs")
    }
    assert undeclared == {"Guarded.acting", "Guarded.may"}


READS = ("queries.py", "rule_queries.py")
"""Where the dashboard's reads are, and their cache."""


def test_every_cached_answer_is_kept_apart_by_what_its_reader_may_see() -> None:
    trees = [ast.parse((ROOT / "dashboard" / name).read_text(encoding="utf-8")) for name in READS]
    cached = [
        node
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and any("cache_data" in ast.unparse(decorator) for decorator in node.decorator_list)
    ]
    assert len(cached) >= 20
    for node in cached:
        names = [(argument.arg, ast.unparse(argument.annotation or node)) for argument in node.args.args]
        assert names[0] in {("at", "Pin"), ("sight", "Sight")}, node.name
        assert not [name for name, _ in names if name.startswith("_")], (
            node.name
        )  # such a one is no part of the key


def test_nothing_else_in_front_caches_answers() -> None:
    users = {path.name for path in FRONT if "cache_data" in path.read_text(encoding="utf-8")}
    assert users <= {*READS, "frame.py"}
