"""An analyst adds a control without touching Python, through the command that people type."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq

from tests.builders.sample import DEMO, ROOT, Sample


def assay(home: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "core.entrypoints.cli", *map(str, arguments)]
    environment = os.environ | {"ASSAY_HOME": str(home)}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def test_a_control_is_begun_completed_and_runs_beside_those_that_ship(sample: Sample, tmp_path: Path) -> None:
    sample.copy(tmp_path)
    begun = assay(tmp_path, "controls", "new", "payment_by_wallet")
    assert begun.returncode == 0, begun.stderr
    path = tmp_path / "controls" / "payment_by_wallet.sql"
    assert assay(tmp_path, "controls", "test", path.stem).returncode == 1

    text = path.read_text(encoding="utf-8")
    text = text.replace("payment_id\nX1", "payment_id | method\nX1 | wallet")
    path.write_text(text.replace("where false", "where method = 'wallet'"), encoding="utf-8")
    assert assay(tmp_path, "controls", "test", path.stem).returncode == 0
    assert "payment_by_wallet (own)" in assay(tmp_path, "controls", "list").stdout

    run = assay(tmp_path, "run", DEMO)
    assert run.returncode == 0, run.stderr
    found = pq.read_table(tmp_path / "findings.parquet", columns=["control_id"])["control_id"].to_pylist()
    assert "payment_by_wallet" in found


def test_a_mistake_is_one_line_that_names_the_file_and_the_line(tmp_path: Path) -> None:
    assay(tmp_path, "controls", "new", "file_tiny")
    path = tmp_path / "controls" / "file_tiny.sql"
    lines = path.read_text(encoding="utf-8").replace("where false", "where flase").splitlines()
    path.write_text("\n".join(lines), encoding="utf-8")
    number = 1 + next(place for place, line in enumerate(lines) if "where flase" in line)
    result = assay(tmp_path, "controls", "test", "file_tiny")
    assert result.returncode == 2
    assert result.stderr.startswith(f"RA-E201 file_tiny.sql, line {number}: ")


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    result = assay(tmp_path, "controls", "new", "file_late")
    assert result.returncode == 2
    assert "there is a control file_late already" in result.stderr
