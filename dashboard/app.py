"""The frame around every page: title, style, navigation, what the data stands on."""

from __future__ import annotations

import logging
import secrets
from pathlib import Path

import streamlit as st

from core.api import RunSummary
from dashboard import queries, session
from dashboard.components import states
from dashboard.format import instant, zone_name
from dashboard.markup import draw, element
from dashboard.navigation import navigate

STATIC = Path(__file__).resolve().parent / "static"
log = logging.getLogger(__name__)


def main() -> None:
    """Draw the frame and run the page that the address asks for."""
    st.set_page_config(
        page_title="Assay", page_icon=STATIC / "favicon.png", layout="wide", initial_sidebar_state=212
    )
    st.html(STATIC / "assay.css")
    st.html(f"<style>:root {{ color-scheme: {'dark' if session.is_dark() else 'light'} }}</style>")
    st.logo(str(STATIC / "logo.svg"), size="large", icon_image=str(STATIC / "mark.svg"))
    page = navigate()
    session.restore_address(page.url_path)
    try:
        stand = queries.read_stand()
        if stand.value:
            data_foot(stand.value.run)
        page.run()
    except Exception:  # noqa: BLE001 - the last line before a person: worded here, detailed in the log
        reference = secrets.token_hex(4)
        log.exception("The page %s failed, reference %s", page.url_path, reference)
        states.failure("This page did not load.", "The other pages may work.", reference)
        st.button("Retry", icon=":material/refresh:", on_click=st.cache_data.clear)


def data_foot(run: RunSummary) -> None:
    """Say in the sidebar whose data this is and how fresh."""
    zone = session.zone()
    cut_off = f"Data to {instant(run.as_of, zone)}\N{NO-BREAK SPACE}{zone_name(run.as_of, zone)}"
    with st.sidebar:
        draw(element("div", element("p", run.operator), element("p", cut_off), css="ra-foot"))


if __name__ == "__main__":
    main()
