"""The slow, obvious reading of ``contract/rating.md``, one module for each family of rules.

Every other pricing engine is held equal to this one. It takes plain rows and gives plain rows: no database,
no data frame, no speed. Does not read files and does not judge what billing charged.
"""

from core.rating.reference.engine import rate
from core.rating.reference.lines import Charge, Invoice, Rating, Unpriced
from core.rating.reference.live import LiveRater
from core.rating.reference.wholesale import wholesale_charges

__all__ = ["Charge", "Invoice", "LiveRater", "Rating", "Unpriced", "rate", "wholesale_charges"]
