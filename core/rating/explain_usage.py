"""The steps to a usage line: place, parts, rounding, free units, tiers, rates, fees, caps (rules 1 to 11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from core.kernel.format import exact_money
from core.rating.reference.ladder import UNIT_SIZES
from core.rating.step import Step, Told
from core.rating.wording import day, quantity, zone

__all__ = ["usage_steps"]

Facts = Mapping[str, Any]

NOTHING = Decimal(0)
WHAT_WAS_USED = {"data": "Data was used", "iot": "A device used data"}
UNITS = {"kb": "kB", "mb": "MB", "gb": "GB", "kib": "KiB", "mib": "MiB", "gib": "GiB"}
POOLS = {
    "subscription": "the allowance {}",
    "account": "the allowance {}, which the account shares",
    "promotion": "the free units of promotion {}",
    "pass": "the pass {}",
}


def usage_steps(line: Facts, facts: Facts, names: Mapping[str, str]) -> Iterator[Told]:
    """Yield the steps to a usage line."""
    teller = _Teller(line["service"], line["currency"], names)
    yield teller.place(facts)
    yield from teller.parts(facts["parts"])
    for draw in facts["allowances"]:
        yield teller.draw(draw)
    for part in facts["parts"]:
        yield from teller.prices(part, facts)
    yield from teller.connect_fee(facts)
    yield from teller.max_charge(facts)
    yield from teller.roaming_cap(facts)
    amount = teller.money(facts["amount"])
    yield Step("amount", "net of tax", None, amount), f"The line comes to {amount}."


class _Teller:
    """Tell the steps of one service in one currency."""

    def __init__(self, service: str, currency: str, names: Mapping[str, str]) -> None:
        self._service = service
        self._currency = currency
        self._names = names

    def money(self, amount: str | Decimal) -> str:
        return exact_money(Decimal(amount), self._currency)

    def _much(self, amount: int) -> str:
        return quantity(amount, self._service)

    def place(self, facts: Facts) -> Told:
        here, there = zone(facts["roaming_zone"]), zone(facts["destination_zone"])
        at = "at home" if here == "home" else f"in {here}"
        if self._service in WHAT_WAS_USED:
            what = f"{WHAT_WAS_USED[self._service]} {at}"
        elif facts["direction"] == "mt":
            what = f"{'A call' if self._service == 'voice' else 'A message'} was received {at}"
        else:
            sent = "Called" if self._service == "voice" else "Sent a message"
            what = f"{sent} from {here} to {there}"
        plan_id = facts["plan_id"]
        plan = f" on plan {self._names.get(plan_id, plan_id)}" if plan_id else ""
        return Step("usage", f"{what}{plan}", None, self._much(facts["quantity"])), f"{what}{plan}."

    def parts(self, parts: Sequence[Facts]) -> Iterator[Told]:
        """Tell where midnight and price bands cut a call, and how each part was rounded up."""
        if len(parts) > 1:
            told = [f"{self._much(part['quantity'])} under {_band(part['tariff'])}" for part in parts]
            text = ", then ".join(told)
            yield (
                Step("parts", text, "1 part", f"{len(parts)} parts"),
                f"Midnight or a change of price cut it in {len(parts)}: {text}.",
            )
        for part in parts:
            before, after = part["quantity"], part["rounded"]
            if after == before:
                continue
            tariff = part["tariff"]
            least = after == tariff["minimum"] and after - before >= tariff["increment"]
            verb = "charged as at least" if least else "rounded up to"
            what = f"minimum {self._much(after)}" if least else f"steps of {self._much(tariff['increment'])}"
            was = "was" if self._is_one(before) else "were"
            yield (
                Step("rounding", what, self._much(before), self._much(after)),
                f"{self._much(before)} {was} {verb} {self._much(after)}.",
            )

    def draw(self, draw: Facts) -> Told:
        name = self._names.get(draw["id"], draw["id"])
        pool = POOLS[draw["pool"]].format(name)
        drawn = self._much(draw["drawn"])
        left = "without limit" if draw["left"] is None else f"{self._much(draw['left'])} left"
        before = None if draw["before"] is None else self._much(draw["before"])
        step = Step("allowance", f"{drawn} from {pool}", before, None if before is None else left)
        return step, f"{drawn} came out of {pool} ({left})."

    def prices(self, part: Facts, facts: Facts) -> Iterator[Told]:
        """Tell the rate of each stretch of a part, and the count that chose it."""
        yield from self._tier(part)
        version = f"in force since {day(part['tariff']['valid_from'])}"
        for n, stretch in enumerate(part["prices"]):
            amount = _cost(stretch, part["tariff"])
            rate = self._rate(stretch, part["tariff"])
            tariff = f"tariff {stretch['tariff_id']}"
            much = self._much(stretch["quantity"])
            other = "The other " if n == 0 and facts["free"] and len(facts["parts"]) == 1 else ""
            since = f", {version}" if n == 0 else ""
            verb = "costs" if other == "" and self._is_one(stretch["quantity"]) else "cost"
            yield (
                Step("price", f"{rate} under {tariff}, {version}", much, self.money(_six(amount))),
                f"{other}{much} {verb} {rate} under {tariff}{since}.",
            )

    def _tier(self, part: Facts) -> Iterator[Told]:
        counted, mode = part["counted"], part["tariff"]["tier_mode"]
        if not counted or part["rounded"] == part["free"]:
            return
        so_far = self._much(counted)
        if mode == "volume":
            sentence = f"The price goes by the {so_far} charged under this tariff in the whole cycle."
        elif mode == "package":
            inside = "" if part["prices"] else ", so it fits in a block that is paid for"
            sentence = f"{so_far} had been used of this tariff's blocks in the cycle before{inside}."
        else:
            sentence = f"{so_far} had been charged in the cycle before, and the price goes by that count."
        yield Step("tier", mode, so_far, None), sentence

    def _rate(self, stretch: Facts, tariff: Facts) -> str:
        if tariff["tier_mode"] == "package":
            return f"{self.money(stretch['rate'])} for each block of {self._much(tariff['increment'])}"
        if Decimal(stretch["rate"]) == NOTHING:
            return "nothing"
        return f"{self.money(stretch['rate'])} per {UNITS.get(tariff['unit'], tariff['unit'])}"

    def connect_fee(self, facts: Facts) -> Iterator[Told]:
        fee = facts["connect_fee"]
        if Decimal(fee):
            yield (
                Step("connect fee", "once for the session", None, self.money(fee)),
                f"The connection itself costs {self.money(fee)}.",
            )

    def max_charge(self, facts: Facts) -> Iterator[Told]:
        if facts["max_charge"] is None:
            return
        costs = (_cost(stretch, part["tariff"]) for part in facts["parts"] for stretch in part["prices"])
        full = sum(costs, Fraction(facts["connect_fee"]))
        if full > Fraction(facts["max_charge"]):
            before, most = self.money(_six(full)), self.money(facts["max_charge"])
            yield (
                Step("maximum charge", "for one session", before, most),
                f"One session costs at most {most}, so {before} became {most}.",
            )

    def roaming_cap(self, facts: Facts) -> Iterator[Told]:
        cap = facts["roaming_cap"]
        if cap is None:
            return
        full, charged = facts["before_roaming_cap"], facts["amount"]
        limit, left = self.money(cap["cap"]), self.money(cap["left_before"])
        step = Step("roaming cap", f"{limit} a cycle, {left} left", self.money(full), self.money(charged))
        if full != charged:
            yield (
                step,
                (
                    f"{left} was left of the cycle's roaming cap of {limit}, "
                    f"so {self.money(full)} became {self.money(charged)}."
                ),
            )
        elif cap["has_consent"] and Decimal(full) > Decimal(cap["left_before"]):
            yield step, f"The customer had agreed to go past the roaming cap of {limit}, so nothing was cut."
        else:
            yield step, None

    def _is_one(self, amount: int) -> bool:
        return self._service == "sms" and amount == 1


def _band(tariff: Facts) -> str:
    """Return which tariff it is and when it holds, where that is not always."""
    when = "" if tariff["days"] == "any" else f" {tariff['days']}"
    if (tariff["from_time"], tariff["to_time"]) != ("00:00", "00:00"):
        when += f" {tariff['from_time']} to {tariff['to_time']}"
    return f"tariff {tariff['tariff_id']}" + (f" ({when.strip()})" if when else "")


def _cost(stretch: Facts, tariff: Facts) -> Fraction:
    """Return what a stretch costs, exactly (rules 9 and 10)."""
    size: int = tariff["increment"] if tariff["tier_mode"] == "package" else UNIT_SIZES[tariff["unit"]]
    charged: int = stretch["quantity"]
    return Fraction(stretch["rate"]) * Fraction(charged, size)


def _six(amount: Fraction) -> Decimal:
    return Decimal(round(amount * 10**6)).scaleb(-6)
