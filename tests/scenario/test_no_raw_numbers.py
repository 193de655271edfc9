"""No number or address of a customer leaves Assay in clear: in no answer, no log, not in the audit trail."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from core.api import ROLES, Assay, CaseFilter, Role, Settings
from core.bootstrap import Parts, assemble
from tests.builders.people import actor
from tests.builders.sample import Sample, run_sample
from tests.postgres import new_database

CASES, ACCOUNTS = 40, 8
NUMBERS = {
    "subscriptions": ("msisdn", "imsi"),
    "accounts": ("email", "phone"),
    "provisioning": ("msisdn", "imsi"),
}


@dataclass(frozen=True)
class TakenIn:
    """Hold an installation over the sample, and all that the command printed."""

    home: Path
    printed: str
    parts: Parts

    def ask_as(self, role: Role) -> Assay:
        return Assay(self.parts).acting(actor(role))


@pytest.fixture(
    scope="module",
    params=["sqlite", pytest.param("postgres", marks=[pytest.mark.long, pytest.mark.postgres])],
)
def taken_in(
    request: pytest.FixtureRequest, sample: Sample, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TakenIn]:
    home, printed, url = tmp_path_factory.mktemp("numbers"), sample.printed, None
    if request.param == "sqlite":
        sample.copy(home)
    else:
        shutil.copytree(sample.home / "lake", home / "lake")
        url = new_database(request.getfixturevalue("postgres_cluster"))
        printed = run_sample(home, ASSAY_STORE_URL=url)
    parts = assemble(Settings(home=home, store_url=url))
    yield TakenIn(home, printed, parts)
    parts.store.close()


@pytest.fixture(scope="module")
def raw(taken_in: TakenIn) -> re.Pattern[str]:
    """Give a pattern of every number and address of the sample's customers."""
    found: set[str] = set()
    for stream, columns in NUMBERS.items():
        folder = taken_in.home / "lake" / stream
        for file in folder.rglob("*.parquet") if folder.is_dir() else ():
            table = pq.ParquetFile(file).read()
            for column in columns:
                found |= {value for value in table[column].to_pylist() if value}
    assert len(found) > 300
    return re.compile("|".join(map(re.escape, sorted(found))))


def answers(assay: Assay) -> Iterator[object]:
    """Ask all that somebody may ask, about many cases and some accounts."""
    if assay.may("status.read"):
        yield assay.status()
    if assay.may("quality.read"):
        yield from (assay.quality(), assay.flow(), assay.file_reports(), assay.rejected_rows())
    if assay.may("cases.read"):
        yield assay.home()
        cases = assay.case_queue(CaseFilter(), limit=CASES).cases
        yield cases
        for case in cases:
            detail = assay.case(case.case_id)
            yield replace(detail, controls=())  # the text of a rule has made-up numbers in its examples
            if assay.may("quality.read") and detail.findings:
                yield assay.found(case.fault, detail.findings[0].finding.stream)
        accounts = list(dict.fromkeys(case.account_id for case in cases if case.account_id))
        if assay.may("accounts.read"):
            yield from (assay.account(account) for account in accounts[:ACCOUNTS])
            yield from (assay.find_accounts(account) for account in accounts[:ACCOUNTS])


@pytest.mark.parametrize("role", [role for role in ROLES if role != "service"])
def test_no_answer_shows_a_number_that_was_not_opened(
    taken_in: TakenIn, raw: re.Pattern[str], role: Role
) -> None:
    asked = list(answers(taken_in.ask_as(role)))
    shown = [match[0] for answer in asked for match in raw.finditer(str(answer))]

    assert shown == []


def test_neither_the_command_nor_the_audit_trail_shows_one(taken_in: TakenIn, raw: re.Pattern[str]) -> None:
    trail = "\n".join(taken_in.ask_as("auditor").audit_export())

    assert raw.findall(taken_in.printed) == []
    assert raw.findall(trail) == []
