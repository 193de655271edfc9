"""What kinds of operator can be simulated, as numbers. Draws nothing."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PROFILES", "Profile"]


@dataclass(frozen=True)
class Profile:
    """Describe one kind of operator.

    Parameters
    ----------
    business, iot
        Shares of accounts, 0 to 1; the rest are consumers.
    trips_a_year
        Trips abroad that a line makes, on average.
    activity
        Factor on how often people call, write and surf; 1 gives about 2.4 events a line and day.
    business_lines, fleet_lines
        Least and most lines of a business account and of an IoT fleet.
    abroad
        Sessions that a traveller adds a day, as people abroad share what they see.
    autumn_trips
        Lines that spend the last days of the newest closed cycle in Türkiye, besides other trips.
    """

    name: str
    business: float
    iot: float
    trips_a_year: float
    activity: float = 1.0
    business_lines: tuple[int, int] = (3, 20)
    fleet_lines: tuple[int, int] = (10, 80)
    abroad: float = 0.6
    autumn_trips: int = 0


PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile("mixed", business=0.08, iot=0.02, trips_a_year=1.6),
        Profile("consumer", business=0.01, iot=0.0, trips_a_year=1.4),
        Profile("business", business=0.65, iot=0.03, trips_a_year=2.2),
        Profile("iot", business=0.10, iot=0.45, trips_a_year=0.4, fleet_lines=(20, 200)),
        Profile("roaming-heavy", business=0.15, iot=0.01, trips_a_year=7.0),
        Profile(
            "demo",
            business=0.06,
            iot=0.01,
            trips_a_year=1.9,
            activity=0.26,
            business_lines=(3, 9),
            fleet_lines=(12, 24),
            abroad=1.5,
            autumn_trips=16,
        ),
    )
}
"""Every profile, by name; ``demo`` is the small operator that ships as a sample."""
