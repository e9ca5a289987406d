"""Service requests: calls in a thread whose results are handled in the owner's message queue."""

import gc
from collections.abc import Callable
from typing import Any

import pytest
from textual.app import App
from textual.message import Message
from textual.widgets import Static

from segtui.tui.widgets.chrome.service_requests import Requests


class SlowQueue(Static):
    """A widget that handles nothing until it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[Callable[[], None]] = []

    def call_later(self, callback: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        self.waiting.append(lambda: callback(*args, **kwargs))
        return True


async def test_a_request_runs_until_its_result_is_handled() -> None:
    async with App[None]().run_test() as pilot:
        owner = SlowQueue()
        await pilot.app.mount(owner)
        owner.waiting.clear()
        requests, results = Requests(owner), list[int]()
        requests.read("save", lambda _: 7, results.append)
        await pilot.app.workers.wait_for_complete()
        # A key that is handled now must not save a second time: the first result would be dropped.
        assert requests.running("save")
        assert not results
        for handle in owner.waiting:
            handle()
        assert results == [7]
        assert not requests.running("save")


async def test_a_cancelled_request_is_over_although_its_result_is_in_the_queue() -> None:
    async with App[None]().run_test() as pilot:
        owner = SlowQueue()
        await pilot.app.mount(owner)
        owner.waiting.clear()
        requests, results = Requests(owner), list[int]()
        requests.read("save", lambda _: 7, results.append)
        await pilot.app.workers.wait_for_complete()
        requests.cancel("save")
        assert not requests.running("save")
        for handle in owner.waiting:
            handle()
        assert not results


async def test_a_request_that_is_cancelled_before_it_starts_leaves_no_coroutine_behind(
    recwarn: pytest.WarningsRecorder,
) -> None:
    async with App[None]().run_test() as pilot:
        owner = Static()
        await pilot.app.mount(owner)
        requests, results = Requests(owner), list[int]()
        requests.read("list", lambda _: 7, results.append)
        requests.ask("page", lambda _: Message())
        pilot.app.workers.cancel_all()
        await pilot.pause()
        gc.collect()
        assert not results
    assert not [warning for warning in recwarn if warning.category is RuntimeWarning]
