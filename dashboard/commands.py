"""What pressing a button does: asks the core as the reader of this moment. Caches nothing, draws nothing."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable

from core.api import Assay, AssayError, SignInError, StoreError, Verdict
from dashboard import queries, session
from dashboard.entrance import door

log = logging.getLogger(__name__)

DONE: dict[Verdict, str] = {
    "approved": "Approved. It is in force from now on.",
    "returned": "Returned to {proposer}.",
    "rejected": "Rejected. Nothing was changed.",
    "withdrawn": "Taken back. Nothing was changed.",
}


def attempt(work: Callable[[Assay], str]) -> bool:
    """Do something as the reader, and keep for the next drawing the sentence that says what became of it.

    Who the reader is and what they may is asked anew, so that a session that has ended does nothing more.
    """
    try:
        assay = session.enter()
        if assay is None:
            return False  # the frame says that they are signed out
        session.tell(work(assay), is_done=True)
    except StoreError:
        reference = secrets.token_hex(4)
        log.exception("A command failed, reference %s", reference)
        session.tell(
            f"The store did not answer, so nothing was changed. Reference {reference}.", is_done=False
        )
        return False
    except AssayError as refusal:
        session.tell(refusal.message, is_done=False)
        return False
    return True


def decide(proposal_id: str, verdict: Verdict, content_hash: str, proposer: str) -> None:
    """Decide a proposal with the reason that stands in its field."""
    reason = session.written(session.reason_key(proposal_id))

    def work(assay: Assay) -> str:
        assay.decide(proposal_id, verdict, content_hash, reason)
        return DONE[verdict].format(proposer=proposer)

    if attempt(work):
        queries.forget_settings()
        session.go(**{session.PROPOSAL: None})


def confirm_and_approve(proposal_id: str, content_hash: str, proposer: str) -> None:
    """Take the reader's password once more, then approve."""
    password = session.take(session.PASSWORD)
    try:
        door().prove(session.token(), password)
    except SignInError as refusal:
        session.tell(refusal.message, is_done=False)
        return
    decide(proposal_id, "approved", content_hash, proposer)


def propose_thresholds(control_id: str, thresholds: dict[str, str], enabled: bool) -> None:
    """Ask a second person for other thresholds, with the reason that stands in its field."""
    note = session.written(session.reason_key(control_id))

    def work(assay: Assay) -> str:
        assay.propose_thresholds(control_id, thresholds, enabled, note)
        return "Proposed. It waits for a second person under Approvals."

    if attempt(work):
        session.close_drawer()
