"""Serves the reference operator, alone or as a process beside the dashboard. Plays nothing itself."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from core.api import SYSTEMS, Settings

__all__ = ["as_environment", "command", "connected_to", "serve_reference"]

_HOST = "127.0.0.1"


def serve_reference(app: ASGIApp, port: int) -> None:
    """Serve the reference operator until it is interrupted."""
    uvicorn.run(app, host=_HOST, port=port, log_level="critical", server_header=False)


def connected_to(settings: Settings, port: int) -> Settings:
    """Return settings by which all orders go to a reference operator on this machine."""
    token = secrets.token_urlsafe(24)
    said = {"url": f"http://{_HOST}:{port}", "token": token}
    changes = {
        "systems": dict.fromkeys(SYSTEMS, said),
        "system_hosts": (_HOST,),
        "operator_token": token,
    }
    return Settings(**settings.model_dump() | changes)


def as_environment(settings: Settings) -> Mapping[str, str]:
    """Return the environment by which a child process has the same systems."""
    systems = {
        name: {"url": one.url, "token": one.token.get_secret_value()}
        for name, one in settings.systems.items()
    }
    return {
        "ASSAY_SYSTEMS": json.dumps(systems),
        "ASSAY_SYSTEM_HOSTS": json.dumps(list(settings.system_hosts)),
        "ASSAY_OPERATOR_TOKEN": settings.operator_token.get_secret_value(),
    }


def command(dataset: Path, port: int) -> Sequence[str]:
    """Return the module and arguments that serve it as a process of its own."""
    return ["core.entrypoints.cli", "operator", "serve", str(dataset.resolve()), "--port", str(port)]
