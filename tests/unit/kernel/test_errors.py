"""Errors are one tree, drawn whole, and survive being pickled and replayed."""

from __future__ import annotations

import pickle
import re

import pytest

from core.kernel import errors
from core.kernel.errors import AssayError, UnreadableFileError

CLASSES = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, AssayError)]


def below(kind: type[AssayError]) -> set[type[AssayError]]:
    return {kind} | {each for child in kind.__subclasses__() for each in below(child)}


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_an_error_keeps_its_message_and_facts_through_pickling(kind: type[AssayError]) -> None:
    again = pickle.loads(pickle.dumps(kind("row 3 is wrong", fields={"row": 3})))
    assert type(again) is kind
    assert (again.message, again.fields, str(again)) == ("row 3 is wrong", {"row": 3}, "row 3 is wrong")


def test_an_error_without_facts_has_none() -> None:
    assert UnreadableFileError("no").fields == {}


def test_facts_are_a_copy_so_that_an_error_cannot_change_later() -> None:
    facts = {"row": 3}
    error = AssayError("wrong", fields=facts)
    facts["row"] = 4
    assert error.fields == {"row": 3}


def test_every_error_has_a_code_of_its_own_in_its_parents_hundred() -> None:
    assert len({kind.code for kind in CLASSES}) == len(CLASSES)
    for kind in CLASSES:
        assert re.fullmatch(r"RA-E\d{3}", kind.code)
        parent = kind.__mro__[1]
        if parent not in (AssayError, Exception):
            assert kind.code[:5] == parent.code[:5]  # type: ignore[attr-defined]


def test_the_whole_tree_is_declared_in_the_one_module_and_drawn_in_its_docstring() -> None:
    drawn = dict(re.findall(r"(\w+Error)\s+(RA-E\d{3})", errors.__doc__ or ""))
    assert drawn == {kind.__name__: kind.code for kind in CLASSES}
    assert {kind for kind in below(AssayError) if kind.__module__.startswith("core.")} == set(CLASSES)
