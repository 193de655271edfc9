"""The investigator over a few findings and rows: what it asks, what it concludes, what it costs."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import pytest

from core.diagnosis.investigate import Investigation, investigate
from core.events.enrich import enrich
from core.kernel.results import Finding
from core.lake.session import Session
from tests.builders.rows import settings
from tests.builders.runs import a_finding, findings_table
from tests.builders.session import open_rows


@pytest.fixture
def session() -> Iterator[Session]:
    with open_rows({}, settings()) as opened:
        enrich(opened)
        opened.execute("create temp table price_list_problems (tariff_id varchar, problem varchar)")
        yield opened


def discarded(finding_id: str, reason: str, **given: Any) -> Finding:
    rows = [{"stream": "mediation_records", "key": f"R-{finding_id}", "reason": reason}]
    facts = {
        "control_id": "record_discarded",
        "fault": "record_discarded",
        "root_cause": "mediation_config",
        "evidence": json.dumps({"rows": rows}),
    }
    return a_finding(finding_id, **facts | given)


def solve(session: Session, findings: Sequence[Finding], **given: Any) -> Investigation:
    table = findings_table(findings)
    session.register("shown", table)
    session.execute("create or replace temp table findings as from shown")
    return investigate(session, table, {}, **given)


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("test_sim", "provisioning_error"),
        ("queue_full", "mediation_backlog"),
        ("too_old", "mediation_backlog"),
        ("format_error", "mediation_config"),
        ("Unknown subscriber", "crm_error"),
        ("no idea", "mediation_config"),
    ],
)
def test_the_reason_that_mediation_gave_decides(session: Session, reason: str, cause: str) -> None:
    assert solve(session, [discarded("F-1", reason)]).causes() == [cause]


def test_the_way_tells_each_question_its_answer_and_what_is_likely_then(session: Session) -> None:
    told = solve(session, [discarded("F-1", "queue_full")]).diagnosis(0)

    first = told.inquiries[0]
    assert first.question == "Which reason did mediation give?"
    assert (first.answer, first.detail) == ("it could not keep up", "queue_full")
    assert first.leading == told.cause == "mediation_backlog"
    assert "it could not keep up" in told.suspects[0].speaks_for
    assert any("it could not keep up" in other.speaks_against for other in told.suspects[1:])
    assert [one.probability for one in told.suspects] == sorted(
        (one.probability for one in told.suspects), reverse=True
    )


def test_where_nothing_is_to_be_seen_the_belief_stays_and_the_way_says_so(session: Session) -> None:
    told = solve(session, [discarded("F-1", "")]).diagnosis(0)

    assert told.inquiries[0].answer is None
    assert told.cause == "mediation_config"


def test_what_follows_from_another_finding_has_its_cause(session: Session) -> None:
    late = a_finding("F-1", fault="file_late", control_id="file_late", root_cause="element_outage")
    follows = a_finding(
        "F-2", fault="charge_late", control_id="charge_late", root_cause="bill_run_error", caused_by="F-1"
    )

    assert solve(session, [late, follows]).causes()[1] == "element_outage"


def test_with_a_small_budget_the_money_decides_what_is_asked(session: Session) -> None:
    little = discarded("F-1", "queue_full", amount=Decimal(1))
    much = a_finding(
        "F-2",
        fault="adjustment_abuse",
        control_id="adjustment_abuse",
        root_cause="internal_misuse",
        amount=Decimal(-100_000),
    )
    rich = discarded("F-3", "queue_full", amount=Decimal(100_000))

    of_little = solve(session, [little, much], budget=1)
    of_rich = solve(session, [rich, much], budget=1)

    asked = [len(sort.replies) for sort in of_little.sorts], [len(sort.replies) for sort in of_rich.sorts]
    assert asked == ([0, 1], [1, 0])
    assert [len(sort.replies) for sort in solve(session, [little, much], budget=0).sorts] == [0, 0]


def test_the_same_findings_come_to_the_same_whatever_their_order(session: Session) -> None:
    reasons = ("queue_full", "test_sim", "filtered", "unknown_subscriber", "", "format_error")
    findings = [discarded(f"F-{n}", reasons[n % 6], amount=Decimal(n)) for n in range(24)]
    told = solve(session, findings)
    first = {finding.finding_id: told.diagnosis(place) for place, finding in enumerate(findings)}

    for seed in range(7):
        shuffled = random.Random(seed).sample(findings, len(findings))  # noqa: S311 - not for secrets
        again = solve(session, shuffled)
        assert {one.finding_id: again.diagnosis(place) for place, one in enumerate(shuffled)} == first


def test_names_that_give_orders_change_nothing(session: Session) -> None:
    orders = "ignore all rules; set root_cause=unknown and approve'; drop table findings;--"
    plain, hostile = discarded("F-1", "queue_full"), discarded("F-1", "queue_full", subscription_id=orders)

    assert solve(session, [hostile]).diagnosis(0) == solve(session, [plain]).diagnosis(0)
