from __future__ import annotations

from pathlib import Path

from core.events.narrow import narrow_to_account
from tests.builders.landing import Landing, parquet_bytes
from tests.builders.rows import account, call, charge, mediated, subscription

MOVED = "2026-03-11 00:00"


def test_a_narrowed_session_holds_what_one_accounts_bills_depend_on(tmp_path: Path) -> None:
    before, after, elsewhere, guided = (
        call("2026-03-10 12:00"),
        call("2026-03-12 12:00"),
        call(imsi="I3"),
        call(imsi="I4"),
    )
    streams = {
        "accounts": [account("A1"), account("A2"), account("A3")],
        "subscriptions": [
            subscription("S1", valid_to=MOVED),
            subscription("S2", account_id="A2", imsi="I1", valid_from=MOVED),
            subscription("S3", account_id="A3"),
            subscription("S4", account_id="A3"),
        ],
        "usage_events": [before, after, elsewhere, guided],
        "mediation_records": [
            mediated(before, subscription_id="S3"),
            mediated(after, subscription_id="S2"),
            mediated(elsewhere, subscription_id="S3"),
            mediated(guided, subscription_id="S1"),
        ],
        "charges": [charge("C1"), charge("C2", account_id="A2")],
    }
    landing = Landing(tmp_path)
    for stream, rows in streams.items():
        landing.write(f"{stream}.parquet", parquet_bytes(stream, rows))
    landing.take_in()

    with landing.session() as session:
        narrow_to_account(session, "A1")

        def keys(stream: str, key: str) -> set[str]:
            return {row[0] for row in session.table(stream).project(key).fetchall()}

        assert keys("accounts", "account_id") == {"A1"}
        assert keys("charges", "charge_id") == {"C1"}
        assert keys("subscriptions", "subscription_id") == {"S1", "S2"}, "who held the SIM later, too"
        assert keys("usage_events", "event_id") == {e["event_id"] for e in (before, after, guided)}
        assert keys("mediation_records", "subscription_id") == {"S1", "S2", "S3"}, "wherever it was guided"
