"""What every full screen has: a title line, its commands in the footer, help, palette, and a way of saying errors."""

from collections.abc import Callable
from inspect import isawaitable
from typing import Protocol, cast

from textual import on
from textual.app import ComposeResult
from textual.screen import Screen

from segtui.commands.command import Command
from segtui.commands.commanded import Commanded
from segtui.config import Settings
from segtui.errors import SegtuiError
from segtui.services.segments import Segment
from segtui.services.session import Session
from segtui.text import clean
from segtui.widgets.key_bar import KeyBar
from segtui.widgets.requests import Refused, Requests
from segtui.widgets.title_bar import TitleBar


class Program(Protocol):
    """What a screen asks of the app it runs in."""

    several_companies: bool
    """Whether there are other companies than the one looked at, so that it has to be named."""

    def open_segment(self, segment: Segment) -> None:
        """Show a segment on top of the list, whatever was on top of that."""


class WorkScreen(Commanded, Screen[int | None]):
    """A full screen of the program. It knows who acts (`session`) and what is configured (`settings`)."""

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__()
        self.session = session
        self.settings = settings
        self.requests = Requests(self)

    @property
    def program(self) -> Program:
        """The app."""
        return cast("Program", self.app)

    def compose(self) -> ComposeResult:
        """Title above, keys below, between them what the screen is about."""
        yield TitleBar(self.company_shown, self.settings.zone_name)
        yield from self.compose_body()
        yield KeyBar()

    def compose_body(self) -> ComposeResult:
        """Yield what the screen is about."""
        yield from ()

    @property
    def company_shown(self) -> str:
        """The company one looks at; empty while there is no other."""
        if not self.program.several_companies:
            return ""
        return self.session.company.name if self.session.company else "All companies"

    def offers(self, command: type[Command]) -> bool:
        """Offer nothing that writes to somebody who may not."""
        return self.session.can_write or not command.writes

    def say(self, sentence: str) -> None:
        """Say that something was done."""
        self.app.notify(clean(sentence), markup=False)

    def say_error(self, error: SegtuiError) -> None:
        """Say what could not be done, and why."""
        self.app.notify(clean(str(error)), severity="error", timeout=10, markup=False)

    @on(Refused)
    def _refused(self, event: Refused) -> None:
        event.stop()
        self.say_error(event.error)

    def on_unmount(self) -> None:
        """Stop what is still being asked for a screen that is gone."""
        self.requests.cancel_all()

    def action_back(self) -> None:
        """Go back one screen."""
        self.dismiss(None)

    def action_help(self) -> None:
        """Show every key of this screen."""
        from segtui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self))

    def action_palette(self) -> None:
        """Open the command palette."""
        from segtui.screens.palette import PaletteScreen

        async def picked(run: Callable[[], object] | None) -> None:
            result = run() if run else None
            if isawaitable(result):
                await result

        self.app.push_screen(PaletteScreen(self, self.session), picked)

    def open_segment(self, segment: Segment) -> None:
        """Show a segment, on top of the list, whatever is there now."""
        self.program.open_segment(segment)
