"""Starts the dashboard's server, says where it listens, and seals the audit trail while it runs."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from core.api import AssayError, Door, Settings
from core.entrypoints.console import OUT, show_problems

__all__ = ["serve"]

_HOST = "127.0.0.1"
_PORTS = 50
_SEAL_EVERY_S = 240
"""So that no entry of the audit trail is without a checkpoint for more than five minutes."""


def serve(settings: Settings, port: int, door: Door) -> None:
    """Serve the dashboard until it is interrupted, and sign what the audit trail gains.

    Raises
    ------
    AssayError
        RA-E000 when no port is free.
    """
    spec = find_spec("dashboard")
    entry = Path(str(spec.origin)).with_name("app.py") if spec else Path("dashboard/app.py")
    free = _free_port(port)
    OUT.print(f"Dashboard: http://{_HOST}:{free}  (Ctrl+C ends it)")
    command = [sys.executable, "-m", "streamlit", "run", str(entry)]
    options = {"server.port": free, "server.address": _HOST, "server.headless": "true"}
    environment = os.environ | {"ASSAY_HOME": str(settings.home.resolve())}
    arguments = [f"--{name}={value}" for name, value in options.items()]
    with subprocess.Popen([*command, *arguments], cwd=entry.parent.parent, env=environment) as server:
        try:
            while not _ended(server):
                _seal(door)
        except KeyboardInterrupt:
            server.terminate()
    _seal(door)


def _ended(server: subprocess.Popen[bytes]) -> bool:
    try:
        server.wait(_SEAL_EVERY_S)
    except subprocess.TimeoutExpired:
        return False
    return True


def _seal(door: Door) -> None:
    """Say what keeps the trail from being signed, and go on serving: people must see it there too."""
    try:
        door.system_user().seal_audit()
    except AssayError as error:
        show_problems(error)


def _free_port(first: int) -> int:
    for port in range(first, first + _PORTS):
        with socket.socket() as probe:
            if probe.connect_ex((_HOST, port)) != 0:
                return port
    raise AssayError(f"no port from {first} to {first + _PORTS - 1} is free; name another with --port")
