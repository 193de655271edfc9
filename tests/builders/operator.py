"""The clean operator as plain rows, winning versions only; asks for it nicely where it is absent."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import pytest

from core.kernel.dataset import DatasetSettings
from core.kernel.records import STREAMS

OPERATOR = Path(__file__).parents[3] / "shared/data/operator"


def load(streams: Iterable[str]) -> tuple[dict[str, list[dict[str, Any]]], DatasetSettings]:
    """Return the rows of some streams by name, and the settings."""
    if not OPERATOR.exists():
        pytest.skip("not run: ../shared is absent")
    settings = DatasetSettings.model_validate(tomllib.loads((OPERATOR / "dataset.toml").read_text()))
    return {stream: _winning(stream) for stream in streams}, settings


def _winning(stream: str) -> list[dict[str, Any]]:
    folder = OPERATOR / stream
    source = folder if folder.exists() else folder.with_suffix(".parquet")
    rows = [_utc(row) for row in ds.dataset(source, format="parquet").to_table().to_pylist()]
    if "updated_at" not in rows[0]:
        return rows
    rows.sort(key=lambda row: row["updated_at"])
    key = STREAMS[stream].key
    return list({tuple(row[name] for name in key): row for row in rows}.values())


def _utc(row: dict[str, Any]) -> dict[str, Any]:
    return {k: v.astimezone(UTC) if isinstance(v, datetime) else v for k, v in row.items()}
