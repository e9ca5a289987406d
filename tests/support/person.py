"""Somebody at the keyboard: presses keys, types, clicks, and sees what is on the screen."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from textual.app import App
from textual.pilot import Pilot

from segtui.tui.screens.base.flows import WAITS_FOR_PERSON
from segtui.tui.widgets.chrome.key_queue import KeyQueueApp

_PATIENCE = 10.0
"""Seconds after which something that does not appear is taken to be missing: a limit, not a measurement."""

_STILL = 4
"""How often in a row a screen has to look the same until it counts as still."""


@dataclass(frozen=True)
class Person:
    """Drives an app through its Pilot."""

    pilot: Pilot[None]

    @property
    def app(self) -> App[None]:
        """The app."""
        return self.pilot.app

    @property
    def lines(self) -> list[str]:
        """What is on the screen, line by line."""
        return ["".join(segment.text for segment in strip) for strip in self.app.screen._compositor.render_strips()]

    @property
    def screen(self) -> str:
        """What is on the screen, as one text."""
        return "\n".join(line.rstrip() for line in self.lines)

    async def press(self, *keys: str) -> None:
        """Press keys one by one, by Textual's names, and wait until all is done that they set off."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type a text, faster than anything can be answered."""
        await self.pilot.press(*text)
        await self.settle()

    async def click(self, text: str) -> None:
        """Click on the first place where `text` stands."""
        for y, line in enumerate(self.lines):
            if (x := line.find(text)) >= 0:
                await self.pilot.click(offset=(x, y))
                await self.settle()
                return
        raise AssertionError(f"there is no {text!r} to click on:\n{self.screen}")

    async def settle(self) -> None:
        """Wait until nothing is under way any more."""
        await self.pilot.pause()
        await wait_for_workers(self.app)
        await self.pilot.pause()

    async def still(self) -> None:
        """Wait until the screen no longer changes: for a picture, which cannot say what it waits for."""
        same, before = 0, ""
        while same < _STILL:
            await self.settle()
            await self.pilot.pause(0.02)
            now = self.app.export_screenshot()
            same = same + 1 if now == before else 0
            before = now

    async def see(self, *texts: str) -> None:
        """Wait until all of `texts` are on the screen."""
        await self._until(lambda: all(text in self.screen for text in texts), f"expected to see {texts}")

    async def see_no(self, *texts: str) -> None:
        """Wait until none of `texts` is on the screen."""
        await self._until(lambda: not any(text in self.screen for text in texts), f"expected not to see {texts}")

    async def hear(self, *texts: str) -> None:
        """Wait until all of `texts` were said in the corner, however the lines break there."""
        await self._until(lambda: all(text in self.said for text in texts), f"expected to hear {texts}")

    @property
    def said(self) -> str:
        """What is said in the corner."""
        return "\n".join(each.message for each in self.app._notifications)

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until a condition holds; `what` is awaited, for the message where it never comes."""
        await self._until(condition, f"waited in vain {what}")

    async def _until(self, condition: Callable[[], bool], what: str) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + _PATIENCE
        while not condition():
            if loop.time() > end or self.app._exception is not None:
                raise AssertionError(f"{what}:\n{self.screen}\n{self.said}")
            await self.pilot.pause(0.01)


async def wait_for_workers(app: App[None]) -> None:
    """Wait until the workers of `app` have ended, but those that may wait for a person."""
    if workers := [worker for worker in app.workers if worker.group != WAITS_FOR_PERSON]:
        await app.workers.wait_for_complete(workers)


@asynccontextmanager
async def at(app: App[None], size: tuple[int, int] = (80, 24), *, answer_delay: float = 0.0) -> AsyncIterator[Person]:
    """Run `app` on a terminal of `size` without a terminal, and yield the person before it.

    A question can be answered `answer_delay` seconds after it was painted; with 0 at any moment.
    """
    if isinstance(app, KeyQueueApp):
        app.answer_delay = answer_delay
    async with app.run_test(size=size, notifications=True) as pilot:
        person = Person(pilot)
        await person.settle()
        yield person
