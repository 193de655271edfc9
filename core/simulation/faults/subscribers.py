"""Faults between CRM and the network: plans, numbers and SIM cards that do not agree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from core.simulation.faults.model import NETWORK, Planting
from core.simulation.faults.shadow import Label, Place, Shadow

__all__ = ["PLANTINGS"]

_QUIET_DAYS = 8


def plan_mismatch(shadow: Shadow, count: int) -> None:
    """Leave the charging system on the plan before the last change, or put it on another one."""
    changed = shadow.choose(
        "served_lines", (count + 1) // 2, lambda line: line["former_plan"] not in (None, line["plan_id"])
    )
    others = shadow.choose("served_lines", count - len(changed), lambda line: line["other_plan"] is not None)
    lines = [*changed, *others]
    plans = [line["former_plan"] for line in changed] + [line["other_plan"] for line in others]
    _edit(shadow, "replan", lines, "active_from", plan_id=plans)
    causes = ["plan_change_not_propagated"] * len(changed) + ["provisioning_error"] * len(others)
    _label(shadow, "plan_mismatch", lines, causes)


def identity_mismatch(shadow: Shadow, count: int) -> None:
    """Let the network keep a former number, or one side hold a number with two digits exchanged."""
    ported = shadow.choose(
        "served_lines", (count + 2) // 3, lambda line: line["former_msisdn"] not in (None, line["msisdn"])
    )
    _edit(shadow, "renumber", ported, "active_from", msisdn=[line["former_msisdn"] for line in ported])
    _label(shadow, "identity_mismatch", ported, ["provisioning_error"] * len(ported))
    for edit, since, cause, share in (
        ("renumber", "active_from", "provisioning_error", (count - len(ported)) // 2),
        ("renumber_crm", "valid_from", "data_entry", count - len(ported) - (count - len(ported)) // 2),
    ):
        lines = shadow.choose(
            "served_lines", share, lambda line: _exchanged(line["msisdn"]) != line["msisdn"]
        )
        key = "imsi" if edit == "renumber" else "subscription_id"
        _edit(shadow, edit, lines, since, key=key, msisdn=[_exchanged(line["msisdn"]) for line in lines])
        _label(shadow, "identity_mismatch", lines, [cause] * len(lines))


def overlapping_periods(shadow: Shadow, count: int) -> None:
    """Close the former period of a subscription on one SIM card days after the next one began."""
    lines = shadow.choose(
        "served_lines",
        count,
        lambda line: (
            line["former_imsi"] == line["imsi"] and line["valid_from"] < line["as_of"] - timedelta(days=9)
        ),
    )
    until = [
        line["valid_from"] + timedelta(days=int(days))
        for line, days in zip(lines, shadow.rng.integers(1, 8, len(lines)), strict=True)
    ]
    _edit(shadow, "overlap_stays", lines, "former_from", key="subscription_id", until=until)
    shadow.stale |= {line["account_id"] for line in lines}
    known = [line["valid_from"] + timedelta(hours=24) for line in lines]
    _label(shadow, "identity_mismatch", lines, ["crm_error"] * len(lines), known, "overlapping_periods")


def billed_not_active(shadow: Shadow, count: int) -> None:
    """Let the network drop SIM cards, unused since, that go on being billed; or never take them on."""
    lines = shadow.choose(
        "served_lines",
        count,
        lambda line: (line["last_used_at"] or line["known_at"]) < line["as_of"] - timedelta(days=_QUIET_DAYS),
    )
    never = [line for line in lines if line["last_used_at"] is None and line["former_plan"] is None]
    shadow.edit("never_switched_on", [line["imsi"] for line in never])
    dropped = [line for line in lines if line not in never]
    until = [
        max(line["last_used_at"] or line["known_at"], line["known_at"]) + timedelta(hours=int(hours))
        for line, hours in zip(dropped, shadow.rng.integers(1, 72, len(dropped)), strict=True)
    ]
    _edit(shadow, "switch_off", dropped, "active_from", until=until)
    _label(shadow, "billed_not_active", never, ["provisioning_error"] * len(never))
    known = [at + timedelta(hours=24) for at in until]
    _label(shadow, "billed_not_active", dropped, ["provisioning_error"] * len(dropped), known)


def active_not_in_crm(shadow: Shadow, count: int) -> None:
    """Leave SIM cards of ended subscriptions on the network, and put some there that no order knows."""
    ended = shadow.choose("ended_lines", count // 2)
    _edit(shadow, "never_switched_off", ended, "active_from")
    shadow.label(
        "active_not_in_crm",
        (
            Label.of(
                line,
                "active_not_in_crm",
                "provisioning",
                line["imsi"],
                "provisioning_error",
                line["known_at"],
            )
            for line in ended
        ),
    )
    _strangers(shadow, count - len(ended))


def _strangers(shadow: Shadow, count: int) -> None:
    """Copy SIM cards that are in use, under an identity that CRM never had."""
    known = {row["imsi"] for row in shadow.rows("known_sims")}
    models = shadow.choose("served_lines", count)
    rows: list[dict[str, Any]] = []
    for line in models:
        imsi = next(
            one for one in iter(lambda: f"26299{shadow.rng.integers(0, 10**10):010d}", "") if one not in known
        )
        known.add(imsi)
        rows.append(
            {
                "imsi": imsi,
                "msisdn": f"491501{shadow.rng.integers(0, 10**7):07d}",
                "plan_id": line["plan_id"],
                "services": "iot" if line["segment"] == "iot" else "voice,sms,data,roaming",
                "sim_use": "customer",
                "active_from": line["known_at"],
            }
        )
    if rows:
        shadow.edit("add_sims", pa.Table.from_pylist(rows))
    causes = shadow.rng.choice(["crm_error", "provisioning_error", "internal_misuse"], len(rows))
    shadow.label(
        "active_not_in_crm",
        (
            Label(
                "active_not_in_crm",
                "provisioning",
                row["imsi"],
                str(cause),
                row["active_from"] + timedelta(hours=24),
            )
            for row, cause in zip(rows, causes, strict=True)
        ),
    )


def _exchanged(number: str) -> str:
    """Return a number with its last two digits exchanged, as people type them."""
    return number[:-2] + number[:-3:-1]


def _edit(
    shadow: Shadow, name: str, lines: Sequence[Place], since: str, *, key: str = "imsi", **columns: list[Any]
) -> None:
    keys = {
        "key": pa.array([line[key] for line in lines], pa.string()),
        "since": pa.array([line[since] for line in lines], pa.timestamp("us", "UTC")),
    }
    shadow.edit(name, pa.table({**keys, **columns}))


def _label(
    shadow: Shadow,
    fault: str,
    lines: Sequence[Place],
    causes: Sequence[str],
    known: Sequence[datetime] | None = None,
    planted_by: str = "",
) -> None:
    times = known or [line["known_at"] for line in lines]
    shadow.label(
        planted_by or fault,
        (
            Label.of(line, fault, "subscriptions", line["subscription_id"], cause, at)
            for line, cause, at in zip(lines, causes, times, strict=True)
        ),
    )


PLANTINGS = (
    Planting("plan_mismatch", ("plan_mismatch",), NETWORK, plan_mismatch),
    Planting("identity_mismatch", ("identity_mismatch",), NETWORK, identity_mismatch),
    Planting("overlapping_periods", ("identity_mismatch",), NETWORK, overlapping_periods),
    Planting("billed_not_active", ("billed_not_active",), NETWORK, billed_not_active),
    Planting("active_not_in_crm", ("active_not_in_crm",), NETWORK, active_not_in_crm),
)
