"""How bills are paid: one by one, or two at once and then by nothing else."""

from __future__ import annotations

import numpy as np

from core.simulation.payments import _attempts
from tests.builders.simulated import CALENDAR

ACCOUNTS, BILLS_EACH, TRANSFER = 4_000, 3, 2


def test_a_bill_that_is_paid_together_with_another_is_paid_by_nothing_else() -> None:
    account = np.repeat(np.arange(ACCOUNTS), BILLS_EACH)
    issued = np.tile(np.arange(BILLS_EACH) * 30 * 86_400, ACCOUNTS)
    drawn = _attempts(np.random.default_rng(5), CALENDAR, issued, account, np.full(len(account), TRANSFER))
    bill, share = np.concatenate(drawn.bill), np.concatenate(drawn.share)
    together = bill[share == 0]
    assert len(together) > 20
    assert not np.isin(together, bill[share != 0]).any()
    assert not np.isin(together + 1, bill).any()
