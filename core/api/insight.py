"""One account in a nutshell, for whoever talks to its customer. Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.api.account import AccountQuestions
from core.api.account_answers import AccountHead
from core.api.guard import needs
from core.kernel.advice import Advice
from core.kernel.case_life import CLOSED, CaseLife, CaseStep
from core.kernel.reads import CaseQuery
from core.kernel.results import Case

__all__ = ["AccountInsight", "InsightDesk", "OpenMatter", "PastMatter"]

_OPEN_SHOWN, _PAST_SHOWN = 20, 10


@dataclass(frozen=True)
class OpenMatter:
    """Hold a case that is open, where it stands, and what Assay advises; None where no run kept any."""

    case: Case
    life: CaseLife
    advice: Advice | None


@dataclass(frozen=True)
class PastMatter:
    """Hold a case that is closed with the step that closed it."""

    case: Case
    step: CaseStep


@dataclass(frozen=True)
class AccountInsight:
    """Say what is wrong with an account's bills, why, what to do, and what was done before.

    ``open`` comes worst first, ``past`` newest first; ``as_of`` is until when the data is known.
    """

    head: AccountHead
    as_of: datetime
    summary: str
    open: tuple[OpenMatter, ...]
    past: tuple[PastMatter, ...]


class InsightDesk(AccountQuestions):
    """Answer about one account in a nutshell; a part of `Assay`."""

    @needs("accounts.read")
    def account_insight(self, account_id: str) -> AccountInsight:
        """Return what is wrong with an account's bills, why, what to do, and what was done before.

        Raises
        ------
        NotFoundError
            RA-E400, when no stream names the account.
        ForbiddenError
            RA-E402 without the right to see cases, or for a customer of a segment that whoever asks may not
            see.
        LakeError
            RA-E300 when the lake does not hold the latest run's streams.
        """
        self._allow("cases.read", of_all=False)
        head, as_of = self._account_head(account_id)
        self._viewed("account", account_id, account_id)
        mine, veil = self._within(CaseQuery(account_id=account_id)), self._veil()
        found = veil.cases(self._store.cases(mine, offset=0, limit=_OPEN_SHOWN))
        lives = self._store.lives([case.case_id for case in found])
        return AccountInsight(
            head=head,
            as_of=as_of,
            summary=found[0].summary if found else "Nothing is known to be wrong with this account's bills.",
            open=tuple(
                OpenMatter(case, lives[case.case_id], veil.advice(self._store.advice(case.case_id)))
                for case in found
            ),
            past=self._past(account_id),
        )

    def _past(self, account_id: str) -> tuple[PastMatter, ...]:
        query = self._within(CaseQuery(account_id=account_id, states=CLOSED))
        closed = self._store.cases(query, sort="opened", offset=0, limit=_PAST_SHOWN)
        steps = {case.case_id: self._store.case_steps(case.case_id) for case in closed}
        ended = (
            PastMatter(case, next(step for step in steps[case.case_id] if step.after == case.status))
            for case in self._veil().cases(closed)
            if steps[case.case_id]
        )
        return tuple(sorted(ended, key=lambda one: one.step.at, reverse=True))
