"""The frame around every page: title, style, navigation, who reads and what the data stands on."""

from __future__ import annotations

import logging
import secrets
from pathlib import Path

import streamlit as st

from core.api import Assay, AssayError, ForbiddenError
from dashboard import identity, queries, session
from dashboard.components import states
from dashboard.gate import PROVIDER
from dashboard.markup import send_to
from dashboard.navigation import is_open, navigate
from dashboard.panels import foot
from dashboard.panels.gaps import no_right, not_signed_in

STATIC = Path(__file__).resolve().parent / "static"
log = logging.getLogger(__name__)


def main() -> None:
    """Draw the frame and run the page that the address asks for, if the reader may see it."""
    st.set_page_config(page_title="Assay", layout="wide", initial_sidebar_state=212)
    st.html(STATIC / "assay.css")
    st.html(f"<style>:root {{ color-scheme: {'dark' if session.is_dark() else 'light'} }}</style>")
    session.catch_up()
    try:
        assay = session.enter()
    except AssayError:
        _failed("Assay could not read its store.", "Nothing is shown until it can.")
        return
    if assay is None:
        _strangers()
    else:
        _readers(assay)


def _readers(assay: Assay) -> None:
    """Draw the page that a reader asks for, or why it is not open to them."""
    st.set_page_config(page_icon=STATIC / "favicon.png")  # pictures are files, which strangers do not get
    st.logo(str(STATIC / "logo.svg"), size="large", icon_image=str(STATIC / "mark.svg"))
    page = navigate(is_open, lambda entry: no_right(entry.title, entry.needs))
    session.restore_address(page.url_path)
    try:
        stand = queries.read_stand()
        foot.draw_foot(assay.actor, stand.value.run if stand.value else None)
        page.run()
    except ForbiddenError as refusal:
        states.nothing("This is not open to you", refusal.message)
    except Exception:  # noqa: BLE001 - the last line before a person: worded here, detailed in the log
        _failed("This page did not load.", "The other pages may work.")


def _strangers() -> None:
    """Draw, for whoever has no session, the way in and nothing else."""
    page = navigate(lambda _: False, lambda _: not_signed_in())
    if session.has_left():
        send_to("/sign-in?out")
    elif not identity.pass_through(session.address(PROVIDER)):
        page.run()


def _failed(what: str, still_works: str) -> None:
    reference = secrets.token_hex(4)
    log.exception("%s Reference %s", what, reference)
    states.failure(what, still_works, reference)
    st.button("Retry", icon=":material/refresh:", on_click=st.cache_data.clear)


if __name__ == "__main__":
    main()
