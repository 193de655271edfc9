"""One value has one text, whatever order it was told in."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.governance.canonical import canonical, plain

FACTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"z": 1, "a": None}, '{"a":null,"z":1}'),
        # the next two are of RFC 8785, sections 3.2.2 and 3.2.3
        ("\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/", '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'),
        ({"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7},
         '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\U0001f600":5,"\ufb33":3}'),
        (Decimal("1.50"), '"1.50"'),
        (Decimal("1E+3"), '"1000"'),
        (Decimal("-0.000001"), '"-0.000001"'),
        (2**53, '"9007199254740992"'),
        (-(2**53) + 1, "-9007199254740991"),
        (True, "true"),
        (date(2026, 5, 4), '"2026-05-04"'),
        (datetime(2026, 5, 4, 12, tzinfo=timezone(timedelta(hours=2))), '"2026-05-04T10:00:00.000000Z"'),
        (("a", frozenset({"c", "b"})), '["a",["b","c"]]'),
        ("\x00 and \ud800", '"\ufffd and \ufffd"'),
    ],
)  # fmt: skip
def test_a_value_has_this_text(value: object, text: str) -> None:
    assert canonical(value) == text


@pytest.mark.parametrize("value", [0.5, {"a": [0.5]}, object(), b"bytes"])
def test_what_has_no_one_text_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="no one text"):
        canonical(value)


@pytest.mark.parametrize(
    "value",
    [Decimal("NaN"), datetime(2026, 5, 4), {"a\x00": 1, "a\ufffd": 2}],  # noqa: DTZ001 - that is the point
)
def test_what_has_two_meanings_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="is no number|no time zone|same text"):
        canonical(value)


@given(FACTS)
def test_a_text_read_back_has_the_same_text(value: Any) -> None:
    try:
        text = canonical(value)
    except ValueError:  # two keys that only differ in what no database holds
        return
    assert canonical(json.loads(text)) == text
    text.encode()


def test_every_text_can_be_led_through_a_function() -> None:
    assert plain({"a": ["b", {"c": "d"}]}, str.upper) == {"A": ["B", {"C": "D"}]}
