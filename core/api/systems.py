"""The operator's systems that orders are sent to: which there are and whether they answer. Orders nothing."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from core.api.guard import Guarded, needs
from core.kernel.orders import ORDERS, SYSTEMS, Order, System
from core.ports.operator import Connector

__all__ = ["SystemDesk", "SystemState"]


@dataclass(frozen=True)
class SystemState:
    """Say of one system whether orders can be sent to it.

    Parameters
    ----------
    is_connected
        Whether the installation says how it is reached.
    answers
        Whether it could be asked just now.
    says
        Why not, in words.
    """

    system: System
    is_connected: bool
    answers: bool
    says: str


class SystemDesk(Guarded):
    """Look at the operator's systems; a part of `Assay`."""

    @needs("webhooks.manage", of_all=True)
    def systems(self) -> tuple[SystemState, ...]:
        """Ask every system after a key that nobody has ever used; return whether it could answer.

        Raises
        ------
        InputError
            RA-E100 when a system is on a host that is not allowed.
        """
        return tuple(_state(system, self._parts.connectors.of(system)) for system in SYSTEMS)


def _state(system: System, connector: Connector | None) -> SystemState:
    if connector is None:
        return SystemState(system, is_connected=False, answers=False, says="")
    kind = next(kind for kind, where in ORDERS.items() if where == system)
    receipt = connector.find(Order(f"asked-{secrets.token_hex(8)}", kind, {"invoice_id": "none"}))
    return SystemState(
        system, is_connected=True, answers=receipt is None, says=receipt.says if receipt else ""
    )
