"""A worker in a process of its own over a folder, which may kill itself at a named point.

Run as ``python -m tests.builders.worker_process FOLDER POINT``; without a point it works to the end.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from core.adapters.store import open_store
from core.kernel.corrections import ENDED
from core.kernel.orders import Order, Receipt
from core.kernel.people import ASSAY
from core.workflows.corrections.carry import Carrier
from core.workflows.worker import Worker
from tests.builders.audit import PSEUDONYMS
from tests.fakes.connectors import FakeSystems

_LONGEST_S = 60


def now() -> datetime:
    return datetime.now(UTC)


class KeptSystems(FakeSystems):
    """Keep on disk what was done, as a system elsewhere does, before anybody is answered."""

    def __init__(self, file: Path) -> None:
        super().__init__(now)
        self._file = file
        if file.exists():
            self.effects, self.state, self._keys = pickle.loads(file.read_bytes())  # noqa: S301 -- our own

    def send(self, order: Order) -> Receipt:
        receipt = super().send(order)
        part = self._file.with_suffix(".part")
        part.write_bytes(pickle.dumps((self.effects, self.state, self._keys)))
        part.replace(self._file)
        return receipt


def main(folder: Path, point: str) -> None:
    store = open_store(f"sqlite:///{folder / 'store.sqlite'}", PSEUDONYMS)

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())

    def at(passed: str) -> None:
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)
        if f"term {passed}" == point:
            os.kill(os.getpid(), signal.SIGTERM)

    carrier = Carrier(store, KeptSystems(folder / "systems.bin"), ASSAY, now, at)
    worker = Worker(store, carrier, now, f"sqlite:///{folder / 'workflows.sqlite'}", "worker")

    def wait_for_the_end() -> None:
        ends = time.monotonic() + _LONGEST_S
        while time.monotonic() < ends and any(one.state not in ENDED for one in store.corrections(limit=9)):
            time.sleep(0.1)
        stop.set()

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    worker.run(stop, lambda error: sys.exit(error.message))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
