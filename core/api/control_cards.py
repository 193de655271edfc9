"""A control as people read it: what it asks, with which thresholds, why and in which SQL. Runs nothing."""

from __future__ import annotations

from dataclasses import dataclass

from core.controls.loader import LIBRARY
from core.controls.model import Control
from core.kernel.results import ControlResult, Severity

__all__ = ["ControlCard", "ControlLine", "Threshold", "card_of"]


@dataclass(frozen=True)
class Threshold:
    """Hold one threshold in force, with its unit, what it does and the value that ships."""

    name: str
    value: str
    default: str
    unit: str
    means: str


@dataclass(frozen=True)
class ControlCard:
    """Describe one control.

    ``before_invoice`` says whether it can find a fault before the bill leaves, ``own`` whether the operator
    wrote it, ``examples`` names its violations (True) and near misses (False).
    """

    control_id: str
    title: str
    question: str
    fault: str
    dimension: str
    stream: str | None
    area: str
    severity: Severity
    owner: str
    before_invoice: bool
    enabled: bool
    own: bool
    reads: tuple[str, ...]
    unit: str
    thresholds: tuple[Threshold, ...]
    causes: tuple[str, ...]
    corrections: tuple[str, ...]
    examples: tuple[tuple[str, bool], ...]
    source: str
    sql: str


@dataclass(frozen=True)
class ControlLine:
    """Set a control's result beside its card; the card is None when the control is gone."""

    result: ControlResult
    card: ControlCard | None


def card_of(control: Control) -> ControlCard:
    """Return the card of a control with the thresholds in force."""
    return ControlCard(
        control_id=control.id,
        title=control.title,
        question=control.question,
        fault=control.fault,
        dimension=control.dimension,
        stream=control.stream,
        area=control.area,
        severity=control.severity,
        owner=control.owner,
        before_invoice=control.mode == "preventive",
        enabled=control.enabled,
        own=control.path.parent != LIBRARY,
        reads=control.reads,
        unit=control.unit,
        thresholds=tuple(
            Threshold(name, str(control.values[name]), str(param.default), param.unit, param.means)
            for name, param in control.params.items()
        ),
        causes=control.causes,
        corrections=control.corrections,
        examples=tuple((example.name, bool(example.expect)) for example in control.example),
        source=control.source,
        sql=control.sql.strip(),
    )
