"""The circuit breaker opens after repeated failures and lets one caller try again."""

import pytest

from app.contracts import Unavailable
from app.rag.breaker import FAILURES, PAUSE_SECONDS, Breaker
from app.telemetry import metrics


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker("test", clock)


def up() -> float | None:
    return metrics.REGISTRY.get_sample_value("dependency_up", {"name": "test"})


def opened() -> float | None:
    return metrics.REGISTRY.get_sample_value("llm_circuit_open", {"name": "test"})


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.check()
        breaker.failed()


def test_some_failures_are_tolerated(breaker: Breaker) -> None:
    fail(breaker, FAILURES - 1)
    breaker.succeeded()
    fail(breaker, FAILURES - 1)
    breaker.check()
    assert (up(), opened()) == (1, 0)


def test_it_opens_and_says_for_how_long(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, FAILURES)
    clock.now += 5
    with pytest.raises(Unavailable) as refusal:
        breaker.check()
    assert refusal.value.retry_after == PAUSE_SECONDS - 5
    assert (up(), opened()) == (0, 1)


def test_after_the_pause_one_caller_may_try(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, FAILURES)
    clock.now += PAUSE_SECONDS
    breaker.check()
    with pytest.raises(Unavailable):
        breaker.check()
    assert opened() == 1
    breaker.succeeded()
    breaker.check()
    assert (up(), opened()) == (1, 0)


def test_a_failed_try_begins_another_pause(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, FAILURES)
    clock.now += PAUSE_SECONDS
    fail(breaker, 1)
    clock.now += PAUSE_SECONDS / 2
    with pytest.raises(Unavailable):
        breaker.check()
