"""The client of the calling platform against the simulator: every answer becomes the error that says what is known."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from segtui.dialer.https_platform import HttpsPlatform
from segtui.dialer.platform import NewCall, Refused, Throttled, Unauthorized, Uncertain, Unreachable
from segtui.dialer.simulator import Behaviour, Simulator

TOKEN = "s3cret-T0ken/42"
CALL = NewCall("+16025550101", "agent-7", {"attempt_id": "17", "campaign_id": "3", "first_name": "Zoë \ud800"})


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(Behaviour(per_minute=None, per_second=None, ring=(0, 0), talk=(0.2, 0.2)), token=TOKEN) as simulator:
        yield simulator


@pytest.fixture
def platform(simulator: Simulator) -> Iterator[HttpsPlatform]:
    with HttpsPlatform(simulator.base_url + "/", TOKEN) as platform:
        yield platform


def test_a_call_is_started_once_and_found_again(simulator: Simulator, platform: HttpsPlatform) -> None:
    simulator.plan(CALL.phone, "busy")
    call_id = platform.start(CALL)
    (accepted,) = simulator.calls
    assert (accepted.id, accepted.phone, accepted.agent, dict(accepted.data)) == (
        call_id, CALL.phone, CALL.agent, dict(CALL.data),
    )  # fmt: skip
    found = platform.look_up(call_id)
    assert found is not None
    assert (found.id, found.status, found.seconds, found.attempt_id) == (call_id, "busy", 0, 17)
    assert found.created_at == accepted.at.replace(microsecond=accepted.at.microsecond // 1000 * 1000)
    assert platform.look_up("call-2") is None
    now = datetime.now(UTC)
    assert list(platform.recent(now - timedelta(minutes=1), now, CALL.agent).calls) == [found]
    assert list(platform.recent(now - timedelta(minutes=1), now, "another").calls) == []
    assert list(platform.recent(now - timedelta(hours=2), now - timedelta(hours=1), CALL.agent).calls) == []


def test_what_was_not_received_is_not_sent_again_behind_our_back(platform: HttpsPlatform) -> None:
    platform.start(CALL)
    with platform._client.stream("GET", platform._base_url) as kept:
        connected = kept.extensions["network_stream"].get_extra_info("socket")
        milliseconds = connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
    # A list is believed not before a request ended that waited for its answer for half a minute.
    assert 0 < milliseconds < 30_000


@pytest.mark.parametrize(
    ("kind", "error", "made"),
    [
        ("unauthorized", Unauthorized, 0), ("forbidden", Unauthorized, 0), ("not-found", Unreachable, 0),
        ("redirect", Unreachable, 0), ("refused", Refused, 0), ("throttled", Throttled, 0),
        ("throttled-date", Throttled, 0), ("throttled-bare", Throttled, 0), ("error-before", Uncertain, 0),
        ("error-after", Uncertain, 1), ("reset-before", Uncertain, 0), ("reset-after", Uncertain, 1),
        ("close-after", Uncertain, 1), ("half-after", Uncertain, 1), ("garbage", Uncertain, 1), ("no-id", Uncertain, 1),
    ],
)  # fmt: skip
def test_every_fault_is_the_error_that_says_what_is_known(
    kind: str, error: type[Exception], made: int, simulator: Simulator, platform: HttpsPlatform
) -> None:
    platform.start(CALL)  # so that the connection is one that was kept
    simulator.faults.next(kind)
    with pytest.raises(error) as raised:
        platform.start(CALL)
    assert TOKEN not in str(raised.value)
    assert not hasattr(raised.value.__context__, "request")
    assert len(simulator.calls) == 1 + made
    assert simulator.requests["start"] == 2  # never sent twice
    assert platform.start(CALL)  # and the next one is as if nothing had been
