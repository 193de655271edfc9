"""More than a hundred orders in names, notes, reasons and file names change no decision."""

from __future__ import annotations

import csv
import io
import shutil
from dataclasses import asdict, replace
from typing import Any

import pytest

from core.api import Advice, Assay, AuditQuery, Case, CaseFilter, RunRequest, SortKey
from core.cases.worth import drawn_by_lot
from tests.builders.hostile import ORDERS, TEXTS, take_over
from tests.builders.people import facade
from tests.builders.sample import DEMO, Sample

FORMULA = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture(scope="module")
def ordered(tmp_path_factory: pytest.TempPathFactory) -> Assay:
    """Give a run over the sample with orders wherever somebody outside may write."""
    folder = tmp_path_factory.mktemp("orders")
    shutil.copytree(DEMO, folder / "dataset")
    take_over(folder / "dataset")
    facade(folder / "home", "service").run_dataset(RunRequest(folder / "dataset"), lambda *_: None)
    return facade(folder / "home")


@pytest.fixture(scope="module")
def plain(sample: Sample) -> Assay:
    return facade(sample.home)


def cases(assay: Assay, *, of_files: bool = False, sort: SortKey = "severity") -> list[Case]:
    """Return cases in the order of the queue; those of a file are called after it, id and place included."""
    every = assay.case_queue(CaseFilter(within=True), sort=sort, limit=200).cases
    return [case for case in every if (case.fault == "row_rejected") == of_files]


def decided(assay: Assay) -> list[dict[str, Any]]:
    """Return what is decided of every case, without what it is called."""
    return [asdict(replace(case, account_name=None, search_text="")) for case in cases(assay)]


def decided_of_files(assay: Assay) -> list[dict[str, Any]]:
    """Return the same of the cases of files, without the file."""
    found = [
        asdict(replace(case, case_id="", scope=None, search_text="", summary=_without_file(case)))
        for case in cases(assay, of_files=True)
    ]
    return sorted(found, key=lambda case: case["summary"])


def _without_file(case: Case) -> str:
    return case.summary.replace(str(case.scope), "")


def advice(assay: Assay) -> dict[str, Advice]:
    found = {}
    for case in cases(assay):
        known = assay.case(case.case_id).advice
        assert known is not None
        contacts = tuple(replace(one, note=None) for one in known.contacts)
        found[case.case_id] = replace(known, contacts=contacts)
    return found


def findings(assay: Assay) -> list[dict[str, Any]]:
    """Return every finding without the rows it rests on, which quote what is written there."""
    views = [view for case in cases(assay) for view in assay.case(case.case_id).findings]
    return [asdict(replace(view.finding, evidence="")) for view in views]


def test_there_are_more_than_a_hundred_texts_each_another() -> None:
    assert len(TEXTS) == len(set(TEXTS)) > 100


def test_the_texts_are_in_what_people_see(ordered: Assay) -> None:
    names = {case.account_name for case in ordered.case_queue(CaseFilter(within=True), limit=200).cases}
    assert len(names & set(TEXTS)) > 30


def test_findings_cases_money_routes_due_times_and_the_order_of_the_queue_are_the_same(
    plain: Assay, ordered: Assay
) -> None:
    assert len(decided(plain)) > 100
    assert decided(ordered) == decided(plain)
    assert findings(ordered) == findings(plain)


def test_of_files_that_are_called_like_orders_the_same_is_decided(plain: Assay, ordered: Assay) -> None:
    assert len(decided_of_files(plain)) > 1
    assert decided_of_files(ordered) == decided_of_files(plain)


def test_causes_checks_plans_and_what_customers_are_told_are_the_same(plain: Assay, ordered: Assay) -> None:
    assert advice(ordered) == advice(plain)


def test_no_summary_and_no_message_repeats_an_order(ordered: Assay) -> None:
    said = [case.summary for case in cases(ordered)]
    for known in advice(ordered).values():
        messages = (known.message, *(one.message for one in known.notices))
        said += [message.text for message in messages if message]
        said += [known.because, known.otherwise]
    assert len(said) > 300
    assert [text for text in said for order in ORDERS if order in text or "outside.example" in text] == []


def test_the_order_by_worth_is_the_same_but_for_what_the_lot_places(plain: Assay, ordered: Assay) -> None:
    by_worth = [
        [case.case_id for case in cases(assay, sort="worth") if not drawn_by_lot(case.case_id)]
        for assay in (plain, ordered)
    ]
    assert by_worth[0] == by_worth[1]


def test_a_comment_that_gives_orders_decides_nothing_and_is_no_formula_in_a_table(ordered: Assay) -> None:
    before = cases(ordered)[0]
    case_id = before.case_id
    for version, text in enumerate(filter(str.strip, TEXTS)):
        ordered.step_cases({case_id: version}, "commented", text[:4_000])
    after = ordered.case(case_id).case
    kept = ("route", "risk", "action", "action_amount", "amount", "severity", "due_at")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    assert ordered.case_standing(case_id).life.state == "in_triage"

    lines = facade(ordered._parts.settings.home, "auditor").audit_csv(AuditQuery(object_id=case_id))
    table = list(csv.reader(io.StringIO(lines, newline="")))
    cells = [cell for row in table for cell in row]
    assert sum("outside.example" in cell for cell in cells) > 30
    assert [cell for cell in cells if cell.startswith(FORMULA)] == []
