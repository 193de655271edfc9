"""Make each mistake in turn in a copy of the project, and name the first test that notices.

`python -m tests.mutation` names them one by one; with `--write` it puts the tables into docs/testing.md. A
mistake that no test notices is printed as SURVIVED and makes the exit status 1. Each has a forked process
of its own, so that the libraries are loaded once and the pricing code is loaded anew.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

import duckdb  # noqa: F401 - loaded here once for all forked processes
import pyarrow  # noqa: F401
import pydantic  # noqa: F401
import pytest

from tests.mutation.mutations import AREAS, ROOT, Area, Mutation

DOCUMENT = ROOT / "docs/testing.md"
SURVIVED = "SURVIVED"
OPTIONS = ["-o", "addopts=--import-mode=importlib", "-p", "no:terminal", "-p", "no:cacheprovider", "-x"]


class FirstFailure:
    """Remember the first test that fails."""

    name: str | None = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and self.name is None:
            file, _, test = report.nodeid.partition("::")
            self.name = f"{Path(file).name}::{test}"


def _run(copy: Path, tests: Sequence[Path], leave_out: str, answer: Connection) -> None:
    os.chdir(copy)
    sys.path.insert(0, str(copy))
    first = FirstFailure()
    status = pytest.main([*OPTIONS, "-k", f"not {leave_out}", *map(str, tests)], plugins=[first])
    answer.send((int(status), first.name))


def first_failure(copy: Path, tests: Sequence[Path], leave_out: str) -> str | None:
    """Return the first of some tests that fails in a copy of the project."""
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe(duplex=False)
    process = fork.Process(target=_run, args=(copy, tests, leave_out, theirs))
    process.start()
    status, name = ours.recv()
    process.join()
    if status and name is None:
        raise RuntimeError(f"the tests could not be run: pytest ended with {status}")
    return str(name) if name else None


def killer_of(mutation: Mutation, copy: Path) -> str | None:
    """Return the test that notices a mistake: one of its own rule, else of any."""
    module, area = mutation.path(copy), mutation.area
    right = module.read_text()
    module.write_text(right.replace(mutation.text, mutation.becomes))
    try:
        own = sorted(copy.glob(area.first.format(rule=mutation.rule)))
        return first_failure(copy, own, area.leave_out) or first_failure(
            copy, _all(area, copy), area.leave_out
        )
    finally:
        module.write_text(right)


def _all(area: Area, copy: Path) -> list[Path]:
    return [copy / name for name in area.tests]


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def table(killers: Sequence[tuple[Mutation, str | None]]) -> str:
    """Return the table of docs/testing.md."""
    lines = ["| rule | mistake | module | first test that fails |", "|---|---|---|---|"]
    for mutation, killer in killers:
        told = f"`{killer}`" if killer else SURVIVED
        lines.append(f"| {mutation.rule} | {mutation.mistake} | `{mutation.module}` | {told} |")
    return "\n".join(lines)


def copy_project(folder: Path) -> None:
    """Copy what the tests need, without what was compiled."""
    for name in ("core", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)


def put(area: Area, killers: Sequence[tuple[Mutation, str | None]]) -> None:
    """Put the table of one area into docs/testing.md."""
    place = re.compile(
        rf"(?<=<!-- mistakes in {area.name} -->\n).*(?=\n<!-- end of mistakes in {area.name} -->)", re.DOTALL
    )
    DOCUMENT.write_text(place.sub(lambda _: table(killers), DOCUMENT.read_text()))


def tried(area: Area, copy: Path) -> list[tuple[Mutation, str | None]]:
    """Make every mistake of one area; return each with the test that noticed it."""
    tests = [*copy.glob(area.first.replace("{rule:02}", "*")), *_all(area, copy)]
    if failure := first_failure(copy, tests, area.leave_out):
        raise RuntimeError(f"without any mistake {failure} fails; put that right first")
    killers = []
    for mutation in area.mutations:
        killers.append((mutation, killer_of(mutation, copy)))
        say(f"{mutation.rule:>2}  {mutation.mistake}: {killers[-1][1] or SURVIVED}")
    caught = sum(killer is not None for _, killer in killers)
    say(f"{area.name}: {caught} of {len(killers)} mistakes make a test fail")
    return killers


def main() -> int:
    """Run every mutation; return 1 if one survived."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/testing.md")
    parser.add_argument("--area", choices=[area.name for area in AREAS], help="only the mistakes of one area")
    options = parser.parse_args()
    survived = False
    sys.dont_write_bytecode = True  # two versions of a module within one second would look the same
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        copy_project(copy)
        for area in AREAS:
            if options.area in (None, area.name):
                killers = tried(area, copy)
                survived |= any(killer is None for _, killer in killers)
                if options.write:
                    put(area, killers)
    return int(survived)


if __name__ == "__main__":
    sys.exit(main())
