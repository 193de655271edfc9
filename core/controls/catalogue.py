"""Writes the catalogue of controls as a page: ``python -m core.controls.catalogue > docs/controls.md``."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from core.controls.loader import load_controls
from core.controls.model import AREAS, Control

__all__ = ["UNFED", "catalogue"]

UNFED: Mapping[str, Mapping[str, str]] = tomllib.loads(
    (Path(__file__).parent / "unfed.toml").read_text(encoding="utf-8")
)
"""The checks of the trade's catalogue that no control answers, by id: ``question``, and what it ``needs``."""

_OPENING = """\
# Controls

A control asks one question of the data; each row of the answer is one thing wrong with one subject. It is one
file in `core/controls/library`: a header between `/*+++` and `+++*/` in TOML, then one `select`. This page is
written from those files (`python -m core.controls.catalogue > docs/controls.md`) and a test holds it to them.

**Outcome.** *Passed*, *violated*, or *not evaluated* with the reason: a stream that it reads is not there, or
there was nothing to judge. A control that is malformed stops the run with RA-E201, its file and its line.

**Thresholds** are changed by two people under *Rules & model*, which tries other values on the latest run.
To set up, `controls.toml` in the home folder has a table for each control, a line for each threshold,
`enabled = false` to switch it off; the first run takes it in. A name that does not exist is an error.

## Add a control in five minutes
1. `assay controls new NAME` writes a file to start from into the folder `controls` of the home folder; a name
   that shares words with a fault's chooses that fault. `reads` names the streams it cannot do without,
   `consults` those that may be absent.
2. Write the `select`: import the streams first, name the steps, end with the finding's columns. Needed:
   `subject_id`, `occurred_at`. Where known: `account_id`, `subscription_id`, `amount`, `currency`, `cycle`,
   `confidence`, `root_cause`, `expected`, `actual`, `rows`, `scope`, and for what a finding
   follows from `caused_by_fault`, `caused_by_subject` (see `core/controls/evidence.py`).
   Thresholds are `$names`; there is no other way to put a value in.
3. Write `eligible`: a `select count(*)` of the rows that the control can judge.
4. Give at least one example with a violation and one near miss, then `assay controls test NAME` until they
   hold. The next run asks it beside those that ship; `assay controls list` shows all.
"""


def catalogue(controls: Sequence[Control]) -> str:
    """Return the page: how controls work, a table by area, what no control answers, then each control.

    Parameters
    ----------
    controls
        By id.
    """
    table = [
        "## By leakage area",
        "The eight areas of TM Forum GB941D. *Before* says whether it runs before the invoice leaves.",
        "",
        "| area | control | fault | dimension | severity | before |",
        "|---|---|---|---|---|---|",
        *(row for area in AREAS for row in _rows(area, controls)),
        "",
        "## Without a control",
        "Checks of the trade's catalogue that these streams cannot answer, and what they would need.",
        "",
        "| check | question | needs |",
        "|---|---|---|",
        *(f"| {name} | {check['question']} | {check['needs']} |" for name, check in UNFED.items()),
        "",
    ]
    return "\n".join([_OPENING, *table, *("\n".join(_section(control)) for control in controls)])


def _rows(area: str, controls: Iterable[Control]) -> list[str]:
    rows = [
        f"| {area} | [`{control.id}`](#{control.id}) | {control.fault} | {control.dimension} "
        f"| {control.severity} | {'yes' if control.mode == 'preventive' else 'no'} |"
        for control in controls
        if control.area == area
    ]
    return rows or [f"| {area} | | | | | |"]


def _section(control: Control) -> list[str]:
    return [
        f"## {control.id}",
        f"**{control.title}.** {control.question} Found: {control.grain}.",
        "",
        f"- reads: {_names(control.reads)}; consults: {_names(control.consults)}",
        f"- judges: {control.unit}",
        *(
            f"- threshold `{name}` = {param.default} {param.unit}: {param.means}"
            for name, param in control.params.items()
        ),
        f"- usual causes: {'; '.join(control.causes)}",
        f"- usual corrections: {'; '.join(control.corrections)}",
        f"- names cause `{control.root_cause}`, action `{control.action}`; owner: {control.owner}",
        f"- source: {control.source}",
        *(f"- example, {_side(bool(example.expect))}: {example.name}" for example in control.example),
        "",
    ]


def _side(is_violation: bool) -> str:
    return "a violation" if is_violation else "no violation"


def _names(streams: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in streams) or "–"


if __name__ == "__main__":
    sys.stdout.write(catalogue(load_controls()))
