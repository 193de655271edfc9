"""Roles with rights over others are given and taken by two people; the first ones at set-up by one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from core.api import Assay, Person, Proposal
from core.bootstrap import wall_clock
from core.governance.admission import Stay
from core.kernel.audit import AuditQuery
from core.kernel.errors import ConflictError, FourEyesError, InputError, ProofNeededError
from core.kernel.people import Role
from core.kernel.proposals import Verdict
from tests.builders.people import a_person, a_session, actor, facade_over
from tests.fakes.store import FakeStore


class Office:
    """People of an installation, each with a facade of their own."""

    def __init__(self, home: Path, **people: Role) -> None:
        self.store, self.home = FakeStore(), home
        for user_id, role in people.items():
            self.store._people[user_id] = a_person(user_id, role)

    def as_(self, user_id: str, minutes_since_proof: int = 0) -> Assay:
        person = self.store.person(user_id)
        assert person is not None
        who = actor(person.role, user_id=user_id, name=person.name)
        proved = wall_clock() - timedelta(minutes=minutes_since_proof)
        asked = facade_over(self.store, self.home)
        return asked.acting(who, Stay(a_session(user_id, proved_at=proved), who, must_change=False))

    def role(self, user_id: str) -> Role:
        person = self.store.person(user_id)
        assert person is not None
        return person.role

    def decide(
        self, user_id: str, made: Proposal, verdict: Verdict = "approved", minutes: int = 0
    ) -> Proposal:
        asked = self.as_(user_id, minutes)
        return asked.decide(made.proposal_id, verdict, made.content_hash, "Agreed with the team.")

    def proposed(self, asked: Person | Proposal | None = None) -> Proposal:
        if isinstance(asked, Proposal):
            return asked
        (waiting,) = self.store.waiting()
        return waiting


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, ada="administrator", sue="supervisor", ana="analyst", pat="product_manager")


def test_the_first_administrator_sets_up_alone_until_somebody_else_could_approve(tmp_path: Path) -> None:
    office = Office(tmp_path, ada="administrator")
    office.as_("ada").add_person("ana", "Ana", "analyst")
    assert office.as_("ada").add_person("sue", "Sue", "supervisor")
    assert (office.role("sue"), office.store.waiting()) == ("supervisor", ())

    made = office.as_("ada").change_role("ana", "product_manager", "Takes over tariffs.")

    assert isinstance(made, Proposal)
    assert office.role("ana") == "analyst"


def test_a_role_with_rights_over_others_waits_for_a_second_person(office: Office) -> None:
    made = office.proposed(office.as_("ada").change_role("ana", "supervisor", "Leads the desk."))
    assert (made.kind, made.before, made.after) == ("role", {"role": "analyst"}, {"role": "supervisor"})

    office.decide("sue", made)

    assert office.role("ana") == "supervisor"
    entry = office.store.audit_entries(AuditQuery(), offset=0, limit=1)[0].event
    assert (entry.action, entry.object_kind, entry.object_id) == ("role.changed", "person", "ana")
    assert (entry.proposer and entry.proposer.user_id, entry.approver and entry.approver.user_id) == (
        "ada",
        "sue",
    )


def test_other_roles_are_given_at_once(office: Office) -> None:
    changed = office.as_("ada").change_role("ana", "auditor", "Moves to audit.")
    assert isinstance(changed, Person)
    assert office.role("ana") == "auditor"


def test_taking_such_a_role_waits_too_and_a_person_never_decides_about_themselves(office: Office) -> None:
    made = office.proposed(office.as_("ada").change_role("sue", "analyst", "Steps back."))
    with pytest.raises(FourEyesError, match="about you"):
        office.decide("sue", made)
    with pytest.raises(FourEyesError, match="You proposed this"):
        office.decide("ada", made)
    assert office.role("sue") == "supervisor"
    office.decide("ada", made, "withdrawn")
    office.store._people["alf"] = a_person("alf", "administrator")
    again = office.proposed(office.as_("ada").change_role("sue", "analyst", "Steps back."))
    office.decide("alf", again)
    assert office.role("sue") == "analyst"


def test_an_administrator_alone_again_gets_no_further_than_before(office: Office) -> None:
    for user_id in ("sue", "pat"):
        office.as_("ada").disable_person(user_id, "On leave.")
    made = office.as_("ada").change_role("ana", "supervisor", "Nobody else is here.")
    assert isinstance(made, Proposal)
    assert office.role("ana") == "analyst"


def test_who_joins_with_such_a_role_is_let_in_once_a_second_person_has_approved(office: Office) -> None:
    first = office.as_("ada").add_person("sam", "Sam", "supervisor")
    assert first is not None
    added = office.store.person("sam")
    assert added is not None
    assert (added.role, added.disabled) == ("care_agent", True)

    office.decide("sue", office.proposed())

    added = office.store.person("sam")
    assert added is not None
    assert (added.role, added.disabled) == ("supervisor", False)


def test_a_role_is_approved_only_right_after_a_proof(office: Office) -> None:
    made = office.proposed(office.as_("ada").change_role("ana", "supervisor", "Leads the desk."))
    with pytest.raises(ProofNeededError):
        office.decide("sue", made, minutes=6)
    assert office.decide("sue", made, minutes=4).state == "approved"


def test_such_a_role_is_not_asked_for_without_a_reason(office: Office) -> None:
    with pytest.raises(InputError, match="Say why"):
        office.as_("ada").change_role("ana", "supervisor", " ")


def test_a_change_of_the_person_meanwhile_voids_the_role(office: Office) -> None:
    made = office.proposed(office.as_("ada").change_role("ana", "supervisor", "Leads the desk."))
    office.as_("ada").disable_person("ana", "Left.")
    with pytest.raises(ConflictError, match="changed"):
        office.decide("sue", made)
