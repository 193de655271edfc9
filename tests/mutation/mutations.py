"""The single-rule mutations of the reference, from mutations.toml. Runs nothing."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Mutation:
    """Hold one deliberate mistake in one rule: a text of a module, and what it becomes."""

    rule: int
    mistake: str
    module: str
    text: str
    becomes: str

    def path(self, root: Path = ROOT) -> Path:
        """Return the file that it changes, in a copy of the project."""
        return root / "core/rating/reference" / f"{self.module}.py"


def mutations() -> list[Mutation]:
    """Return every mutation in the order of the rules."""
    given = tomllib.loads(Path(__file__).with_name("mutations.toml").read_text())
    return [Mutation(**columns) for columns in given["mutation"]]
