"""Plays a control's examples and checks that it reads only what it says it reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.controls.engine import answer, ask_open, count_eligible, run_controls
from core.controls.model import Control, Example, malformed
from core.controls.sandbox import build_session, create_relations
from core.kernel.errors import ControlDefinitionError
from core.kernel.records import STREAMS

if TYPE_CHECKING:
    from core.lake.session import Session

__all__ = ["bind", "play"]


def play(control: Control, example: Example, session: Session) -> list[str]:
    """Run a control on one of its examples.

    Parameters
    ----------
    session
        Blank; used up.

    Returns
    -------
    list of str
        What differs from the example's expectation, a sentence each; empty when it holds.

    Raises
    ------
    ControlDefinitionError
        RA-E201 when the control's SQL cannot run.
    """
    present = {*control.reads, *(STREAMS.keys() & example.given)}
    build_session(session, example.given, present)
    as_of = session.execute("select as_of from dataset").fetchall()[0][0]
    tuned = control.model_copy(update={"values": {**control.values, **example.params}})
    (result,), _ = run_controls(session, [tuned], as_of=as_of)
    judged = session.table("judged")
    found = [dict(zip(judged.columns, row, strict=True)) for row in judged.fetchall()]
    if result.outcome == "not_evaluated":
        return [f"nothing was judged: {result.reason}"]
    missed = [dict(row) for row in example.expect if not any(_agrees(finding, row) for finding in found)]
    surplus = [
        finding["subject_id"] for finding in found if not any(_agrees(finding, row) for row in example.expect)
    ]
    return [
        *(f"not found: {row}" for row in missed),
        *(f"found, not expected: {name}" for name in surplus),
        *_differing_open(example, session),
    ]


def _differing_open(example: Example, session: Session) -> list[str]:
    if example.expect_open is None:
        return []
    table = session.table("open_items")
    items = [dict(zip(table.columns, row, strict=True)) for row in table.fetchall()]
    wanted = [dict(row) for row in example.expect_open]
    missed = [row for row in wanted if not any(_is_like(item, row) for item in items)]
    surplus = [item["subject_id"] for item in items if not any(_is_like(item, row) for row in wanted)]
    return [f"not open: {row}" for row in missed] + [f"open, not expected: {name}" for name in surplus]


def _is_like(item: Mapping[str, Any], expected: Mapping[str, str | None]) -> bool:
    return all(_same(item[name], text) for name, text in expected.items())


def bind(control: Control, open_session: Callable[[], Session]) -> None:
    """Prove that a control's SQL runs on the streams that it declares, and needs each of them.

    Parameters
    ----------
    open_session
        Opens a blank session.

    Raises
    ------
    ControlDefinitionError
        RA-E201 when the SQL reads another stream, does not read one that is declared, leaves a threshold
        unused, or returns what a finding does not have.
    """
    declared = (*control.reads, *control.consults)
    _ask(control, declared, open_session)
    for stream in declared:
        others = [name for name in declared if name != stream]
        if _runs(control, others, open_session):
            raise malformed(control.path, 1, f"stream {stream} is declared and never read")
    for name in control.params:
        if f"${name}" not in f"{control.sql}{control.eligible}{control.open_items}":
            raise malformed(control.path, 1, f"threshold {name} is declared and never used")


def _runs(control: Control, streams: list[str], open_session: Callable[[], Session]) -> bool:
    try:
        _ask(control, streams, open_session)
    except ControlDefinitionError:
        return False
    return True


def _ask(control: Control, streams: Any, open_session: Callable[[], Session]) -> None:
    with open_session() as session:
        create_relations(session, streams)
        count_eligible(session, control)
        answer(session, control)
        ask_open(session, control)


def _agrees(finding: Mapping[str, Any], expected: Mapping[str, str | None]) -> bool:
    scope = {"scope": json.loads(finding["evidence"])["scope"]}
    return all(_same({**finding, **scope}[name], text) for name, text in expected.items())


def _same(value: Any, text: str | None) -> bool:
    if text is None or value is None:
        return text is value
    if isinstance(value, Decimal):
        return value == Decimal(text)
    if isinstance(value, datetime):
        return value == datetime.fromisoformat(text)
    return bool(value == text)
