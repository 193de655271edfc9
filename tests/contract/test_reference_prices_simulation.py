"""The simulated operator is priced by the SQL engine; on accounts drawn at random the reference agrees."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from core.lake.session import Limits, connect
from core.simulation.operator import make_operator, operator_settings
from core.simulation.profiles import PROFILES
from tests.builders.simulated import CALENDAR, SEED, price
from tests.builders.spot_check import spot_check

ACCOUNTS = 14
DRAWN = 4


@pytest.mark.parametrize("profile", PROFILES)
def test_every_line_of_drawn_accounts_is_priced_as_the_reference_prices_it(
    profile: str, tmp_path: Path
) -> None:
    session = connect(Limits(threads=1, temp=tmp_path))
    small = replace(PROFILES[profile], activity=0.4, business_lines=(2, 4), fleet_lines=(3, 9))
    make_operator(session, small, CALENDAR, SEED, ACCOUNTS, price, lambda *_: None)
    known = [account for (account,) in session.execute("select account_id from accounts").fetchall()]
    drawn = random.Random(SEED).sample(sorted(known), DRAWN)
    checked = spot_check(session, operator_settings(CALENDAR), drawn)
    session.close()
    assert checked.lines > 0
    assert checked.different == ()
