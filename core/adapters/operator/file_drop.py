"""A system without an interface: orders as files in a folder, answers as files in another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.adapters.operator.key_folder import KeyFolder, file_of, write_whole
from core.kernel.orders import Order, Receipt, Value

__all__ = ["FileDrop", "content_of"]

_HANDED_OVER = "It was handed over as a file, and there is no answer yet."


class FileDrop:
    """Hand each order over as one JSON file, once, and read what the system answers.

    Parameters
    ----------
    folder
        Where orders go, and stay until the system takes them away; what was handed over is kept in ``.sent``.
    answers
        Where the system puts a file of the same name: ``outcome`` (done or refused), ``reference``, ``says``.
    key_life_hours
        For how long an order may be handed over again.
    """

    def __init__(self, folder: Path, answers: Path, key_life_hours: int) -> None:
        self._folder = folder
        self._answers = answers
        self._sent = KeyFolder(folder / ".sent")
        self._key_life_hours = key_life_hours

    @property
    def key_life_hours(self) -> int:
        """Return for how long an order may be handed over again."""
        return self._key_life_hours

    def send(self, order: Order) -> Receipt:
        """Hand an order over; what becomes of it is known once it is answered."""
        content = content_of(order)
        text = json.dumps(content, sort_keys=True)
        try:
            kept = self._sent.begin(order.key, text)
            if kept is not None:
                if kept.get("content", text) != text:
                    return Receipt("refused", says="This key came before, with another order.")
                return self._answer(order) or Receipt("unknown", says=_HANDED_OVER)
        except OSError as error:
            return Receipt("later", says=f"The folder cannot be written to: {error.strerror}.")
        try:
            write_whole(self._folder / file_of(order.key), content)
        except OSError as error:
            self._sent.free(order.key)
            return Receipt("later", says=f"The folder cannot be written to: {error.strerror}.")
        return Receipt("unknown", says=_HANDED_OVER)

    def find(self, order: Order) -> Receipt | None:
        """Return the answer; None when the order was never handed over."""
        try:
            if self._sent.get(order.key) is None:
                return None
        except OSError as error:
            return Receipt("unknown", says=f"The folder cannot be read: {error.strerror}.")
        return self._answer(order) or Receipt("unknown", says=_HANDED_OVER)

    def read(self, order: Order) -> Mapping[str, Value] | None:  # noqa: ARG002
        """Return None: such a system cannot be read."""
        return None

    def _answer(self, order: Order) -> Receipt | None:
        try:
            said = json.loads((self._answers / file_of(order.key)).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        except OSError as error:
            return Receipt("unknown", says=f"The answer cannot be read: {error.strerror}.")
        if not isinstance(said, Mapping) or said.get("outcome") not in {"done", "refused"}:
            return Receipt("unknown", says="The answer says neither done nor refused.")
        return Receipt(said["outcome"], str(said.get("reference") or ""), str(said.get("says") or ""))


def content_of(order: Order) -> dict[str, Any]:
    """Return an order as systems without TM Forum interfaces are given it."""
    values = {
        name: format(value, "f") if isinstance(value, Decimal) else value
        for name, value in order.values.items()
    }
    return {"key": order.key, "kind": order.kind, "target": dict(order.target), "values": values}
