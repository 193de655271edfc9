"""The worker that carries corrections out, as a process of its own. Decides nothing."""

from __future__ import annotations

import signal
import threading

from core.api import open_door
from core.entrypoints.console import OUT, problems_end_the_command, show_problems

__all__ = ["work"]


def work() -> None:
    """Carry approved corrections out until interrupted; the next start takes up what was under way."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with problems_end_the_command():
        worker = open_door().worker()
        OUT.print("Corrections are carried out as they become due (Ctrl+C ends it)")
        worker.run(stop, show_problems)
