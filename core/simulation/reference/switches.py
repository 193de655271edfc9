"""What goes wrong at the reference operator on purpose: switched on for some calls, or drawn by lot."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from typing import Annotated, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["FAULTS", "FaultName", "Switch", "Switches"]

FaultName = Literal[
    "answer_lost", "slow", "too_many", "unavailable", "duplicate_event", "stale_read", "wrong_amount"
]
"""``answer_lost`` and ``slow`` come after the effect, ``too_many`` (429), ``unavailable`` (503) before."""

FAULTS: Final[tuple[FaultName, ...]] = get_args(FaultName)


class Switch(BaseModel):
    """Say which fault happens how often.

    Parameters
    ----------
    path
        Only to requests whose path holds this text.
    times
        To so many of them; None for all until it is switched off.
    share
        To this share of them, drawn by lot.
    wait_s
        How long a slow answer takes, and when what was put off may come again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    fault: FaultName
    path: str = ""
    times: Annotated[int, Field(ge=1)] | None = None
    share: Annotated[float, Field(gt=0, le=1)] = 1.0
    wait_s: Annotated[float, Field(ge=0, le=60)] = 1.0


class Switches:
    """Hold what is switched on; the same seed and the same requests meet the same faults.

    Parameters
    ----------
    seed
        Of what is drawn by lot.
    """

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._on: list[tuple[Switch, int | None]] = []

    def set(self, switches: Sequence[Switch], seed: int | None = None) -> None:
        """Switch these on and all others off."""
        with self._lock:
            self._on = [(one, one.times) for one in switches]
            if seed is not None:
                self._random.seed(seed)

    def on(self) -> list[dict[str, object]]:
        """Return what is switched on, with how often each will still happen."""
        with self._lock:
            return [switch.model_dump() | {"left": left} for switch, left in self._on]

    def strike(self, fault: FaultName, path: str) -> Switch | None:
        """Return the switch by which a fault happens to a request now; None when it does not."""
        with self._lock:
            for place, (switch, left) in enumerate(self._on):
                if switch.fault != fault or switch.path not in path or left == 0:
                    continue
                if self._random.random() < switch.share:
                    self._on[place] = (switch, None if left is None else left - 1)
                    return switch
        return None
