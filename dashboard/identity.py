"""Signing in through the operator's identity provider: `st.login` proves who, a session of ours follows.

Streamlit keeps what the provider said in a cookie that lives for weeks and works when copied. It is therefore
traded at once for a session, by a code that works once and only in the browser that holds that cookie.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from time import monotonic

import streamlit as st

from core.api import SignInError
from dashboard.entrance import IDENTITY_COOKIE, door
from dashboard.markup import send_to

SHARED = frozenset({"redirect_uri", "cookie_secret", "expose_tokens"})
DEFAULT = "default"
SECRET_LENGTH = 32
SECONDS = 60

REFUSALS = {
    "unknown": "Nobody here is known by that account. Ask an administrator to add you.",
    "disabled": "This person may no longer sign in. Ask an administrator.",
    "expired": "That took too long. Please try again.",
}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Arrival:
    """Hold how an identity was received: the token of a session, or in a word why there is none."""

    token: str = ""
    why: str = "expired"
    browser: str = ""
    until: float = 0.0


_arrivals: dict[str, Arrival] = {}
_lock = Lock()


def providers() -> list[tuple[str, str]]:
    """Return name and title of each identity provider in the secrets; none where its secret is too weak."""
    if not st.secrets.load_if_toml_exists() or "auth" not in st.secrets:
        return []
    auth = st.secrets["auth"]
    if len(str(auth.get("cookie_secret", ""))) < SECRET_LENGTH:
        log.error("auth.cookie_secret has less than %d characters: no sign-in by identity", SECRET_LENGTH)
        return []
    named = [name for name, value in auth.items() if isinstance(value, Mapping) and "client_id" in value]
    found = [(name, str(auth[name].get("title", name.capitalize()))) for name in named]
    return [(DEFAULT, str(auth.get("title", "your organisation"))), *found] if "client_id" in auth else found


def refusal(why: str) -> str:
    """Return the sentence for a word of `claim`; empty for none."""
    return REFUSALS.get(why, "")


def pass_through(provider: str) -> bool:
    """Send somebody without a session to a provider, or on from there; return whether they are on the way."""
    known = {name for name, _ in providers()}
    if not known:
        return False
    if st.user.is_logged_in:
        code = _receive(dict(st.user.to_dict()), st.context.cookies.get(IDENTITY_COOKIE, ""))
        send_to(f"/sign-in/arrive?code={code}")
        return True
    if provider in known:
        st.login(None if provider == DEFAULT else provider)
        return True
    return False


def claim(code: str, cookies: Mapping[str, str]) -> Arrival:
    """Return what waits under a code, once, and only to the browser that brought the identity."""
    with _lock:
        arrival = _arrivals.pop(code, Arrival())
    is_theirs = secrets.compare_digest(arrival.browser, _browser(cookies.get(IDENTITY_COOKIE, "")))
    return arrival if is_theirs and monotonic() < arrival.until else Arrival()


def cookies_among(cookies: Mapping[str, str]) -> list[str]:
    """Return the names of Streamlit's identity cookies; long ones come in pieces."""
    return [name for name in cookies if name.startswith(IDENTITY_COOKIE)]


def _receive(claims: Mapping[str, object], cookie: str) -> str:
    """Let an identity in and return the code under which what came of it waits."""
    browser, code = _browser(cookie), secrets.token_urlsafe(24)
    with _lock:
        waiting = [one for one, arrival in _arrivals.items() if arrival.browser == browser]
        for one in [*waiting, *(key for key, kept in _arrivals.items() if kept.until < monotonic())]:
            _arrivals.pop(one, None)
    email = claims.get("email") if claims.get("email_verified", True) else None
    try:
        admission = door().sign_in_by_identity(
            str(claims.get("iss", "")), str(claims.get("sub", "")), str(email) if email else None
        )
        arrival = Arrival(admission.token, "", browser, monotonic() + SECONDS)
    except SignInError as error:
        arrival = Arrival("", str(error.fields["why"]), browser, monotonic() + SECONDS)
    with _lock:
        _arrivals[code] = arrival
    return code


def _browser(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
