"""Whether a charge is right before it is posted. Computes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any

from core.api.guard import Guarded, needs
from core.kernel.errors import NotFoundError
from core.rating.charge_check import ChargeCheck, ChargeChecker, Subscriber, ToPost
from core.workflows.as_of import session_of_run

__all__ = ["ChargeCheck", "ChargeDesk", "Subscriber", "ToPost"]

_OPENING = Lock()
"""Lets one thread at a time open the lake of a new run."""


class ChargeDesk(Guarded):
    """Check charges before they are posted; a part of `Assay`."""

    @needs("pricing.run")
    def check_charge(self, event: Mapping[str, Any], to_post: ToPost) -> ChargeCheck:
        """Say what the charge for one event should be, and whether the one to post is that.

        Parameters
        ----------
        event
            A row of the contract's *usage_events*, checked against its columns.

        Notes
        -----
        What was used before is known as of the latest run, and from what was checked since in this process.

        Raises
        ------
        NotFoundError
            RA-E400 before the first run.
        ForbiddenError
            RA-E402 for a customer of a segment that whoever asks may not see.
        LakeError
            RA-E300 when the lake does not hold the latest run's streams.
        """
        checker = self._checker()
        subscriber = checker.subscriber(event["imsi"], event["started_at"])
        if subscriber is None:
            why = ("No subscription, or more than one, has this SIM at that time.",)
            return ChargeCheck("unknown_subscriber", why=why)
        self._allow_segment("pricing.run", subscriber.segment, subscriber.account_id)
        return checker.check(subscriber, event, to_post)

    def _checker(self) -> ChargeChecker:
        run = self._store.latest_run()
        if run is None:
            raise NotFoundError("Nothing is known of what was used before: run Assay first.")
        kept = self._parts.checkers
        with _OPENING:
            checker = kept.get(run.run_id)
            if checker is None:
                checker = ChargeChecker(session_of_run(self._store, self._parts.lake, run))
                kept.clear()
                kept[run.run_id] = checker
        return checker
