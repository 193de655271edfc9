"""From settings to the parts of a running Assay; the only place that picks adapters. Decides no business."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from core.adapters.store import open_store
from core.controls.loader import LIBRARY, load_controls, read_overrides
from core.controls.model import Control
from core.governance.keys import open_pseudonyms
from core.ports.store import RunReads, Store
from core.settings import Settings

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Parts:
    """Hold what `core.api` answers from."""

    settings: Settings
    store: Store
    controls: tuple[Control, ...]
    clock: Clock


def assemble(settings: Settings) -> Parts:
    """Open what the settings name: the store, its schemas brought up to date, and the controls.

    Raises
    ------
    ControlDefinitionError
        RA-E201 when a control or a threshold is malformed.
    """
    store = open_store(settings.store_address, open_pseudonyms(settings.keys_dir))
    return Parts(
        settings, store, controls_of(settings), data_clock(store) if settings.clock == "data" else wall_clock
    )


def controls_of(settings: Settings) -> tuple[Control, ...]:
    """Return the controls that ship and the operator's own, with the thresholds in force.

    Raises
    ------
    ControlDefinitionError
        RA-E201 when a control or a threshold is malformed.
    """
    overrides = read_overrides(settings.controls_file)
    return load_controls(LIBRARY, settings.own_controls, overrides=overrides)


def wall_clock() -> datetime:
    """Tell this machine's time."""
    return datetime.now(UTC)


def data_clock(runs: RunReads) -> Clock:
    """Return a clock standing at the latest run's ``as_of``, before the first run at this machine's time."""

    def now() -> datetime:
        run = runs.latest_run()
        return run.as_of if run else wall_clock()

    return now
