"""Flows: look something up, ask about it, do it, in one coroutine that ends with its screen."""

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual import events

from segtui.errors import Conflict
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.tui.actions.action import Command
from segtui.tui.app import SegtuiApp
from segtui.tui.screens.base.base_screen import WorkScreen
from segtui.tui.screens.base.flows import flow
from segtui.tui.widgets.forms.dialogs import Question, yes_or_no
from tests.support.person import Person, at

AppOn = Callable[[Session], SegtuiApp]


class Ask(Command):
    """Ask twice."""

    title = label = "Ask"
    keys = "w"


class Asking(WorkScreen):
    """A screen with a flow that reads until it may go on, and then asks."""

    commands = (Ask,)

    def __init__(self, app: SegtuiApp) -> None:
        super().__init__(app.session, app.settings)
        self.go_on = threading.Event()
        self.started: list[Interrupt] = []
        self.answers: list[str | None] = []
        self.error: Conflict | None = None

    def _look_up(self, interrupt: Interrupt) -> int:
        self.started.append(interrupt)
        self.go_on.wait(10)
        if self.error is not None:
            raise self.error
        return len(self.started)

    @flow
    async def action_ask(self) -> None:
        """Look up, ask, and ask again."""
        number = await self.read(self._look_up)
        answer = await self.ask(yes_or_no("First", f"Look-up {number}?", "Yes"))
        self.answers.append(answer)
        answer = await self.ask(yes_or_no("Second", "Again?", "Yes"))
        self.answers.append(answer)


@asynccontextmanager
async def asking(app: SegtuiApp) -> AsyncIterator[tuple[Person, Asking]]:
    async with at(app) as person:
        screen = Asking(app)
        await app.push_screen(screen)
        await person.settle()
        try:
            yield person, screen
        finally:
            screen.go_on.set()


async def test_a_flow_reads_asks_and_goes_on_with_the_answer(app_on: AppOn, filled: Session) -> None:
    async with asking(app_on(filled)) as (person, screen):
        screen.go_on.set()
        screen.action_ask()
        await person.see("Look-up 1?")
        await person.press("y")
        await person.see("Again?")
        await person.press("n")
        await person.until(lambda: screen.answers == ["y", "n"], "for both answers")


async def test_keys_wait_until_the_question_is_open(app_on: AppOn, filled: Session) -> None:
    async with asking(app_on(filled)) as (person, screen):
        for key in "wyy":
            person.app.post_message(events.Key(key, key))
        await person.until(lambda: bool(screen.started), "for the look-up")
        await person.pilot.pause()
        assert not screen.answers
        screen.go_on.set()
        await person.until(lambda: screen.answers == ["y", "y"], "for both answers")
        assert person.app.screen is screen


async def test_an_error_of_the_look_up_is_said_and_ends_the_flow(app_on: AppOn, filled: Session) -> None:
    async with asking(app_on(filled)) as (person, screen):
        screen.error = Conflict("Somebody else has it.")
        screen.go_on.set()
        screen.action_ask()
        await person.hear("Somebody else has it.")
        await person.settle()
        assert person.app.screen is screen


async def test_a_flow_of_a_screen_that_was_left_is_stopped(app_on: AppOn, filled: Session) -> None:
    async with asking(app_on(filled)) as (person, screen):
        screen.action_ask()
        await person.until(lambda: bool(screen.started), "for the look-up")
        screen.dismiss(None)
        await person.until(lambda: screen.started[0].cancelled, "for the end of the look-up")
        screen.go_on.set()
        await person.see("2 segments")
        await person.see_no("Look-up")


async def test_no_question_opens_over_another_screen(app_on: AppOn, filled: Session) -> None:
    async with asking(app_on(filled)) as (person, screen):
        screen.action_ask()
        await person.until(lambda: bool(screen.started), "for the look-up")
        other = Asking(screen.program)  # type: ignore[arg-type]  # the app
        await person.app.push_screen(other)
        screen.go_on.set()
        await person.settle()
        assert person.app.screen is other
        assert not screen.answers


async def test_no_question_opens_over_a_dialog_that_was_opened_meanwhile(app_on: AppOn, filled: Session) -> None:
    async with asking(app_on(filled)) as (person, screen):
        screen.action_ask()
        await person.until(lambda: bool(screen.started), "for the look-up")
        form = yes_or_no("Form", "Something is typed here.", "Save")
        person.app.push_screen(form)
        await person.see("Something is typed here.")
        screen.go_on.set()
        await person.settle()
        assert person.app.screen is form
        await person.press("y")
        assert not screen.answers


async def test_the_newest_flow_of_a_kind_replaces_the_older_one(app_on: AppOn, filled: Session) -> None:
    async with asking(app_on(filled)) as (person, screen):
        screen.action_ask()
        await person.until(lambda: len(screen.started) == 1, "for the first look-up")
        screen.action_ask()
        await person.until(lambda: len(screen.started) == 2, "for the second look-up")
        assert screen.started[0].cancelled
        screen.go_on.set()
        await person.see("Look-up 2?")
        assert sum(isinstance(dialog, Question) for dialog in person.app.screen_stack) == 1


async def test_a_flow_whose_dialog_is_taken_away_ends(app_on: AppOn, filled: Session) -> None:
    async with asking(app_on(filled)) as (person, screen):
        screen.go_on.set()
        screen.action_ask()
        await person.see("Look-up 1?")
        person.app.pop_screen()
        await person.until(lambda: not _running(person, screen), "for its end")
        assert not screen.answers


def _running(person: Person, screen: Asking) -> list[object]:
    return [worker for worker in person.app.workers if worker.node is screen and not worker.is_finished]
