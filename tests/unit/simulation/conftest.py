"""One clean simulated operator for all tests of plantings."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.builders.simulated import Simulated, simulated


@pytest.fixture(scope="package")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulated]:
    made = simulated(tmp_path_factory.mktemp("spill"))
    yield made
    made.session.close()
