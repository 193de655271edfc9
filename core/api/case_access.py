"""Which cases whoever asks may see and work on. Answers no question itself."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from core.api.approvals import ApprovalDesk
from core.kernel.case_life import CaseLife
from core.kernel.errors import NotFoundError
from core.kernel.results import Case

__all__ = ["CaseAccess"]


class CaseAccess(ApprovalDesk):
    """Refuse cases that are not for whoever asks; a part of `Assay`."""

    def _check(self, seen: Collection[str], *, of_others: bool) -> None:
        """Refuse cases of segments that may not be seen, and those on which somebody else works."""
        for case_id in seen:
            self._seen_case("cases.work", case_id)
        if of_others:
            return
        for life in self._store.lives(seen).values():
            if barred := self._bars(life):
                self._refuse("cases.work", barred, life.account_id)

    def _bars(self, life: CaseLife) -> str:
        if life.owner_id in {None, self._actor.user_id} or self.may("cases.assign"):
            return ""
        return f"{life.owner_name} works on this case: they, or a supervisor, can hand it over."

    def _seen_case(self, right: Literal["cases.read", "cases.work", "cases.propose"], case_id: str) -> Case:
        case = self._store.case(case_id)
        if case is None:
            raise NotFoundError(
                f"There is no case {case_id}: look for it in the queue.", fields={"case_id": case_id}
            )
        self._allow_segment(right, case.segment, case.account_id)
        return case
