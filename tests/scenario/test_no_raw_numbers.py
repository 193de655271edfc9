"""No number or address of a customer leaves Assay in clear: in no answer, no log, not in the audit trail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from core.api import ROLES, Assay, CaseFilter, Role
from tests.builders.people import facade
from tests.builders.sample import Sample

CASES, ACCOUNTS = 40, 8
NUMBERS = {
    "subscriptions": ("msisdn", "imsi"),
    "accounts": ("email", "phone"),
    "provisioning": ("msisdn", "imsi"),
}


@pytest.fixture(scope="module")
def taken_in(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Give the folder of a run over the sample and all that the command printed."""
    return sample.copy(tmp_path_factory.mktemp("numbers")), sample.printed


@pytest.fixture(scope="module")
def raw(taken_in: tuple[Path, str]) -> re.Pattern[str]:
    """Give a pattern of every number and address of the sample's customers."""
    found: set[str] = set()
    for stream, columns in NUMBERS.items():
        folder = taken_in[0] / "lake" / stream
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
    taken_in: tuple[Path, str], raw: re.Pattern[str], role: Role
) -> None:
    asked = list(answers(facade(taken_in[0], role)))
    shown = [match[0] for answer in asked for match in raw.finditer(str(answer))]

    assert shown == []


def test_neither_the_command_nor_the_audit_trail_shows_one(
    taken_in: tuple[Path, str], raw: re.Pattern[str]
) -> None:
    home, printed = taken_in
    trail = "\n".join(facade(home, "auditor").audit_export())

    assert raw.findall(printed) == []
    assert raw.findall(trail) == []
