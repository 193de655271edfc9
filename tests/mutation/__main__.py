"""Make each mistake in turn in a copy of the reference, and name the first test that notices.

`python -m tests.mutation` names them one by one; with `--write` it puts the table into docs/testing.md. A
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

from tests.mutation.mutations import ROOT, Mutation, mutations

SPEC = Path("tests/spec/rating")
DOCUMENT = ROOT / "docs/testing.md"
TABLE = re.compile(r"(?<=<!-- mutations -->\n).*(?=\n<!-- end of mutations -->)", re.DOTALL)
SURVIVED = "SURVIVED"
OPTIONS = ["-o", "addopts=--import-mode=importlib", "-p", "no:terminal", "-p", "no:cacheprovider", "-x"]


class FirstFailure:
    """Remember the first test that fails."""

    name: str | None = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and self.name is None:
            self.name = report.nodeid.rpartition("/")[2]


def _run(copy: Path, tests: Sequence[Path], answer: Connection) -> None:
    os.chdir(copy)
    sys.path.insert(0, str(copy))
    first = FirstFailure()
    status = pytest.main([*OPTIONS, "-k", "not sql", *map(str, tests)], plugins=[first])
    answer.send((int(status), first.name))


def first_failure(copy: Path, tests: Sequence[Path]) -> str | None:
    """Return the first of some tests that fails in a copy of the project."""
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe(duplex=False)
    process = fork.Process(target=_run, args=(copy, tests, theirs))
    process.start()
    status, name = ours.recv()
    process.join()
    if status and name is None:
        raise RuntimeError(f"the tests could not be run: pytest ended with {status}")
    return str(name) if name else None


def killer_of(mutation: Mutation, copy: Path) -> str | None:
    """Return the test that notices a mistake: one of its own rule, else of any."""
    module = mutation.path(copy)
    right = module.read_text()
    module.write_text(right.replace(mutation.text, mutation.becomes))
    try:
        own = sorted((copy / SPEC).glob(f"test_rule_{mutation.rule:02}_*.py"))
        return first_failure(copy, own) or first_failure(copy, [copy / SPEC])
    finally:
        module.write_text(right)


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


def main() -> int:
    """Run every mutation; return 1 if one survived."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into docs/testing.md")
    parser.add_argument("--rule", type=int, help="only the mistakes in one rule")
    options = parser.parse_args()
    chosen = [m for m in mutations() if options.rule in (None, m.rule)]
    killers: list[tuple[Mutation, str | None]] = []
    sys.dont_write_bytecode = True  # two versions of a module within one second would look the same
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        copy_project(copy)
        if failure := first_failure(copy, [copy / SPEC]):
            raise RuntimeError(f"without any mistake {failure} fails; put that right first")
        for mutation in chosen:
            killers.append((mutation, killer_of(mutation, copy)))
            say(f"{mutation.rule:>2}  {mutation.mistake}: {killers[-1][1] or SURVIVED}")
    caught = sum(killer is not None for _, killer in killers)
    say(f"{caught} of {len(killers)} mistakes make a test fail")
    if options.write and chosen == mutations():
        DOCUMENT.write_text(TABLE.sub(lambda _: table(killers), DOCUMENT.read_text()))
    return int(caught < len(killers))


if __name__ == "__main__":
    sys.exit(main())
