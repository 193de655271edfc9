"""Starts the dashboard's server and says where it listens. Knows nothing of what it shows."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from core.api import AssayError, Settings
from core.entrypoints.console import OUT

__all__ = ["serve"]

_HOST = "127.0.0.1"
_PORTS = 50


def serve(settings: Settings, port: int) -> None:
    """Serve the dashboard until it is interrupted.

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
            server.wait()
        except KeyboardInterrupt:
            server.terminate()


def _free_port(first: int) -> int:
    for port in range(first, first + _PORTS):
        with socket.socket() as probe:
            if probe.connect_ex((_HOST, port)) != 0:
                return port
    raise AssayError(f"no port from {first} to {first + _PORTS - 1} is free; name another with --port")
