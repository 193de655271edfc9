"""Judged findings for tests, by what is measured at them, which the control compares with its threshold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from core.controls.loader import load_controls, override
from core.controls.model import Control
from core.controls.tuning import Raised
from core.kernel.suggestions import JudgedFinding


def judged(number: int, *, was_right: bool, by_lot: bool = False, **given: Any) -> JudgedFinding:
    facts: dict[str, Any] = {
        "case_id": f"C-{number:03}",
        "finding_id": f"F-{number:03}",
        "subject_id": f"P-{number:03}",
        "amount": Decimal(10),
        "currency": "PLN",
    }
    return JudgedFinding("payment_failed", "R-1", was_right=was_right, by_lot=by_lot, **facts | given)


@cache
def control(value: int = 10) -> Control:
    """Return a control with one threshold that is a number."""
    found = next(one for one in load_controls() if one.id == "payment_failed")
    return override(found, {"retry_hours": value})


def measuring(measured: Mapping[str, int], unjudged: Iterable[int] = ()) -> Callable[[Control], Raised]:
    """Return what asks a control that raises what lies above its threshold, judged or not."""
    others = {f"N-{number}": value for number, value in enumerate(unjudged)}

    def raised(at: int) -> frozenset[str]:
        return frozenset(name for name, value in {**measured, **others}.items() if value > at)

    as_it_stands = raised(10)

    def ask(tried: Control) -> Raised:
        at = tried.values["retry_hours"]
        assert isinstance(at, int)
        found = raised(at)
        return Raised(found, new=len(found - as_it_stands))

    return ask
