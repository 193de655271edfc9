"""The operator that ships, taken in and checked once for a whole test run by the command that people type."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "data" / "demo"
LABELS = ROOT / "data" / "demo-labels.parquet"


@dataclass(frozen=True)
class Sample:
    """Hold an installation after one run, for reading only, and all that the command printed."""

    home: Path
    printed: str

    def copy(self, folder: Path) -> Path:
        """Return a folder with an installation of one's own."""
        return Path(shutil.copytree(self.home, folder, dirs_exist_ok=True))


def the_sample(folder: Path) -> Sample:
    """Return the installation in a folder that test processes share; the first to ask makes it."""
    home, printed = folder / "sample", folder / "sample.txt"
    with (folder / "sample.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not printed.exists():
            done = run_sample(home)
            printed.write_text(done, encoding="utf-8")
    return Sample(home, printed.read_text("utf-8"))


def run_sample(home: Path, **environment: str) -> str:
    """Take the sample in and check it by the command; return all that it printed."""
    command = [sys.executable, "-m", "core.entrypoints.cli", "run", str(DEMO), "--out", str(home)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | {"ASSAY_HOME": str(home)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the sample cannot be run: {done.stdout}")
    return done.stdout
