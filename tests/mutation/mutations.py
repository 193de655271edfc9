"""The deliberate mistakes in pricing and governance, and the tests that must notice. Runs nothing."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Area:
    """Say where mistakes of one kind are made and what must notice them.

    Parameters
    ----------
    name
        Of the file beside this one that holds them, and of the table in docs/testing.md.
    folder
        Where the modules are.
    first
        The tests that are tried before all others, a pattern with ``{rule}``.
    tests
        All tests that may notice.
    leave_out
        What pytest leaves out: another engine, a database that takes long to start.
    """

    name: str
    folder: str
    first: str
    tests: tuple[str, ...]
    leave_out: str

    @cached_property
    def mutations(self) -> tuple[Mutation, ...]:
        """Return every mistake, in the order of the rules."""
        given = tomllib.loads(Path(__file__).with_name(f"{self.name}.toml").read_text())
        return tuple(Mutation(self, **columns) for columns in given["mutation"])


@dataclass(frozen=True)
class Mutation:
    """Hold one deliberate mistake in one rule: a text of a module, and what it becomes."""

    area: Area
    rule: int | str
    mistake: str
    module: str
    text: str
    becomes: str

    def path(self, root: Path = ROOT) -> Path:
        """Return the file that it changes, in a copy of the project."""
        return root / self.area.folder / f"{self.module}.py"


AREAS = (
    Area(
        "pricing",
        "core/rating/reference",
        "tests/spec/rating/test_rule_{rule:02}_*.py",
        ("tests/spec/rating",),
        "sql",
    ),
    Area(
        "governance",
        "core",
        "tests/unit/governance/*.py",
        (
            "tests/contract/test_proposals.py",
            "tests/contract/test_people.py",
            "tests/contract/test_programs.py",
            "tests/contract/test_audit_trail.py",
            "tests/unit/adapters/test_engine.py",
            "tests/unit/adapters/test_poster.py",
            "tests/unit/api/test_guard.py",
            "tests/unit/api/test_requests.py",
            "tests/unit/api/test_tokens.py",
            "tests/unit/workflows/test_webhooks.py",
            "tests/unit/entrypoints/test_http.py",
            "tests/unit/api/test_veil.py",
            "tests/unit/api/test_door.py",
            "tests/unit/api/test_account_privacy.py",
            "tests/scenario/test_audit_rewritten.py",
            "tests/scenario/test_nothing_applies_alone.py",
        ),
        "postgres",
    ),
    Area(
        "decisions",
        "core",
        "tests/unit/policy/*.py",
        (
            "tests/unit/policy",
            "tests/unit/cases",
            "tests/unit/controls/test_tuning.py",
            "tests/unit/controls/test_suggestions.py",
        ),
        "long",
    ),
)
