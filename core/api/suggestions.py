"""Thresholds that verdicts speak for: looked for, shown as drafts, dismissed. Proposes and sets none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Literal

from core.api.guard import Guarded, needs
from core.bootstrap import Parts, wall_clock
from core.controls.model import Control
from core.controls.suggestions import dismiss, said, said_by_lot, succeed, verdicts_name
from core.controls.tuning import enough, numeric
from core.kernel.errors import ConflictError, LakeError, NotFoundError
from core.kernel.people import ASSAY, Actor
from core.kernel.reads import Verdicts
from core.kernel.suggestions import JudgedFinding, Share, ThresholdReview
from core.workflows.as_of import as_of_run
from core.workflows.assurance import Progress
from core.workflows.tuning import JudgedRun, tune_over

__all__ = ["AdviceState", "SuggestionDesk", "ThresholdAdvice", "look_at_all"]

AdviceState = Literal["few", "not_looked", "none", "suggested", "dismissed"]

_RUNS = 3
"""The data of so many runs is asked again: the latest, and the newest of others with judged alerts."""


@dataclass(frozen=True)
class ThresholdAdvice:
    """Say what verdicts speak for, of one control.

    Parameters
    ----------
    state
        ``few``: too few verdicts to look; ``not_looked``: enough, and nobody has looked yet with the
        thresholds in force; else what came of the last look.
    said, said_by_lot
        What people said of the control's closed cases, and of those among them that were drawn by lot.
    review
        The last look with the thresholds in force.
    is_newer
        Whether verdicts have come since.
    may_look
        Whether there are verdicts enough that nobody has looked at.
    """

    state: AdviceState
    said: Share
    said_by_lot: Share
    review: ThresholdReview | None
    is_newer: bool
    may_look: bool


class SuggestionDesk(Guarded):
    """Show and dismiss suggested thresholds; a part of `Assay`."""

    @needs("controls.read", of_all=True)
    def suggested_thresholds(self) -> tuple[str, ...]:
        """Return the controls of which another threshold is suggested, by id."""
        versions = {one.id: one.version for one in self._parts.controls}
        return tuple(
            one.control_id
            for one in self._store.threshold_reviews()
            if one.suggestion and not one.dismissal and versions.get(one.control_id) == one.definition
        )

    @needs("controls.read", of_all=True)
    def threshold_advice(self, control_id: str) -> ThresholdAdvice | None:
        """Return what verdicts say of a control's thresholds; None where it has none that is a number.

        Raises
        ------
        NotFoundError
            RA-E400 when there is no such control.
        """
        control = self._control(control_id)
        if not control.enabled or not numeric(control):
            return None
        judged = self._store.judged_findings(control_id)
        kept = (one for one in self._store.threshold_reviews() if one.control_id == control_id)
        review = next((one for one in kept if one.definition == control.version), None)
        share = said(judged)
        is_newer = review is not None and review.verdicts != verdicts_name(judged)
        may_look = enough(share) and (review is None or is_newer)
        return ThresholdAdvice(_state(review, share), share, said_by_lot(judged), review, is_newer, may_look)

    @needs("settings.propose", of_all=True)
    def look_for_threshold(self, control_id: str) -> ThresholdReview:
        """Look for a better threshold of a control in the data of the runs whose alerts were judged.

        Raises
        ------
        NotFoundError
            RA-E400 when there is no such control.
        ConflictError
            RA-E401 when it has no threshold to look at, or too few verdicts.
        """
        control = self._control(control_id)
        judged = self._store.judged_findings(control_id)
        if not control.enabled or not numeric(control) or not enough(said(judged)):
            raise ConflictError(f"There are not verdicts enough to look for a threshold of {control.title}.")
        return _look(self._parts, control, judged, self._actor)

    @needs("settings.propose", of_all=True)
    def dismiss_suggestion(self, control_id: str, verdicts: str, reason: str) -> ThresholdReview:
        """Put a suggestion aside, until other verdicts suggest something else.

        Parameters
        ----------
        verdicts
            What the review that was shown calls the verdicts that it stands on.

        Raises
        ------
        InputError
            RA-E100 without a reason.
        ConflictError
            RA-E401 when it is dismissed already, or not suggested any more.
        """
        return self._store.review_threshold(
            control_id,
            partial(dismiss, verdicts=verdicts, actor=self._actor, reason=reason, now=wall_clock()),
        )

    def _control(self, control_id: str) -> Control:
        control = next((one for one in self._parts.controls if one.id == control_id), None)
        if control is None:
            raise NotFoundError(f"There is no control {control_id}.", fields={"control": control_id})
        return control


def look_at_all(parts: Parts, progress: Progress) -> None:
    """Look for better thresholds wherever there are verdicts enough that nobody has looked at."""
    known = {one.control_id: (one.definition, one.verdicts) for one in parts.store.threshold_reviews()}
    told = parts.store.verdicts()
    for control in parts.controls if any(map(_is_enough, told)) else ():
        if not control.enabled or not numeric(control):
            continue
        if any(one.control_id == control.id and _is_enough(one) for one in told):
            judged = parts.store.judged_findings(control.id)
            if known.get(control.id) != (control.version, verdicts_name(judged)):
                progress(f"thresholds of {control.title}", 0, 0)
                _look(parts, control, judged, ASSAY)


def _is_enough(verdicts: Verdicts) -> bool:
    return enough(Share(verdicts.right, verdicts.wrong))


def _state(review: ThresholdReview | None, share: Share) -> AdviceState:
    if review is None:
        return "not_looked" if enough(share) else "few"
    if review.suggestion is None:
        return "none"
    return "dismissed" if review.dismissal else "suggested"


def _look(parts: Parts, control: Control, judged: Sequence[JudgedFinding], actor: Actor) -> ThresholdReview:
    others = [one for one in parts.controls if one.fault == control.fault and one.id != control.id]
    with ExitStack() as opened:
        runs = list(_open(parts, judged, opened))
        tuning = tune_over(runs, control, others, judged)
    asked = {run.run_id for run in runs}
    found = ThresholdReview(
        control.id,
        control.version,
        verdicts_name(judged),
        wall_clock(),
        tuning.raised,
        tuning.raised_by_lot,
        tuning.gone,
        len({one.case_id for one in judged if one.run_id not in asked}),
        tuning.suggestion,
    )
    return parts.store.review_threshold(control.id, partial(succeed, found=found, actor=actor))


def _open(parts: Parts, judged: Sequence[JudgedFinding], opened: ExitStack) -> Iterator[JudgedRun]:
    """Open the data of the latest run and of the newest with judged alerts, as far as the lake holds it."""
    known = [parts.store.latest_run(), *map(parts.store.run, {one.run_id for one in judged})]
    runs = {run.run_id: run for run in known if run}
    newest = sorted(runs.values(), key=lambda run: run.finished_at, reverse=True)
    for run in newest[:_RUNS]:
        try:
            session = opened.enter_context(as_of_run(parts.store, parts.lake, run))
        except LakeError:
            continue
        yield JudgedRun(run.run_id, session, run.as_of)
