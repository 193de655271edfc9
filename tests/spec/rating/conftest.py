"""The fixture that every rule is told with: ``rate`` makes a bill of a few rows, by each engine in turn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.builders import rows
from tests.spec.rating.engines import ENGINES, WHOLESALE_ENGINES, Bill, Rate, Wholesale


@pytest.fixture(params=ENGINES)
def rate(request: pytest.FixtureRequest) -> Rate:
    """Rate a small world: ``usage`` and streams by name, settings as a mapping of changes."""

    def run(settings: Mapping[str, datetime | str] | None = None, **streams: Any) -> Bill:
        return ENGINES[request.param](rows.world(**streams), rows.settings(**(settings or {})))

    return run


@pytest.fixture(params=WHOLESALE_ENGINES)
def wholesale(request: pytest.FixtureRequest) -> Wholesale:
    """Price partner events of a small world at the agreed rates, by ``event_id``."""

    def run(**streams: Any) -> Mapping[str, Decimal]:
        return WHOLESALE_ENGINES[request.param](rows.world(**streams))

    return run
