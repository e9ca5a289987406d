"""The dispatcher's clock and the platform's: where they differ by more than five minutes nobody is dialled."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from segtui.dialer import clock_check
from segtui.dialer.clock_check import ClockCheck
from segtui.dialer.dispatch_context import DispatchContext
from segtui.dialer.platform import Unreachable
from segtui.dialer.rate_limits import CircuitBreaker, TokenBucket
from segtui.dialer.simulator import Simulator
from segtui.services import campaigns
from segtui.services.session import Session, stored
from tests.dialer.support import SHORT_TIMEOUTS, dispatching, launched, until

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


class _Dialling:
    """Keeps what was asked; `tells` is what time the platform says it is."""

    def __init__(self) -> None:
        self.tells: datetime | None = None
        self.pending_queries = 0
        self.asked: list[Callable[[object], None]] = []
        self.platform = SimpleNamespace(now=lambda: self.tells)

    def query(self, _request: object, then: Callable[[object], None]) -> None:
        self.asked.append(then)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> tuple[ClockCheck, _Dialling, list[float]]:
    """Return a check, what it asks through, and the seconds of the clock that nobody sets."""
    monkeypatch.setattr(clock_check, "now", lambda: stored(NOW))
    pool, seconds = _Dialling(), [1_000.0]
    bucket = TokenBucket(6_000, 100, 0.0)
    context = SimpleNamespace(
        pool=pool, clock=lambda: seconds[0], bucket=bucket, breaker=CircuitBreaker(), timeouts=SHORT_TIMEOUTS
    )
    return ClockCheck(cast("DispatchContext", cast("Any", context))), pool, seconds


@pytest.mark.parametrize(
    ("its", "words"),
    [
        (NOW, None),
        (NOW - timedelta(minutes=5), None),
        (NOW + timedelta(minutes=5), None),
        (NOW - timedelta(minutes=5, seconds=1), "5 min 01 s ahead of the calling platform's"),
        (NOW + timedelta(hours=2, minutes=10), "2 h 10 min behind the calling platform's"),
    ],
)
def test_up_to_five_minutes_are_no_difference(
    told: tuple[ClockCheck, _Dialling, list[float]], its: datetime, words: str | None
) -> None:
    check, pool, _ = told
    pool.tells = its
    assert check.allows_dialling is (words is None)
    assert (check.trouble or "").count(words or "never") == (words is not None)


def test_before_the_first_call_the_platform_is_asked_for_its_time(
    told: tuple[ClockCheck, _Dialling, list[float]],
) -> None:
    check, pool, seconds = told
    assert not check.allows_dialling
    check.query()
    assert len(pool.asked) == 1
    # Nothing came: it waits as long as the platform's trouble lasts, and asks again.
    pool.asked[0](Unreachable("It does not answer."))
    check.query()
    assert len(pool.asked) == 1
    assert not check.allows_dialling
    seconds[0] += 5
    check.query()
    assert len(pool.asked) == 2
    # A platform that answers and tells no time cannot be compared with.
    pool.asked[1](None)
    assert check.allows_dialling


def test_while_clocks_differ_it_asks_now_and_then_and_says_the_same(
    told: tuple[ClockCheck, _Dialling, list[float]],
) -> None:
    check, pool, seconds = told
    pool.tells = NOW - timedelta(hours=1)
    said = check.trouble
    check.query()
    check.query()
    assert len(pool.asked) == 1
    pool.tells = NOW - timedelta(hours=1, seconds=1)
    assert check.trouble == said
    seconds[0] += 6 * SHORT_TIMEOUTS.poll + 0.1
    check.query()
    assert len(pool.asked) == 2
    pool.tells = NOW
    assert check.allows_dialling


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_is_dialled_while_the_clocks_differ_and_the_campaign_says_why(session: Session) -> None:
    said: list[str] = []
    with Simulator(token="token") as simulator:
        simulator.offset = timedelta(minutes=-10)
        campaign_id, _ = launched(session, 2)
        with dispatching(session, simulator, said=said):
            until(lambda: "ahead of" in (campaigns.overview(session, campaign_id).reason or ""))
            assert "10 min" in (campaigns.overview(session, campaign_id).reason or "")
            assert not simulator.calls
            simulator.offset = timedelta(0)
            until(lambda: len(simulator.calls) == 2)
            until(lambda: "ahead of" not in (campaigns.overview(session, campaign_id).reason or ""))
        assert any("ahead of the calling platform's" in line for line in said)
