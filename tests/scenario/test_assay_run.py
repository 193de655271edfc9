"""The main job, end to end, through the command that people type."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.kernel.records.arrow import CASES_SCHEMA, FINDINGS_SCHEMA
from tests.builders.sample import DEMO, LABELS, ROOT, Sample

SHARED = ROOT.parent / "shared" / "data"

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="not run: ../shared is absent")


def assay(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "core.entrypoints.cli", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


def findings(out: Path) -> pa.Table:
    return pq.read_table(out / "findings.parquet")


def columns(table: pa.Table, *names: str) -> set[tuple[object, ...]]:
    return set(zip(*(table[name].to_pylist() for name in names), strict=True))


@pytest.fixture(scope="module")
def demo(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample.copy(tmp_path_factory.mktemp("demo"))


def test_the_sample_gives_every_planted_fault_and_no_other(demo: Path) -> None:
    labels = pq.read_table(LABELS, filters=[("kind", "=", "fault")])
    planted = columns(labels, "fault", "stream", "subject_id")
    found = columns(findings(demo), "fault", "stream", "subject_id")
    assert planted
    assert found == planted


def test_findings_and_cases_have_the_contracts_columns_and_types(demo: Path) -> None:
    assert findings(demo).schema.remove_metadata() == FINDINGS_SCHEMA
    assert pq.read_schema(demo / "cases.parquet").remove_metadata() == CASES_SCHEMA


def test_every_finding_is_in_a_case_and_every_case_has_the_money_of_its_findings(demo: Path) -> None:
    cases = {row["case_id"]: row for row in pq.read_table(demo / "cases.parquet").to_pylist()}
    sums: dict[str, object] = {}
    for row in findings(demo).to_pylist():
        money = row["amount"] if row["caused_by"] is None else 0
        sums[row["case_id"]] = sums.get(row["case_id"], 0) + money  # type: ignore[operator]
    incidents = {row["parent_case_id"] for row in cases.values()} - {None}
    assert sums.keys() | incidents == cases.keys()
    assert {name: sums.get(name, 0) for name in cases} == {name: row["amount"] for name, row in cases.items()}


def test_running_again_changes_nothing(demo: Path) -> None:
    before = {name: (demo / name).read_bytes() for name in ("findings.parquet", "cases.parquet")}
    again = assay("run", DEMO, "--out", demo)
    assert again.returncode == 0
    assert before == {name: (demo / name).read_bytes() for name in before}


def test_another_lake_gives_the_same_bytes(demo: Path, tmp_path: Path) -> None:
    assert assay("run", DEMO, "--out", tmp_path).returncode == 0
    assert (demo / "findings.parquet").read_bytes() == (tmp_path / "findings.parquet").read_bytes()
    assert (demo / "cases.parquet").read_bytes() == (tmp_path / "cases.parquet").read_bytes()


def test_three_streams_are_enough(tmp_path: Path) -> None:
    dataset = tmp_path / "dataset"
    for stream in ("accounts", "invoices", "payments"):
        shutil.copytree(DEMO / stream, dataset / stream)
    shutil.copy(DEMO / "dataset.toml", dataset)
    result = assay("run", dataset, "--out", tmp_path / "out")
    assert result.returncode == 0, result.stderr
    assert "not evaluated: file_late: The dataset has no usage_files" in result.stdout
    assert {fault for (fault,) in columns(findings(tmp_path / "out"), "fault")} >= {"payment_mismatch"}


def test_an_empty_folder_is_refused_with_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "dataset").mkdir()
    result = assay("run", tmp_path / "dataset", "--out", tmp_path / "out")
    assert result.returncode == 2
    assert result.stderr.strip().count("\n") == 0
    assert "RA-E101" in result.stderr
    assert "holds no stream" in result.stderr


def test_settings_that_cannot_be_used_get_one_line_for_each_problem(tmp_path: Path) -> None:
    dataset = tmp_path / "dataset"
    shutil.copytree(DEMO / "accounts", dataset / "accounts")
    (dataset / "dataset.toml").write_text('operator = "X"\ntimezone = "Mars/Base"\n')
    result = assay("run", dataset, "--out", tmp_path / "out")
    assert result.returncode == 2
    assert "dataset.toml: timezone" in result.stderr
    assert "dataset.toml: currency" in result.stderr


def test_a_lake_takes_no_second_operator(demo: Path, tmp_path: Path) -> None:
    dataset = tmp_path / "dataset"
    shutil.copytree(DEMO / "accounts", dataset / "accounts")
    settings = (DEMO / "dataset.toml").read_text("utf-8").splitlines()
    other = ['home_tadig = "OTHER"' if line.startswith("home_tadig") else line for line in settings]
    (dataset / "dataset.toml").write_text("\n".join(other), "utf-8")
    result = assay("run", dataset, "--out", tmp_path / "out", "--lake", demo / "lake")
    assert result.returncode == 2
    assert "one lake holds one operator" in result.stderr


@needs_shared
def test_a_clean_operator_has_not_one_finding(tmp_path: Path) -> None:
    result = assay("run", SHARED / "operator", "--out", tmp_path)
    assert result.returncode == 0, result.stderr
    assert findings(tmp_path).num_rows == 0
    assert "not evaluated" not in result.stdout


@needs_shared
def test_the_public_customer_extract_is_read_through_the_mapping_that_ships(tmp_path: Path) -> None:
    result = assay("run", SHARED / "telco_customers", "--out", tmp_path)
    assert result.returncode == 0, result.stderr
    rejected = findings(tmp_path)
    assert rejected.num_rows == 11
    assert columns(rejected, "fault", "stream") == {("row_rejected", "invoices")}
    assert "28,172 rows read = 28,161 accepted + 11 quarantined" in result.stdout


@needs_shared
def test_public_roaming_files_are_read_and_their_totals_checked(tmp_path: Path) -> None:
    result = assay("run", SHARED / "tap3", "--out", tmp_path)
    assert result.returncode == 0, result.stderr
    found = columns(findings(tmp_path), "fault", "subject_id")
    assert ("file_total_mismatch", "WERFD-XLKJE-tap-31707") in found
    assert ("row_rejected", "rap_mini.ber#0") in found
    assert "nrt_2_1.ber: The file declares 10 records and holds 7." in result.stdout
