"""A system that fails is left alone for ever longer, and one call finds out whether it is back."""

from __future__ import annotations

import threading

import pytest

from core.adapters.operator.breaker import Breaker
from core.adapters.operator.guarded import Guarded
from core.kernel.orders import Order, Receipt
from tests.fakes.operator import FakeConnector

ORDER = Order("K-1", "open_ticket", {"account_id": "A1"}, {"subject": "x"})


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def a_breaker(clock: Clock, lot: float = 1.0) -> Breaker:
    return Breaker(clock, lambda: lot)


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        assert breaker.wait_s() is None
        breaker.failed()


def test_four_failures_are_borne_and_the_fifth_opens_it(clock: Clock) -> None:
    breaker = a_breaker(clock)
    fail(breaker, 4)
    assert breaker.wait_s() is None
    breaker.failed()

    assert breaker.wait_s() == 5.0
    assert not breaker.is_closed


def test_an_answer_in_between_starts_the_count_again(clock: Clock) -> None:
    breaker = a_breaker(clock)
    fail(breaker, 4)
    breaker.succeeded()
    fail(breaker, 4)

    assert breaker.wait_s() is None


def test_after_the_rest_one_call_is_let_through_and_closes_it_when_answered(clock: Clock) -> None:
    breaker = a_breaker(clock)
    fail(breaker, 5)
    clock.now += 5.0

    assert breaker.wait_s() is None
    assert breaker.wait_s() is not None
    breaker.succeeded()
    assert breaker.wait_s() is None
    assert breaker.is_closed


def test_each_rest_is_twice_the_one_before_and_at_most_five_minutes(clock: Clock) -> None:
    breaker = a_breaker(clock)
    fail(breaker, 5)
    rests = []
    for _ in range(8):
        rest = breaker.wait_s()
        assert rest is not None
        rests.append(rest)
        clock.now += rest
        assert breaker.wait_s() is None
        breaker.failed()

    assert rests == [5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 300.0, 300.0]


def test_a_rest_is_shortened_by_lot_by_at_most_half(clock: Clock) -> None:
    breaker = a_breaker(clock, lot=0.0)
    fail(breaker, 5)

    assert breaker.wait_s() == 2.5


def test_a_system_that_asks_to_wait_is_left_alone_at_once(clock: Clock) -> None:
    fake = FakeConnector()
    fake.mishaps.append("later")
    guarded = Guarded(fake, a_breaker(clock), at_once=1)

    assert guarded.send(ORDER).wait_s == 7.0
    assert guarded.send(ORDER) == Receipt(
        "later", says="The system does not answer, and is left alone.", wait_s=7.0
    )
    assert not fake.effects
    clock.now += 7.0
    assert guarded.send(ORDER).outcome == "done"


def test_while_it_is_open_nothing_is_sent_or_asked(clock: Clock) -> None:
    fake = FakeConnector()
    fake.mishaps.extend(["down"] * 5)
    guarded = Guarded(fake, a_breaker(clock), at_once=1)
    for _ in range(5):
        assert guarded.send(ORDER).outcome == "later"

    assert guarded.send(ORDER).wait_s == 5.0
    found = guarded.find(ORDER)
    assert found is not None
    assert found.outcome == "unknown"
    assert guarded.read(ORDER) is None
    assert not fake.effects


def test_more_calls_than_it_bears_wait_for_their_turn_and_are_put_off(clock: Clock) -> None:
    entered, leave = threading.Event(), threading.Event()

    class Slow(FakeConnector):
        def send(self, order: Order) -> Receipt:
            entered.set()
            leave.wait(10)
            return super().send(order)

    guarded = Guarded(Slow(), a_breaker(clock), at_once=1, queue_s=0.05)
    first = threading.Thread(target=guarded.send, args=(ORDER,))
    first.start()
    assert entered.wait(10)

    assert guarded.send(ORDER).outcome == "later"
    leave.set()
    first.join()
    assert guarded.send(ORDER).outcome == "done"
