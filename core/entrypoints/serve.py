"""Starts dashboard, decision API and worker, says where they listen, and seals the audit trail."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path

import uvicorn

from core.api import AssayError, Door, Settings
from core.entrypoints.console import OUT, show_problems
from core.entrypoints.reference import as_environment

__all__ = ["free_port", "serve", "serve_api"]

_HOST = "127.0.0.1"
_PORTS = 50
_API = "core.entrypoints.http:from_environment"
_SEAL_EVERY_S = 240
"""So that no entry of the audit trail is without a checkpoint for more than five minutes."""


def serve(
    settings: Settings, port: int, api_port: int, door: Door, beside: Sequence[Sequence[str]] = ()
) -> None:
    """Serve dashboard and decision API until interrupted; carry corrections out and sign the audit trail.

    Parameters
    ----------
    beside
        What plays the operator's systems meanwhile: modules, each with its arguments.

    Raises
    ------
    AssayError
        RA-E000 when no port is free.
    """
    spec = find_spec("dashboard")
    entry = Path(str(spec.origin)).with_name("app.py") if spec else Path("dashboard/app.py")
    free, free_api = free_port(port), free_port(api_port)
    OUT.print(f"Dashboard:    http://{_HOST}:{free}  (Ctrl+C ends all)")
    OUT.print(f"Decision API: http://{_HOST}:{free_api}/openapi.json")
    options = {"server.port": free, "server.address": _HOST, "server.headless": "true"}
    arguments = [f"--{name}={value}" for name, value in options.items()]
    dashboard = ["streamlit", "run", str(entry), *arguments]
    api = ["uvicorn", "--factory", _API, "--host", _HOST, "--port", str(free_api), *_QUIETLY]
    environment = os.environ | {"ASSAY_HOME": str(settings.home.resolve())}
    environment |= as_environment(settings) if beside else {}
    folder = entry.parent.parent
    worker = ["core.entrypoints.cli", "worker"]
    with ExitStack() as running:
        for module in (*beside, api, worker):
            running.enter_context(_running(module, environment, folder))
        server = running.enter_context(_running(dashboard, environment, folder))
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that no process is left behind
        try:
            while not _ended(server):
                _seal(door)
        except KeyboardInterrupt:
            server.terminate()
    _seal(door)


def serve_api(port: int) -> None:
    """Serve the decision API alone until it is interrupted."""
    uvicorn.run(_API, factory=True, host=_HOST, port=port, log_level="warning", server_header=False)


_QUIETLY: Sequence[str] = ("--log-level", "warning", "--no-server-header")


@contextmanager
def _running(
    module: Sequence[str], environment: dict[str, str], folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a module of Python's as a process of its own, which ends with the block."""
    command = [sys.executable, "-m", *module]
    with subprocess.Popen(command, cwd=folder, env=environment) as process:
        try:
            yield process
        finally:
            process.terminate()


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


def free_port(first: int) -> int:
    """Return the first port from this one on that nobody listens on."""
    for port in range(first, first + _PORTS):
        with socket.socket() as probe:
            if probe.connect_ex((_HOST, port)) != 0:
                return port
    raise AssayError(f"no port from {first} to {first + _PORTS - 1} is free; name another")
