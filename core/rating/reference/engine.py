"""All rules in order: from the rows of a dataset to every charge line and invoice that should exist."""

from __future__ import annotations

from collections.abc import Collection

from core.kernel.dataset import DatasetSettings
from core.rating.reference.closing import Closing
from core.rating.reference.cycle import Cycles
from core.rating.reference.dataset import Streams, rows
from core.rating.reference.invoice import Bills, bill
from core.rating.reference.lines import Rating
from core.rating.reference.promotions import Promotions
from core.rating.reference.put_right import given_lines
from core.rating.reference.recurring import one_off_charges, recurring_charges
from core.rating.reference.sessions import forwarded_sessions
from core.rating.reference.subscription import Subscriptions
from core.rating.reference.usage import UsageRater
from core.rating.reference.zones import Zones


def rate(streams: Streams, settings: DatasetSettings, wanted: Collection[str] | None = None) -> Rating:
    """Return every charge line and invoice that a dataset should lead to.

    Parameters
    ----------
    streams
        Rows by stream name: the columns of the contract, ``Decimal`` for money, aware UTC instants, winning
        versions as of ``settings.as_of``. Any stream may be absent; a column marked ``+=`` too.
    wanted
        Only lines of these subscriptions are asked for: others get no usage lines, so neither their closing
        lines nor the invoices are true; their usage still draws what is shared.

    Returns
    -------
    Rating
        Charges of every judged cycle (rule 2), the open one included; invoices of the closed ones.

    Notes
    -----
    ``contract/rating.md``, rules 1 to 16, 18 and 19. Linear in sessions, slow in everything else.
    """
    subscriptions = Subscriptions(rows(streams, "subscriptions"))
    cycles = Cycles(rows(streams, "accounts"), settings)
    promotions = Promotions(streams, subscriptions, settings)
    zones = Zones(rows(streams, "networks"), rows(streams, "destinations"), settings.home_plmns)
    rater = UsageRater(streams, subscriptions, cycles, promotions, settings)
    usage = rater.rate_all(forwarded_sessions(streams, zones, settings), wanted)
    lines = [line for line in usage.charges if cycles.judged(line.cycle)]
    lines += recurring_charges(streams, subscriptions, cycles, settings)
    lines += one_off_charges(streams, subscriptions, cycles, settings)
    given = given_lines(rows(streams, "charges"), cycles)
    estimates = [line for line in given if line.kind == "usage"]
    closing = Closing(streams, subscriptions, cycles, promotions, settings)
    lines += closing.lines([*lines, *estimates])
    placed, invoices = bill(lines, given, Bills(streams, cycles), cycles, settings)
    return Rating(
        charges=tuple(sorted(placed, key=lambda c: (c.account_id, c.cycle, c.kind, c.charge_id))),
        invoices=tuple(invoices),
        unpriced=tuple(usage.unpriced),
        ambiguous=frozenset(rater.ambiguous),
        conflicts=rater.prices.conflicts,
    )
