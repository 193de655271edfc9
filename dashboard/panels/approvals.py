"""What waits for a second person: the list, one proposal, and the decision on it. Reads nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from core.api import Approvals, ApprovalView, Proposal, Verdict
from dashboard import commands, session
from dashboard.components import states
from dashboard.components.badges import badges
from dashboard.components.grid import ROW_HEIGHT, grid_height
from dashboard.components.head import card, note
from dashboard.components.tables import Cell, Column, Row, table
from dashboard.format import NOTHING, instant, span, zone_name
from dashboard.markup import draw, element, join
from dashboard.navigation import link
from dashboard.panels.approval_words import (
    KINDS,
    STATES,
    Cards,
    badges_of,
    changed_rows,
    moved_rows,
    person,
    title,
    worth,
)
from dashboard.panels.plan import plan_steps
from dashboard.panels.policy import effect_shown
from dashboard.panels.what_if import effect_kept, effect_table

ROWS_IN_SIGHT = 12
VERDICTS: tuple[Verdict, ...] = ("approved", "returned", "rejected")


def focus(approvals: Approvals) -> ApprovalView | None:
    """Return the proposal that the address asks for, else the first that waits."""
    asked = session.address(session.PROPOSAL)
    everything = (*approvals.waiting, *approvals.decided)
    found = next((one for one in everything if one.proposal.proposal_id == asked), None)
    return found or next(iter(approvals.waiting), None)


def last_decision(approvals: Approvals) -> str:
    """Return when something was decided last, as a sentence; empty before the first decision."""
    decision = approvals.decided[0].proposal.decision if approvals.decided else None
    if decision is None:
        return ""
    at, zone = decision.at, session.zone()
    return f"Last decision {instant(at, zone)}\N{NO-BREAK SPACE}{zone_name(at, zone)}."


def waiting_grid(approvals: Approvals, focused: ApprovalView | None) -> None:
    """Draw what waits, what lapses first at the top; a click or an arrow key moves the focus."""
    ids = [one.proposal.proposal_id for one in approvals.waiting]
    at = focused.proposal.proposal_id if focused else ""
    session.show_rows(session.APPROVALS_GRID, ids)
    session.point_at(session.APPROVALS_GRID, ids.index(at) if at in ids else None, "Change")
    st.dataframe(
        pd.DataFrame([_grid_row(one, approvals.now) for one in approvals.waiting]),
        key=session.APPROVALS_GRID,
        on_select=_choose,
        selection_mode="single-cell",
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=grid_height(len(ids), ROWS_IN_SIGHT),
        column_config={
            "Concerned": st.column_config.TextColumn(alignment="right", width=100),
            "Lapses in": st.column_config.TextColumn(alignment="right", width=84),
        },
        placeholder=NOTHING,
        alt="Proposals that wait: what is to change, who proposed it, the money concerned and the time left",
    )


def _grid_row(one: ApprovalView, now: datetime) -> dict[str, str]:
    left = one.proposal.expires_at - now
    return {
        "Change": one.subject,
        "Kind": KINDS[one.proposal.kind],
        "Proposed by": one.proposal.proposer.name,
        "Concerned": worth(one.proposal),
        "Lapses in": span(left) if left.total_seconds() > 0 else "Lapsed",
    }


def _choose() -> None:
    proposal_id = session.clicked_row(session.APPROVALS_GRID)
    if proposal_id is not None:
        session.go(**{session.PROPOSAL: proposal_id})


def proposal_card(view: ApprovalView, cards: Cards, now: datetime) -> None:
    """Draw one proposal: what changes, what it would do, who asks and why, and the decision."""
    proposal = view.proposal
    with st.container(border=True, gap="small", key="proposal"):
        draw(element("h2", title(view), css="ra-case-title"))
        draw(badges(*badges_of(view, now), lead=proposal.proposal_id))
        columns = (Column("Change"), Column("Before", "num"), Column("After", "num"))
        draw(table(columns, changed_rows(view, cards), label="Before and after"))
        effect = effect_kept(proposal.effect) if proposal.kind == "control" else None
        if effect and proposal.currency:
            draw(
                element(
                    "h3", f"What it would do in the data of run {proposal.effect['run']}", css="ra-section"
                )
            )
            draw(effect_table(effect, proposal.currency))
        if proposal.kind == "policy" and proposal.currency:
            effect_shown(proposal.effect, proposal.currency)
        plan_steps(view.plan)
        if proposal.kind == "case":
            link("triage", "Open the case", case=proposal.object_id)
        _proposed(proposal)
        if view.moved:
            _moved(view)
        if proposal.decision is None:
            _decision(view)
        else:
            _decided(proposal)


def _proposed(proposal: Proposal) -> None:
    at, zone = proposal.proposed_at, session.zone()
    who = person(proposal.proposer.name, proposal.proposer.role)
    behalf = f", on behalf of {proposal.on_behalf_of}" if proposal.on_behalf_of else ""
    draw(element("h3", "Why", css="ra-section"))
    draw(element("p", proposal.note, css="ra-summary"))
    note(f"Proposed by {who}{behalf} on {instant(at, zone)} {zone_name(at, zone)}.")


def _moved(view: ApprovalView) -> None:
    columns = (Column("Evidence"), Column("When proposed", "num"), Column("Now", "num"))
    sentence = element("b", "What this stands on has changed since it was proposed.")
    draw(element("div", sentence, " It cannot be approved any more.", css="ra-alert", role="status"))
    draw(table(columns, moved_rows(view), label="What has changed since"))


def _decided(proposal: Proposal) -> None:
    decision = proposal.decision
    if decision is not None:
        at, zone = decision.at, session.zone()
        verdict, who = STATES[proposal.state][0], person(decision.decider.name, decision.decider.role)
        why = element("p", decision.reason, css="ra-summary") if decision.reason else None
        said = f"{verdict} by {who} on {instant(at, zone)} {zone_name(at, zone)}."
        draw(join(why, element("p", said, css="ra-note")))


def _decision(view: ApprovalView) -> None:
    """Draw the buttons that are open to the reader, and say of the others why they are not."""
    proposal = view.proposal
    how = {
        "proposal_id": proposal.proposal_id,
        "content_hash": proposal.content_hash,
        "proposer": proposal.proposer.name,
    }
    if "rejected" not in view.objections:
        st.text_area(
            "Reason",
            key=session.reason_key(proposal.proposal_id),
            placeholder="What did you check? Needed to return or reject.",
            height=80,
            max_chars=2_000,
        )
    against = view.objections.get("approved")
    if against:
        draw(element("p", against.sentence, css="ra-note"))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if against and against.rule == "proof":
            _confirm(how)
        else:
            _button("Approve", "approved", view, how)
        _button("Return with reason", "returned", view, how)
        _button("Reject", "rejected", view, how)
        if "withdrawn" not in view.objections:
            _button("Take back", "withdrawn", view, how)


def _button(label: str, verdict: Verdict, view: ApprovalView, how: dict[str, str]) -> None:
    is_primary = verdict == "approved"
    st.button(
        label,
        key=f"{'pri-' if is_primary else ''}{verdict}",
        type="primary" if is_primary else "secondary",
        disabled=verdict in view.objections,
        on_click=commands.decide,
        kwargs={**how, "verdict": verdict},
    )


def _confirm(how: dict[str, str]) -> None:
    """Offer to approve with the password, as what is large wants it once more."""
    with st.popover("Confirm and approve", type="primary", key="pri-confirm"):
        note("This weighs much: give your password once more.")
        st.text_input("Password", key=session.PASSWORD, type="password", autocomplete="current-password")
        st.button(
            "Approve", key="pri-approved", type="primary", on_click=commands.confirm_and_approve, kwargs=how
        )


def decided_card(decided: Sequence[ApprovalView]) -> None:
    """Draw what was decided last, newest first."""
    columns = (Column("Decided"), Column("Change"), Column("Outcome"), Column("Concerned", "num"))
    with card("Decided last", key="decided"):
        if decided:
            draw(table(columns, [_decided_row(one) for one in decided], label="Decided last"))
        else:
            states.quiet("Nothing has been decided yet.")


def _decided_row(one: ApprovalView) -> Row:
    proposal, decision = one.proposal, one.proposal.decision
    if decision is None:
        return ("", title(one), "", "")
    pair = f"Proposed by {proposal.proposer.name}"
    return (
        Cell(instant(decision.at, session.zone())),
        Cell(title(one), pair),
        Cell(STATES[proposal.state][0], f"by {decision.decider.name}"),
        worth(proposal),
    )
