"""Rule 4: where a session took place and where it went. Does not know prices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.rating.reference.dataset import Row

ANY = "any"
HOME = "home"
UNKNOWN = "unknown"


class Zones:
    """Look up networks and numbers."""

    def __init__(
        self, networks: Sequence[Row], destinations: Sequence[Row], home_plmns: Iterable[str]
    ) -> None:
        self._networks: dict[str, str] = {row["plmn"]: row["zone"] for row in networks}
        self._networks |= dict.fromkeys(home_plmns, HOME)
        self._prefixes: dict[str, str] = {row["prefix"]: row["zone"] for row in destinations}
        self._longest = max(map(len, self._prefixes), default=0)
        self.knows_networks = bool(networks)
        self.knows_numbers = bool(destinations)

    def roaming(self, plmn: str) -> str:
        """Return the zone of a serving network."""
        return self._networks.get(plmn, UNKNOWN)

    def destination(self, service: str, direction: str, number: str | None) -> str:
        """Return the zone of the longest prefix of a number; data, iot and received usage go nowhere."""
        if service in ("data", "iot") or direction == "mt":
            return ANY
        number = number or ""
        for length in range(min(len(number), self._longest), 0, -1):
            if number[:length] in self._prefixes:
                return self._prefixes[number[:length]]
        return UNKNOWN


def zone_matches(wanted: str, actual: str) -> bool:
    """Tell whether a price's zone covers a session's; only ``any`` covers ``unknown``."""
    return wanted == ANY or (wanted == actual and actual != UNKNOWN)
