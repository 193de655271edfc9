"""Twelve accounts that each paid 50 twice, so many days apart: verdicts on them tell a better threshold."""

from __future__ import annotations

from pathlib import Path

from core.api import Assay
from tests.builders.installation import installation
from tests.builders.people import facade
from tests.builders.rows import account, invoice, payment, settings, world

CONTROL = "payment_duplicate"
DAYS_APART = (1, 1, 2, 2, 2, 3, 3, 5, 5, 6, 6, 6)
"""By account: the control takes fewer than seven days for one payment made twice."""

FALSE_FROM = 5
"""People find that payments so many days apart are two payments."""


def paid_twice(home: Path) -> Assay:
    """Run Assay over the accounts and return its facade."""
    names = [f"A{number}" for number in range(1, len(DAYS_APART) + 1)]
    bills = [
        invoice(f"{one}-{month}", account_id=one, total=total, cycle_start=f"2026-0{month}-{day}T23:00:00Z",
                issued_at=f"2026-0{month + 1}-06T05:00:00Z")
        for one in names
        for month, day, total in ((1, 31, "20"), (2, 28, "30"))
    ]  # fmt: skip
    paid = [
        payment(f"{one}-{turn}", account_id=one, amount="50", invoice_id=None,
                attempted_at=f"2026-03-{10 + turn * apart:02}T10:00:00Z")
        for one, apart in zip(names, DAYS_APART, strict=True)
        for turn in (0, 1)
    ]  # fmt: skip
    streams = world(accounts=[account(one) for one in names], invoices=bills, payments=paid)
    return installation(home, streams, settings())


def judge(home: Path, false_from: int = FALSE_FROM) -> None:
    """Close the case of each account: as a false alarm where the payments lie so many days apart."""
    asked, store = facade(home, "supervisor"), facade(home)._parts.store
    run = store.latest_run()
    assert run is not None
    found = store.findings(run.run_id, fault=CONTROL, offset=0, limit=100)
    for case_id in sorted({one.case_id or "" for one in found}):
        (account_id,) = {one.account_id or "" for one in found if one.case_id == case_id}
        apart = DAYS_APART[int(account_id[1:]) - 1]
        life = store.lives([case_id])[case_id]
        if life.state in {"new", "in_triage", "reopened"}:
            closing = "false_alarm" if apart >= false_from else "known"
            asked.step_cases({case_id: life.version}, "closed", "Asked the bank.", closing=closing)
