"""Build the few pieces of own HTML. Every value is escaped here and nowhere else; holds no layout."""

from __future__ import annotations

import re
from html import escape
from typing import Literal

import streamlit as st

SAFE_ADDRESS = re.compile(r"/[\w/?=&%-]*")
VOID = frozenset({"br", "hr", "img", "input"})


class Html(str):
    """Mark text that this module has built and escaped."""

    __slots__ = ()


def element(tag: str, *children: str | None, css: str = "", **attributes: str | int | None) -> Html:
    """Return one element; plain text children are escaped, `Html` children stand, ``None`` is left out.

    ``css`` is the class. Attribute names take ``_`` for ``-``, and a trailing ``_`` for Python's keywords.
    """
    named = {"class": css or None, **{key.rstrip("_").replace("_", "-"): v for key, v in attributes.items()}}
    opening = "".join(f' {key}="{escape(str(value))}"' for key, value in named.items() if value is not None)
    if tag in VOID:
        return Html(f"<{tag}{opening}>")
    return Html(f"<{tag}{opening}>{join(*children)}</{tag}>")


def join(*children: str | None) -> Html:
    """Return the children one after the other, escaped unless they are `Html`."""
    return Html(
        "".join(
            child if isinstance(child, Html) else escape(child) for child in children if child is not None
        )
    )


def draw(html: Html, width: Literal["stretch", "content"] | int = "stretch") -> None:
    """Put built markup on the page."""
    if not isinstance(html, Html):
        raise TypeError("Only markup built by dashboard.markup may be drawn: wrap the text in an element.")
    st.html(html, width=width)


def send_to(address: str) -> None:
    """Let the browser leave this page for another address of this server."""
    if not SAFE_ADDRESS.fullmatch(address):
        raise ValueError(f"{address!r} is no plain address of this server")
    st.html(f"<script>window.location.replace('{address}')</script>", unsafe_allow_javascript=True)


def plain(text: str) -> str:
    """Return text for a Streamlit label, with what Markdown would act on made inert."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]()<>#+-.!|~$:&" else char for char in text)
