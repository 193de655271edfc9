"""The shared views of the triage queue, as data: one name, one title, one selection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from core.kernel.complaints import COMPLAINTS
from core.kernel.results import Desk

DUE_SOON = timedelta(hours=4)
SLA_AT_RISK = timedelta(hours=8)
HIGH_VALUE = Decimal(1000)


@dataclass(frozen=True)
class View:
    """Name one selection of the queue that a team shares.

    ``due_within`` counts from now and includes what is late; ``least_at_stake`` is in the case's currency;
    ``mine`` is what whoever asks works on, ``unowned`` what nobody does; ``faults`` are what its cases are
    about, empty for anything.
    """

    name: str
    title: str
    due_within: timedelta | None = None
    least_at_stake: Decimal | None = None
    desk: Desk | None = None
    mine: bool = False
    unowned: bool = False
    faults: tuple[str, ...] = ()


VIEWS: dict[str, View] = {
    view.name: view
    for view in (
        View("all", "All"),
        View("mine", "Mine", mine=True),
        View("unassigned", "Unassigned", unowned=True),
        View("due_soon", "Due within 4 h", due_within=DUE_SOON),
        View("sla_at_risk", "SLA at risk", due_within=SLA_AT_RISK),
        View("high_value", "High value", least_at_stake=HIGH_VALUE),
        View("customers_ask", "Customers ask", faults=tuple(sorted(COMPLAINTS))),
        View("roaming", "Roaming & partners", desk="roaming"),
        View("data_quality", "Data quality", desk="data_quality"),
    )
}
