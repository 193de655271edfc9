"""What pressing a button does: asks the core as the reader of this moment. Caches nothing, draws nothing."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from core.api import (
    Assay,
    AssayError,
    CaseLife,
    Closing,
    Correction,
    PolicyTable,
    SignInError,
    StepKind,
    StoreError,
    Verdict,
    WaitsFor,
)
from dashboard import forget, session
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
        forget.settings()
        forget.cases()
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


def look_for_threshold(control_id: str) -> None:
    """Look at once for the threshold that verdicts speak for."""

    def work(assay: Assay) -> str:
        found = assay.look_for_threshold(control_id).suggestion
        return "A threshold is suggested below." if found else "Verdicts speak for no other value."

    attempt(work)
    forget.settings()


def dismiss_suggestion(control_id: str, verdicts: str, field: str) -> None:
    """Put a suggested threshold aside, with the reason that stands in a field."""
    reason = session.written(field)

    def work(assay: Assay) -> str:
        assay.dismiss_suggestion(control_id, verdicts, reason)
        return "Dismissed. It comes back when other verdicts suggest something else."

    if attempt(work):
        session.close_drawer()
        session.take(field)
    forget.settings()


def propose_policy(tables: tuple[PolicyTable, ...]) -> None:
    """Ask a second person for another policy, with the reason that stands in its field."""
    note = session.written(session.reason_key("policy"))

    def work(assay: Assay) -> str:
        assay.propose_policy(tables, note)
        return "Proposed. It waits for a second person under Approvals."

    if attempt(work):
        session.close_drawer()


Seen = Mapping[str, int]
"""The version of each case as it was shown, by its id."""

_STEPPED: dict[StepKind, str] = {
    "woken": "It is back in the queue.",
    "resumed": "The clock goes on.",
    "reopened": "It is open again.",
}


def _work_on(seen: Seen, words: str, work: Callable[[Assay], Sequence[CaseLife]], field: str = "") -> None:
    """Do something to cases, say so, read them anew, and close the drawer that it came from.

    Parameters
    ----------
    field
        The key of the field that was read, to be emptied.
    """
    lives: list[CaseLife] = []

    def told(assay: Assay) -> str:
        lives.extend(work(assay))
        return words if len(seen) == 1 else f"{words} {len(seen)} cases."

    if attempt(told):
        session.close_drawer()
        session.untick(session.QUEUE_GRID)
        several = min(len(lives), len(seen)) > 1
        session.keep_done((f"{words} {len(lives)} cases.", _versions(lives)) if several else None)
        if field:
            session.take(field)
    forget.cases()


def _versions(lives: Sequence[CaseLife]) -> Seen:
    return {life.case_id: life.version for life in lives}


def step(seen: Seen, kind: Literal["woken", "resumed", "reopened"]) -> None:
    """Wake cases, let their clocks go on, or open them again."""
    _work_on(seen, _STEPPED[kind], lambda assay: assay.step_cases(seen, kind))


def wait(seen: Seen, whom: WaitsFor) -> None:
    """Stop the clock of cases until a customer or a partner has answered."""
    words = f"The clock stands until the {whom} has answered."
    _work_on(seen, words, lambda assay: assay.step_cases(seen, "paused", waits_for=whom))


def assign(seen: Seen, user_id: str | None, name: str) -> None:
    """Give cases to somebody."""
    words = f"Assigned to {name}." if user_id else "It is nobody's in particular now."
    _work_on(seen, words, lambda assay: assay.assign_cases(seen, user_id))


def snooze(seen: Seen, field: str, length: timedelta) -> None:
    """Take cases out of the queue for a while, with the note that stands in a field."""
    note, until = session.written(field), datetime.now(UTC) + length
    _work_on(seen, "Snoozed.", lambda assay: assay.step_cases(seen, "snoozed", note, until=until), field)


def close(seen: Seen, field: str, closing: Closing | None, root_cause: str | None) -> None:
    """Close cases as not an issue, with the note that stands in a field."""
    note = session.written(field)
    _work_on(
        seen,
        "Closed as not an issue.",
        lambda assay: assay.step_cases(seen, "closed", note, closing=closing, root_cause=root_cause),
        field,
    )


def comment(case_id: str, version: int) -> None:
    """Keep what the reader wrote about a case."""
    seen, field = {case_id: version}, session.comment_key(case_id)
    note = session.written(field)
    _work_on(seen, "Your comment is kept.", lambda assay: assay.step_cases(seen, "commented", note), field)


def merge(seen: Seen, main_id: str, field: str) -> None:
    """Make one case of several, and go to it."""
    note = session.written(field)

    def work(assay: Assay) -> Sequence[CaseLife]:
        lives = assay.merge_cases(seen, main_id, note)
        session.go(**{session.CASE: main_id, session.PART: None})
        return lives

    _work_on(seen, "Merged:", work, field)


def split(case_id: str, version: int, finding_ids: Sequence[str], field: str) -> None:
    """Make a case of its own of some findings, and go to it."""
    note = session.written(field)

    def work(assay: Assay) -> Sequence[CaseLife]:
        lives = assay.split_case(case_id, version, finding_ids, note)
        new = next(life.case_id for life in lives if life.case_id != case_id)
        session.go(**{session.CASE: new, session.PART: None})
        return lives

    _work_on({case_id: version}, f"Split off {case_id}: this is a case of its own now.", work, field)


def undo(seen: Seen) -> None:
    """Take back what the reader did last."""
    _work_on(seen, "Taken back.", lambda assay: assay.undo_step(seen))
    session.keep_done(None)  # what was taken back, or could not be, is not offered again


def propose_correction(case_id: str, version: int, wanted: Correction) -> None:
    """Ask a second person to put a case right, with the reason that stands in its field."""
    field = session.reason_key(case_id)
    note = session.written(field)

    def work(assay: Assay) -> Sequence[CaseLife]:
        assay.propose_correction(case_id, version, wanted, note)
        return ()

    words = "Sent for approval. Nothing changes on the account until then."
    _work_on({case_id: version}, words, work, field)
