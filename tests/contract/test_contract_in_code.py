"""The contract in code says what the contract's own files say, word for word."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.kernel.dataset import DatasetSettings
from core.kernel.faults import ACTIONS, FAULTS, ROOT_CAUSES
from core.kernel.records import CASES, FINDINGS, SQL_TYPES, STREAMS, Column, Stream
from core.kernel.records.arrow import ARROW_TYPES, CASES_SCHEMA, FINDINGS_SCHEMA

CONTRACT = Path(__file__).parents[2].parent / "shared" / "contract"

pytestmark = pytest.mark.skipif(not CONTRACT.is_dir(), reason="not run: ../shared is absent")

KEY = re.compile(r"^  (\w+):.*?\bkey (\([^)]*\)|\w+)", re.MULTILINE)


def contract(name: str) -> Any:
    return yaml.safe_load((CONTRACT / name).read_text(encoding="utf-8"))


def declared(spec: str) -> dict[str, Any]:
    """Read one column's declaration, as ``text? +=null`` or ``a|b +=a``."""
    kind, _, default = spec.partition(" +=")
    nullable = kind.endswith("?")
    kind = kind.removesuffix("?").strip()
    choices = tuple(kind.split("|")) if "|" in kind or kind not in SQL_TYPES else ()
    return {
        "type": "text" if choices else kind,
        "nullable": nullable,
        "default": default or None,
        "choices": choices,
    }


def in_code(column: Column) -> dict[str, Any]:
    return {
        "type": column.type,
        "nullable": column.nullable,
        "default": column.default,
        "choices": column.choices,
    }


def streams_of(group: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = contract("streams.yaml")[group]
    return found


@pytest.fixture(scope="module")
def written() -> dict[str, dict[str, str]]:
    return streams_of("reference") | streams_of("events")


def test_the_streams_are_those_of_the_contract_in_its_order(written: dict[str, Any]) -> None:
    assert list(STREAMS) == list(written)
    for group in ("reference", "events"):
        assert [name for name, stream in STREAMS.items() if stream.group == group] == list(streams_of(group))


@pytest.mark.parametrize("stream", STREAMS.values(), ids=STREAMS)
def test_a_stream_has_the_contracts_columns_types_and_defaults(
    stream: Stream, written: dict[str, Any]
) -> None:
    assert [column.name for column in stream.columns] == list(written[stream.name])
    for column in stream.columns:
        assert in_code(column) == declared(written[stream.name][column.name]), column.name


def test_every_key_that_the_contract_names_is_the_streams_key() -> None:
    text = (CONTRACT / "streams.yaml").read_text(encoding="utf-8")
    named = {name: tuple(re.findall(r"\w+", key)) for name, key in KEY.findall(text)}
    assert len(named) >= 15
    assert {name: STREAMS[name].key for name in named} == named


def test_a_stream_whose_key_the_contract_leaves_open_is_named_by_columns_that_are_never_empty() -> None:
    for stream in STREAMS.values():
        assert all(not stream.column(name).nullable for name in stream.key), stream.name


def test_only_usage_events_and_surveys_never_change() -> None:
    assert {name for name, stream in STREAMS.items() if not stream.revisable} == {"usage_events", "surveys"}
    for stream in STREAMS.values():
        assert ("updated_at" in [column.name for column in stream.stored]) == stream.revisable
        if stream.revisable:
            assert in_code(stream.column("updated_at")) == declared("ts? +=null")


def test_references_name_columns_that_exist() -> None:
    for stream in STREAMS.values():
        for column in stream.columns:
            if column.refers_to:
                target, _, name = column.refers_to.partition(".")
                assert STREAMS[target].column(name)


@pytest.mark.parametrize("output", [FINDINGS, CASES], ids=lambda output: output.name)
def test_outputs_have_the_contracts_columns(output: Stream) -> None:
    written = contract("streams.yaml")["outputs"][output.name]
    assert [column.name for column in output.columns] == list(written)
    for column in output.columns:
        assert in_code(column) == declared(written[column.name]), column.name


@pytest.mark.parametrize(
    ("output", "schema"), [(FINDINGS, FINDINGS_SCHEMA), (CASES, CASES_SCHEMA)], ids=["findings", "cases"]
)
def test_what_a_run_writes_has_the_contracts_types(output: Stream, schema: Any) -> None:
    assert schema.names == [column.name for column in output.columns]
    for column in output.columns:
        assert schema.field(column.name).type == ARROW_TYPES[column.type]
        assert schema.field(column.name).nullable == column.nullable


def test_faults_are_those_of_the_contract_with_group_subject_and_meaning() -> None:
    written = contract("faults.yaml")["faults"]
    expected = {
        name: (group, fault["subject"], fault["means"])
        for group, faults in written.items()
        for name, fault in faults.items()
    }
    assert {name: (fault.dimension, fault.subject, fault.means) for name, fault in FAULTS.items()} == expected


def test_root_causes_and_actions_are_those_of_the_contract() -> None:
    assert list(ROOT_CAUSES) == contract("faults.yaml")["root_causes"]
    assert list(ACTIONS) == contract("faults.yaml")["actions"]


def test_the_settings_of_a_dataset_are_those_of_the_contract() -> None:
    written = contract("streams.yaml")["dataset"]
    assert list(DatasetSettings.model_fields) == list(written)
    for name, spec in written.items():
        default = spec.partition(" +=")[2] if isinstance(spec, str) else ""
        field = DatasetSettings.model_fields[name]
        assert field.is_required() == (not default), name
        if default:
            assert str(field.default) == default, name
