"""What an analyst does with controls: begin one, test them. Runs none of them over data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.api.guard import Guarded, needs
from core.controls.workbench import problems, write_draft
from core.kernel.errors import ConflictError, NotFoundError
from core.lake.session import Limits, Session, connect

__all__ = ["ControlDesk", "ControlTrial"]


@dataclass(frozen=True)
class ControlTrial:
    """State how a control did on its own examples; ``problems`` is empty when they hold."""

    control_id: str
    examples: int
    problems: tuple[str, ...]


class ControlDesk(Guarded):
    """Work on controls; a part of `Assay`."""

    @needs("controls.write")
    def new_control(self, name: str) -> Path:
        """Write a control for an analyst to complete, among the operator's own, and return its file.

        Raises
        ------
        DefinitionError
            RA-E200 when the name cannot name a control.
        ConflictError
            RA-E401 when a control has that name.
        """
        if name in {control.id for control in self._parts.controls}:
            raise ConflictError(f"there is a control {name} already; choose another name")
        return write_draft(self._parts.settings.own_controls, name)

    @needs("controls.write")
    def try_controls(self, names: Sequence[str] = ()) -> tuple[ControlTrial, ...]:
        """Play the examples of some controls, or of all.

        Raises
        ------
        NotFoundError
            RA-E400 when there is no control of a name.
        ControlDefinitionError
            RA-E201 with the file and the line when one cannot be read or run.
        """
        controls = {control.id: control for control in self._parts.controls}
        for name in names:
            if name not in controls:
                raise NotFoundError(f"there is no control {name}; assay controls list shows them")
        chosen = [controls[name] for name in names or controls]
        return tuple(
            ControlTrial(control.id, len(control.example), tuple(problems(control, _blank)))
            for control in chosen
        )


def _blank() -> Session:
    return connect(Limits(threads=1))
