"""Hands the reference operator's state back as a dataset: what it came from, and every version since."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from pathlib import Path

from core.kernel.errors import InputError
from core.simulation.export import settings_file
from core.simulation.reference.state import Row, State

__all__ = ["extract"]

_FILE = "operator.jsonl"


def extract(state: State, out: Path) -> dict[str, int]:
    """Write a dataset whose "now" is the operator's; the same orders give the same bytes.

    Parameters
    ----------
    out
        The folder; made if need be, files of the same names are replaced.

    Returns
    -------
    dict[str, int]
        How many versions were added, by stream.

    Raises
    ------
    InputError
        RA-E100 when the dataset that it was loaded from is gone, or is what would be written over.
    """
    source = Path(state.loaded_from or "")
    if not state.loaded_from or not source.is_dir():
        raise InputError(f"{source} is no longer there; load the operator again from a dataset")
    if out.resolve().is_relative_to(source):
        raise InputError(f"{out} lies in what the operator was loaded from; name another folder")
    shutil.copytree(source, out, dirs_exist_ok=True)
    settings = state.settings.at(state.now)
    (out / "dataset.toml").write_text(settings_file(settings), encoding="utf-8")
    versions: defaultdict[str, list[Row]] = defaultdict(list)
    for stream, row in state.versions():
        versions[stream].append(row)
    for stream, rows in versions.items():
        (out / stream).mkdir(exist_ok=True)
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (out / stream / _FILE).write_text("".join(lines), encoding="utf-8")
    return {stream: len(rows) for stream, rows in versions.items()}
