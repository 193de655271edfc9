"""Carries corrections out in the background, as durable workflows that a crash only interrupts.

The corrections themselves, their keys and their ledger are in the operational store. The workflow engine
knows which claim on which correction was under way; nothing else of Assay knows the engine.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Final

from dbos import DBOS, DBOSConfig, DBOSConfiguredInstance, SetWorkflowID

from core.kernel.errors import AssayError
from core.ports.corrections import Claim, CorrectionStore
from core.workflows.corrections.carry import LEASE, Carrier

__all__ = ["AT_ONCE", "Worker"]

AT_ONCE: Final = 8
"""How many corrections one worker has in hand."""

_PAUSE_S: Final = 1.0
_LAST_S: Final = 20
"""How long a worker that is to stop waits for what it has in hand; the rest is taken up at the next start."""

_VERSION: Final = "1"
"""Of the workflow's form, so that a new release takes up what an older one left."""


@DBOS.dbos_class()
class _Carrying(DBOSConfiguredInstance):
    """Stand for the workflow: one for each time that a correction is taken in hand."""

    def __init__(self, carrier: Carrier) -> None:
        super().__init__("corrections")
        self._carrier = carrier
        self.in_hand: set[str] = set()

    @DBOS.workflow()
    def carry(self, correction_id: str, number: int) -> None:
        """Carry a correction on; which claim it is decides whether it still may."""
        self.carry_step(correction_id, number)

    @DBOS.step()
    def carry_step(self, correction_id: str, number: int) -> None:
        """Carry on from where the store says that it stands: to be repeated does no harm."""
        self.in_hand.add(correction_id)
        try:
            self._carrier.carry(Claim(correction_id, number))
        finally:
            self.in_hand.discard(correction_id)


class Worker:
    """Take corrections in hand as they become due, until told to stop.

    Parameters
    ----------
    address
        Where the workflow engine keeps what is under way: an SQLAlchemy URL.
    name
        Names this worker among several over one database.
    """

    def __init__(
        self,
        store: CorrectionStore,
        carrier: Carrier,
        clock: Callable[[], datetime],
        address: str,
        name: str,
    ) -> None:
        self._store = store
        self._clock = clock
        self._config: DBOSConfig = {
            "name": "assay",
            "system_database_url": address,
            "executor_id": name,
            "application_version": _VERSION,
            "log_level": "ERROR",
        }
        DBOS(config=self._config)
        self._carrying = _Carrying(carrier)

    def run(self, stop: threading.Event, troubled: Callable[[AssayError], None]) -> None:
        """Work until ``stop`` is set.

        Parameters
        ----------
        troubled
            Is told when the store cannot be asked; it is asked again.
        """
        DBOS.launch()
        try:
            while not stop.is_set():
                try:
                    self._take_in_hand()
                except AssayError as error:
                    troubled(error)
                stop.wait(_PAUSE_S)
        finally:
            DBOS.destroy(workflow_completion_timeout_sec=_LAST_S)

    def _take_in_hand(self) -> None:
        free = AT_ONCE - len(self._carrying.in_hand)
        now = self._clock()
        for claim in self._store.claim_corrections(now, now + LEASE, limit=free) if free > 0 else ():
            with SetWorkflowID(f"{claim.correction_id}.{claim.number}"):
                DBOS.start_workflow(self._carrying.carry, claim.correction_id, claim.number)
