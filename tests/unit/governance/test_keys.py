"""A key is made once, is for its owner alone, and is never replaced."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from core.governance.keys import open_pseudonyms, secret_key
from core.kernel.errors import AssayError


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "a.key"
    key = secret_key(path)

    assert len(key) == 32
    assert secret_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["a.key"]
    assert open_pseudonyms(tmp_path).of("A1") == open_pseudonyms(tmp_path).of("A1")


def test_all_who_make_a_key_at_once_get_the_same(tmp_path: Path) -> None:
    keys: list[bytes] = []
    threads = [threading.Thread(target=lambda: keys.append(secret_key(tmp_path / "a.key"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(keys) == 8
    assert len(set(keys)) == 1


@pytest.mark.parametrize("content", ["", "not a key", "ab" * 31, "ab" * 33])
def test_a_damaged_key_is_refused_and_kept(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.key"
    path.touch(0o600)
    path.write_text(content)

    with pytest.raises(AssayError, match="holds no key"):
        secret_key(path)
    assert path.read_text() == content


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    secret_key(path)
    path.chmod(0o640)

    with pytest.raises(AssayError, match="chmod 600"):
        secret_key(path)
