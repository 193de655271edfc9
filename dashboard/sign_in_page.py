"""The look of signing in: two forms outside Streamlit, without scripts. Lets nobody in."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from dashboard.markup import Html, element, join

STYLE = Path(__file__).resolve().parent / "static" / "sign-in.css"
ASK = "No sign-in, or a lost password? An administrator adds people and gives new first passwords."
RULES = "At least 12 characters. A few words that only you would put together are best."

FIRST = "Your first password was made for you. From now on use one of your own."
CHANGE = "You stay signed in here and are signed out everywhere else."

Hidden = tuple[str, str]


def sign_in_page(
    hidden: Sequence[Hidden], *, user: str = "", alert: str = "", told: str = "", ways: Sequence[Hidden] = ()
) -> str:
    """Return the page that asks who somebody is.

    Parameters
    ----------
    hidden
        Names and values that the form sends along.
    told
        What has just happened, where nothing is wrong.
    ways
        Title and address of each other way to sign in.
    """
    other = [element("p", "or", css="or"), *(element("a", title, css="way", href=to) for title, to in ways)]
    card = element(
        "div",
        element("h1", "Sign in"),
        element("p", "Billing assurance, before the invoice leaves.", css="lead"),
        _alert(alert),
        element("p", told, css="told", role="status") if told else None,
        _form(
            "/sign-in",
            hidden,
            _field("user", "User", "text", "username", value=user, focus=not user),
            _field("password", "Password", "password", "current-password", focus=bool(user)),
            button="Sign in",
        ),
        *(other if ways else ()),
        css="card",
    )
    return _page("Sign in", join(card, element("p", ASK, css="help")))


def password_page(hidden: Sequence[Hidden], *, is_first: bool, alert: str = "") -> str:
    """Return the page that asks for a password of somebody's own.

    Only whoever replaces a first password, with which they have just come in, is not asked for it again.
    """
    lead = FIRST if is_first else CHANGE
    so_far = (
        [] if is_first else [_field("old", "Password so far", "password", "current-password", focus=True)]
    )
    card = element(
        "div",
        element("h1", "Choose your password"),
        element("p", lead, css="lead"),
        _alert(alert),
        _form(
            "/sign-in/password",
            hidden,
            *so_far,
            _field("new", "New password", "password", "new-password", focus=is_first, hint=RULES),
            _field("again", "The same once more", "password", "new-password"),
            button="Keep and go on",
        ),
        css="card",
    )
    return _page("Choose your password", card)


@cache
def policy() -> str:
    """Return what browsers may load and send on these pages: their own style, and nothing that runs."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self'; font-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


@cache
def _style() -> str:
    return STYLE.read_text(encoding="utf-8")


def _alert(text: str) -> Html | None:
    return element("p", text, css="alert", role="alert", id="alert") if text else None


def _form(action: str, hidden: Sequence[Hidden], *fields: Html, button: str) -> Html:
    kept = [element("input", name=name, type="hidden", value=value) for name, value in hidden]
    return element(
        "form", *kept, *fields, element("button", button, type="submit"), method="post", action=action
    )


def _field(
    name: str, label: str, kind: str, purpose: str, *, value: str = "", focus: bool = False, hint: str = ""
) -> Html:
    described = f"{name}-hint" if hint else None
    field = element(
        "input",
        id=name,
        name=name,
        type=kind,
        value=value or None,
        autocomplete=purpose,
        autocapitalize="none",
        spellcheck="false",
        maxlength=256,
        required="",
        autofocus="" if focus else None,
        aria_describedby=described,
    )
    told = element("p", hint, css="hint", id=described) if hint else None
    return join(element("label", label, for_=name), field, told)


def _page(title: str, content: Html) -> str:
    head = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title} · Assay</title><link rel='icon' href='/app/static/favicon.png'>"
        f"<style>{_style()}</style></head>"
    )
    logo = element("img", src="/app/static/logo.svg", alt="Assay", css="logo")
    return f"{head}<body>{element('main', logo, content)}</body></html>"
