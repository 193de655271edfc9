"""The sentence of each cause of a changed bill. Computes no cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from core.kernel.format import bill_money
from core.rating.wording import quantity, zone

__all__ = ["Words"]

Line = Mapping[str, Any]
Change = tuple[Any, Decimal, int]
"""What something is, what it adds to the bill, and the charged quantity that it adds."""

NOTHING = Decimal(0)
SHOWN = 2
"""Only so many of a cause's parts are named, the greatest."""

TITLES = {
    "plan": "Monthly fees",
    "usage": "Usage at home",
    "roaming": "Roaming",
    "price": "Prices",
    "promotion": "Promotions",
    "one_off": "One-off charges",
    "correction": "Corrections",
    "tax": "Tax",
}
SERVICES = {"voice": "calls", "sms": "messages", "data": "data", "iot": "device data"}


class Words:
    """Say in one currency, with names for ids, what a cause adds."""

    def __init__(self, currency: str, names: Mapping[str, str]) -> None:
        self._currency = currency
        self._names = names

    def sentence(
        self,
        cause: str,
        amount: Decimal,
        before: Sequence[Line],
        after: Sequence[Line],
        effects: Mapping[str, Decimal],
    ) -> str:
        """Return the sentence of one cause; ``effects`` is what each new version of a tariff adds."""
        more = f"{bill_money(abs(amount), self._currency)} {'more' if amount > 0 else 'less'}"
        if cause == "price":
            parts = [f"tariff {t} {self._signed(d)}" for t, d in _greatest(effects.items(), lambda e: e[1])]
            return f"Prices: {more} for the same usage under new versions: {', '.join(parts)}."
        if cause == "tax":
            return f"Tax: {more}, as it goes by the net of the bill."
        tell = self._usage if cause in ("usage", "roaming") else self._others
        parts = [part for part in tell(cause, before, after) if part]
        return f"{TITLES[cause]}: {more}{', ' if parts else ''}{', '.join(parts)}."

    def _usage(self, _: str, before: Sequence[Line], after: Sequence[Line]) -> list[str]:
        """Say which service in which zone moved most, and by how much usage."""
        changes = _changes(before, after, lambda line: (line["service"], line["zone"]))
        if not changes:
            return []
        (service, where), amount, charged = _greatest(changes, lambda change: change[1])[0]
        if not amount:
            return []
        place = "" if where in (None, "home", "any") else f" in {self._names.get(where, zone(where))}"
        if not charged:
            return [f"mostly {SERVICES[service]}{place}"]
        much = quantity(abs(charged), service)
        of = "" if service == "sms" else f" of {SERVICES[service]}"
        return [f"mostly {much}{' fewer' if charged < 0 else ''}{of}{place}".replace(" fewer of", " less of")]

    def _others(self, cause: str, before: Sequence[Line], after: Sequence[Line]) -> list[str]:
        """Say what began, ended or changed."""
        changes = _changes(before, after, _subject)
        was, now = ({_subject(line) for line in lines} for lines in (before, after))
        told = []
        for subject, amount, _ in _greatest(changes, lambda change: change[1]):
            name = self._names.get(subject, subject) or TITLES[cause].lower()
            if amount and cause in ("plan", "promotion"):
                verb = "changed" if subject in was & now else "began" if subject in now else "ended"
                told.append(f"{name} {verb} ({self._signed(amount)})")
            elif amount:
                told.append(f"{name} ({self._signed(amount)})")
        return told

    def _signed(self, amount: Decimal) -> str:
        return f"{'+' if amount > 0 else ''}{bill_money(amount, self._currency)}"


def _subject(line: Line) -> str:
    """Return what a line that is no usage is about."""
    subject = line.get("product_id") or line.get("promotion_id") or line.get("reason") or line.get("plan_id")
    return str(subject or "")


def _changes(before: Iterable[Line], after: Iterable[Line], key: Callable[[Line], Any]) -> list[Change]:
    amounts: dict[Any, Decimal] = defaultdict(Decimal)
    charged: dict[Any, int] = defaultdict(int)
    for lines, sign in ((before, -1), (after, 1)):
        for line in lines:
            amounts[key(line)] += sign * line["amount"]
            charged[key(line)] += sign * (line["quantity"] - line["free_quantity"])
    return [(name, amounts[name], charged[name]) for name in amounts]


def _greatest(found: Iterable[Any], amount: Callable[[Any], Decimal]) -> list[Any]:
    return sorted(found, key=lambda each: (-abs(amount(each)), str(each[0])))[:SHOWN]
