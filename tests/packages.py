"""Installs what a test run lacks from the system's packages, where that is possible."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeVar

import pytest

Found = TypeVar("Found")
PATIENCE_S = 900


def found_or_installed(find: Callable[[], Found | None], package: str) -> Found | None:
    """Return what ``find`` finds, having installed a package if it found nothing; None where that is in vain.

    Test processes that lack the same thing at once install it one after the other.
    """
    found = find()
    if found is not None or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return found
    with (Path(tempfile.gettempdir()) / "assay-test-packages.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = find()
        if found is None:
            for command in (["update", "-qq"], ["install", "-qq", "-y", package]):
                subprocess.run(["apt-get", *command], check=False, capture_output=True, timeout=PATIENCE_S)
            found = find()
    return found


def not_run(reason: Exception) -> NoReturn:
    """Leave out what cannot run on this machine, but not where tests decide whether a change lands."""
    if os.environ.get("CI"):
        pytest.fail(str(reason))
    pytest.skip(str(reason))
