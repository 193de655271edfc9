"""An installation over made-up rows: a dataset on disk, taken in and run as the command does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.api import Assay, RunRequest
from core.kernel.dataset import DatasetSettings
from tests.builders.landing import parquet_bytes
from tests.builders.people import facade


def installation(
    home: Path, streams: Mapping[str, Sequence[Mapping[str, Any]]], settings: DatasetSettings
) -> Assay:
    """Run Assay over the rows of some streams and return its facade; streams without rows are absent."""
    dataset = home / "dataset"
    dataset.mkdir(parents=True, exist_ok=True)
    (dataset / "dataset.toml").write_text(_toml(settings), encoding="utf-8")
    for stream, rows in streams.items():
        if rows:
            (dataset / f"{stream}.parquet").write_bytes(parquet_bytes(stream, rows))
    facade(home, "service").run_dataset(RunRequest(dataset), lambda what, done, total: None)
    return facade(home)


def _toml(settings: DatasetSettings) -> str:
    plain = settings.model_dump(mode="json")
    lines = [f"{name} = {_literal(name, value)}" for name, value in plain.items()]
    return "\n".join(lines)


def _literal(name: str, value: Any) -> str:
    if name in {"as_of", "starts_at"} or isinstance(value, int):
        return str(value)
    return "[" + ", ".join(f'"{one}"' for one in value) + "]" if isinstance(value, list) else f'"{value}"'
