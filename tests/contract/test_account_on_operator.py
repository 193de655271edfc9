"""One account by itself has the lines that the SQL engine gives it, steps included, on the clean operator."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.events.dataset import open_dataset
from core.events.land import take_in
from core.lake.schemas import SCHEMAS
from core.lake.session import Limits, Session
from core.lake.snapshot import open_snapshot, pin
from core.lake.tables import Lake
from core.rating.account import AccountRater, rate_account
from core.rating.engine import rate
from tests.builders.operator import OPERATOR

ONE_THREAD = Limits(threads=1)
CYCLE = date(2026, 3, 1)
ACCOUNTS = ["A000006", "A000014", "A000016", "A000064", "A000068"]

Lines = Mapping[str, Mapping[str, Any]]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    if not OPERATOR.exists():
        pytest.skip("not run: ../shared is absent")
    lake = Lake(tmp_path_factory.mktemp("lake"), SCHEMAS)
    dataset = open_dataset(OPERATOR)
    take_in(lake, dataset, ONE_THREAD, lambda *_: None)
    with open_snapshot(lake, pin(lake, dataset.settings), ONE_THREAD) as opened:
        yield opened


@pytest.fixture(scope="module")
def expected(session: Session) -> Lines:
    rate(session, accounts=ACCOUNTS)
    lines = session.sql("from expected_charges").to_arrow_table().to_pylist()
    return {line["charge_id"]: line | {"explanation": json.loads(line["explanation"])} for line in lines}


def test_an_account_by_itself_is_priced_like_all_accounts_together(session: Session, expected: Lines) -> None:
    alone = [line.row() for account in ACCOUNTS for line in rate_account(session, account).charges]
    assert {line["charge_id"]: line for line in alone} == {
        charge_id: {name: value for name, value in line.items() if name != "cycle"}
        for charge_id, line in expected.items()
    }


def test_a_cycle_by_itself_has_the_lines_that_it_has_among_the_others(session: Session) -> None:
    rater = AccountRater(session)
    zone = ZoneInfo("Europe/Warsaw")
    whole = rater.rate("A000068").charges
    for cycle in {line.cycle for line in whole}:
        alone = rater.rate("A000068", cycle.start.astimezone(zone).date())
        assert alone.charges == tuple(line for line in whole if line.cycle == cycle and line.kind != "tax")
        assert alone.invoices == ()


def test_a_subscription_by_itself_has_the_lines_that_it_has_beside_the_others(session: Session) -> None:
    rater = AccountRater(session)
    whole = rater.rate("A000068", CYCLE).charges
    for subscription in {line.subscription_id for line in whole}:
        alone = rater.rate("A000068", CYCLE, subscription).charges
        assert alone == tuple(line for line in whole if line.subscription_id == subscription)


def test_an_account_that_nobody_knows_has_no_lines(session: Session) -> None:
    assert rate_account(session, "A404").charges == ()
