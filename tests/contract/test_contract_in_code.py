"""The contract in code is the contract that others produce and check data by."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.kernel.dataset import DatasetSettings
from core.kernel.faults import ACTIONS, FAULTS, ROOT_CAUSES
from core.kernel.records import CASES, FINDINGS, STREAMS
from core.kernel.records.model import Column

SHARED = Path(__file__).parents[3] / "shared" / "contract"

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="not run: ../shared is absent")

BASE = {"id", "text", "ts", "money", "qty", "int", "bool", "decimal", "time", "json"}
NO_KEY_WRITTEN = {
    "holidays": ("date",),
    "destinations": ("prefix",),
    "networks": ("plmn",),
    "consents": ("subscription_id", "kind", "given_at"),
    "mediation_records": ("record_id",),
}
"""Streams whose key the contract leaves to the reader."""


def contract(name: str) -> Any:
    return yaml.safe_load((SHARED / name).read_text("utf-8"))


def declared(column: Column) -> str:
    kind = "|".join(column.choices) or column.type
    return kind + "?" * column.nullable + (f" +={column.default}" if column.default is not None else "")


def written(text: str) -> str:
    return re.sub(r"\s+", " ", str(text).strip())


@pytest.mark.parametrize("name", STREAMS)
def test_every_stream_has_the_contracts_columns_in_its_order(name: str) -> None:
    streams = contract("streams.yaml")
    columns = streams[STREAMS[name].group][name]
    assert {c.name: declared(c) for c in STREAMS[name].columns} == {n: written(t) for n, t in columns.items()}
    assert [c.name for c in STREAMS[name].columns] == list(columns)


@pytest.mark.parametrize("name", STREAMS)
def test_every_stream_has_the_contracts_key(name: str) -> None:
    text = (SHARED / "streams.yaml").read_text("utf-8")
    comment = re.search(rf"^  {name}:(.*)$", text, re.MULTILINE)
    assert comment
    key = re.search(r"key (?:\(([^)]*)\)|([a-z_]+))", comment[1])
    expected = tuple(re.split(r",\s*", key[1] or key[2])) if key else NO_KEY_WRITTEN[name]
    assert STREAMS[name].key == expected


def test_no_stream_is_missing_or_invented() -> None:
    streams = contract("streams.yaml")
    assert list(STREAMS) == [*streams["reference"], *streams["events"]]


@pytest.mark.parametrize("stream", [FINDINGS, CASES], ids=lambda stream: stream.name)
def test_what_a_run_writes_has_the_contracts_columns(stream: Any) -> None:
    columns = contract("streams.yaml")["outputs"][stream.name]
    assert {c.name: declared(c) for c in stream.columns} == {n: written(t) for n, t in columns.items()}


def test_only_events_and_surveys_never_change() -> None:
    assert {name for name, stream in STREAMS.items() if not stream.revisable} == {"usage_events", "surveys"}


def test_settings_are_those_of_the_dataset_block() -> None:
    assert list(DatasetSettings.model_fields) == list(contract("streams.yaml")["dataset"])


def test_faults_causes_and_actions_have_the_contracts_names() -> None:
    faults = contract("faults.yaml")
    expected = {
        name: (dimension, fault["subject"], fault["means"])
        for dimension, group in faults["faults"].items()
        for name, fault in group.items()
    }
    assert {
        fault.name: (fault.dimension, fault.subject, fault.means) for fault in FAULTS.values()
    } == expected
    assert list(ROOT_CAUSES) == faults["root_causes"]
    assert list(ACTIONS) == faults["actions"]
