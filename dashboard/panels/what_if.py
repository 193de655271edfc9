"""What other thresholds would find, beside what those in force find. Works nothing out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.api import Facts, WhatIf
from dashboard.components.tables import Column, Row, table
from dashboard.format import MINUS, NOTHING, count, money, money_change
from dashboard.markup import Html, element, join

COLUMNS = (Column(""), Column("Now", "num"), Column("Proposed", "num"), Column("Change", "num"))


@dataclass(frozen=True)
class Side:
    """Hold what a control finds on one side: findings, and their net amount in home currency."""

    is_judged: bool
    findings: int
    amount: Decimal


@dataclass(frozen=True)
class Effect:
    """Hold both sides, and the findings that only one of them has, with their money."""

    now: Side
    then: Side
    appears: tuple[int, Decimal]
    vanishes: tuple[int, Decimal]


def effect_of(found: WhatIf) -> Effect:
    """Return the effect that has just been worked out."""
    return Effect(
        _side(found.now.outcome, found.now.violations, found.now.amount),
        _side(found.then.outcome, found.then.violations, found.then.amount),
        (found.appears.findings, found.appears.amount),
        (found.vanishes.findings, found.vanishes.amount),
    )


def effect_kept(facts: Facts) -> Effect | None:
    """Return the effect that was worked out when something was proposed; None where none was."""
    if not facts:
        return None
    kept: dict[str, Any] = dict(facts)
    now, then, appears, vanishes = (kept[name] for name in ("now", "then", "appears", "vanishes"))
    return Effect(
        _side(now["outcome"], now["findings"], Decimal(now["amount"])),
        _side(then["outcome"], then["findings"], Decimal(then["amount"])),
        (appears["findings"], Decimal(appears["amount"])),
        (vanishes["findings"], Decimal(vanishes["amount"])),
    )


def _side(outcome: str, findings: int, amount: Decimal) -> Side:
    return Side(outcome != "not_evaluated", findings, amount)


def effect_table(effect: Effect, currency: str) -> Html:
    """Return the two sides as a table, with one sentence on what comes and goes."""
    now, then = effect.now, effect.then
    rows: tuple[Row, ...] = (
        ("Findings", _findings(now), _findings(then), _change(then.findings - now.findings)),
        (
            "Net amount",
            _amount(now, currency),
            _amount(then, currency),
            money_change(then.amount - now.amount, currency),
        ),
    )
    said = f"{_tally('appear', effect.appears, currency)} {_tally('vanish', effect.vanishes, currency)}"
    return join(table(COLUMNS, rows, label="What would change"), element("p", said, css="ra-note"))


def _change(number: int) -> str:
    return f"{'+' if number > 0 else MINUS if number < 0 else ''}{abs(number):,}"


def _findings(side: Side) -> str:
    return count(side.findings) if side.is_judged else "Not evaluated"


def _amount(side: Side, currency: str) -> str:
    return money(side.amount, currency) if side.is_judged else NOTHING


def _tally(verb: str, tally: tuple[int, Decimal], currency: str) -> str:
    findings, amount = tally
    if not findings:
        return f"None would {verb}."
    worth = f", worth {money(amount, currency)}" if amount else ""
    return f"{count(findings, 'finding')} would {verb}{worth}."
