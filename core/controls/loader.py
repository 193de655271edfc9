"""Finds controls by folder and reads them: a TOML header, then one select. Runs no SQL."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from core.controls.model import Control, malformed
from core.kernel.errors import ControlDefinitionError
from core.lake.sql import HEADED

__all__ = [
    "LIBRARY",
    "load_controls",
    "override",
    "override_all",
    "read_control",
    "read_overrides",
]

LIBRARY = Path(__file__).parent / "library"
"""The folder of the controls that ship."""


Overrides = Mapping[str, Mapping[str, Any]]


def load_controls(*folders: Path, overrides: Overrides | None = None) -> tuple[Control, ...]:
    """Read every control of some folders, with the operator's thresholds in force.

    Parameters
    ----------
    folders
        Where the ``.sql`` files are; none for those that ship.
    overrides
        What `read_overrides` returns: for each control id its thresholds, and ``enabled``.

    Returns
    -------
    tuple of Control
        By id.

    Raises
    ------
    ControlDefinitionError
        RA-E201 when a file is malformed, an id is taken twice, or an override names nothing that exists.
    """
    controls: dict[str, Control] = {}
    for path in (path for folder in folders or (LIBRARY,) for path in sorted(folder.glob("*.sql"))):
        control = read_control(path)
        if control.id in controls:
            raise malformed(path, 1, f"control {control.id} is already there, in {controls[control.id].path}")
        controls[control.id] = control
    return override_all(controls.values(), overrides or {})


def override_all(controls: Iterable[Control], overrides: Overrides) -> tuple[Control, ...]:
    """Return controls, by id, with an operator's thresholds in force.

    Raises
    ------
    ControlDefinitionError
        RA-E201 when an override names nothing that exists, or a value of another kind.
    """
    by_id = {control.id: control for control in controls}
    for name, settings in overrides.items():
        if name not in by_id:
            raise ControlDefinitionError(
                f"there is no control called {name!r} to set thresholds for; see docs/controls.md",
                fields={"control": name},
            )
        by_id[name] = override(by_id[name], settings)
    return tuple(by_id[name] for name in sorted(by_id))


def read_overrides(path: Path) -> dict[str, dict[str, Any]]:
    """Read the operator's thresholds: one TOML table for each control id.

    Returns
    -------
    dict
        Empty when there is no such file.

    Raises
    ------
    ControlDefinitionError
        RA-E201 when the file is not TOML, or something in it is not in a table.
    """
    if not path.exists():
        return {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise malformed(path, *_toml_problem(error, 0)) from error
    for name, settings in content.items():
        if not isinstance(settings, dict):
            raise ControlDefinitionError(
                f"{path.name}: {name} belongs under a control's name, as [file_late]"
            )
    return content


def read_control(path: Path) -> Control:
    """Read one control file.

    Raises
    ------
    ControlDefinitionError
        RA-E201 with the file and the line of the first mistake.
    """
    text = path.read_text(encoding="utf-8")
    parts = HEADED.match(text)
    if parts is None:
        raise malformed(path, 1, "a control begins with a header between the lines /*+++ and +++*/")
    try:
        header = tomllib.loads(parts["header"], parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise malformed(path, *_toml_problem(error, 1)) from error
    try:
        control = Control(
            **header,
            sql=parts["sql"],
            path=path,
            sql_line=_line(text, parts.start("sql")),
            eligible_line=_statement_line(text, "eligible"),
            open_line=_statement_line(text, "open_items"),
            version=hashlib.sha256(text.encode()).hexdigest()[:16],
            values={name: param["default"] for name, param in header.get("params", {}).items()},
        )
    except ValidationError as error:
        raise malformed(path, *_header_problem(text, error)) from error
    if control.id != path.stem:
        raise malformed(path, _key_line(text, "id"), f"id {control.id} is not the file's name, {path.stem}")
    return control


def override(control: Control, settings: Mapping[str, Any]) -> Control:
    """Return a control with other thresholds, and perhaps switched off; its version says so.

    Raises
    ------
    ControlDefinitionError
        RA-E201 when it has no such threshold, or the value is of another kind.
    """
    values = dict(control.values)
    for name, value in settings.items():
        if name == "enabled" and isinstance(value, bool):
            continue
        if name not in values:
            raise ControlDefinitionError(
                f"control {control.id} has no threshold {name!r}, it has: {', '.join(values) or 'none'}",
                fields={"control": control.id, "threshold": name},
            )
        if type(value) is not type(values[name]):
            raise ControlDefinitionError(
                f"threshold {name} of control {control.id} must be like {values[name]!r}, it is {value!r}",
                fields={"control": control.id, "threshold": name},
            )
        values[name] = value
    enabled = bool(settings.get("enabled", True))
    text = f"{control.version}{sorted(values.items())}{enabled}"
    version = hashlib.sha256(text.encode()).hexdigest()[:16]
    return control.model_copy(update={"values": values, "version": version, "enabled": enabled})


def _toml_problem(error: tomllib.TOMLDecodeError, offset: int) -> tuple[int, str]:
    place = re.search(r" \(at (?:line (\d+)|end of document).*\)$", str(error))
    line = int(place[1]) if place and place[1] else 1
    return line + offset, f"the header is not TOML: {str(error)[: place.start() if place else None]}"


def _header_problem(text: str, error: ValidationError) -> tuple[int, str]:
    first = error.errors()[0]
    where = [str(part) for part in first["loc"]]
    message = first["msg"].removeprefix("Value error, ")
    key = where[0] if where else message.partition(":")[0]
    return _key_line(text, key), f"{'.'.join(where)}: {message}" if where else message


def _key_line(text: str, key: str) -> int:
    place = re.search(rf"^(?:\[+)?{re.escape(key)}\b", text, re.MULTILINE)
    return _line(text, place.start()) if place else 1


def _statement_line(text: str, key: str) -> int:
    opening = re.search(rf"^{key} *= *(?:\"\"\"\n|'''\n)?", text, re.MULTILINE)
    return _line(text, opening.end()) if opening else 1


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
