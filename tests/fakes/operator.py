"""The operator's systems in memory: the same answers as `core.adapters.operator` gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from core.kernel.orders import Order, Receipt, System, Value

__all__ = ["FakeConnector", "FakeConnectors"]

Mishap = Literal["lost", "later", "refused", "down"]


class FakeConnector:
    """Keep keys in a dictionary; ``mishaps`` come to the next orders in turn, ``lost`` after the effect."""

    def __init__(self, key_life_hours: int = 24) -> None:
        self.key_life_hours = key_life_hours
        self.mishaps: list[Mishap] = []
        self.effects: list[Order] = []
        self.states: dict[str, dict[str, Value]] = {}
        self._kept: dict[str, tuple[Order, Receipt]] = {}

    def send(self, order: Order) -> Receipt:
        mishap = self.mishaps.pop(0) if self.mishaps else None
        if mishap == "later":
            return Receipt("later", says="The system is busy.", wait_s=7.0)
        if mishap == "down":
            return Receipt("later", says="The system cannot be reached.")
        if mishap == "refused":
            return Receipt("refused", says="The bill has left and cannot be held.")
        kept = self._kept.get(order.key)
        if kept is not None and kept[0] != order:
            return Receipt("refused", says="This key came before, with another order.")
        if kept is None:
            self.effects.append(order)
            self._kept[order.key] = (order, Receipt("done", f"R-{len(self.effects)}"))
            for name in order.target.values():
                self.states.setdefault(name, {}).update(order.values)
        return (
            Receipt("unknown", says="The answer was lost.") if mishap == "lost" else self._kept[order.key][1]
        )

    def find(self, order: Order) -> Receipt | None:
        if self.mishaps[:1] == ["down"]:
            return Receipt("unknown", says="The system cannot be asked now.")
        kept = self._kept.get(order.key)
        return kept[1] if kept else None

    def read(self, order: Order) -> Mapping[str, Value] | None:
        return next((dict(self.states[name]) for name in order.target.values() if name in self.states), None)


class FakeConnectors:
    """Hold one fake for each system that is named."""

    def __init__(self, connectors: Mapping[System, FakeConnector]) -> None:
        self._connectors = connectors

    def of(self, system: System) -> FakeConnector | None:
        return self._connectors.get(system)
