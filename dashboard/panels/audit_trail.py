"""The audit trail: whether it holds, its entries, and one of them with its proof. Decides nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from core.api import Assay, AuditEntry, AuditPage, AuditQuery, Verification
from dashboard import queries, session
from dashboard.components import states
from dashboard.components.badges import Badge, badge, badges
from dashboard.components.grid import ROW_HEIGHT, grid_height
from dashboard.components.head import card
from dashboard.components.tables import Column, table
from dashboard.format import NOTHING, count, instant
from dashboard.markup import Html, draw, element
from dashboard.navigation import link
from dashboard.panels import audit_words as words

ROWS_IN_SIGHT = 12


def state_line(found: Verification, checked_at: datetime) -> None:
    """Draw whether the trail holds, to which entry, what vouches for it, and the way to look again."""
    at = instant(checked_at, session.zone())
    if not found.good:
        rest = f"Entries 1 to {found.entries:,} are good." if found.entries else "No entry is good before it."
        sentence = f"{found.problem[:1].upper()}{found.problem[1:]}. {rest} Checked {at}."
        draw(_state(Badge("■ Changed", "red"), sentence, found))
    elif found.entries:
        draw(_state(Badge("✓ Verified", "green"), f"{_written(found)} Checked {at}.", found))
    else:
        draw(_state(Badge("Empty"), "There is no entry to verify yet.", found))
    st.button("Verify again", icon=":material/refresh:", on_click=queries.audit_state.clear)


def _written(found: Verification) -> str:
    """Return what is proved: no change under a checkpoint; of newer entries that they hang together."""
    newer = found.entries - found.sealed
    if not found.sealed:
        return f"{count(newer, 'entry', 'entries')} so far, each follows the one before."
    sealed = f"Every entry up to {found.sealed:,} is as it was written"
    return f"{sealed}; {newer:,} newer until the next checkpoint." if newer else f"{sealed}."


def _state(mark: Badge, sentence: str, found: Verification) -> Html:
    newest = found.checkpoint
    vouches = (
        f"Checkpoint {newest.number} of {instant(newest.time, session.zone())} vouches for entries 1 to "
        f"{newest.size:,}. Key {newest.key}."
        if newest
        else "No checkpoint vouches for any of them yet."
    )
    lines = (element("p", sentence), element("p", vouches, css="quiet"))
    css = "ra-proved" if found.good else "ra-proved broken"
    return element("div", badge(mark), element("div", *lines), css=css, role="status")


def focus(page: AuditPage) -> AuditEntry | None:
    """Return the entry that the address asks for, else the newest shown."""
    asked = session.address(session.ENTRY)
    found = next((entry for entry in page.entries if str(entry.sequence) == asked), None)
    if found is None and asked.isascii() and asked.isdigit() and len(asked) < session.DIGITS:
        found = queries.audit_entry(session.assay().sight, int(asked))
    return found or next(iter(page.entries), None)


def pager(page: AuditPage) -> None:
    """Draw the pages of the list where there is more than one."""
    pages = -(-page.total // queries.PAGE_SIZE)
    if pages > 1:
        at = min(page.offset // queries.PAGE_SIZE + 1, pages)
        key = session.widget(session.PAGE, at)
        st.pagination(pages, key=key, on_change=session.follow(session.PAGE, session.ENTRY))


def trail_grid(page: AuditPage, focused: AuditEntry | None) -> None:
    """Draw a page of entries, newest first; a click or an arrow key moves the focus."""
    ids = [str(entry.sequence) for entry in page.entries]
    session.show_rows(session.AUDIT_GRID, ids)
    session.point_at(
        session.AUDIT_GRID, ids.index(str(focused.sequence)) if focused in page.entries else None, "What"
    )
    st.dataframe(
        pd.DataFrame([_grid_row(entry) for entry in page.entries]),
        key=session.AUDIT_GRID,
        on_select=_choose,
        selection_mode="single-cell",
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=grid_height(len(ids), ROWS_IN_SIGHT),
        column_config={
            "Entry": st.column_config.NumberColumn(format="localized", width=64),
            "When": st.column_config.TextColumn(width=146),
            "Who": st.column_config.TextColumn(width=130),
            "What": st.column_config.TextColumn(width=150),
            "On what": st.column_config.TextColumn(width=150),
            "Why": st.column_config.TextColumn(width=180),
            "Before → after": st.column_config.TextColumn(width=180),
            "Proposed → approved": st.column_config.TextColumn(width=150),
        },
        placeholder="",
        alt="Entries of the audit trail, the newest first",
    )


def entry_card(entry: AuditEntry, found: Verification | None, asking: Callable[[], Assay]) -> None:
    """Draw one entry: who, what, why, what changed, what it stood on, and its proof."""
    event = entry.event
    with card(f"Entry {entry.sequence:,}: {words.action(event.action)}", words.moment(entry), key="entry"):
        covered = found is not None and found.good and entry.sequence <= found.sealed
        draw(badges(*words.proof(event.actor), *((_covered(found),) if covered and found else ())))
        grid = st.grid(2, min_column_width=420)
        with grid.cell():
            draw(_facts(entry))
            rows = words.changes(entry)
            if rows:
                columns = (Column("What changed"), Column("Before"), Column("After"))
                draw(table(columns, rows, label="What changed"))
        with grid.cell():
            draw(_hashes(entry))
            _steps(entry, asking)
        if event.context:
            with st.expander("What it stood on", key=f"stood-on-{entry.sequence}"):
                st.code(
                    json.dumps(event.context, ensure_ascii=False, indent=2),
                    language="json",
                    wrap_lines=True,
                    height=320,
                )


def csv_button(query: AuditQuery, asking: Callable[[], Assay]) -> None:
    """Draw the button that takes out what the list shows, all pages of it, each row with its hash."""
    st.download_button(
        "CSV",
        data=lambda: asking().audit_csv(query).encode(),
        file_name=f"assay_audit_{datetime.now(UTC):%Y-%m-%dT%H%MZ}.csv",
        mime="text/csv",
        icon=":material/download:",
        help="All entries of this selection, with their hashes. Taking them out is an entry too.",
        key="audit-csv",
        on_click="ignore",
    )


def nothing_found(query: AuditQuery) -> None:
    """Say why the list is empty and offer the one useful next step."""
    if query == AuditQuery():
        states.nothing("No entry yet", "The first run or sign-in makes one.")
        return
    looked = f" for “{query.text}”" if query.text else ""
    with states.empty(f"Nothing found{looked}", "No entry matches the search and the filters."):
        every = (session.SEARCH, session.ACTOR, session.ACTION, session.KIND, session.SINCE, session.UNTIL)
        wanted = dict.fromkeys((*every, session.PAGE, session.ENTRY))
        st.button("Show every entry", on_click=lambda: session.go(**wanted))


def _covered(found: Verification) -> Badge:
    return Badge(
        "Under a checkpoint", "green", f"Checkpoint {found.checkpoint.number if found.checkpoint else ''}"
    )


def _grid_row(entry: AuditEntry) -> dict[str, str | int]:
    return {
        "Entry": entry.sequence,
        "When": words.moment(entry),
        "Who": words.person(entry.event.actor),
        "What": words.action(entry.event.action),
        "On what": words.thing(entry),
        "Before → after": words.change_line(entry),
        "Why": entry.event.reason,
        "Proposed → approved": words.pair(entry),
    }


def _facts(entry: AuditEntry) -> Html:
    event = entry.event
    facts = {
        "Who": f"{words.person(event.actor)} ({event.actor.user_id})",
        "On what": f"{words.WHOSE.get(event.object_kind, event.object_kind.capitalize())} {event.object_id}",
        "Customer": event.subject if event.subject and event.subject != event.object_id else "",
        "Why": event.reason,
        "Proposed by": words.person(event.proposer),
        "Approved by": words.person(event.approver),
    }
    return _pairs({term: text for term, text in facts.items() if text and text != NOTHING})


def _hashes(entry: AuditEntry) -> Html:
    return _pairs({"Hash of this entry": entry.hash, "Hash of the one before": entry.previous}, css="code")


def _pairs(facts: dict[str, str], css: str = "") -> Html:
    pairs = (
        element("div", element("dt", term), element("dd", text, css=css)) for term, text in facts.items()
    )
    return element("dl", *pairs, css="ra-proof wide")


def _steps(entry: AuditEntry, asking: Callable[[], Assay]) -> None:
    """Draw what can be done with an entry: take its receipt, see all on its object, go to it."""
    event, sequence = entry.event, entry.sequence
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.download_button(
            "Receipt",
            data=lambda: asking().audit_receipt(sequence).text.encode(),
            file_name=f"assay_receipt_{sequence}.json",
            mime="application/json",
            icon=":material/download:",
            help="Proof that this entry stands in the trail; anybody checks it with assay audit verify.",
            key=f"receipt-{sequence}",
            on_click="ignore",
        )
        if event.object_id:
            wanted = {session.SEARCH: event.object_id, session.PAGE: None}
            st.button("All on this", key="all-on-this", on_click=lambda: session.go(**wanted))
        if event.object_kind == "case":
            link("triage", "Open the case", case=event.object_id)


def _choose() -> None:
    sequence = session.clicked_row(session.AUDIT_GRID)
    if sequence is not None:
        session.go(**{session.ENTRY: sequence})
