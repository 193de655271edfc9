"""What the audit trail is asked for, and the toolbar that asks. Reads nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import streamlit as st

from core.api import AuditQuery
from dashboard import session
from dashboard.format import name
from dashboard.panels.audit_words import action

EVERYBODY, EVERYTHING, ANY = "", "", ""
CLEARS = (session.ENTRY, session.PAGE)


def selection() -> AuditQuery:
    """Return what the address asks the trail for; days are the reader's, the last one included."""
    since, until = _day(session.SINCE), _day(session.UNTIL)
    return AuditQuery(
        since=_midnight(since) if since else None,
        until=_midnight(until + timedelta(days=1)) if until else None,
        actor=session.address(session.ACTOR),
        actions=session.address_list(session.ACTION),
        object_kind=session.address(session.KIND),
        text=session.address(session.SEARCH),
    )


def toolbar(people: Sequence[tuple[str, str]], actions: Sequence[str], kinds: Sequence[str]) -> None:
    """Draw search, person, action and the rest; each writes itself to the address."""
    st.text_input(
        "Search the trail",
        key=session.widget(session.SEARCH, session.address(session.SEARCH)),
        type="search",
        placeholder="Case, account, number, reason",
        help="Customers stand in the trail as pseudonyms; an account id or a number finds its own.",
        on_change=session.follow(session.SEARCH, *CLEARS),
        label_visibility="collapsed",
        width=240,
    )
    _choice("Person", session.ACTOR, dict(people), "Everybody", 190)
    _choice("Action", session.ACTION, {code: action(code) for code in actions}, "Every action", 210)
    asked = [one for one in (session.KIND, session.SINCE, session.UNTIL) if session.address(one)]
    label = f"Filters {len(asked)}" if asked else "Filters"
    with st.popover(label, icon=":material/filter_list:", key="audit-filters"):
        _choice("On what", session.KIND, {kind: name(kind) for kind in kinds}, "Everything")
        _when("From", session.SINCE)
        _when("To", session.UNTIL)
        if replace(selection(), text="") != AuditQuery():
            nothing = dict.fromkeys(
                (session.KIND, session.SINCE, session.UNTIL, session.ACTOR, session.ACTION, *CLEARS)
            )
            st.button("Clear filters", on_click=lambda: session.go(**nothing))


def _choice(
    label: str, parameter: str, words: Mapping[str, str], nothing: str, width: int | None = None
) -> None:
    """Draw a list of which one is chosen; what is not in it, as in an old link, stands as it is."""
    asked = session.address(parameter)
    known = {"": nothing, **dict(sorted(words.items(), key=lambda item: item[1].lower()))}
    st.selectbox(
        label,
        [*known, *([asked] if asked not in known else [])],
        format_func=lambda value: known.get(value, value),
        key=session.widget(parameter, asked),
        on_change=session.follow(parameter, *CLEARS),
        label_visibility="visible" if width is None else "collapsed",
        width=width or "stretch",
    )


def _when(label: str, parameter: str) -> None:
    st.date_input(
        label,
        key=session.widget(parameter, _day(parameter)),
        on_change=_follow_day,
        args=(parameter,),
        format="YYYY-MM-DD",
    )


def _follow_day(parameter: str) -> None:
    session.follow(parameter, *CLEARS, words={"None": ""})()


def _day(parameter: str) -> date | None:
    try:
        return date.fromisoformat(session.address(parameter))
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), session.zone())
