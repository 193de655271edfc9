"""Sessions for controls: blank, or with a few literal rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from core.controls.sandbox import build_session
from core.controls.text_table import read_rows
from core.lake.session import Limits, Session, connect

Opener = Callable[..., Session]


@pytest.fixture
def open_session() -> Iterator[Opener]:
    """Give a function that opens a session with rows given as text tables by relation."""
    opened: list[Session] = []

    def opener(present: tuple[str, ...] | None = None, **tables: str) -> Session:
        session = connect(Limits(threads=1))
        opened.append(session)
        build_session(session, {name: read_rows(text) for name, text in tables.items()}, present)
        return session

    yield opener
    for session in opened:
        session.close()
