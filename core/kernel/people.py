"""Who acts: roles, and the actor whom every command carries. Holds no right and no password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal[
    "care_agent", "analyst", "supervisor", "product_manager", "administrator", "auditor", "service"
]
"""What a person, or a machine, is here for; rights hang on it (`core.governance.rights`)."""

Method = Literal["local", "oidc", "cli", "service", "none"]
"""How an actor proved who they are: a password, the operator's identity provider, an account of this
machine's operating system, a key of a service; or not at all."""

ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True)
class Actor:
    """Stand for whoever asks or commands.

    Parameters
    ----------
    user_id
        Names the person for good; a name may change, this never does.
    name
        What people call them.
    role
        What they are here for, as of this very question: it is read anew each time.
    method
        How they proved who they are.
    segments
        The customer segments that they may see; None for every one.
    """

    user_id: str
    name: str
    role: Role
    method: Method
    segments: frozenset[str] | None = None
