"""The thresholds of one control: in force since when and by whom, and the drawer that proposes others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.api import ApprovalView, ControlCard, InputError, SettingsVersion, Suggestion, Threshold
from dashboard import commands, queries, rule_queries, session
from dashboard.components import states
from dashboard.components.act import act
from dashboard.components.head import note
from dashboard.components.tables import Cell, Column, table
from dashboard.format import instant, name, zone_name
from dashboard.markup import draw, element
from dashboard.navigation import link
from dashboard.panels import suggestion
from dashboard.panels.gaps import stale
from dashboard.panels.suggestion_words import reason
from dashboard.panels.what_if import effect_of, effect_table
from dashboard.queries import Pin

COLUMNS = (Column("Threshold"), Column("In force", "num"), Column("Ships as", "num"))


def section(pin: Pin, one: ControlCard) -> Callable[[], None]:
    """Return what draws the thresholds in force, who set them, what waits and what is suggested."""
    return lambda: _section(pin, one)


def _section(pin: Pin, one: ControlCard) -> None:
    if one.thresholds:
        rows = [(Cell(name(t.name), t.means), f"{t.value} {t.unit}", t.default) for t in one.thresholds]
        draw(table(COLUMNS, rows, label="Thresholds"))
    history = queries.load(f"settings {one.control_id}", lambda: rule_queries.control_history(one.control_id))
    stale(history)
    if history.value is not None:
        note(_since(history.value))
    for view in _waiting(one):
        label = f"A change by {view.proposal.proposer.name} waits for approval"
        link("approvals", label, proposal=view.proposal.proposal_id)
    if session.assay().may("settings.propose"):
        st.button("Propose a change", key="propose", on_click=session.open_drawer, args=(one.control_id,))
    suggestion.advice(pin, one, lambda found: _draft(one, found))


def _draft(one: ControlCard, found: Suggestion) -> None:
    """Open the drawer with what is suggested filled in and tried out; whoever opens it may change it."""
    wanted = {t.name: t.value for t in one.thresholds} | {found.threshold: found.after}
    fields = {_field(one, name): value for name, value in wanted.items()}
    session.put(fields | {_switch(one): one.enabled, session.reason_key(one.control_id): reason(found)})
    session.keep_trial((one.control_id, tuple(sorted(wanted.items())), one.enabled))
    session.open_drawer(one.control_id)


def _waiting(one: ControlCard) -> list[ApprovalView]:
    """Return the changes of this control that wait, for readers who may see them."""
    if not session.assay().may("approvals.read"):
        return []
    read = queries.load("approvals", queries.approvals)
    stale(read)
    waiting = read.value.waiting if read.value else ()
    return [
        one_
        for one_ in waiting
        if (one_.proposal.kind, one_.proposal.object_id) == ("control", one.control_id)
    ]


def _since(history: Sequence[SettingsVersion]) -> str:
    if not history:
        return "As it ships."
    settings, proposal = history[0].settings, history[0].proposal
    at = f"{instant(settings.since, session.zone())} {zone_name(settings.since, session.zone())}"
    if proposal is None or proposal.decision is None:
        return f"Version {settings.version}, from the file of thresholds at set-up, {at}."
    pair = f"proposed by {proposal.proposer.name}, approved by {proposal.decision.decider.name}"
    return f"Version {settings.version} since {at}: {pair}."


def drawer(pin: Pin, one: ControlCard, currency: str) -> None:
    """Draw the drawer where one is open for this control."""
    if session.drawer() == one.control_id:
        _propose(pin, one, currency)
    suggestion.drawer(pin, one)


@st.dialog("Propose a change", position="right", width="medium", on_dismiss=session.close_drawer)
def _propose(pin: Pin, one: ControlCard, currency: str) -> None:
    if session.drawer() != one.control_id:
        st.rerun()  # it has been sent: the whole page is drawn anew without the drawer
    draw(element("p", one.title, css="ra-case-title"))
    states.told(session.told())
    wanted, enabled = _fields(one)
    in_force = {t.name: t.value for t in one.thresholds}
    changes = wanted != in_force or enabled != one.enabled
    asked = (one.control_id, tuple(sorted(wanted.items())), enabled)
    if st.button("See what would change", key="what-if", icon=":material/science:", disabled=not changes):
        session.keep_trial(asked)
    place = st.container()
    st.text_area(
        "Reason",
        key=session.reason_key(one.control_id),
        placeholder="Why, for whoever decides",
        height=90,
        max_chars=2_000,
    )
    note("Nothing changes until a second person has approved. The next run then uses it.")
    with place:  # last, as it takes its time: whoever goes on meanwhile loses nothing of what is below
        tried = changes and session.trial() == asked and _effect(pin, one, wanted, enabled, currency)
    act(
        "Send for approval",
        lambda: commands.propose_thresholds(one.control_id, wanted, enabled),
        key="pri-send",
        type="primary",
        disabled=not tried,
        help=None if tried else "See what would change first",
    )


def _fields(one: ControlCard) -> tuple[dict[str, str], bool]:
    """Draw a field for each threshold and the switch; return what they say."""
    wanted = {}
    for t in one.thresholds:
        key = session.begin(_field(one, t.name), t.value)
        wanted[t.name] = st.text_input(_label(t), key=key, help=t.means).strip()
    return wanted, st.toggle("The control is on", key=session.begin(_switch(one), one.enabled))


def _field(one: ControlCard, threshold: str) -> str:
    return f"threshold-{one.control_id}-{threshold}"


def _switch(one: ControlCard) -> str:
    return f"switch-{one.control_id}"


def _label(threshold: Threshold) -> str:
    """Return a threshold's name with its unit, where the name does not say it."""
    words, unit = name(threshold.name), threshold.unit
    return words if unit in words.lower() else f"{words} ({unit})"


def _in_force(one: ControlCard) -> str:
    """Return one text for what is in force, so that an answer about something else is not taken for it."""
    return f"{sorted((t.name, t.value) for t in one.thresholds)} {one.enabled}"


def _effect(pin: Pin, one: ControlCard, wanted: dict[str, str], enabled: bool, currency: str) -> bool:
    """Draw what would change; return whether it could be worked out."""
    try:
        with st.spinner("Asking the control over the latest run's data"):
            found = rule_queries.what_if(pin, one.control_id, _in_force(one), wanted, enabled)
    except InputError as refusal:
        states.told((refusal.message, False))
        return False
    draw(element("h3", "In the latest run's data", css="ra-section"))
    draw(effect_table(effect_of(found), currency))
    return True
