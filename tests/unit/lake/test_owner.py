"""One lake holds one operator."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.kernel.errors import LakeError
from core.lake.owner import claim, owner_settings
from tests.builders.rows import settings


def test_a_lake_that_nobody_claimed_has_no_owner(tmp_path: Path) -> None:
    assert owner_settings(tmp_path) is None


def test_a_claim_keeps_the_settings(tmp_path: Path) -> None:
    claim(tmp_path / "lake", settings())
    assert owner_settings(tmp_path / "lake") == settings()


def test_the_same_operator_may_come_again_with_other_settings(tmp_path: Path) -> None:
    claim(tmp_path, settings())
    claim(tmp_path, settings(operator="Renamed", as_of="2026-05-01 00:00"))
    held = owner_settings(tmp_path)
    assert held is not None
    assert held.operator == "Renamed"


def test_another_operator_is_refused_and_the_claim_stands(tmp_path: Path) -> None:
    claim(tmp_path, settings())
    with pytest.raises(LakeError, match="one lake holds one operator"):
        claim(tmp_path, settings(home_tadig="DEUT1"))
    assert owner_settings(tmp_path) == settings()


def test_a_damaged_note_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    claim(tmp_path, settings())
    (tmp_path / "operator.json").write_bytes(b'{"operator": "Te')
    with pytest.raises(LakeError, match="damaged"):
        owner_settings(tmp_path)


def test_claiming_leaves_no_other_file_behind(tmp_path: Path) -> None:
    claim(tmp_path, settings())
    assert [path.name for path in tmp_path.iterdir()] == ["operator.json"]
