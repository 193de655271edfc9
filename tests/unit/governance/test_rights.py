from __future__ import annotations

from typing import get_args

from core.governance.rights import RIGHTS, Right, granted_by, lacking, rights_of
from core.kernel.people import ROLES


def test_every_right_stands_in_the_table_and_some_role_has_it() -> None:
    assert set(RIGHTS) == set(get_args(Right))
    assert all(grant.roles and grant.roles <= set(ROLES) and grant.allows for grant in RIGHTS.values())
    assert all(rights_of(role) for role in ROLES)


def test_nobody_works_on_money_and_on_people_at_once() -> None:
    for role in ROLES:
        rights = rights_of(role)
        assert not {"people.manage", "settings.approve"} <= rights
        assert not {"people.manage", "accounts.read"} <= rights
        assert not {"people.manage", "personal_data.unmask"} <= rights


def test_an_auditor_changes_nothing_and_a_service_sees_no_customer() -> None:
    assert all(right.endswith((".read", ".export")) for right in rights_of("auditor"))
    assert rights_of("service") == {"status.read", "runs.start", "pricing.run", "webhooks.manage"}


def test_whoever_lacks_a_right_is_told_who_has_it() -> None:
    assert granted_by("people.manage") == ("administrator",)
    assert "the roles administrator, auditor" in lacking("people.read")
