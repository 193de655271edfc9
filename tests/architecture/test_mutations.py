"""The deliberate mistakes of tests/mutation fit the code as it is, and docs/testing.md tells of each."""

from __future__ import annotations

import pytest

from tests.mutation.mutations import AREAS, ROOT, Mutation

MUTATIONS = [mutation for area in AREAS for mutation in area.mutations]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.mistake)
def test_a_mistake_changes_one_place_of_its_module(mutation: Mutation) -> None:
    assert mutation.path().read_text().count(mutation.text) == 1
    assert mutation.text != mutation.becomes


def test_every_mistake_is_in_the_document_with_the_test_that_notices_it() -> None:
    document = (ROOT / "docs/testing.md").read_text()
    told = [f"| {m.rule} | {m.mistake} | `{m.module}` | `test_" for m in MUTATIONS]
    assert [line for line in told if line not in document] == []


def test_every_rule_of_pricing_that_has_tests_has_a_mistake() -> None:
    rules = {int(path.name[10:12]) for path in (ROOT / "tests/spec/rating").glob("test_rule_*.py")}
    assert {m.rule for m in MUTATIONS if m.area.name == "pricing"} == rules
