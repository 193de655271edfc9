"""The operator's systems in memory: they keep keys for a while, note every effect, and fail when told to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from core.kernel.orders import SYSTEMS, Order, Receipt, System, Value

Fault = Literal[
    "", "lost_answer", "lost_request", "slow", "busy", "down", "refused", "cannot_tell", "stale_read",
    "no_read", "wrong_amount",
]  # fmt: skip

SETS = {"set_plan", "set_identity", "provision", "block_sim", "unblock_sim", "hold_bill", "release_bill"}
FLAGS: dict[str, dict[str, Value]] = {
    "hold_bill": {"held": True},
    "release_bill": {"held": False},
    "block_sim": {"blocked": True},
    "unblock_sim": {"blocked": False},
}
FIRST = {"plan_id": "P-before", "imsi": "I-before", "msisdn": "M-before", "held": False, "blocked": False}
"""The state of everything before anybody changed it."""

LINES = {"add_line": 1, "take_back_line": 1, "refund": -1, "retry_payment": 1, "write_off": -1}
"""Orders that move money on an account, and which way an amount without sign moves it."""


@dataclass(frozen=True)
class Effect:
    """Note one thing that was really done."""

    key: str
    order: Order
    values: Mapping[str, Value]


class FakeSystems:
    """Stand for every system of an operator's.

    Parameters
    ----------
    clock
        Tells the time, which faults move on.
    fault
        Says what goes wrong with a call, by its name: ``send``, ``find`` or ``read``.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        fault: Callable[[str, Order], Fault] = lambda call, order: "",
        life_hours: int = 24,
    ) -> None:
        self._clock = clock
        self._fault = fault
        self.key_life_hours = life_hours
        self.effects: list[Effect] = []
        self.sent: list[tuple[datetime, Order]] = []
        self.state: dict[str, dict[str, Value]] = {}
        self._keys: dict[str, tuple[datetime, Receipt]] = {}

    def of(self, system: System) -> FakeSystems | None:
        return self if system in SYSTEMS else None

    def send(self, order: Order) -> Receipt:
        now = self._clock()
        self.sent.append((now, order))
        known = self._known(order.key, now)
        fault = self._fault("send", order)
        if fault == "lost_request":
            return Receipt("unknown", says="no answer within 30 seconds")
        if fault == "busy":
            return Receipt("later", says="too many requests", wait_s=30)
        if fault == "down":
            return Receipt("later", says="service unavailable")
        receipt = known or self._do(order, fault, now)
        if fault in {"lost_answer", "slow"}:
            return Receipt("unknown", says="no answer within 30 seconds")
        return receipt

    def find(self, order: Order) -> Receipt | None:
        if self._fault("find", order) == "cannot_tell":
            return Receipt("unknown", says="the system cannot be reached")
        return self._known(order.key, self._clock())

    def read(self, order: Order) -> Mapping[str, Value] | None:
        fault = self._fault("read", order)
        if fault == "no_read":
            return None
        if order.kind in SETS:
            return dict(self._of_target(order))
        done = [one for one in self.effects if one.key == order.key]
        return {} if fault == "stale_read" or not done else dict(done[0].values)

    def balance(self) -> Decimal:
        """Return what all that was done comes to on the customers' bills and accounts."""
        total = Decimal(0)
        for one in self.effects:
            way = LINES.get(one.order.kind)
            amount = one.values.get("amount")
            if way is not None and isinstance(amount, Decimal):
                total += amount * way
        return total

    def _known(self, key: str, now: datetime) -> Receipt | None:
        at, receipt = self._keys.get(key, (None, None))
        return receipt if at is not None and now - at < timedelta(hours=self.key_life_hours) else None

    def _do(self, order: Order, fault: Fault, now: datetime) -> Receipt:
        if fault == "refused":
            receipt = Receipt("refused", says="not allowed")
        else:
            values: dict[str, Any] = {**order.values, **FLAGS.get(order.kind, {})}
            if fault == "wrong_amount" and isinstance(values.get("amount"), Decimal):
                values["amount"] += Decimal("0.01")
            self.effects.append(Effect(order.key, order, values))
            if order.kind in SETS:
                self._of_target(order).update({name: values[name] for name in values if name in FIRST})
            receipt = Receipt("done", reference=f"R-{len(self.effects)}")
        self._keys[order.key] = (now, receipt)
        return receipt

    def _of_target(self, order: Order) -> dict[str, Value]:
        names = {"set_plan": ["plan_id"], "set_identity": ["imsi", "msisdn"], "provision": []}
        known = names.get(order.kind, list(FLAGS.get(order.kind, {})))
        place = f"{order.system} {sorted(order.target.items())}"
        return self.state.setdefault(place, {name: FIRST[name] for name in known})
