"""Roles and rights in words. Draws nothing."""

from __future__ import annotations

from core.api import Role

TITLES: dict[Role, str] = {
    "care_agent": "Care agent",
    "analyst": "Analyst",
    "supervisor": "Supervisor",
    "product_manager": "Product manager",
    "administrator": "Administrator",
    "auditor": "Auditor",
    "service": "Service",
}


def role_title(role: Role) -> str:
    """Return what people call a role."""
    return TITLES[role]
