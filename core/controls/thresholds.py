"""What this operator set for its controls, kept as text: reads it and puts it in force. Keeps nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from core.controls.loader import override
from core.controls.model import Control, Value
from core.kernel.errors import InputError
from core.kernel.proposals import ControlSettings

__all__ = ["changed_values", "in_force", "read_value", "set_up_values", "with_settings", "write_value"]

_SWITCH = {"true": True, "false": False}


def read_value(text: str, like: Value) -> Value:
    """Return the value that a text says, of the kind of another one.

    Raises
    ------
    InputError
        RA-E100 when it says none of that kind.

    Examples
    --------
    >>> read_value("48", 24)
    48
    """
    said = text.strip()
    try:
        if isinstance(like, bool):
            return _SWITCH[said.lower()]
        if isinstance(like, int):
            return int(said)
        if isinstance(like, Decimal):
            value = Decimal(said)
            if value.is_finite():
                return value
            raise InvalidOperation
    except (KeyError, ValueError, InvalidOperation):
        raise InputError(f"{text!r} is not like {write_value(like)}; write one of that kind") from None
    if not said:
        raise InputError(f"nothing is not like {write_value(like)}; write one of that kind")
    return said


def write_value(value: Value) -> str:
    """Return a value as the text that `read_value` reads."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def with_settings(control: Control, values: Mapping[str, str], enabled: bool) -> Control:
    """Return a control as it ships with some thresholds in force; one that it has no more counts for nothing.

    Raises
    ------
    InputError
        RA-E100 when a text says no value of the threshold's kind.
    """
    known = {name: param.default for name, param in control.params.items()}
    typed = {name: read_value(text, known[name]) for name, text in values.items() if name in known}
    return override(control, {**typed, "enabled": enabled})


def changed_values(control: Control) -> dict[str, str]:
    """Return the thresholds in force that are not as they ship, as text."""
    return {
        name: write_value(control.values[name])
        for name, param in control.params.items()
        if control.values[name] != param.default
    }


def in_force(controls: Sequence[Control], settings: Iterable[ControlSettings]) -> tuple[Control, ...]:
    """Return the controls with what was set for them; settings of a control that is gone do nothing."""
    by_id = {one.control_id: one for one in settings}
    return tuple(
        with_settings(control, by_id[control.id].thresholds, by_id[control.id].enabled)
        if control.id in by_id
        else control
        for control in controls
    )


def set_up_values(overrides: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[dict[str, str], bool]]:
    """Return what a file of thresholds sets for each control: values as text, and whether it is on."""
    return {
        name: (
            {key: write_value(value) for key, value in settings.items() if key != "enabled"},
            bool(settings.get("enabled", True)),
        )
        for name, settings in overrides.items()
    }
