"""What orders do to plans, identities, SIMs and usage records. Bills nothing."""

from __future__ import annotations

from datetime import datetime

from core.kernel.orders import Order
from core.simulation.reference.refusals import RefusedError, known, named
from core.simulation.reference.state import Row, State, instant, text_of

__all__ = ["block_sim", "provision", "recycle_records", "set_identity", "set_plan", "unblock_sim"]


def set_plan(state: State, order: Order) -> str:
    """Put a subscription on a plan from a moment on, by default now."""
    row, plan = _open_subscription(state, order), order.values.get("plan_id")
    if not plan:
        raise RefusedError("It does not say which plan.")
    at = _when(order, state.now)
    if at <= instant(row["valid_from"]):
        state.put("subscriptions", row | {"plan_id": plan})
    else:
        state.put("subscriptions", row | {"valid_to": text_of(at)})
        state.put("subscriptions", row | {"plan_id": plan, "valid_from": text_of(at), "valid_to": None})
    return str(row["subscription_id"])


def set_identity(state: State, order: Order) -> str:
    """Set the number and the SIM that belong to a subscription."""
    row = _open_subscription(state, order)
    changes = {name: order.values[name] for name in ("msisdn", "imsi") if order.values.get(name)}
    if not changes:
        raise RefusedError("It says neither which number nor which SIM.")
    state.put("subscriptions", row | changes)
    return str(row["subscription_id"])


def provision(state: State, order: Order) -> str:
    """Set what the network grants a SIM; one that it does not know yet is made known."""
    imsi = named(order, "imsi")
    current = _open_sim(state, imsi)
    changes = {
        n: order.values[n] for n in ("plan_id", "services", "msisdn") if order.values.get(n) is not None
    }
    if current is None:
        changes = {
            "msisdn": "",
            "plan_id": None,
            "services": "voice,sms,data",
            "sim_use": "customer",
        } | changes
        current = {"imsi": imsi, "active_from": text_of(state.now), "active_to": None}
        if not changes["msisdn"]:
            raise RefusedError(f"The network does not know {imsi}, and the order names no number for it.")
    ends = order.values.get("active") is False
    state.put("provisioning", current | changes | ({"active_to": text_of(state.now)} if ends else {}))
    return imsi


def block_sim(state: State, order: Order) -> str:
    """Take a SIM off the network."""
    imsi = named(order, "imsi")
    current = _open_sim(state, imsi)
    if current is None:
        raise RefusedError(f"{imsi} is not on the network.")
    state.put("provisioning", current | {"active_to": text_of(state.now)})
    return imsi


def unblock_sim(state: State, order: Order) -> str:
    """Let a SIM onto the network again, as it was."""
    imsi = named(order, "imsi")
    periods = state.periods("provisioning", imsi)
    if not periods:
        raise RefusedError(f"The network does not know {imsi}.")
    if periods[-1]["active_to"] is None:
        raise RefusedError(f"{imsi} is on the network.")
    state.put("provisioning", periods[-1] | {"active_from": text_of(state.now), "active_to": None})
    return imsi


def recycle_records(state: State, order: Order) -> str:
    """Send a record that mediation held back through again, to a subscription if one is named."""
    record = known(state, "mediation_records", named(order, "record_id"))
    if record["status"] == "forwarded":
        raise RefusedError(f"{record['record_id']} was forwarded already.")
    to = order.target.get("subscription_id") or record["subscription_id"]
    if not to:
        raise RefusedError(f"Nobody knows whose {record['record_id']} is: name the subscription.")
    changes = {"status": "forwarded", "reason": None, "subscription_id": to}
    state.put("mediation_records", record | changes)
    return str(record["record_id"])


def _open_subscription(state: State, order: Order) -> Row:
    subscription = named(order, "subscription_id")
    periods = [one for one in state.periods("subscriptions", subscription) if one["valid_to"] is None]
    if not periods:
        raise RefusedError(f"There is no {subscription} that is open among subscriptions.")
    return periods[-1]


def _open_sim(state: State, imsi: str) -> Row | None:
    periods = [one for one in state.periods("provisioning", imsi) if one["active_to"] is None]
    return periods[-1] if periods else None


def _when(order: Order, otherwise: datetime) -> datetime:
    said = order.values.get("valid_from")
    try:
        at = instant(str(said)) if said else otherwise
    except ValueError as error:
        raise RefusedError(f"{said} is no moment in time.") from error
    if at.tzinfo is None:
        raise RefusedError(f"{said} does not say in which zone.")
    return at
