"""Every session key and address parameter, named once. The address holds what can be shared.

A page reads its view, search, filters and focused case from the address; a widget's callback writes them
there. So every view is a link, and Back, reload and a copied address give the same page. Draws nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from core.api import Assay, SignInError
from dashboard.entrance import door, token_among

VIEW = "view"
SEARCH = "q"
CASE = "case"
TAB = "tab"
SORT = "sort"
PAGE = "page"
PART = "part"
SEVERITY = "severity"
STATUS = "status"
WITHIN = "within"
ISSUE = "issue"
CAUSE = "cause"
ACCOUNT = "id"
TABS = "tabs"
BILL = "bill"
LINE = "line"
LINES = "lines"
SERVICE = "service"
CELL = "cell"
POINT = "point"
FILE = "file"
BY = "by"
RULE = "rule"
SECTION = "section"
PERSON = "person"
PROPOSAL = "proposal"
CORRECTION = "correction"
ENTRY = "entry"
ACTOR = "who"
ACTION = "what"
KIND = "on"
SINCE = "since"
UNTIL = "until"

DIGITS = 10
QUEUE_GRID = "queue-grid"
LINE_GRID = "line-grid"
SCORE_GRID = "score-grid"
RULES_GRID = "rules-grid"
APPROVALS_GRID = "approvals-grid"
CORRECTIONS_GRID = "corrections-grid"
PEOPLE_GRID = "people-grid"
FILES_GRID = "files-grid"
AUDIT_GRID = "audit-grid"
SHOWN = "shown-rows"
TICKED = "ticked-rows"
DONE = "done-to-several"
STAND = "stand"
ASSAY = "assay"
WELCOME = "welcome"
LEFT = "left"
TURN = "turn"
CURRENT_PAGE = "current-page"
LAST_GOOD = "last-good"
LAST_ADDRESS = "last-address"
NOTICE = "notice"
DRAWER = "drawer"
TRIAL = "trial"
NEXT = "do-next"
PASSWORD = "w-password"


def address(name: str, default: str = "") -> str:
    """Return one parameter of the address."""
    return st.query_params.get(name, default)


def address_list(name: str) -> tuple[str, ...]:
    """Return a parameter that holds several values, sorted."""
    return tuple(sorted(filter(None, address(name).split(","))))


def address_number(name: str) -> int:
    """Return a parameter that counts from 1; 1 when it says no number."""
    asked = address(name)
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < DIGITS else 1


def go(**changes: str | None) -> None:
    """Change parameters of the address in one step; empty ones leave it, so that links stay short."""
    after = {**st.query_params.to_dict(), **changes}
    st.query_params.from_dict({name: value for name, value in after.items() if value})


def whole_address() -> str:
    """Return the path and the parameters of the page that is open."""
    path = urlsplit(st.context.url or "/").path or "/"
    query = urlencode(st.query_params.to_dict())
    return f"{path}?{query}" if query else path


def restore_address(url_path: str) -> None:
    """Bring back a page's last view when it is opened anew without one, as from the sidebar."""
    pages = st.session_state.setdefault(LAST_ADDRESS, {})
    if st.session_state.get(CURRENT_PAGE) != url_path and not st.query_params and pages.get(url_path):
        st.query_params.from_dict(pages[url_path])
    st.session_state[CURRENT_PAGE] = url_path
    pages[url_path] = st.query_params.to_dict()


def widget(name: str, value: Any) -> str:
    """Give a widget the address's value before it is drawn, and return the widget's key."""
    key = f"w-{name}"
    if st.session_state.get(key) != value:
        st.session_state[key] = value
    return key


def follow(name: str, *clears: str, words: Mapping[str, str] | None = None) -> Callable[[], None]:
    """Return the callback that writes a widget's value to the address and clears what depended on it.

    ``words`` turns what the widget shows into what the address says.
    """

    def write() -> None:
        value = st.session_state[f"w-{name}"]
        text = ",".join(value) if isinstance(value, list | tuple) else str(value)
        go(**{name: (words or {}).get(text, text), **dict.fromkeys(clears)})

    return write


def show_rows(grid: str, ids: Sequence[str]) -> None:
    """Remember which rows a grid shows, in order: the grid speaks of positions only."""
    st.session_state[f"{SHOWN}-{grid}"] = tuple(ids)


def clicked_row(grid: str) -> str | None:
    """Return the id of the row under a grid's focus; None when Esc or a sort has emptied it."""
    row, _ = clicked_cell(grid)
    return row


def clicked_cell(grid: str) -> tuple[str | None, str]:
    """Return the id of the row under a grid's focus, as `clicked_row`, and the column."""
    selection: Mapping[str, Any] = st.session_state[grid]["selection"]
    cells, shown = selection["cells"], st.session_state[f"{SHOWN}-{grid}"]
    return (shown[cells[0][0]], cells[0][1]) if cells and cells[0][0] < len(shown) else (None, "")


def point_at(grid: str, position: int | None, column: str) -> None:
    """Put a grid's focus on a row and its ticks where they belong, where they are not there already."""
    wanted = [] if position is None else [(position, column)]
    shown: Sequence[str] = st.session_state[f"{SHOWN}-{grid}"]
    rows = [shown.index(one) for one in ticked(grid)]
    state: Mapping[str, Any] = st.session_state.get(grid) or {"selection": {"cells": [], "rows": []}}
    kept = state["selection"]
    if [cell[0] for cell in kept["cells"]] != [row for row, _ in wanted] or list(kept["rows"]) != rows:
        st.session_state[grid] = {"selection": {"rows": rows, "columns": [], "cells": wanted}}


def keep_ticks(grid: str) -> None:
    """Remember which rows of a grid are ticked, by their ids: positions change with the list."""
    rows, shown = st.session_state[grid]["selection"]["rows"], st.session_state[f"{SHOWN}-{grid}"]
    st.session_state[f"{TICKED}-{grid}"] = tuple(shown[row] for row in rows if row < len(shown))


def ticked(grid: str) -> tuple[str, ...]:
    """Return the ids of the rows that are ticked and still listed, in the order of the list."""
    kept = st.session_state.get(f"{TICKED}-{grid}", ())
    return tuple(one for one in st.session_state.get(f"{SHOWN}-{grid}", ()) if one in kept)


def untick(grid: str) -> None:
    """Take all ticks of a grid away."""
    st.session_state.pop(f"{TICKED}-{grid}", None)


def token() -> str:
    """Return the secret of the reader's session, which their browser shows; empty without one."""
    return token_among(dict(st.context.cookies.to_dict()))


def enter() -> Assay | None:
    """Ask the core anew who the reader is and what they may; None when their session has ended."""
    found = door().of(token())
    st.session_state[ASSAY] = found
    return found


def leave() -> None:
    """End the reader's session, for all tabs that share it."""
    door().sign_out(token())
    st.session_state[LEFT] = True


def has_left() -> bool:
    """Return whether the reader has just signed out here, rather than that their session ended."""
    return bool(st.session_state.get(LEFT))


def assay() -> Assay:
    """Return the facade that asks as the reader, as of this rerun."""
    return cast("Assay", st.session_state[ASSAY])


def asking() -> Callable[[], Assay]:
    """Return what asks the core anew as the reader, for a download, which is made outside of any rerun."""
    secret = token()

    def ask() -> Assay:
        found = door().of(secret)
        if found is None:
            raise SignInError("Your session has ended: sign in again.")
        return found

    return ask


def turn() -> int:
    """Return a number that `next_turn` counts up: a form with it in its key closes and is empty again."""
    return int(st.session_state.get(TURN, 0))


def next_turn() -> None:
    """Close and empty the forms that have done their work."""
    st.session_state[TURN] = turn() + 1


def reader() -> str:
    """Return what names this very stay of the reader."""
    return assay().reader


def tell(sentence: str, *, is_done: bool) -> None:
    """Keep what became of a command, for the next drawing."""
    st.session_state[NOTICE] = (sentence, is_done)


def told() -> tuple[str, bool] | None:
    """Return, once, what became of the last command, and whether it was done; None where none was given."""
    return cast("tuple[str, bool] | None", st.session_state.pop(NOTICE, None))


def reason_key(about: str) -> str:
    """Return the key of the field that holds why, of one thing."""
    return f"w-reason-{about}"


def comment_key(about: str) -> str:
    """Return the key of the field that holds a comment on one thing."""
    return f"w-comment-{about}"


def written(key: str) -> str:
    """Return what stands in a field; empty when it is not there."""
    return str(st.session_state.get(key, ""))


def take(key: str) -> str:
    """Return what stands in a field and empty it."""
    text = written(key)
    st.session_state[key] = ""
    return text


def begin(key: str, value: Any) -> str:
    """Give a widget its first value, unless it has one already, and return its key."""
    st.session_state.setdefault(key, value)
    return key


def put(values: Mapping[str, Any]) -> None:
    """Give widgets that are yet to be drawn their values, by key."""
    st.session_state.update(values)


def open_drawer(about: str) -> None:
    """Open the drawer of one thing."""
    st.session_state[DRAWER] = about


def close_drawer() -> None:
    """Close the drawer; what was written in it stays."""
    st.session_state.pop(DRAWER, None)


def drawer() -> str:
    """Return what the open drawer is about; empty when none is open."""
    return str(st.session_state.get(DRAWER, ""))


def keep_done(done: tuple[str, Mapping[str, int]] | None) -> None:
    """Keep what was last done to several cases, in words, with the version that each has since."""
    st.session_state[DONE] = done


def done() -> tuple[str, Mapping[str, int]] | None:
    """Return what was last done to several cases; None where that was something else."""
    return cast("tuple[str, Mapping[str, int]] | None", st.session_state.get(DONE))


def do_next(do: Callable[[], None]) -> None:
    """Keep what is to be done before anything is drawn again."""
    st.session_state[NEXT] = do


def catch_up() -> None:
    """Do, once, what was kept for this moment."""
    do = st.session_state.pop(NEXT, None)
    if do is not None:
        do()


def keep_trial(trial: object) -> None:
    """Keep what the reader wants tried out."""
    st.session_state[TRIAL] = trial


def trial() -> object:
    """Return what the reader wants tried out."""
    return st.session_state.get(TRIAL)


def keep_stand(stand: object) -> None:
    """Keep, for the page, what the frame has read about the latest run."""
    st.session_state[STAND] = stand


def stand() -> object:
    """Return what the frame has read about the latest run."""
    return st.session_state[STAND]


def last_good() -> dict[str, Any]:
    """Return what this session last read without error, by the name of the read."""
    return cast("dict[str, Any]", st.session_state.setdefault(LAST_GOOD, {}))


def zone() -> ZoneInfo:
    """Return the reader's time zone, UTC when the browser names none that we know."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def is_dark() -> bool:
    """Return whether the reader's theme is dark."""
    return bool(st.context.theme.type == "dark")
