"""The secret keys of an installation: made once, readable by nobody else, kept outside the store."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from core.governance.pseudonyms import Pseudonyms
from core.kernel.errors import AssayError

__all__ = ["KEY_BYTES", "open_pseudonyms", "secret_key"]

KEY_BYTES = 32


def open_pseudonyms(keys: Path) -> Pseudonyms:
    """Return the pseudonyms of the installation whose keys a folder holds."""
    return Pseudonyms(secret_key(keys / "pseudonyms.key"))


def secret_key(path: Path) -> bytes:
    """Return the key that a file holds, made at random when there is none.

    Raises
    ------
    AssayError
        RA-E000 when others may read the file, or it holds no key.
    """
    if not path.exists():
        _make(path)
    if path.stat().st_mode & 0o077:
        raise AssayError(f"others may read {path}: run chmod 600 on it, and ask who had it")
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise AssayError(f"{path} holds no key: put the one from your backup there")
    return key


def _make(path: Path) -> None:
    """Write a new key whole before it has its name, so that whoever makes it first wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(partial, path)
    except FileExistsError:
        pass
    finally:
        partial.unlink()
