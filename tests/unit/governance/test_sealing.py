"""Checkpoints follow each other, cover everything once, and are never written over."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from core.governance import sealing
from core.governance.audit_files import issue, read_receipt
from core.governance.checkpoints import add, latest, read_checkpoint, read_folder
from core.governance.merkle import root_of
from core.governance.verify import verify
from core.kernel.audit import AuditEntry, AuditQuery
from core.kernel.errors import AuditError
from tests.builders.trail import AT, Sealed, a_sealed_trail


def files(sealed: Sealed) -> list[Path]:
    return sorted((sealed.root / "checkpoints").iterdir())


def test_a_checkpoint_covers_what_is_new_and_names_the_one_before(tmp_path: Path) -> None:
    sealed = a_sealed_trail(tmp_path, 3, 4)

    first, second = sealed.ledger.checkpoints
    assert [first.number, first.size, second.number, second.size] == [1, 3, 2, 7]
    assert second.previous == first.hash
    assert second.time == AT
    assert [leaf.hex() for leaf in sealed.ledger.leaves()] == [
        line.hash for line in sealed.trail.audit_lines()
    ]
    assert second.tree.root == root_of(sealed.ledger.leaves())
    assert [path.name for path in files(sealed)] == ["00000001.checkpoint.json", "00000002.checkpoint.json"]
    assert {path.stat().st_mode & 0o777 for path in files(sealed)} == {0o444}


def test_nothing_new_makes_no_checkpoint(tmp_path: Path) -> None:
    assert Sealed(a_sealed_trail(tmp_path).trail, tmp_path).sealer.seal() is None
    sealed = a_sealed_trail(tmp_path, 3)

    again = sealed.sealer.seal()
    assert again is not None
    assert again.text == files(sealed)[0].read_text()
    assert len(files(sealed)) == 1


def test_much_that_is_new_takes_several_checkpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_LEAVES", 4)
    sealed = a_sealed_trail(tmp_path, 10)

    assert [checkpoint.size for checkpoint in sealed.ledger.checkpoints] == [4, 8, 10]


def test_all_who_seal_at_once_leave_one_row_of_checkpoints(tmp_path: Path) -> None:
    sealed = a_sealed_trail(tmp_path, 3).tell(3)
    threads = [threading.Thread(target=sealed.seal) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [checkpoint.size for checkpoint in sealed.ledger.checkpoints] == [3, 6]


def test_a_file_that_a_crash_cut_short_keeps_its_place_and_is_passed_over(tmp_path: Path) -> None:
    sealed = a_sealed_trail(tmp_path, 3, 2)
    whole = files(sealed)[1].read_text()
    files(sealed)[1].chmod(0o644)
    files(sealed)[1].write_text(whole[: len(whole) // 2])

    sealed.seal()

    assert [path.name[:8] for path in files(sealed)] == ["00000001", "00000002", "00000003"]
    assert [checkpoint.size for checkpoint in sealed.ledger.checkpoints] == [3, 5]
    assert (
        sealed.ledger.notes == ("00000002.checkpoint.json is no checkpoint",)
        or "00000002" in sealed.ledger.notes[0]
    )


def test_another_key_signs_nothing(tmp_path: Path) -> None:
    sealed = a_sealed_trail(tmp_path, 3).tell(1)
    (tmp_path / "keys" / "checkpoints.key").unlink()

    with pytest.raises(AuditError, match="signed with key .* put the right key back"):
        sealed.seal()
    assert len(files(sealed)) == 1


@pytest.mark.parametrize(
    "part", ["size", "root", "time", "previous", "number", "consistency", "peaks", "key"]
)
def test_a_checkpoint_that_was_changed_is_not_signed(tmp_path: Path, part: str) -> None:
    sealed = a_sealed_trail(tmp_path, 3, 2)
    kept = json.loads(files(sealed)[1].read_text())
    kept["checkpoint"][part] = json.loads(files(sealed)[0].read_text())["checkpoint"][part]
    changed = json.dumps(kept)
    if changed == json.dumps(json.loads(files(sealed)[1].read_text())):
        return  # the same in both

    with pytest.raises(ValueError, match="signed|peaks"):
        read_checkpoint(changed)


def test_checkpoints_with_other_leaves_a_gap_or_a_stranger_among_them_are_refused(tmp_path: Path) -> None:
    sealed = a_sealed_trail(tmp_path / "a", 3, 2, 2)
    texts = [path.read_text() for path in files(sealed)]
    stranger = a_sealed_trail(tmp_path / "b", 3, 2)
    kept = json.loads(texts[1])

    def ledger(*contents: str) -> None:
        folder = tmp_path / "c"
        folder.mkdir(exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
        for place, content in enumerate(contents, 1):
            (folder / f"{place:08d}.checkpoint.json").write_text(content)
        read_folder(folder)

    ledger(*texts)
    for contents, problem in (
        ((texts[0], texts[2]), "does not follow"),
        ((texts[1],), "does not follow"),
        ((texts[0], texts[0]), "does not follow"),
        ((texts[0], files(stranger)[1].read_text()), "signed with key"),
        ((texts[0], json.dumps({**kept, "leaves": kept["leaves"][64:]})), "leaves that do not make its root"),
        (
            (texts[0], json.dumps({**kept, "leaves": kept["leaves"][::-1]})),
            "leaves that do not make its root",
        ),
    ):
        with pytest.raises(AuditError, match=problem):
            ledger(*contents)


def test_a_folder_that_is_not_there_holds_no_checkpoint(tmp_path: Path) -> None:
    assert latest(tmp_path / "none") == (None, 1)
    found = verify(a_sealed_trail(tmp_path).tell(3).trail.audit_lines(), read_folder(tmp_path / "none"))
    assert (found.good, found.entries, found.sealed) == (True, 3, 0)


@pytest.mark.parametrize("sequence", range(1, 8))
def test_a_receipt_proves_its_entry_without_anything_else(tmp_path: Path, sequence: int) -> None:
    sealed = a_sealed_trail(tmp_path, 3, 4)
    entry = sealed.trail.audit_entry(sequence)
    assert entry is not None

    text = issue(entry, sealed.ledger).text

    proved = read_receipt(text)
    assert proved is not None
    assert (proved.sequence, proved.checkpoint.size) == (sequence, 7)
    assert json.loads(text)["entry"] == json.loads(entry.content)


@pytest.mark.parametrize("part", ["entry", "inclusion", "signature", "checkpoint"])
def test_a_receipt_that_was_changed_proves_nothing(tmp_path: Path, part: str) -> None:
    sealed = a_sealed_trail(tmp_path, 4, 4)
    receipts = [json.loads(issue(entry, sealed.ledger).text) for entry in entries(sealed)]
    older = a_sealed_trail(tmp_path / "other", 4, 4)
    others = [json.loads(issue(entry, older.ledger).text) for entry in entries(older)]
    forged = {**receipts[2], part: others[5][part]}

    with pytest.raises(AuditError, match="the receipt"):
        read_receipt(json.dumps(forged))
    assert read_receipt("{}") is read_receipt("no json") is read_receipt("[]") is None


def entries(sealed: Sealed) -> tuple[AuditEntry, ...]:
    return sealed.trail.audit_entries(AuditQuery(), offset=0, limit=8)[::-1]


def test_no_receipt_without_a_checkpoint_or_for_an_entry_that_was_changed(tmp_path: Path) -> None:
    sealed = a_sealed_trail(tmp_path, 3).tell(1)
    newest, third = sealed.trail.audit_entry(4), sealed.trail.audit_entry(3)
    assert newest is not None
    assert third is not None

    with pytest.raises(AuditError, match="no checkpoint covers entry 4"):
        issue(newest, sealed.ledger)
    with pytest.raises(AuditError, match="entry 3 is not the one"):
        issue(replace(third, hash=newest.hash), sealed.ledger)


def test_a_checkpoint_is_never_written_over(tmp_path: Path) -> None:
    sealed = a_sealed_trail(tmp_path, 3, 4)
    (first, second), before = sealed.ledger.checkpoints, files(sealed)[0].read_bytes()

    with pytest.raises(AuditError, match="cannot be written"):
        add(tmp_path / "checkpoints", 1, second)

    assert files(sealed)[0].read_bytes() == before == first.text.encode()
