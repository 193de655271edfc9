"""Keeps what became of keys in a folder, for systems that do not keep them. Knows no system."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

__all__ = ["KeyFolder", "file_of", "write_whole"]


def file_of(key: str) -> str:
    """Return the name of a key's file."""
    return f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"


def write_whole(path: Path, content: dict[str, Any]) -> None:
    """Write a file that is there whole or not at all.

    Raises
    ------
    OSError
        When it cannot be written; it is not there then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


class KeyFolder:
    """Keep one file a key; the first to begin a key has it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, key: str, content_hash: str) -> dict[str, Any] | None:
        """Take a key; return what is kept of it when somebody had it before.

        Raises
        ------
        OSError
            When nothing can be kept.
        """
        kept = self.get(key)
        if kept is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                with (self._folder / file_of(key)).open("x", encoding="utf-8") as file:
                    json.dump({"content": content_hash}, file)
            except FileExistsError:
                return self.get(key)
        return kept

    def end(self, key: str, content_hash: str, said: dict[str, Any]) -> None:
        """Keep what became of a key."""
        write_whole(self._folder / file_of(key), {"content": content_hash, **said})

    def free(self, key: str) -> None:
        """Forget a key that had no effect."""
        (self._folder / file_of(key)).unlink(missing_ok=True)

    def get(self, key: str) -> dict[str, Any] | None:
        """Return what is kept of a key, empty when that was cut short; None when nobody has had it."""
        try:
            kept = json.loads((self._folder / file_of(key)).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except ValueError:
            return {}
        return kept if isinstance(kept, dict) else {}
