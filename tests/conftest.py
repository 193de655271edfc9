"""Fixtures that several folders share: an empty operational store of every kind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.adapters.store import open_store
from core.ports.store import Store
from tests.builders.audit import PSEUDONYMS
from tests.builders.sample import Sample, the_sample
from tests.fakes.store import FakeStore
from tests.packages import not_run
from tests.postgres import NotRunError, new_database, temporary_cluster


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[str]:
    try:
        with temporary_cluster() as url:
            yield url
    except NotRunError as reason:
        not_run(reason)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """Give the installation over the sample that all test processes of this run share."""
    own = tmp_path_factory.getbasetemp()
    return the_sample(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.sqlite'}"


@pytest.fixture
def postgres_url(postgres_cluster: str) -> str:
    return new_database(postgres_cluster)


DATABASES = [pytest.param("sqlite_url"), pytest.param("postgres_url", marks=pytest.mark.postgres)]


@pytest.fixture(params=DATABASES)
def store_url(request: pytest.FixtureRequest) -> str:
    """Give the URL of an empty database of each kind."""
    url: str = request.getfixturevalue(request.param)
    return url


@pytest.fixture(params=[pytest.param("fake"), *DATABASES])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Give an empty store of each implementation."""
    if request.param == "fake":
        yield FakeStore()
        return
    opened = open_store(request.getfixturevalue(request.param), PSEUDONYMS)
    yield opened
    opened.close()
