"""The single-event path: one event in, at most one line out, with the state of its cycle in memory.

It runs the same rules as a whole run; only the total of a volume price is the cycle's so far, and no event
that comes later moves a line that was already given.
"""

from __future__ import annotations

from core.kernel.dataset import DatasetSettings
from core.rating.reference.cycle import Cycles
from core.rating.reference.dataset import Row, Streams, rows
from core.rating.reference.lines import Charge, Unpriced
from core.rating.reference.metering import Metered
from core.rating.reference.promotions import Promotions
from core.rating.reference.sessions import forwarded_sessions, group_parts, is_complete, session_of
from core.rating.reference.subscription import Subscriptions
from core.rating.reference.usage import Usage, UsageRater
from core.rating.reference.zones import Zones


class LiveRater:
    """Rate events one at a time, in the order in which they come.

    Parameters
    ----------
    streams
        Reference data as for `rate`; its usage is not looked at.
    settings
        The dataset's settings.
    """

    def __init__(self, streams: Streams, settings: DatasetSettings) -> None:
        subscriptions = Subscriptions(rows(streams, "subscriptions"))
        cycles = Cycles(rows(streams, "accounts"), settings)
        promotions = Promotions(streams, subscriptions, settings)
        self._zones = Zones(rows(streams, "networks"), rows(streams, "destinations"), settings.home_plmns)
        self._rater = UsageRater(streams, subscriptions, cycles, promotions, settings)
        self._settings = settings
        self._parts: dict[tuple[str, str], list[Row]] = {}

    def catch_up(self, streams: Streams) -> Usage:
        """Take usage that came before as used, and return what became of it."""
        return self._rater.rate_all(forwarded_sessions(streams, self._zones, self._settings))

    def rate(self, event: Row) -> Charge | Unpriced | None:
        """Return the event's line, why it has none, or nothing while its session lacks the last part."""
        key = (event["imsi"], event.get("call_ref") or event["event_id"])
        parts = [*self._parts.pop(key, []), event]
        if not is_complete(parts):
            self._parts[key] = parts
            return None
        (ordered,) = group_parts(parts).values()
        metered = self._rater.meter(session_of(ordered, self._zones))
        return self._rater.charge(metered) if isinstance(metered, Metered) else metered
