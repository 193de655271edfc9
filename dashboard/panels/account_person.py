"""How a customer is reached: opened with a reason, for one session. Reads nothing."""

from __future__ import annotations

import streamlit as st

from core.api import AccountView, Assay, PersonalData
from dashboard import commands, forget, session
from dashboard.components import states
from dashboard.components.head import note
from dashboard.markup import draw, element
from dashboard.panels.account_head import account_title


def title_and_numbers(view: AccountView) -> None:
    """Draw who the account is, with numbers and addresses in clear or, for who may, the way to open them."""
    account_id = view.head.account_id
    draw(account_title(view))
    states.told(session.told())
    if view.personal:
        draw(element("p", " · ".join(_said(view.personal)), css="ra-opened"))
        return
    if not session.assay().may("personal_data.unmask"):
        return
    with (
        st.popover(
            "Show numbers", key=f"numbers-{account_id}", icon=":material/visibility:", type="tertiary"
        ),
        st.form(f"numbers-form-{account_id}", border=False),
    ):
        reason = st.text_input("Why do you need them?", max_chars=200, placeholder="The customer asked to …")
        note("Your reason is kept in the audit trail. The numbers stay open until you sign out.")
        if st.form_submit_button("Show", key=f"pri-numbers-{account_id}", type="primary"):
            _open(account_id, reason)


def _open(account_id: str, reason: str) -> None:
    def work(assay: Assay) -> str:
        assay.unmask(account_id, reason)
        return "The numbers are open to you until you sign out."

    if commands.attempt(work):
        forget.masks()
    st.rerun()


def _said(personal: PersonalData) -> list[str]:
    lines = [
        " ".join(
            filter(
                None,
                (line.subscription_id, line.msisdn and f"+{line.msisdn}", line.imsi and f"SIM {line.imsi}"),
            )
        )
        for line in personal.lines
    ]
    ways = [one for one in (personal.email, personal.phone) if one]
    return [*ways, *lines] or ["CRM has neither e-mail, phone nor line."]
