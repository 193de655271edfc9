"""A disk that is full or loses what was not synced: no decision without its entry, no loss unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.kernel.errors import AuditError
from tests.bench.disks import cut_checkpoints, fill, room_for, tear
from tests.builders.audit import an_event
from tests.builders.trail import a_sealed_trail

CUTS, SEED = 40, 20261126


def test_on_a_full_disk_nothing_is_half_decided_and_work_goes_on_once_there_is_room(tmp_path: Path) -> None:
    found = fill(tmp_path)

    assert found.refused == found.disks - 1 > 20
    assert (found.half_done, found.not_going_on) == (0, 0)


def test_writes_that_a_disk_lost_leave_whole_decisions_and_are_seen(tmp_path: Path) -> None:
    found = tear(tmp_path, CUTS, SEED)

    assert found.lost > CUTS / 2
    assert found.wrong == 0


def test_a_checkpoint_that_was_cut_is_named_and_made_good_by_the_next(tmp_path: Path) -> None:
    found = cut_checkpoints(tmp_path, CUTS, SEED)

    assert found.lost == CUTS
    assert found.wrong == 0


def test_a_checkpoint_that_does_not_fit_on_its_disk_is_made_once_there_is_room(tmp_path: Path) -> None:
    sealed = a_sealed_trail(tmp_path, 12).tell(8)

    with pytest.raises(AuditError, match="cannot be written"), room_for(100):
        sealed.seal()
    sealed.trail.record(an_event())

    assert sealed.seal().ledger.size == 21
