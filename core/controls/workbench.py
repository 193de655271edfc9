"""Where an analyst writes a control: a file to start from, then what is wrong with it. Judges no data."""

from __future__ import annotations

import difflib
import string
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from core.controls.examples import bind, play
from core.controls.model import Control
from core.kernel.errors import DefinitionError
from core.kernel.faults import FAULTS
from core.kernel.records import STREAMS

if TYPE_CHECKING:
    from core.lake.session import Session

__all__ = ["problems", "write_draft"]

_WITH_A_STREAM = tuple(fault for fault in FAULTS.values() if fault.subject in STREAMS)
_DRAFT = Path(__file__).parent / "draft.sql"


def write_draft(folder: Path, name: str) -> Path:
    """Write a control for an analyst to complete; its violation is not found until the select is written.

    Parameters
    ----------
    folder
        Made when it is not there.
    name
        The control's id and its file's name. A fault's name, or one close to it, chooses the fault.

    Raises
    ------
    DefinitionError
        RA-E200 when the name is not lower-case words joined by ``_``.
    """
    if not name.isidentifier() or name != name.lower():
        raise DefinitionError(
            f"{name!r} cannot name a control: use lower-case words joined by _, as in late_roaming_files"
        )
    path = folder / f"{name}.sql"
    folder.mkdir(parents=True, exist_ok=True)
    draft = string.Template(_DRAFT.read_text(encoding="utf-8"))
    path.write_text(draft.substitute(_facts(name)), encoding="utf-8")
    return path


def problems(control: Control, open_session: Callable[[], Session]) -> list[str]:
    """Return what is wrong with a control, a sentence each: its declarations, then each example.

    Raises
    ------
    ControlDefinitionError
        RA-E201 with the file and the line when its SQL cannot run.
    """
    bind(control, open_session)
    found = []
    for example in control.example:
        with open_session() as session:
            found += [f'example "{example.name}": {line}' for line in play(control, example, session)]
    return found


def _facts(name: str) -> dict[str, str]:
    fault = max(_WITH_A_STREAM, key=lambda fault: _likeness(name, fault.name))
    stream = STREAMS[fault.subject]
    return {
        "id": name,
        "title": name.replace("_", " ").capitalize(),
        "fault": fault.name,
        "means": fault.means,
        "faults": ", ".join(other for other in FAULTS if FAULTS[other].subject == fault.subject),
        "dimension": "accuracy" if fault.dimension == "expectation" else fault.dimension,
        "stream": stream.name,
        "key": stream.key[0],
        "instant": next(column.name for column in stream.columns if column.type == "ts"),
    }


def _likeness(name: str, other: str) -> tuple[int, float]:
    """Return how many words two names share, then how alike they are letter by letter."""
    shared = {word.rstrip("s") for word in name.split("_")} & {word.rstrip("s") for word in other.split("_")}
    return len(shared), difflib.SequenceMatcher(a=name, b=other).ratio()
