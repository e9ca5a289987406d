"""A screen of facts that are read and scrolled: an entry of the audit trail, a segment's history."""

from collections.abc import Callable
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.message import Message

from segtui.config.settings import Settings
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.tui.actions.global_actions import Back
from segtui.tui.actions.sections import IN_SECTIONS
from segtui.tui.screens.base.base_screen import WorkScreen
from segtui.tui.widgets.chrome.scrolling import ScrolledText
from segtui.tui.widgets.chrome.title_bar import TitleBar
from segtui.tui.widgets.forms.fact_list import FactList, Facts


class FactsView(WorkScreen):
    """Shows what `read`, which runs in a thread, returns; again whenever something was changed."""

    commands = (Back, *IN_SECTIONS)
    AUTO_FOCUS = "#facts-view"

    @dataclass
    class Loaded(Message):
        """The facts as they are now."""

        facts: Facts

    def __init__(self, session: Session, settings: Settings, place: str, read: Callable[[], Facts]) -> None:
        super().__init__(session, settings)
        self._place = place
        self._read_facts = read

    def compose_body(self) -> ComposeResult:
        """Lay out the widgets."""
        with ScrolledText(id="facts-view"):
            yield FactList(id="all-facts")

    def on_mount(self) -> None:
        """Set the title, and request the facts."""
        self.query_one(TitleBar).place = self._place
        self.follow()

    def follow(self) -> None:
        """Ask for them as they are now."""
        self.requests.ask("facts", self._load)

    def _load(self, _: Interrupt) -> Message:
        return self.Loaded(self._read_facts())

    @on(Loaded)
    def _loaded(self, event: Loaded) -> None:
        self.query_one("#all-facts", FactList).facts = event.facts
