"""Keeps a lake to one operator. Knows nothing of tables."""

from __future__ import annotations

import json
import os
from pathlib import Path

from pydantic import ValidationError

from core.kernel.dataset import DatasetSettings
from core.kernel.errors import LakeError

__all__ = ["claim", "owner_settings"]

_FILE = "operator.json"


def claim(root: Path, settings: DatasetSettings) -> None:
    """Note whose lake this is, and the dataset's newest settings.

    Raises
    ------
    LakeError
        RA-E300 when the lake holds another operator.
    """
    held = owner_settings(root)
    if held is not None and held.home_tadig != settings.home_tadig:
        raise LakeError(
            f"the lake {root} holds {held.operator} ({held.home_tadig}), not {settings.operator} "
            f"({settings.home_tadig}); one lake holds one operator, so name another --out or --lake"
        )
    root.mkdir(parents=True, exist_ok=True)
    partial = root / f"{_FILE}.{os.getpid()}"
    partial.write_text(json.dumps(settings.model_dump(mode="json"), indent=1), encoding="utf-8")
    os.replace(partial, root / _FILE)


def owner_settings(root: Path) -> DatasetSettings | None:
    """Return the settings that were noted last; None for a lake that nobody has claimed.

    Raises
    ------
    LakeError
        RA-E300 when the note is damaged.
    """
    path = root / _FILE
    if not path.is_file():
        return None
    try:
        return DatasetSettings.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise LakeError(f"{path} is damaged; remove it and run again with the lake's own dataset") from error
