"""Faults of landed rows: values that nobody can read. Works on the files, after everything else."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from core.simulation.faults.shadow import Label

__all__ = ["spoil_rows"]

_BROKEN: dict[str, tuple[tuple[str, Any], ...]] = {
    "payments": (
        ("amount", "12,50"),
        ("attempted_at", "2026-13-45T00:00:00Z"),
        ("status", "succeded"),
        ("amount", "n/a"),
        ("payment_id", ""),
    ),
    "contacts": (
        ("handle_seconds", -20),
        ("opened_at", "yesterday"),
        ("channel", "fax"),
        ("resolved", "perhaps"),
        ("contact_id", None),
    ),
}
_KEYS = {"payments": "payment_id", "contacts": "contact_id"}


def spoil_rows(out: Path, count: int, rng: np.random.Generator, at: datetime) -> list[Label]:
    """Slip unreadable rows into the CSV and JSON Lines files of a dataset.

    Parameters
    ----------
    count
        How many, shared out over the streams that are written as text; none where all is Parquet.
    at
        When they are planted in the data's own time.

    Notes
    -----
    A spoilt row is a copy under an id of its own, so that nothing else lacks it.
    """
    paths = [
        path for name in _BROKEN for path in sorted((out / name).glob("part-*")) if path.suffix != ".parquet"
    ]
    labels = []
    for turn, path in enumerate(paths):
        share = len(range(turn, count, len(paths)))
        labels += _spoil_file(path, share, rng, at)
    return labels


def _spoil_file(path: Path, count: int, rng: np.random.Generator, at: datetime) -> list[Label]:
    stream, rows = path.parent.name, _read(path)
    places = np.sort(rng.choice(len(rows) - 1, min(count, len(rows) - 1), replace=False) + 1)
    labels = []
    for number, place in enumerate(int(before) + n for n, before in enumerate(places)):
        column, value = _BROKEN[stream][number % len(_BROKEN[stream])]
        key = _KEYS[stream]
        rows.insert(place, rows[place] | {key: f"{rows[place][key]}-x{number}"} | {column: value})
        subject = f"{path.name}#{place + 1}"
        labels.append(Label("row_rejected", stream, subject, "data_entry", at, planted_by="spoilt_row"))
    _write(path, rows)
    return labels


def _read(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".csv":
        return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).decode().splitlines()]


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    else:
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        path.write_bytes(gzip.compress(text.encode(), mtime=0))
