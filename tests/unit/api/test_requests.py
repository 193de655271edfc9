"""A request of a program has one effect and one answer, whatever is repeated, lost or at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.api.requests import Answered, Requests
from core.kernel.errors import ConflictError, InputError, StoreError
from tests.builders.people import NOW
from tests.fakes.store import FakeStore


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Effect:
    """Count how often something was done."""

    def __init__(self, fails: Exception | None = None) -> None:
        self.done = 0
        self.fails = fails

    def __call__(self) -> Answered:
        if self.fails:
            raise self.fails
        self.done += 1
        return Answered(201, f'{{"done":{self.done}}}')


def test_the_same_request_has_one_effect_and_the_same_answer() -> None:
    requests, effect = Requests(FakeStore(), Clock()), Effect()
    first = requests.once("anna", "k", "content", effect)
    again = requests.once("anna", "k", "content", effect)

    assert (effect.done, first.again, again.again) == (1, False, True)
    assert (again.status, again.body) == (first.status, first.body)


def test_a_key_stands_for_one_content_of_one_asker() -> None:
    requests, effect = Requests(FakeStore(), Clock()), Effect()
    requests.once("anna", "k", "content", effect)

    with pytest.raises(InputError, match="another request"):
        requests.once("anna", "k", "other", effect)
    assert requests.once("ben", "k", "other", effect).again is False


def test_what_had_no_effect_may_be_tried_again_with_the_same_key() -> None:
    requests = Requests(FakeStore(), Clock())
    with pytest.raises(StoreError):
        requests.once("anna", "k", "content", Effect(StoreError("away")))

    assert requests.once("anna", "k", "content", Effect()).again is False


def test_a_request_that_was_cut_off_frees_its_key_after_a_while() -> None:
    clock = Clock()
    store = FakeStore()
    requests, effect = Requests(store, clock), Effect()
    cut_off = Requests(store, clock)
    store.drop_request = lambda *_: None  # type: ignore[method-assign]  # the process died
    with pytest.raises(KeyboardInterrupt):
        cut_off.once("anna", "k", "content", Effect(KeyboardInterrupt()))  # type: ignore[arg-type]

    clock.now += timedelta(minutes=1)
    with pytest.raises(ConflictError, match="worked on"):
        requests.once("anna", "k", "content", effect)
    clock.now += timedelta(minutes=2)
    assert requests.once("anna", "k", "content", effect).again is False
    assert effect.done == 1


def test_an_answer_is_kept_for_a_day() -> None:
    clock = Clock()
    requests, effect = Requests(FakeStore(), clock), Effect()
    requests.once("anna", "k", "content", effect)
    clock.now += timedelta(hours=23)
    assert requests.once("anna", "k", "content", effect).again
    clock.now += timedelta(hours=2)
    assert not requests.once("anna", "k", "content", effect).again


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("kl"), st.sampled_from("xy")), max_size=30))
def test_each_key_of_each_asker_has_at_most_one_effect(asked: list[tuple[str, str, str]]) -> None:
    requests = Requests(FakeStore(), Clock())
    effects: dict[tuple[str, str], Effect] = {}
    first: dict[tuple[str, str], str] = {}
    for asker, key, content in asked:
        effect = effects.setdefault((asker, key), Effect())
        if first.setdefault((asker, key), content) == content:
            requests.once(asker, key, content, effect)
        else:
            with pytest.raises(InputError):
                requests.once(asker, key, content, effect)
    assert all(effect.done == 1 for effect in effects.values())


def test_of_many_at_once_one_has_the_effect() -> None:
    requests, effect = Requests(FakeStore(), Clock()), Effect()

    def ask(_: int) -> int:
        try:
            return requests.once("anna", "k", "content", effect).status
        except ConflictError:
            return 409

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(40)))
    assert effect.done == 1
    assert set(answers) <= {201, 409}
