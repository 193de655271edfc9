"""``assay rate``: every expected charge as one file, from whatever part of a dataset there is."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from core.api import InputError, PricingReport, PricingRequest
from core.kernel.records import STREAMS
from tests.builders import rows
from tests.builders.landing import Landing
from tests.builders.people import facade

Row = dict[str, Any]

USAGE = [
    rows.call("2026-03-10 12:00", 90, event_id="E1"),
    rows.call("2026-04-10 12:00", 60, event_id="E2"),
    rows.data("2026-03-11 12:00", event_id="E3"),
]
WHOLE = rows.world(
    accounts=[rows.account("A1"), rows.account("A2")],
    plans=[rows.plan(monthly_fee="20")],
    tariffs=[
        rows.tariff("T1", rate="0.1"),
        rows.tariff("T2", service="data", unit="mb", rate="0.5", increment=1000),
    ],
    allowances=[rows.allowance(quantity=30)],
    provisioning=[rows.sim()],
    products=[rows.product(fee="5")],
    product_grants=[rows.product_grant()],
    promotions=[rows.promotion()],
    promotion_grants=[rows.promotion_grant()],
    consents=[rows.consent("2026-01-01 00:00")],
    holidays=[rows.holiday("2026-03-10")],
    usage_files=[rows.usage_file()],
    usage=USAGE,
)


def lay(root: Path, streams: dict[str, list[Row]]) -> Path:
    landing = Landing(root)
    for stream, content in streams.items():
        if content:
            landing.lay(f"{stream}.parquet", *content)
    return landing.folder


def price(folder: Path, out: Path, **choices: Any) -> tuple[PricingReport, list[Row]]:
    request = PricingRequest(folder, out, **choices)
    report = facade(out.parent).rate_dataset(request, lambda what, done, total: None)
    return report, pq.read_table(out).to_pylist()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay(tmp_path_factory.mktemp("whole"), WHOLE)


def test_the_file_has_the_columns_of_charges_and_what_each_line_was_priced_from(
    whole: Path, tmp_path: Path
) -> None:
    report, lines = price(whole, tmp_path / "new" / "charges.parquet")
    names = [column.name for column in STREAMS["charges"].columns]
    assert list(lines[0]) == [*names, "event_id", "explanation"]
    usage = {line["event_id"]: line for line in lines if line["kind"] == "usage"}
    assert {event: line["amount"] for event, line in usage.items()} == {
        "E1": Decimal("6"),
        "E2": Decimal("3"),
        "E3": Decimal("0.5"),
    }
    assert all(line["explanation"] for line in usage.values())
    assert {total.kind: total.lines for total in report.lines} == {
        kind: sum(line["kind"] == kind for line in lines) for kind in {line["kind"] for line in lines}
    }
    assert report.unpriced == ()
    assert list(tmp_path.glob("new/*")) == [tmp_path / "new" / "charges.parquet"]


def test_the_same_dataset_gives_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    price(whole, tmp_path / "one.parquet")
    price(whole, tmp_path / "two.parquet")
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


def test_accounts_and_a_cycle_narrow_it(whole: Path, tmp_path: Path) -> None:
    _, lines = price(whole, tmp_path / "c.parquet", accounts=["A1"], cycle="2026-04-01")
    assert {line["event_id"] for line in lines if line["kind"] == "usage"} == {"E2"}


@pytest.mark.parametrize(
    "absent",
    [
        ["accounts", "mediation_records"],
        ["subscriptions", "usage_events"],
        ["plans", "networks", "destinations", "usage_files"],
        ["accounts", "subscriptions", "provisioning", "products"],
        ["allowances", "promotions", "product_grants", "consents", "holidays"],
    ],
)
def test_other_streams_may_be_absent(absent: list[str], tmp_path: Path) -> None:
    _, lines = price(lay(tmp_path, WHOLE | {name: [] for name in absent}), tmp_path / "c.parquet")
    assert {line["event_id"] for line in lines if line["kind"] == "usage"} == {"E1", "E2", "E3"}


@pytest.mark.parametrize("usage", ["usage_events", "mediation_records"])
def test_usage_and_tariffs_are_enough(usage: str, tmp_path: Path) -> None:
    streams = {name: WHOLE[name] for name in (usage, "tariffs")}
    report, lines = price(lay(tmp_path, streams), tmp_path / "c.parquet")
    assert [total.kind for total in report.lines] == ["tax", "usage"]
    assert sorted(line["quantity"] for line in lines if line["kind"] == "usage") == [60, 90, 1_000_000]


def test_what_has_no_price_is_told_with_the_row_of_the_price_list(tmp_path: Path) -> None:
    broken = [rows.tariff("T1"), rows.tariff("T2", service="data", unit="minute")]
    report, lines = price(lay(tmp_path, WHOLE | {"tariffs": broken}), tmp_path / "c.parquet")
    (gap,) = report.unpriced
    assert (gap.reason, gap.sessions) == ("unit of T2 does not fit data", 1)
    assert "E3" not in {line["event_id"] for line in lines}


@pytest.mark.parametrize(
    ("streams", "says"),
    [
        (["tariffs", "accounts"], "has no usage_events and no mediation_records"),
        (["usage_events", "mediation_records"], "has no tariffs"),
    ],
)
def test_without_usage_or_tariffs_nothing_can_be_priced(
    streams: Sequence[str], says: str, tmp_path: Path
) -> None:
    out = tmp_path / "c.parquet"
    with pytest.raises(InputError, match=says):
        price(lay(tmp_path, {name: WHOLE[name] for name in streams}), out)
    assert not out.exists()


@pytest.mark.parametrize(
    ("choices", "says"),
    [
        ({"accounts": ["A1", "A9"]}, "has no account A9"),
        ({"cycle": "2026-03-15"}, "no account has a bill cycle that begins on 2026-03-15"),
    ],
)
def test_an_unknown_account_or_cycle_leaves_the_file_as_it_was(
    choices: dict[str, Any], says: str, whole: Path, tmp_path: Path
) -> None:
    out = tmp_path / "c.parquet"
    out.write_text("as it was")
    with pytest.raises(InputError, match=says):
        price(whole, out, **choices)
    assert out.read_text() == "as it was"
    assert list(tmp_path.iterdir()) == [out]
