"""A temporary PostgreSQL on loopback for the test run: found, else installed, else "not run: …"."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

from tests.packages import found_or_installed

TOOLS = ("initdb", "pg_ctl")
UNPRIVILEGED = ("postgres", "nobody")


class NotRunError(Exception):
    """Say why PostgreSQL cannot be had here."""


@contextmanager
def temporary_cluster() -> Iterator[str]:
    """Yield the SQLAlchemy URL of a fresh cluster's maintenance database; the cluster ends with the block."""
    tools = found_or_installed(_find_tools, "postgresql")
    if tools is None:
        raise NotRunError("not run: PostgreSQL is not installed, and could not be")
    user = _unprivileged_user() if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="assay-postgres-"))
    try:
        if user:
            shutil.chown(folder, user)
        data, port = folder / "data", _free_port()
        _run(user, tools / "initdb", "-D", data, "-U", "assay", "-A", "trust", "-E", "UTF8", "--locale", "C")
        options = (
            f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
        )
        _run(user, tools / "pg_ctl", "-D", data, "-l", folder / "log", "-o", options, "-w", "start")
        try:
            yield f"postgresql+psycopg://assay@127.0.0.1:{port}/postgres"
        finally:
            _run(user, tools / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(cluster: str) -> str:
    """Make an empty database in the cluster and return its URL."""
    name = f"t{uuid4().hex}"
    with psycopg.connect(cluster.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"create database {name}")
    return cluster.rsplit("/", 1)[0] + f"/{name}"


def _find_tools() -> Path | None:
    folders = [Path(found).parent for found in map(shutil.which, TOOLS[:1]) if found]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if all((folder / tool).exists() for tool in TOOLS)), None)


def _unprivileged_user() -> str:
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise NotRunError("not run: PostgreSQL refuses to run as root and no other user is to be had")


def _run(user: str | None, *command: str | Path) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        user=user,
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode != 0:
        raise NotRunError(f"not run: {command[0]} failed: {done.stderr.decode(errors='replace').strip()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
