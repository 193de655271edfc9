"""``assay rate --compare``: what another price list would make of the usage that there was."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from core.api import ChangeReport, ChangeRequest, InputError
from tests.builders import rows
from tests.builders.landing import Landing
from tests.builders.people import facade

Row = dict[str, Any]

DATA = rows.tariff("T2", service="data", unit="mb", rate="0.5", increment=1000)
OLD = rows.world(
    accounts=[rows.account("A1"), rows.account("A2")],
    subscriptions=[
        rows.subscription("S1", account_id="A1"),
        rows.subscription("S2", account_id="A2", plan_id="P2"),
    ],
    plans=[rows.plan("P1", monthly_fee="20"), rows.plan("P2")],
    tariffs=[rows.tariff("T1", rate="0.1"), DATA],
    usage=[
        rows.call("2026-03-10 12:00", 90, event_id="E1", imsi="I1"),
        rows.data("2026-03-11 12:00", 1_000_000, event_id="E2", imsi="I1"),
        rows.call("2026-03-10 12:00", 60, event_id="E3", imsi="I2"),
    ],
)


def lay(root: Path, streams: dict[str, list[Row]]) -> Path:
    landing = Landing(root)
    for stream, content in streams.items():
        landing.lay(f"{stream}.parquet", *content)
    return landing.folder


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay(tmp_path_factory.mktemp("old"), OLD)


def compare(old: Path, root: Path, out: Path | None = None, **new: list[Row]) -> ChangeReport:
    """Compare with a folder of price list streams that has no settings; fees fall due in four cycles."""
    folder = lay(root / "new", new)
    (folder / "dataset.toml").unlink()
    return facade(root).compare_price_lists(ChangeRequest(old, folder, out), lambda what, done, total: None)


def money(report: ChangeReport) -> dict[tuple[str, str], tuple[int, Decimal, Decimal]]:
    return {key: (lines, change.old, change.new) for key, (lines, change) in report.changes.items()}


def test_dearer_calls_and_data_without_a_tariff(old: Path, tmp_path: Path) -> None:
    out = tmp_path / "lines.parquet"
    report = compare(old, tmp_path, out, tariffs=[rows.tariff("T1", rate="0.2")])
    assert money(report) == {
        ("P1", "data"): (1, Decimal("0.5"), Decimal(0)),
        ("P1", "recurring"): (4, Decimal(80), Decimal(80)),
        ("P1", "voice"): (1, Decimal(9), Decimal(18)),
        ("P2", "voice"): (1, Decimal(6), Decimal(12)),
    }
    assert (report.better, report.worse, report.same) == (0, 2, 0)
    assert [(account, change.difference) for account, change in report.movers] == [
        ("A1", Decimal("8.5")),
        ("A2", Decimal(6)),
    ]
    (gap,) = report.unpriced
    assert (gap.reason, gap.sessions, gap.example) == ("no tariff matches", 1, "usage:R2")
    lines = {line["event_id"]: line for line in pq.read_table(out).to_pylist() if line["kind"] == "usage"}
    assert {event: (line["old_amount"], line["new_amount"]) for event, line in lines.items()} == {
        "E1": (Decimal(9), Decimal(18)),
        "E2": (Decimal("0.5"), None),
        "E3": (Decimal(6), Decimal(12)),
    }
    assert lines["E2"]["unpriced"] == "no tariff matches"


def test_a_stream_that_the_new_list_lacks_stays_as_it_is(old: Path, tmp_path: Path) -> None:
    report = compare(old, tmp_path, plans=[rows.plan("P1", monthly_fee="18"), rows.plan("P2")])
    assert money(report)["P1", "recurring"] == (4, Decimal(80), Decimal(72))
    assert money(report)["P1", "voice"] == (1, Decimal(9), Decimal(9))
    assert (report.better, report.worse, report.same) == (1, 0, 1)
    assert report.streams == ("plans",)


def test_a_list_that_is_not_in_force_yet_is_applied_to_all_usage(old: Path, tmp_path: Path) -> None:
    since = rows.local("2026-07-01 00:00")
    tariffs = [
        rows.tariff("T1", rate="0.1", valid_to=since),
        rows.tariff("T9", rate="0.3", valid_from=since),
        DATA,
    ]
    report = compare(old, tmp_path, tariffs=tariffs)
    assert report.since == since
    assert money(report)["P1", "voice"] == (1, Decimal(9), Decimal(27))
    assert money(report)["P1", "data"] == (1, Decimal("0.5"), Decimal("0.5"))


def test_a_folder_without_a_price_list_is_refused(old: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no row of plans, tariffs"):
        compare(old, tmp_path, accounts=[rows.account()])


def test_the_old_folder_must_have_usage(tmp_path: Path) -> None:
    old = lay(tmp_path, {"tariffs": OLD["tariffs"]})
    with pytest.raises(InputError, match="has no usage_events and no mediation_records"):
        compare(old, tmp_path, tariffs=OLD["tariffs"])
