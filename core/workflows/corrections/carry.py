"""Carries corrections out: saves, sends, reads back, saves, until something has to be waited for.

Whatever crashes, one decision has one effect: the key is saved before the call, and what is found ``sending``
is asked after before it is sent again. Decides nothing itself: the state machine does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Literal

from core.kernel.corrections import Correction, OrderItem
from core.kernel.errors import ConflictError
from core.kernel.people import Actor
from core.ports.corrections import Claim, CorrectionChange, CorrectionStore, Grounds, Move
from core.ports.operator import Connector, Connectors
from core.workflows.corrections.grounds import Obstacle, obstacle
from core.workflows.corrections.machine import answered, begun, found, looked, next_of, turned_back
from core.workflows.corrections.told import changed

__all__ = ["LEASE", "POINTS", "Carrier", "Point"]

LEASE: Final = timedelta(minutes=2)
"""How long a worker has a correction in hand without a sign of life."""

_HELD_FOR: Final = timedelta(minutes=1)
"""After so long what is held is looked at again."""

Point = Literal[
    "before_intent", "after_intent", "after_call", "after_record", "after_ask", "after_look", "after_settle"
]
"""Where a process may be killed between two things that belong together."""

POINTS: tuple[Point, ...] = (
    "before_intent", "after_intent", "after_call", "after_record", "after_ask", "after_look", "after_settle",
)  # fmt: skip


def _passed(_point: Point) -> None:
    """Go on."""


class Carrier:
    """Carry corrections out.

    Parameters
    ----------
    actor
        Who it is that the audit trail names.
    clock
        Tells this machine's time.
    at
        Is told of each point that is passed.
    """

    def __init__(
        self,
        store: CorrectionStore,
        connectors: Connectors,
        actor: Actor,
        clock: Callable[[], datetime],
        at: Callable[[Point], None] = _passed,
    ) -> None:
        self._store = store
        self._connectors = connectors
        self._actor = actor
        self._clock = clock
        self._at = at

    def carry(self, claim: Claim) -> None:
        """Carry a correction as far as it goes now; nothing when another worker has taken it over."""
        while (correction := self._store.resume_correction(claim, self._clock() + LEASE)) is not None:
            now = self._clock()
            item = correction.current
            step = next_of(correction, now)
            if item is None or step in {"wait", "nothing"}:
                self._store.release_correction(claim)
                return
            connector = self._connectors.of(item.order.system)
            try:
                if connector is None:
                    missing = f"No connector to {item.order.system} is set up: carry it out by hand."
                    self._hold(claim, correction, missing)
                    return
                if not self._take(step, claim, correction, item, connector):
                    return
            except ConflictError:
                return  # a person or another worker has moved it meanwhile: their change counts

    def _take(
        self, step: str, claim: Claim, correction: Correction, item: OrderItem, connector: Connector
    ) -> bool:
        """Take one step; False when it has to wait for somebody."""
        if step == "send":
            return self._send(claim, correction, item, connector)
        if step == "ask":
            receipt = connector.find(item.order)
            self._at("after_ask")
            life = connector.key_life_hours
            self._move(correction, lambda one, _: found(one, receipt, self._clock(), life))
            return True
        seen = connector.read(item.order)
        self._at("after_look")
        self._move(correction, lambda one, _: looked(one, seen, self._clock()))
        self._at("after_settle")
        return True

    def _send(self, claim: Claim, correction: Correction, item: OrderItem, connector: Connector) -> bool:
        before = connector.read(item.order) if item.sends == 0 else item.before
        against: list[Obstacle] = []

        def begin(one: Correction, grounds: Grounds) -> Correction | None:
            problem = obstacle(one, item, grounds)
            if problem is None:
                return begun(one, self._clock(), before, connector.key_life_hours)
            if problem.then == "hold":
                against.append(problem)
                return None
            if problem.then == "turn_back":
                return turned_back(one, "cancelled", problem.says, self._clock())
            return replace(one, state="stuck", due_at=None, says=problem.says)

        self._at("before_intent")
        intended = self._move(correction, begin)
        self._at("after_intent")
        if against:
            self._hold(claim, correction, against[0].says)
            return False
        sending = intended.current
        if sending is None or sending.state != "sending":
            return True
        receipt = connector.send(sending.order)
        self._at("after_call")
        self._move(intended, lambda one, _: answered(one, receipt, self._clock()))
        self._at("after_record")
        return True

    def _hold(self, claim: Claim, correction: Correction, says: str) -> None:
        """Look at a correction again later; only the first time does the audit trail hear of it."""
        due_at = self._clock() + _HELD_FOR
        if correction.says != says:
            self._move(correction, lambda one, _: replace(one, says=says, due_at=due_at))
        self._store.release_correction(claim, due_at)

    def _move(
        self, correction: Correction, move: Callable[[Correction, Grounds], Correction | None]
    ) -> Correction:
        def kept(one: Correction, grounds: Grounds) -> CorrectionChange | None:
            after = move(one, grounds)
            if after is None:
                return None
            after = replace(after, version=one.version + 1)
            return changed(one, after, grounds, self._actor, self._clock())

        handed: Move = kept
        return self._store.move_correction(correction.correction_id, correction.version, handed)
