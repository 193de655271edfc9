"""The steps to a fee, a product, a discount, a minimum spend and a tax line (rules 12 to 14)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from core.kernel.format import exact_money
from core.rating.step import Step, Told
from core.rating.wording import percent

__all__ = ["other_steps"]

LOWERED = {
    "recurring": "the plan's fee",
    "usage": "usage",
    "voice": "calls",
    "sms": "messages",
    "data": "data",
    "iot": "device data",
}
HUNDRED = Decimal(100)


def other_steps(
    line: Mapping[str, Any], facts: Mapping[str, Any], names: Mapping[str, str]
) -> Iterator[Told]:
    """Yield the steps to a line that is no usage."""
    tell = _minimum if "minimum_spend" in facts else _TELLERS[line["kind"]]
    return tell(line, facts, names)


def _recurring(line: Mapping[str, Any], facts: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Told]:
    fee = exact_money(Decimal(facts["fee"]), line["currency"])
    plan_id = line.get("plan_id")
    what = f"plan {_name(names, plan_id)}" if plan_id else _name(names, line.get("product_id"))
    yield Step("fee", what, None, fee), f"The monthly fee of {what} is {fee}."
    days, in_cycle = facts["days"], facts["days_in_cycle"]
    if facts["prorated"] and days < in_cycle:
        amount = exact_money(line["amount"], line["currency"])
        held = f"{days} of {in_cycle} days"
        yield Step("days", held, fee, amount), f"It was held on {held}, so {amount} was charged."


def _one_off(line: Mapping[str, Any], facts: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Told]:
    fee = exact_money(Decimal(facts["fee"]), line["currency"])
    product = _name(names, line.get("product_id"))
    yield Step("product", product, None, fee), f"{product} was bought once, for {fee}."


def _discount(line: Mapping[str, Any], facts: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Told]:
    base, off = (exact_money(value, line["currency"]) for value in (Decimal(facts["base"]), -line["amount"]))
    promotion = _name(names, line.get("promotion_id"))
    lowered = LOWERED[facts["applies_to"]]
    if facts["kind"] == "fee_waiver":
        rule, sentence = "the whole fee", f"Promotion {promotion} waived {lowered}, {off}."
    elif facts["kind"] == "percent_off":
        rule = percent(facts["value"])
        sentence = f"Promotion {promotion} took {rule} off {base} of {lowered}, which is {off}."
    else:
        rule = f"{exact_money(Decimal(facts['value']), line['currency'])} a cycle"
        most = (
            f", as no more than {base} of {lowered} was left"
            if Decimal(facts["base"]) < Decimal(facts["value"])
            else ""
        )
        sentence = f"Promotion {promotion} takes {rule} off {lowered}; it took {off}{most}."
    left = exact_money(Decimal(facts["base"]) + line["amount"], line["currency"])
    yield Step("promotion", f"{promotion}: {rule} off {lowered}", base, left), sentence


def _minimum(line: Mapping[str, Any], facts: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Told]:
    minimum, spent, added = (
        exact_money(value, line["currency"])
        for value in (Decimal(facts["minimum_spend"]), Decimal(facts["spent"]), line["amount"])
    )
    plan = f"Plan {_name(names, line.get('plan_id'))}"
    yield (
        Step("minimum spend", f"{plan}, {minimum} a cycle", spent, minimum),
        f"{plan} has a minimum spend of {minimum} a cycle. Usage, fees and products less discounts came to "
        f"{spent}, so {added} was added.",
    )


def _tax(line: Mapping[str, Any], facts: Mapping[str, Any], _: Mapping[str, str]) -> Iterator[Told]:
    net, tax = (exact_money(value, line["currency"]) for value in (Decimal(facts["net"]), line["amount"]))
    rate = percent(str(Decimal(facts["tax_rate"]) * HUNDRED))
    yield (
        Step("tax", f"{rate} of the net", net, tax),
        f"Tax at {rate} of the invoice's net of {net} is {tax}.",
    )


def _name(names: Mapping[str, str], name: str | None) -> str:
    return names.get(name or "", name or "")


_TELLERS = {"recurring": _recurring, "one_off": _one_off, "discount": _discount, "tax": _tax}
