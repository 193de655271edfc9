"""The audit commands that people type: export, verify anywhere, receipts, checkpoints, rebuild."""

from __future__ import annotations

import gc
import json
import re
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from core.entrypoints.cli import app
from tests.builders.sample import DEMO, Sample


def assay(home: Path, *arguments: object) -> Result:
    """Run the command in this process, over an installation in a folder."""
    result = CliRunner().invoke(app, [str(one) for one in arguments], env={"ASSAY_HOME": str(home)})
    gc.collect()  # a process of its own would have closed its database at its end
    return result


@pytest.fixture(scope="module")
def home(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an installation after one run of the sample, with the export made then."""
    folder = sample.copy(tmp_path_factory.mktemp("home"))
    exported = assay(folder, "audit", "export", folder / "export.jsonl")
    assert exported.exit_code == 0, exported.stderr
    return folder


def entries(home: Path) -> list[dict[str, Any]]:
    lines = map(json.loads, (home / "export.jsonl").read_text().splitlines())
    return [line["entry"] for line in lines if "entry" in line]


def run_entry(home: Path) -> dict[str, Any]:
    return next(entry for entry in entries(home) if entry["action"] == "run.finished")


def test_a_run_is_audited_and_sealed_at_its_end(home: Path) -> None:
    verified = assay(home, "audit", "verify")

    assert verified.exit_code == 0
    assert re.match(
        r"\d+ entries are good, the newest of .* vouches for entries 1 to \d+, signed with key",
        verified.stdout,
    )
    told = run_entry(home)
    assert told["actor"]["method"] == "cli"
    assert told["after"]["findings"] == pq.read_metadata(home / "findings.parquet").num_rows
    assert told["context"]["versions"]["charges"] >= 0
    assert entries(home)[-1]["action"] == "audit.exported"


def test_an_export_is_verified_where_there_is_no_installation(home: Path, tmp_path: Path) -> None:
    export = shutil.copy(home / "export.jsonl", tmp_path / "export.jsonl")

    for options in ((), ("--checkpoints", home / "checkpoints")):
        verified = assay(tmp_path / "none", "audit", "verify", export, *options)
        assert verified.exit_code == 0, verified.stdout
        assert verified.stdout.startswith(f"{len(entries(home))} entries are good")
    assert not (tmp_path / "none").exists()


def test_a_changed_export_names_its_first_bad_entry_in_one_line(home: Path, tmp_path: Path) -> None:
    changed = tmp_path / "export.jsonl"
    changed.write_text((home / "export.jsonl").read_text().replace('"run.finished"', '"run.repeated"'))

    verified = assay(tmp_path, "audit", "verify", changed)

    assert verified.exit_code == 1
    bad = run_entry(home)["sequence"]
    (line,) = verified.stdout.splitlines()
    assert line.startswith(f"RA-E600 entry {bad} is not the one that a checkpoint holds")
    assert line.endswith(f"entries before it that are good: {bad - 1}")


def test_an_export_whose_checkpoints_were_forged_fails_against_ones_own(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert assay(other, "audit", "export", other.parent / "forged.jsonl").exit_code == 0
    forged = tmp_path / "forged.jsonl"

    assert assay(tmp_path, "audit", "verify", forged).exit_code == 0
    verified = assay(tmp_path, "audit", "verify", forged, "--checkpoints", home / "checkpoints")

    assert verified.exit_code == 1
    assert "entry 1 is not the one that a checkpoint holds" in verified.stdout


def test_a_receipt_is_verified_where_there_is_no_installation(home: Path, tmp_path: Path) -> None:
    receipt = tmp_path / "receipt.json"
    sequence = run_entry(home)["sequence"]
    assert assay(home, "audit", "receipt", sequence, "--out", receipt).exit_code == 0

    verified = assay(tmp_path / "none", "audit", "verify", receipt)

    assert verified.exit_code == 0
    assert verified.stdout.startswith(f"entry {sequence} stands in the audit trail; checkpoint")
    receipt.write_text(receipt.read_text().replace('"cli"', '"oidc"'))
    broken = assay(tmp_path / "none", "audit", "verify", receipt)
    assert broken.exit_code == 1
    assert broken.stdout.startswith(f"RA-E600 the receipt does not prove entry {sequence}")


def test_a_run_is_rebuilt_from_its_entry(home: Path) -> None:
    rebuilt = assay(home, "audit", "rebuild", run_entry(home)["sequence"])

    assert rebuilt.exit_code == 0, rebuilt.stdout
    assert "findings, the same as then" in rebuilt.stdout
    assert "cases, the same as then" in rebuilt.stdout


def test_what_cannot_be_done_is_said_in_one_line(home: Path, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.txt"
    nothing.write_text("nothing\n")
    for arguments, code, words in (
        (("verify", nothing), 2, "is not an export"),
        (("verify", tmp_path / "none"), 2, "cannot be read"),
        (("receipt", 9_999, "--out", tmp_path / "r.json"), 2, "has no entry 9999"),
        (("rebuild", len(entries(home))), 2, "tells of no run"),
        (("export", home / "export.jsonl"), 2, "is there already"),
    ):
        failed = assay(home, "audit", *arguments)
        assert failed.exit_code == code
        assert words in failed.stderr
        assert len(failed.stderr.strip().splitlines()) == 1


def test_no_identifier_of_a_customer_of_the_sample_is_in_the_trail(home: Path) -> None:
    kept = (home / "export.jsonl").read_text()
    table = pq.read_table(DEMO / "subscriptions" / "part-000.parquet", columns=["msisdn", "imsi"])
    raw = {value for column in table.columns for value in column.to_pylist() if value}

    assert raw
    assert not [value for value in raw if value in kept]
    assert not re.search(r"[\w.+-]+@[\w-]+\.\w+", kept)


def test_a_trail_that_was_rewritten_ends_the_next_run_with_an_alarm(home: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(home, tmp_path / "home"))
    with sqlite3.connect(copy / "assay.sqlite") as database:
        for trigger in ("append", "update", "delete"):
            database.execute(f"drop trigger audit_entries_{trigger}")
        database.execute("delete from audit_entries where sequence > 1")
    database.close()

    ran = assay(copy, "run", DEMO, "--out", copy)

    assert ran.exit_code == 2
    assert "RA-E600 entry" in ran.stderr
    assert "keep the database and the checkpoints as they are" in ran.stderr
