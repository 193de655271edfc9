"""Read the parts of a file that are not records: who sent it to whom, when, as which number.

The formats bring the paths of what they read. What a file cannot do without is refused; anything else that
cannot be read becomes None and a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NoReturn, TypeVar

from core.events.tap3.ber import BerFile, Element
from core.events.tap3.fields import Path
from core.events.tap3.values import instant, integer, quantity, text_or_none, utc_offset
from core.kernel.errors import UnreadableFileError

MAX_SEQUENCE_DIGITS = 9
MAX_CODE = 10
"""Characters of a TADIG code; the standard has five."""

Read = TypeVar("Read")


class Header:
    """The values of some sections of a file, by path; of a path that repeats the first one counts."""

    def __init__(self, file: BerFile, sections: Iterable[Element]) -> None:
        self.warnings: list[str] = []
        self._values: dict[Path, bytes] = {}
        for section in sections:
            for path, _, start, stop in file.leaves(section.at, section.end):
                self._values.setdefault(path, file.data[start:stop])

    def code(self, name: str, path: Path) -> str:
        """Read a TADIG code that must be there."""
        code = self.text(path)
        if code is None or len(code) > MAX_CODE or not code.isalnum():
            self._lacks(name, path)
        return code

    def sequence(self, name: str, path: Path) -> int:
        """Read a file sequence number that must be there, written as digits."""
        digits = self._values.get(path, b"").strip()
        if not digits.isdigit() or len(digits) > MAX_SEQUENCE_DIGITS:
            self._lacks(name, path)
        return int(digits)

    def text(self, path: Path) -> str | None:
        """Read a text."""
        return text_or_none(self._values.get(path, b""))

    def number(self, name: str, path: Path) -> int | None:
        """Read a number."""
        return self._optional(path, lambda value: integer(name, value))

    def count(self, name: str, path: Path) -> int | None:
        """Read a number that cannot be negative."""
        return self._optional(path, lambda value: quantity(name, value))

    def instant(self, name: str, local: Path, offset: Path) -> datetime | None:
        """Read a local time that comes with its own UTC offset."""
        ahead = self._values.get(offset, b"")
        return self._optional(local, lambda value: instant(name, value, utc_offset(name, ahead)))

    def _optional(self, path: Path, read: Callable[[bytes], Read]) -> Read | None:
        value = self._values.get(path)
        if value is None:
            return None
        try:
            return read(value)
        except UnreadableFileError as error:
            self.warnings.append(f"{error.message}: it is left out.")
            return None

    def _lacks(self, name: str, path: Path) -> NoReturn:
        value = self._values.get(path, b"")
        found = f"reads {value[:20]!r}" if value else "is missing"
        raise UnreadableFileError(f"its {name} {found}, so it cannot be identified", fields={"field": name})
