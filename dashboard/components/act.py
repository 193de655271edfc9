"""A button that acts on what the fields beside it say at this moment. Does not know what it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboard import session


def act(label: str, do: Callable[[], None], *, disabled: bool = False, **looks: Any) -> None:
    """Draw a button; once pressed, do its work before the next drawing.

    A callback gets the arguments of the last drawing that came to its end: whoever fills in a field and
    presses at once would send what stood there before. This one takes them from the drawing that sees the
    press, and so sends what the reader sees.
    """
    if st.button(label, disabled=disabled, **looks) and not disabled:
        session.do_next(do)
        st.rerun()
