"""The help: every key of the screen one came from, in words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from segtui.commands.command import Command
from segtui.commands.commanded import Commanded
from segtui.commands.everywhere import Back, QuitAnywhere
from segtui.widgets.key_bar import KeyBar, keys_shown
from segtui.widgets.title_bar import TitleBar

if TYPE_CHECKING:
    from segtui.screens.base import WorkScreen

# Keys that belong to no command: they move about, and every program has them.
_ELSEWHERE: Sequence[tuple[str, Sequence[tuple[str, str]]]] = (
    (
        "In a list",
        (
            ("up down j k", "Move by a row."),
            ("page up/down", "Move by a page."),
            ("home end g G", "Go to the first or the last row."),
        ),
    ),
    (
        "In the search box",
        (
            ("enter down", "Go to the first row; the search stays."),
            ("escape", "Clear the search; in an empty box, leave it."),
        ),
    ),
    (
        "In a form",
        (
            ("tab shift+tab", "Go to the next field, or to the one before."),
            ("enter", "Save."),
            ("escape", "Leave without saving; asks where something was typed."),
        ),
    ),
    ("In a question", (("y n", "Answer. Enter takes the harmless answer, and so does escape."),)),
)


class HelpScreen(Commanded, Screen[None]):
    """Lists the commands of `about` that can be given there, and the keys that are the same everywhere."""

    commands = (Back, QuitAnywhere)
    AUTO_FOCUS = "VerticalScroll"

    def __init__(self, about: "WorkScreen") -> None:
        super().__init__()
        self._about = about

    def compose(self) -> ComposeResult:
        """Lay it out."""
        bar = TitleBar(self._about.company_shown, self._about.settings.zone_name)
        bar.place = f"Help > {self._about.query_one(TitleBar).place}"
        yield bar
        with VerticalScroll(id="help"):
            yield from self._section("On this screen", [self._of(command) for command in self._about.offered])
            for heading, rows in _ELSEWHERE:
                yield from self._section(heading, rows)
        yield KeyBar()

    def _of(self, command: type[Command]) -> tuple[str, str]:
        return keys_shown(self.app, command), command.help()

    @staticmethod
    def _section(heading: str, rows: Sequence[tuple[str, str]]) -> ComposeResult:
        yield Static(Content(heading), classes="help-heading")
        for keys, words in rows:
            yield HelpLine(keys, words)

    def action_back(self) -> None:
        """Go back to where one was."""
        self.dismiss(None)


class HelpLine(Horizontal):
    """Keys at the left, what they do at the right, wrapped under itself."""

    def __init__(self, keys: str, words: str) -> None:
        super().__init__(
            Static(Content(keys), classes="help-keys"),
            Static(Content(words), classes="help-words"),
            classes="help-line",
        )
