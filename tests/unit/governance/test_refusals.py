"""What is malformed, gone or about something else is refused in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.governance.admission import Admissions, SessionRules
from core.governance.audit_files import open_export
from core.governance.canonical import canonical
from core.governance.checkpoints import Ledger, read_checkpoint, read_folder
from core.governance.entries import FIRST, read_entry
from core.governance.four_eyes import take_back
from core.governance.merkle import is_consistent
from core.governance.people import added
from core.governance.signing import open_signer
from core.governance.verify import verify
from core.kernel.errors import AuditError, ForbiddenError, InputError, SignInError
from core.ports.audit import KeptLine
from tests.builders.people import PASSWORD, SYSTEM, a_person, keep
from tests.builders.proposals import a_change, a_proposal
from tests.builders.trail import Sealed, a_sealed_trail
from tests.fakes.store import FakeStore

NOW = datetime(2026, 5, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "password", "message"),
    [
        ({"user_id": "Anna!"}, PASSWORD, "A user id has"),
        ({"name": "  "}, PASSWORD, "A name has 1 to"),
        ({"name": "x" * 101}, PASSWORD, "A name has 1 to"),
        ({"email": "anna at example"}, PASSWORD, "no e-mail address"),
        ({"segments": frozenset({"nobody"})}, PASSWORD, "There is no segment nobody"),
    ],
)
def test_a_person_who_cannot_be_is_not_added(
    given: dict[str, Any], password: str | None, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        added(a_person(**given), password, SYSTEM)


def test_a_proposal_is_not_taken_back_for_one_about_something_else() -> None:
    with pytest.raises(InputError, match="about something else"):
        take_back(a_proposal(), a_proposal(a_change(object_id="file_late")))


def test_sizes_that_need_a_proof_are_not_consistent_without_one() -> None:
    assert not is_consistent(3, b"a", 5, b"b", [])


def test_a_text_that_is_no_entry_is_refused() -> None:
    with pytest.raises(ValueError, match="not the text of an audit entry"):
        read_entry("{}")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (KeptLine("{", "00"), "entry 1 cannot be read"),
        (
            KeptLine(f'{{"sequence":2,"previous":"{FIRST}","time":"2026-05-04T00:00:00Z"}}', "00"),
            "entry 1 is missing: entry 2 stands in its place",
        ),
    ],
)
def test_verification_names_what_is_no_first_entry(line: KeptLine, problem: str) -> None:
    assert verify([line], Ledger(())).problem == problem


def resigned(sealed: Sealed, place: int, change: Callable[[dict[str, Any]], None]) -> str:
    """Change one checkpoint and sign it again with the right key."""
    path = sorted((sealed.root / "checkpoints").iterdir())[place]
    kept = json.loads(path.read_text())
    change(kept["checkpoint"])
    kept["signature"] = open_signer(sealed.root / "keys").sign(canonical(kept["checkpoint"]).encode()).hex()
    path.unlink()
    path.write_text(canonical(kept))
    return path.read_text()


def test_a_signed_checkpoint_must_be_right_in_itself(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is no checkpoint"):
        read_checkpoint('{"checkpoint": {}}')
    text = resigned(a_sealed_trail(tmp_path, 3), 0, lambda body: body.update(root="00" * 32))
    with pytest.raises(ValueError, match="peaks that do not make its root"):
        read_checkpoint(text)


def test_a_signed_checkpoint_must_prove_that_it_extends_the_one_before(tmp_path: Path) -> None:
    sealed = a_sealed_trail(tmp_path, 3, 4)
    resigned(sealed, 1, lambda body: body.update(consistency=[]))
    with pytest.raises(AuditError, match="does not prove that it extends the one before"):
        read_folder(tmp_path / "checkpoints")


def test_an_export_that_is_not_there_or_has_no_checkpoint_where_one_belongs_is_refused(
    tmp_path: Path,
) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        list(open_export(tmp_path / "nothing")[0])
    lines = a_sealed_trail(tmp_path, 3).export()
    (tmp_path / "export").write_bytes(lines[0] + b"no checkpoint\n")
    with pytest.raises(AuditError, match="checkpoint 1 of export"):
        open_export(tmp_path / "export")


@pytest.fixture
def store() -> FakeStore:
    store = FakeStore()
    keep(store, a_person(email="anna@example.org"))
    return store


@pytest.fixture
def admissions(store: FakeStore) -> Admissions:
    return Admissions(store, SessionRules(), lambda: NOW)


def test_an_identity_of_somebody_who_may_no_longer_sign_in_is_refused(
    store: FakeStore, admissions: Admissions
) -> None:
    assert admissions.by_identity("https://id.example", "7", "anna@example.org").token
    store._people["anna"] = replace(store._people["anna"], disabled=True)
    with pytest.raises(SignInError) as refused:
        admissions.by_identity("https://id.example", "7", None)
    assert refused.value.fields["why"] == "disabled"


@pytest.mark.parametrize("gone", ["_credentials", "_people"])
def test_whoever_is_gone_by_the_time_they_choose_a_password_has_none(
    store: FakeStore, admissions: Admissions, gone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stay = admissions.stay(admissions.by_password("anna", PASSWORD).token)
    assert stay is not None
    first = replace(stay, must_change=True)
    method = {"_credentials": "credential", "_people": "person"}[gone]
    monkeypatch.setattr(store, method, lambda user_id: None)
    with pytest.raises(ForbiddenError, match="Nobody has that user id any more"):
        admissions.change_password(first, None, "nine green lanterns")
