"""How fast: whatever is asked for, and however often the program restarts, the limits hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segtui.dialer.rate_limits import HOURLY_WINDOW, CircuitBreaker, SlidingWindowLimit, TokenBucket
from segtui.domain import monotonic_clock

# Pauses between looks, some of them long, and now and then a restart.
STEPS = st.lists(st.tuples(st.floats(0, 5) | st.floats(0, 100), st.integers(0, 30), st.integers(0, 20)), max_size=150)


@given(per_minute=st.integers(1, 300), per_second=st.integers(1, 20), steps=STEPS)
def test_an_account_is_never_asked_more_than_it_allows(
    per_minute: int, per_second: int, steps: list[tuple[float, int, int]]
) -> None:
    at, asked = 0.0, []
    pace = TokenBucket(per_minute, per_second, at)
    for pause, wanted, restarts in steps:
        at += pause
        if restarts == 0:
            pace = TokenBucket(per_minute, per_second, at)
        count = min(wanted, pace.room(at))
        pace.take(at, count)
        asked += [at] * count
    for moment in set(asked):
        assert sum(moment <= each < moment + 60 for each in asked) <= per_minute
        assert sum(moment <= each < moment + 1 for each in asked) <= per_second


@pytest.mark.parametrize(("per_second", "least", "most"), [(10, 90, 100), (2, 55, 100), (1, 45, 60)])
def test_an_account_is_asked_nearly_as_often_as_it_allows(per_second: int, least: int, most: int) -> None:
    pace, asked = TokenBucket(100, per_second, 0.0), 0
    for tenth in range(36_000):
        room = pace.room(tenth / 10)
        pace.take(tenth / 10, room)
        asked += room
    assert least * 60 <= asked <= most * 60


@given(most=st.integers(1, 20), ages=st.lists(st.floats(0, 8_000), max_size=30), pauses=st.lists(st.floats(0, 900)))
def test_a_campaign_never_calls_more_in_an_hour_than_it_allows(
    most: int, ages: list[float], pauses: list[float]
) -> None:
    at = 10_000.0
    earlier = sorted(at - age for age in ages)[-most:]
    pace, begun = SlidingWindowLimit(at, [at - each for each in earlier]), list(earlier)
    for pause in pauses:
        at += pause
        if pace.room(at, most):
            pace.take(at)
            begun.append(at)
    for moment in begun:
        assert sum(moment <= each < moment + 3_600 for each in begun) <= most


def test_a_call_that_was_not_made_is_given_back() -> None:
    pace = SlidingWindowLimit(0.0)
    pace.take(5.0)
    assert pace.room(6.0, 1) == 0
    pace.give_back(5.0)
    pace.give_back(5.0)
    assert pace.room(6.0, 1) == 1
    assert HOURLY_WINDOW > 3_600


def test_trouble_is_waited_out_for_longer_and_longer() -> None:
    health = CircuitBreaker()
    waits = []
    at = 0.0
    for _ in range(9):
        health.failed(at, "It is away.", starting=True)
        health.failed(at, "It is away.", starting=True)  # what was on its way says nothing new
        waits.append(health.wait(at))
        at += health.wait(at)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert health.trouble == "It is away."
    health.answered(at)
    assert health.is_troubled  # that a look-up works says nothing of starting calls
    health.succeeded(at)
    assert health.wait(at) == 0


def test_as_long_is_waited_as_the_platform_asks_for() -> None:
    health = CircuitBreaker()
    health.failed(100.0, "Too often.", 17.0)
    assert health.wait(100.0) == 17.0
    health.answered(117.0)
    assert health.trouble is None


def test_what_was_on_its_way_before_the_platform_asked_to_wait_does_not_end_the_wait() -> None:
    health = CircuitBreaker()
    health.failed(100.0, "Too often.", 60.0, starting=True)
    health.succeeded(99.9)
    health.answered(99.9)
    assert health.wait(100.5) == 59.5
    health.succeeded(160.0)
    assert health.wait(160.1) == 0


def test_stamps_of_this_boot_say_how_long_ago_and_others_nothing() -> None:
    at = monotonic_clock.boot_time()
    assert monotonic_clock.age(monotonic_clock.stamp(at - 5), at) == pytest.approx(5, abs=0.002)
    assert monotonic_clock.age(None, at) is None
    assert monotonic_clock.age(monotonic_clock.stamp(at) ^ (1 << 50), at) is None
    assert 0 < monotonic_clock.stamp(at) < 2**63
