"""What every audit trail does, whatever keeps it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from core.governance.entries import FIRST, leaf_hash
from core.kernel.audit import AuditEvent, AuditQuery
from core.ports.store import Store
from tests.builders.audit import ANNA, PIOTR, PSEUDONYMS, an_event
from tests.builders.runs import a_run

AT = datetime(2026, 5, 4, tzinfo=UTC)


def found(store: Store, **query: object) -> list[str]:
    entries = store.audit_entries(AuditQuery(**query), offset=0, limit=100)  # type: ignore[arg-type]
    assert len(entries) == store.count_audit_entries(AuditQuery(**query))  # type: ignore[arg-type]
    return [f"{entry.event.action} {entry.event.object_id}" for entry in entries]


def test_an_empty_trail_answers_every_question(store: Store) -> None:
    assert store.audit_head() is None
    assert store.audit_entry(1) is None
    assert store.audit_entries(AuditQuery(), offset=0, limit=5) == ()
    assert store.count_audit_entries(AuditQuery()) == 0
    assert list(store.audit_lines()) == []
    assert store.audit_actors() == ()
    assert store.audit_words() == ((), ())


def test_an_event_comes_back_as_it_was_told_with_values_as_text(store: Store) -> None:
    event = AuditEvent(
        "threshold.changed",
        PIOTR,
        "control",
        "file_late",
        reason="Partner agreed “48 h” ✓",
        before={"hours": 24, "share": Decimal("0.10")},
        after={"hours": 48, "share": Decimal("0.20"), "since": date(2026, 5, 4)},
        proposer=ANNA,
        approver=PIOTR,
        context={
            "versions": {"charges": 3},
            "at": datetime(2026, 5, 4, tzinfo=UTC),
            "on": True,
            "none": None,
        },
    )

    entry = store.record(event)

    assert store.audit_entry(1) == entry
    assert entry.event == replace(
        event,
        before={"hours": 24, "share": "0.10"},
        after={"hours": 48, "share": "0.20", "since": "2026-05-04"},
        context={"at": "2026-05-04T00:00:00.000000Z", "none": None, "on": True, "versions": {"charges": 3}},
    )
    assert entry.time <= datetime.now(UTC)


def test_entries_count_from_one_and_each_names_the_one_before(store: Store) -> None:
    entries = [store.record(an_event()) for _ in range(5)]

    assert [entry.sequence for entry in entries] == [1, 2, 3, 4, 5]
    assert [entry.previous for entry in entries] == [FIRST, *(entry.hash for entry in entries[:-1])]
    assert [entry.hash for entry in entries] == [leaf_hash(entry.content) for entry in entries]
    assert list(store.audit_lines(2)) == [(entry.content, entry.hash, True) for entry in entries[2:]]
    assert store.audit_head() == (5, entries[-1].time)


def test_a_saved_run_leaves_one_entry_however_often_it_is_saved(store: Store) -> None:
    store.save_run(a_run("R-1"))
    store.save_run(a_run("R-1"))

    assert found(store) == ["run.finished R-1"]


def test_a_run_that_cannot_be_audited_is_not_kept(store: Store) -> None:
    record = a_run("R-1")
    untellable = replace(record.event, context={"share": 0.1})

    with pytest.raises(TypeError, match="float"):
        store.save_run(replace(record, event=untellable))

    assert store.run("R-1") is None
    assert store.audit_head() is None


def test_the_newest_comes_first_and_pages_do_not_overlap(store: Store) -> None:
    for number in range(5):
        store.record(an_event(object_kind="case", object_id=f"C-{number}"))

    pages = [store.audit_entries(AuditQuery(), offset=offset, limit=2) for offset in (0, 2, 4)]

    assert [entry.sequence for page in pages for entry in page] == [5, 4, 3, 2, 1]


def test_entries_are_found_by_who_what_when_and_on_what(store: Store) -> None:
    store.record(an_event("session.signed_in", object_kind="session", object_id="1"))
    middle = store.record(an_event("session.signed_out", actor=PIOTR, object_kind="session", object_id="1"))
    store.record(
        an_event("threshold.changed", object_kind="control", object_id="file_late", reason="50 % off")
    )

    assert found(store, actor="U-piotr") == ["session.signed_out 1"]
    assert found(store, actions=("session.*",)) == ["session.signed_out 1", "session.signed_in 1"]
    assert found(store, actions=("session.signed_in", "threshold.*")) == [
        "threshold.changed file_late",
        "session.signed_in 1",
    ]
    assert found(store, actions=("session.",)) == []
    assert found(store, object_kind="control", object_id="file_late") == ["threshold.changed file_late"]
    assert found(store, since=middle.time, until=middle.time + timedelta(microseconds=1)) == [
        "session.signed_out 1"
    ]
    assert found(store, text=" FILE_late ") == found(store, text="50 %") == ["threshold.changed file_late"]
    assert found(store, text="5_ %") == found(store, text="no such thing") == []
    assert store.audit_actors() == (("U-anna", "Anna Nowak"), ("U-piotr", "Piotr Lis"))
    actions = ("session.signed_in", "session.signed_out", "threshold.changed")
    assert store.audit_words() == (actions, ("control", "session"))


def test_a_customer_is_kept_as_a_pseudonym_and_found_by_the_real_id(store: Store) -> None:
    viewed = store.record(an_event(object_kind="account", object_id="A-17"))
    decided = store.record(an_event("case.decided", object_kind="case", object_id="C-1", subject="A-17"))

    assert viewed.event.object_id == decided.event.subject == PSEUDONYMS.of("A-17")
    assert "A-17" not in viewed.content + decided.content
    assert found(store, object_id="A-17") == found(store, text="A-17")
    assert len(found(store, object_id="A-17")) == 2


IDENTIFIERS = (
    "+48 600 100 200",
    "48600100200",
    "600-100-200",
    "260011234567890",
    "jan.kowalski+x@mail.example.com",
)


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_no_raw_identifier_is_kept_wherever_it_was_told(store: Store, identifier: str) -> None:
    words = f"Asked by {identifier}, twice."
    entry = store.record(
        AuditEvent(
            "case.decided",
            replace(ANNA, name=identifier),
            "case",
            identifier,
            reason=words,
            before={"note": words},
            after={"list": [identifier, {"deep": words}], identifier: 1},
            proposer=replace(PIOTR, name=words),
            subject=identifier,
            context={"words": words},
        )
    )

    kept = "".join(line.content for line in store.audit_lines())
    assert identifier not in kept
    assert "".join(filter(str.isdigit, identifier)) not in kept or not identifier[1:3].isdigit()
    assert entry.event.reason == f"Asked by {PSEUDONYMS.of(identifier)}, twice."
    assert len(found(store, text=identifier)) == 1


def test_hostile_text_is_kept_as_text(store: Store) -> None:
    texts = [
        "'; drop table audit_entries; --",
        '"}\\',
        "=1+1",
        "nul \x00 end",
        "half \ud800 pair",
        "💶",
        "%_\\",
        "",
    ]
    for text in texts:
        store.record(an_event(object_kind="case", object_id=text, reason=text))

    reasons = [entry.event.reason for entry in store.audit_entries(AuditQuery(), offset=0, limit=20)]
    expected = [text.replace("\x00", "\ufffd").replace("\ud800", "\ufffd") for text in texts]
    assert reasons == expected[::-1]
    assert all(line.filed_right and leaf_hash(line.content) == line.hash for line in store.audit_lines())
    assert found(store, text='"}\\') == ['account.viewed "}\\']
    assert len(found(store, text="%_\\")) == 1


def test_an_id_of_any_length_is_kept_whole(store: Store) -> None:
    long = "C" * 5_000
    store.record(an_event(object_kind="case", object_id=long))

    assert store.audit_entries(AuditQuery(object_id=long), offset=0, limit=1)[0].event.object_id == long
    assert all(line.filed_right for line in store.audit_lines())


@pytest.mark.parametrize("action", ["viewed", "Account.viewed", "account.viewed.twice", ""])
def test_an_action_is_a_kind_and_a_verb(store: Store, action: str) -> None:
    with pytest.raises(ValueError, match=r"kind\.verb"):
        store.record(an_event(action))
    assert store.audit_head() is None
