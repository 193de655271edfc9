"""The name of a run: a hash of all that its result is a function of. Compares nothing and keeps nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from core.controls.model import Control
from core.lake.snapshot import Snapshot

__all__ = ["code_version", "controls_version", "identify"]

_STAGES = ("kernel", "lake", "events", "rating", "controls", "diagnosis", "policy", "cases", "workflows")
"""The stages whose code decides what a run finds."""

_DEFINITIONS = (".py", ".sql", ".toml")


def identify(snapshot: Snapshot, controls: Iterable[Control], policy: str) -> str:
    """Return a short hash of the data, its "now", controls with thresholds, policy, and the rules' code.

    Parameters
    ----------
    policy
        The version of the policy in force.

    Notes
    -----
    The same hash means the same findings; another version of Assay has another one.
    """
    content = [snapshot.id, code_version(), policy, *_versions(controls)]
    return hashlib.sha256("|".join(content).encode()).hexdigest()[:12]


def controls_version(controls: Iterable[Control]) -> str:
    """Return a hash of the controls with their thresholds."""
    return hashlib.sha256("|".join(_versions(controls)).encode()).hexdigest()


def _versions(controls: Iterable[Control]) -> list[str]:
    return [f"{control.id}:{control.version}" for control in controls]


@cache
def code_version() -> str:
    """Return a hash of the code and the definitions that decide what a run finds."""
    digest = hashlib.sha256()
    for stage in _STAGES:
        _add(files("core").joinpath(stage), digest)
    return digest.hexdigest()


def _add(folder: Traversable, digest: hashlib._Hash) -> None:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            _add(entry, digest)
        elif entry.name.endswith(_DEFINITIONS):
            digest.update(entry.name.encode() + b"\0" + entry.read_bytes() + b"\0")
