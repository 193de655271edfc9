"""The people who may sign in: the list, one of them, and what an administrator does. Reads nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from core.api import ROLES, SEGMENTS, Assay, FirstSignIn, Person, PersonView, Role
from dashboard import commands, session
from dashboard.components.badges import Badge, badges
from dashboard.components.grid import ROW_HEIGHT, grid_height
from dashboard.components.head import card, note
from dashboard.format import NOTHING, count, instant, name
from dashboard.markup import draw, element, join, plain
from dashboard.panels.roles import role_title

Work = Callable[[Assay], str]

ROWS_IN_SIGHT = 12
PEOPLE: tuple[Role, ...] = tuple(role for role in ROLES if role != "service")
"""The roles that a person may have."""


def focus(people: Sequence[PersonView]) -> PersonView | None:
    """Return the person whom the address names, else the first."""
    asked = session.address(session.PERSON)
    return next((one for one in people if one.person.user_id == asked), next(iter(people), None))


def people_grid(people: Sequence[PersonView], focused: PersonView) -> None:
    """Draw everybody; a click or an arrow key moves the focus."""
    ids = [one.person.user_id for one in people]
    session.show_rows(session.PEOPLE_GRID, ids)
    session.point_at(session.PEOPLE_GRID, ids.index(focused.person.user_id), "Name")
    st.dataframe(
        pd.DataFrame([_grid_row(one) for one in people]),
        key=session.PEOPLE_GRID,
        on_select=_choose,
        selection_mode="single-cell",
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=grid_height(len(ids), ROWS_IN_SIGHT),
        placeholder=NOTHING,
        alt="People with their user id, role and state",
    )


def _grid_row(one: PersonView) -> dict[str, str]:
    return {
        "Name": one.person.name,
        "User": one.person.user_id,
        "Role": role_title(one.person.role),
        "State": state(one).text,
    }


def state(one: PersonView) -> Badge:
    """Return in a word how things stand with a person, the most pressing first."""
    if one.person.disabled:
        return Badge("Disabled", "gray", "May not sign in")
    if one.locked_until:
        return Badge("Locked", "red", f"Too many wrong passwords, until {_at(one.locked_until)}")
    if one.must_change:
        return Badge("First password", "orange", "Has not chosen a password of their own yet")
    return Badge("Signed in", "green") if one.sessions else Badge("Signed out")


def _at(value: datetime) -> str:
    return instant(value, session.zone())


def _choose() -> None:
    user_id = session.clicked_row(session.PEOPLE_GRID)
    if user_id is not None:
        session.go(**{session.PERSON: user_id})


def person_card(one: PersonView, assay: Assay) -> None:
    """Draw one person, and to whoever may manage people what can be done."""
    person = one.person
    with card(person.name, person.user_id, key="person"):
        draw(badges(Badge(role_title(person.role), "blue"), state(one), *_segments(person)))
        draw(join(*(element("p", line, css="ra-note") for line in _facts(one))))
        if not assay.may("people.manage"):
            return
        if person.user_id == assay.actor.user_id:
            note("This is you: another administrator changes your role.")
        with st.container(horizontal=True, gap="small"):
            _edit(person)
            if person.user_id != assay.actor.user_id:
                _role(person)
                _enable(person) if person.disabled else _disable(person)
            _password(one)
            if one.sessions:
                _press("End sessions", lambda who: _ended(who.revoke_sessions(person.user_id)))


def _segments(person: Person) -> list[Badge]:
    if person.segments is None:
        return []
    return [
        Badge(f"{name(one)} only" if len(person.segments) == 1 else name(one))
        for one in sorted(person.segments)
    ]


def _facts(one: PersonView) -> list[str]:
    person = one.person
    ways = [
        way
        for way, has in (("a password", one.has_password), ("the organisation", bool(person.email)))
        if has
    ]
    linked = ", linked" if one.has_identity else ""
    signs_in = f"Signs in with {' or '.join(ways)}" if ways else "Only programs ask as them, with a token"
    facts = [f"{signs_in}. Added {_at(person.created_at)}."]
    if person.email:
        facts.append(f"{person.email}{linked}")
    facts.append(
        "Sees every customer segment." if person.segments is None else "Sees only the segments named."
    )
    if one.sessions:
        facts.append(f"{count(one.sessions, 'open session')}.")
    return facts


def _ended(sessions: int) -> str:
    return f"{count(sessions, 'session')} ended, from the next click on."


def _press(label: str, work: Work) -> None:
    st.button(label, key=f"do-{label}", on_click=do, args=(work,))


def do(work: Work) -> None:
    """Do something as the reader; the page says what became of it."""
    if commands.attempt(work):
        session.next_turn()


def _told_first(first: FirstSignIn | None, person: str, email: str = "") -> str:
    if first is None and not email:
        return f"{person} is for programs: make a token under Access tokens."
    if first is None:
        return f"{person} signs in through the organisation."
    return f"The first password of {person} is {first.password}. It is shown this once."


def _edit(person: Person) -> None:
    key, at = person.user_id, session.turn()
    with st.popover("Edit", key=f"edit-{key}-{at}"), st.form(f"edit-form-{key}-{at}", border=False):
        full = st.text_input("Name", person.name, max_chars=100)
        email = st.text_input("E-mail at the identity provider", person.email or "")
        chosen = _segment_choice(person.segments, f"{key}-{at}")
        if st.form_submit_button("Save", key=f"pri-edit-{key}", type="primary"):

            def work(assay: Assay) -> str:
                changed = assay.change_person(key, name=full, email=email, segments=chosen)
                return f"{changed.name} is saved."

            do(work)
            st.rerun()


def _segment_choice(before: frozenset[str] | None, key: str) -> frozenset[str] | None:
    chosen = st.multiselect(
        "Customer segments",
        SEGMENTS,
        sorted(before or ()),
        format_func=name,
        placeholder="Every segment",
        key=f"segments-{key}",
    )
    return frozenset(chosen) if chosen else None


def _role(person: Person) -> None:
    key, at = person.user_id, session.turn()
    with st.popover("Change role", key=f"role-{key}-{at}"), st.form(f"role-form-{key}-{at}", border=False):
        role = st.selectbox("Role", PEOPLE, PEOPLE.index(person.role), format_func=role_title)
        reason = st.text_input("Why", max_chars=200)
        note("Roles with rights over others need a second administrator, under Approvals.")
        if st.form_submit_button("Change role", key=f"pri-role-{key}", type="primary"):

            def work(assay: Assay) -> str:
                changed = assay.change_role(key, role, reason)
                done = f"{person.name} is now {role_title(role).lower()}, from the next click on."
                return (
                    done if isinstance(changed, Person) else "It waits for a second person under Approvals."
                )

            do(work)
            st.rerun()


def _disable(person: Person) -> None:
    key, at = person.user_id, session.turn()
    with st.popover("Disable", key=f"off-{key}-{at}"), st.form(f"off-form-{key}-{at}", border=False):
        reason = st.text_input("Why", max_chars=200)
        note(f"{person.name} is signed out at once and may not sign in any more.")
        if st.form_submit_button("Disable", key=f"pri-off-{key}", type="primary"):

            def work(assay: Assay) -> str:
                return f"{assay.disable_person(key, reason).name} may not sign in any more."

            do(work)
            st.rerun()


def _enable(person: Person) -> None:
    _press("Enable", lambda assay: f"{assay.enable_person(person.user_id).name} may sign in again.")


def _password(one: PersonView) -> None:
    key = one.person.user_id
    with st.popover("New first password", key=f"reset-{key}-{session.turn()}"):
        note("It is shown once, unlocks the person and ends their sessions.")
        _press("Make one", lambda assay: _told_first(assay.reset_password(key), plain(one.person.name)))


def add_person() -> None:
    """Draw the form that adds a person."""
    at = session.turn()
    with (
        st.popover("Add a person", key=f"add-{at}", icon=":material/person_add:"),
        st.form(f"add-form-{at}", border=False),
    ):
        user = st.text_input("User", max_chars=64, help="What they sign in with; it never changes.")
        full = st.text_input("Name", max_chars=100)
        role = st.selectbox("Role", PEOPLE, PEOPLE.index("analyst"), format_func=role_title)
        email = st.text_input("E-mail at the identity provider")
        chosen = _segment_choice(None, f"new-{at}")
        by_password = st.toggle("Signs in with a password", value=True)
        if st.form_submit_button("Add", key="pri-add", type="primary"):

            def work(assay: Assay) -> str:
                first = assay.add_person(
                    user, full or user, role, email=email, segments=chosen, password=by_password
                )
                return _told_first(first, full or user, email)

            session.go(**{session.PERSON: user.strip().lower()})
            do(work)
            st.rerun()
