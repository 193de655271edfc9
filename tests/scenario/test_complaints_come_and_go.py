"""Customers who wait have cases as long as they wait and nothing is found; what is found takes them over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from core.api import Assay, Case, CaseFilter, RunRequest
from tests.builders.installation import installation
from tests.builders.people import facade
from tests.builders.rows import account, invoice, payment, settings
from tests.builders.values import local

LEFT = {"issued_at": "2026-04-06 06:00", "total": "50"}


def a_contact(contact_id: str, account_id: str, **columns: Any) -> dict[str, Any]:
    row = {
        "contact_id": contact_id,
        "account_id": account_id,
        "channel": "phone",
        "topic": "payment",
        "opened_at": local("2026-04-09 10:00"),
        "closed_at": local("2026-04-09 10:20"),
        "handle_seconds": 1200,
        "agent_id": None,
        "resolved": False,
        "follow_up_of": None,
        "note": "paid twice, she says",
    }
    return row | columns


def streams(disputed: str, contacts: list[dict[str, Any]], *more: dict[str, Any]) -> dict[str, Any]:
    times = {"updated_at": local("2026-04-09 12:00" if disputed == "disputed" else "2026-04-10 09:00")}
    bills = [
        invoice(f"IN-{one}", account_id=one, status=disputed if one == "A2" else "paid", **LEFT, **times)
        for one in ("A1", "A2", "A3")
    ]
    paid = [payment(f"PY-{one}", account_id=one, invoice_id=f"IN-{one}", amount="50") for one in ("A1", "A3")]
    return {
        "accounts": [account(one) for one in ("A1", "A2", "A3")],
        "invoices": bills,
        "payments": [*paid, *more],
        "contacts": contacts,
    }


def queue(assay: Assay, view: str = "customers_ask") -> dict[str, Case]:
    return {case.account_id or "": case for case in assay.case_queue(CaseFilter(view=view)).cases}


def test_a_complaint_waits_for_a_person_and_goes_when_it_is_settled_or_explained(tmp_path: Path) -> None:
    waiting = [a_contact("K1", "A1"), a_contact("K3", "A3")]
    assay = installation(tmp_path, streams("disputed", waiting), settings())

    first = queue(assay)
    assert {one: case.fault for one, case in first.items()} == {
        "A1": "customer_contact",
        "A2": "invoice_disputed",
        "A3": "customer_contact",
    }
    assert {case.route for case in first.values()} == {"recommend"}
    assert queue(assay, "all") == first

    twice = payment(
        "PY-A1-2", account_id="A1", invoice_id="IN-A1", amount="50", attempted_at="2026-04-08 13:00"
    )
    settled = a_contact("K3", "A3", resolved=True, updated_at=local("2026-04-10 09:00"))
    installation(tmp_path, streams("paid", [waiting[0], settled], twice), settings())
    again = facade(tmp_path)

    assert queue(again) == {}
    (found,) = queue(again, "all").values()
    assert (found.account_id, found.contact_ids) == ("A1", ("K1",))
    assert found.fault == "payment_duplicate"
    left = again.case(first["A1"].case_id)
    assert left.behind is not None
    assert left.behind.case_id == found.case_id
    assert [step.step for step in again.case_standing(found.case_id).steps] == ["took_up"]
    assert [step.step for step in again.case_standing(first["A1"].case_id).steps] == ["joined"]
    assert again.case_standing(first["A3"].case_id).steps == ()


def test_what_the_agent_noted_is_shown_to_who_may_see_names_and_hidden_from_the_files(tmp_path: Path) -> None:
    assay = installation(tmp_path, streams("paid", [a_contact("K1", "A1")]), settings())

    (case,) = queue(assay).values()
    advice = assay.case(case.case_id).advice
    assert advice is not None
    assert [one.note for one in advice.contacts] == ["paid twice, she says"]
    assert "paid twice" not in case.summary
    assert "could not compare the lines of the bill with the price list" in case.summary
    hidden = facade(tmp_path, "auditor").case(case.case_id).advice
    assert hidden is not None
    assert [one.note for one in hidden.contacts] == [None]


def test_cases_that_the_contract_has_no_word_for_stay_out_of_its_file(tmp_path: Path) -> None:
    assay = installation(tmp_path, streams("disputed", [a_contact("K1", "A1")]), settings())
    assert len(queue(assay)) == 2

    out = tmp_path / "out"
    request = RunRequest(tmp_path / "dataset", out)
    facade(tmp_path, "service").run_dataset(request, lambda what, done, total: None)

    assert pq.read_table(out / "cases.parquet").num_rows == 0
