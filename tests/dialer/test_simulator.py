"""The simulator is what it says: the contract, its faults, its limits, and a log that proves what was dialled."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from segtui.dialer.https_platform import HttpsPlatform
from segtui.dialer.platform import NewCall, Throttled, Uncertain, Unreachable
from segtui.dialer.simulator import Behaviour, Faults, SimulatedCall, Simulator, read_log
from segtui.dialer.simulator.__main__ import main
from segtui.dialer.simulator.account_limits import AccountLimits
from segtui.dialer.simulator.simulated_calls import OUTCOMES, TimeFormat
from segtui.errors import InvalidInput
from tests.support.calls_made import (
    calls_of_one_phone_at_once,
    most_at_once,
    most_within,
    outside,
    repeated_attempts,
)
from tests.support.processes import wait_until

TOKEN = "simulator"
FREE = Behaviour(per_minute=None, per_second=None)


def new(number: int, agent: str = "agent-7", campaign: int = 1) -> NewCall:
    return NewCall(f"+1602555{number:04d}", agent, {"attempt_id": str(number), "campaign_id": str(campaign)})


def ask(url: str, path: str, document: object = None) -> Any:
    data = None if document is None else json.dumps(document).encode()
    with urlopen(Request(f"{url}{path}", data), timeout=10) as answer:
        return json.loads(answer.read())


def test_a_call_rings_is_answered_and_ends() -> None:
    with (
        Simulator(replace(FREE, ring=(12, 12), talk=(18, 18), speed=60)) as simulator,
        HttpsPlatform(simulator.base_url, TOKEN) as platform,
    ):
        simulator.plan(new(1).phone, "closed")
        call_id = platform.start(new(1))
        (call,) = simulator.calls
        wait_until(lambda: not simulator.in_progress())
        found = platform.look_up(call_id)
        assert found is not None
        assert (found.status, found.seconds) == ("closed", 18)
    seen = [call.status(call.moment + later) for later in (0, 0.19, 0.21, 0.49, 0.51)]
    assert seen == ["ringing", "ringing", "open", "open", "closed"]
    assert (call.until - call.at).total_seconds() == pytest.approx(0.5)


def test_a_call_in_progress_has_no_duration_yet() -> None:
    with (
        Simulator(replace(FREE, outcomes={"closed": 1})) as simulator,
        HttpsPlatform(simulator.base_url, TOKEN) as platform,
    ):
        found = platform.look_up(platform.start(new(1)))
        assert found is not None
        assert (found.status, found.seconds, simulator.in_progress()) == ("ringing", 0, 1)


def outcomes(behaviour: Behaviour, numbers: list[int]) -> dict[str, str]:
    with Simulator(behaviour) as simulator, HttpsPlatform(simulator.base_url, TOKEN) as platform:
        for number in numbers:
            platform.start(new(number))
    return {call.phone: call.outcome for call in simulator.calls}


def test_outcomes_go_by_seed_and_number_whatever_the_order() -> None:
    numbers = list(range(40))
    first = outcomes(FREE, numbers)
    assert outcomes(FREE, numbers[::-1]) == first
    assert outcomes(replace(FREE, seed=1), numbers) != first
    assert set(first.values()) <= set(OUTCOMES)
    assert len(set(first.values())) > 3
    assert set(outcomes(replace(FREE, outcomes={"busy": 1, "failed": 1}), numbers).values()) == {"busy", "failed"}


def test_planned_outcomes_come_first_and_a_wrong_number_is_one() -> None:
    with (
        Simulator(replace(FREE, outcomes={"failed": 1})) as simulator,
        HttpsPlatform(simulator.base_url, TOKEN) as platform,
    ):
        simulator.plan(new(1).phone, "busy", "closed")
        for _ in range(3):
            platform.start(new(1))
        platform.start(NewCall("602 555 0100", "agent-7"))
    assert [call.outcome for call in simulator.calls] == ["busy", "closed", "failed", "wrong-phone-format"]
    with pytest.raises(InvalidInput, match="answered"):
        simulator.plan("+1", "answered")


@pytest.mark.parametrize("times", ["offset", "z", "naive", "epoch", "epoch-ms"])
def test_lists_are_newest_first_in_every_form(times: TimeFormat) -> None:
    now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    behaviour = replace(FREE, times=times, bare=times == "z", text_data=times == "naive", listed=3)
    with Simulator(behaviour, clock=lambda: now) as simulator, HttpsPlatform(simulator.base_url, TOKEN) as platform:
        for minute in range(5):
            simulator.offset = timedelta(minutes=minute)
            platform.start(new(minute + 1))
        platform.start(new(99, agent="another"))
        found = platform.recent(now + timedelta(minutes=1), now + timedelta(minutes=9), "agent-7").calls
        assert [(call.attempt_id, call.created_at) for call in found] == [
            (minute + 1, now + timedelta(minutes=minute)) for minute in (4, 3, 2)
        ]


def test_a_new_call_may_not_be_listed_at_once() -> None:
    now = datetime.now(UTC)
    span = (now - timedelta(hours=1), now + timedelta(hours=1), "agent-7")
    with (
        Simulator(replace(FREE, listing_delay=1)) as simulator,
        HttpsPlatform(simulator.base_url, TOKEN) as platform,
    ):
        platform.start(new(1))
        assert list(platform.recent(*span).calls) == []
        wait_until(lambda: platform.recent(*span).calls)
    assert time.monotonic() - simulator.calls[0].moment >= 1


@pytest.mark.parametrize(
    ("path", "document", "status"),
    [
        ("/calls?startDate=2026-01-01T00:00:00&endDate=2026-01-02T00:00:00%2B00:00", None, 400),
        ("/calls?startDate=2026-01-01T00:00:00+00:00&endDate=2026-01-02T00:00:00%2B00:00", None, 400),
        ("/calls", None, 400),
        ("/call", {"phone": "+16025550101"}, 400),
        ("/call", {"phone": "+16025550101", "playbook_id": "a", "attempt_id": 3}, 400),
        ("/call", [], 400),
        ("/call/call-9", None, 404),
        ("/elsewhere", None, 404),
        ("/_faults", {"next": "nonsense"}, 400),
        ("/_faults", {"next": "slow", "on": "nothing"}, 400),
        ("/_faults", {"now_and_then": "slow"}, 400),
        ("/_outcomes", {"outcomes": {"answered": 1}}, 400),
        ("/_clock", {}, 400),
        ("/_clock", [], 400),
    ],
)
def test_what_is_wrong_is_refused(path: str, document: object, status: int) -> None:
    with Simulator(FREE) as simulator:
        data = None if document is None else json.dumps(document).encode()
        request = Request(f"{simulator.base_url}{path}", data, {"Authorization": f"Bearer {TOKEN}"})
        with pytest.raises(HTTPError) as raised:
            urlopen(request, timeout=10)
        with raised.value as answer:
            assert answer.code == status
            assert json.loads(answer.read())["error"]
    assert simulator.calls == []


def test_without_the_token_nothing_is_done() -> None:
    with (
        Simulator(FREE, token="other") as simulator,
        HttpsPlatform(simulator.base_url, TOKEN) as platform,
        pytest.raises(Exception, match="401"),
    ):
        platform.start(new(1))
    assert simulator.calls == []


def test_limits_are_of_any_minute_and_of_any_second() -> None:
    limits = AccountLimits(per_minute=4, per_second=2)
    waits = [limits.wait(moment) for moment in (0.0, 0.5, 0.75, 1.0, 1.25, 1.5, 2.5, 60.0, 60.25)]
    assert waits == [None, None, 0.25, None, 0.25, None, 57.5, None, 0.25]
    assert limits.violations == 4
    free = AccountLimits(None, None)
    assert [free.wait(0) for _ in range(99)] == [None] * 99


def test_the_accounts_limits_hold_for_all_requests_together() -> None:
    with Simulator(Behaviour(per_minute=2)) as simulator, HttpsPlatform(simulator.base_url, TOKEN) as platform:
        simulator.faults.next("refused", on="list")  # that no request beyond the limits takes away
        platform.look_up(platform.start(new(1)))
        now = datetime.now(UTC)
        for beyond in (lambda: platform.start(new(2)), lambda: platform.recent(now, now, "a")):
            with pytest.raises(Throttled) as raised:
                beyond()
            assert raised.value.wait is not None
            assert 0 < raised.value.wait <= 60
    assert (simulator.violations, len(simulator.calls)) == (2, 1)
    assert simulator.faults.made == {}


def test_faults_come_in_order_then_by_chance_and_by_what_is_asked() -> None:
    faults = Faults(seed=1)
    faults.next("slow", 2, seconds=3)
    faults.next("garbage")
    faults.next("not-found", on="look_up")
    faults.now_and_then("reset-after", 0.25)
    faults.now_and_then("reset-before", 0.25)
    taken = [faults.take("start") for _ in range(3)]
    assert [(each.kind, each.seconds) for each in taken if each] == [("slow", 3), ("slow", 3), ("garbage", 1)]
    drawn = Counter(each.kind if (each := faults.take("start")) else None for _ in range(1000))
    assert 200 < drawn["reset-after"] < 300
    assert 200 < drawn["reset-before"] < 300
    assert faults.take("list") is None
    faults.clear()
    assert faults.take("look_up") is None
    assert faults.made["slow"] == 2


def test_a_slow_answer_lets_others_pass() -> None:
    with Simulator(FREE) as simulator, HttpsPlatform(simulator.base_url, TOKEN) as platform:
        simulator.faults.next("slow", seconds=1)
        came: list[str] = []
        slow = threading.Thread(target=lambda: came.append(platform.start(new(1))))
        slow.start()
        wait_until(lambda: simulator.calls)
        came.append(platform.start(new(2)))
        slow.join()
    assert came == ["call-2", "call-1"]


def test_it_goes_away_and_comes_back_with_its_calls() -> None:
    with Simulator(FREE) as simulator, HttpsPlatform(simulator.base_url, TOKEN) as platform:
        call_id = platform.start(new(1))
        url = simulator.base_url
        simulator.stop()
        with pytest.raises(Unreachable):
            platform.start(new(2))
        simulator.start()
        assert simulator.base_url == url
        assert platform.look_up(call_id) is not None
        with pytest.raises(OSError, match="in use"):
            Simulator(port=int(url.rpartition(":")[2])).start()


def test_threads_share_one_client_and_its_connections() -> None:
    with Simulator(FREE) as simulator, HttpsPlatform(simulator.base_url, TOKEN) as platform:
        ids: list[str] = []

        def start(part: int) -> None:
            ids.extend(platform.start(new(part * 20 + each)) for each in range(20))

        threads = [threading.Thread(target=start, args=(part,)) for part in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(set(ids)) == len(simulator.calls) == 160
    assert repeated_attempts(simulator.calls) == {}


def test_the_log_is_the_calls(tmp_path: Path) -> None:
    log = tmp_path / "calls.jsonl"
    with Simulator(FREE, log=log) as simulator, HttpsPlatform(simulator.base_url, TOKEN) as platform:
        for number in range(3):
            platform.start(replace(new(number), data={"attempt_id": str(number), "city": "Zürich \u2028\n"}))
        assert read_log(log) == simulator.calls  # while it runs, too


@contextmanager
def program(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "segtui.dialer.simulator", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def test_as_a_program_it_is_controlled_while_it_runs_and_keeps_its_log_when_killed(tmp_path: Path) -> None:
    log = tmp_path / "calls.jsonl"
    options = ["--per-minute", "0", "--per-second", "0", "--log", str(log), "--token", "t", "--outcome", "busy=1"]
    with program(*options, "--clock-offset", "3600", "--wrapped") as (process, url):
        with HttpsPlatform(url, "t") as platform:
            ask(url, "/_faults", {"next": "reset-after", "count": 2})
            ask(url, "/_faults", {"now_and_then": "garbage", "probability": 1, "on": "look_up"})
            for number in (1, 2):
                with pytest.raises(Uncertain):
                    platform.start(new(number))
            call_id = platform.start(new(3))
            with pytest.raises(Uncertain):
                platform.look_up(call_id)
            ask(url, "/_faults", {"clear": True})
            ask(url, "/_outcomes", {"phone": new(4).phone, "outcomes": ["voicemail"]})
            platform.start(new(4))
            ask(url, "/_outcomes", {"outcomes": {"closed": 1}})
            platform.start(new(4))
            ask(url, "/_clock", {"offset": 7200})
            platform.start(new(5))
            later = datetime.now(UTC) + timedelta(hours=1)
            found = platform.recent(later - timedelta(minutes=5), later + timedelta(minutes=5), "agent-7").calls
            assert [call.attempt_id for call in found] == [4, 4, 3, 2, 1]
            state = ask(url, "/_state")
        os.kill(process.pid, signal.SIGKILL)
    assert (state["calls"], state["requests"]["start"]) == (6, 6)
    assert state["faults"] == {"reset-after": 2, "garbage": 1}
    assert [call.outcome for call in read_log(log)] == ["busy", "busy", "busy", "voicemail", "closed", "closed"]


def test_as_a_program_it_ends_by_a_signal_with_its_calls_broken_off() -> None:
    with program() as (process, url):
        assert ask(url, "/_state")["calls"] == 0
        process.terminate()
        assert process.wait(10) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--fault", "nonsense=1"], "no fault"), (["--outcome", "answered=1"], "answered"), (["--speed", "0"], "above 0"),
     (["--log", "/dev/null/calls"], "Not a directory")],
)  # fmt: skip
def test_as_a_program_it_says_what_is_wrong(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    assert said in capsys.readouterr().err


def call(number: int, moment: float, ended: float, phone: str = "+16025550101") -> SimulatedCall:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(seconds=moment)
    data = {"attempt_id": str(number)}
    return SimulatedCall(f"c{number}", phone, "a", data, at, at, moment, None, ended, "busy", 0)


def test_the_proofs_find_what_must_not_be() -> None:
    calls = [call(1, 0, 10), call(2, 5, 8, "+2"), call(3, 10, 20), call(4, 19, 30, "+3"), call(1, 4000, 4001)]
    assert repeated_attempts(calls) == {"1": 2}
    assert most_at_once(calls) == 2
    assert most_at_once([]) == most_within([]) == 0
    assert (most_within(calls), most_within(calls, 10), most_within(calls, 5)) == (4, 2, 1)
    assert calls_of_one_phone_at_once(calls) == []
    overlap = [call(1, 0, 10), call(2, 9, 12)]
    assert calls_of_one_phone_at_once(overlap) == [(overlap[0], overlap[1])]
    assert outside(calls, lambda phone, at: phone != "+2") == [calls[1]]
