"""Help screen: every key of the screen it was opened from, with its description."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from segtui.domain.criteria.reference import OPERATOR_ROWS, field_rows
from segtui.tui.actions.action import Command
from segtui.tui.actions.action_bindings import CommandHost
from segtui.tui.actions.contact_actions import Filters
from segtui.tui.actions.global_actions import Back, QuitAnywhere, Search, ToggleMark
from segtui.tui.widgets.chrome.key_bar import KeyBar, keys_shown
from segtui.tui.widgets.chrome.resize_fix import ResizeFix
from segtui.tui.widgets.chrome.scrolling import ScrolledText
from segtui.tui.widgets.chrome.title_bar import TitleBar

if TYPE_CHECKING:
    from segtui.tui.screens.base.base_screen import WorkScreen

Section = tuple[str, Sequence[tuple[str, str]]]
"""A heading, and its rows: keys or a topic, and a description."""

# Keys and search rules common to every list.
_IN_LISTS: Sequence[Section] = (
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
            ("escape", "Clear the search; in an empty box, leave it. On the rows, too, it clears the search first."),
        ),
    ),
    (
        "Search rules",
        (
            ("words", "Every word must occur, in any order and in any column. Case and accents make no difference."),
            ("short words", "Three letters are found anywhere in a word; one or two only at its beginning."),
            ("digits", "Find phones in any notation: 602 555, (602)555 and 0199 find +16025550199."),
        ),
    ),
)
_OF_FILTERS: Section = (
    "Filters",
    (
        ("several", "A contact must match one value of each filtered field, none that is excluded, and the search."),
        ("expression", "The filters as text: source = Webinar and state in (AZ, CA) and added in last 30 days."),
        ("active", "Filters are shown above the list; click × or press backspace to remove one. Exports follow them."),
        ("views", "A view keeps search, filters, order and columns; its name is shown until anything differs."),
    ),
)
_OF_EXPRESSIONS: Sequence[Section] = (
    ("Expressions", OPERATOR_ROWS),
    ("Fields of expressions", field_rows(in_segment=True)),
)
_OF_MARKS: Section = (
    "Marks",
    (
        ("*", "Shown before a marked row. The number of marked rows, visible or not, is above the list."),
        ("shift+up shift+down", "Mark a range: from the row under the cursor; also with page up/down, home and end."),
        ("range", "m begins one in every terminal; space ends it, escape takes it back. With all marked it unmarks."),
        ("mouse", "A click before a row, or with ctrl, marks it; with shift, all rows up to it."),
        ("effect", "Commands act on all marked rows, or on the row under the cursor if none is marked."),
    ),
)
_IN_TEXTS: Section = (
    "In a long text",
    (
        ("up down j k", "Scroll by a line."),
        ("page up/down", "Scroll by a page."),
        ("home end g G", "Go to the top or the bottom."),
    ),
)
_IN_DIALOGS: Sequence[Section] = (
    (
        "In a form",
        (
            (
                "tab shift+tab",
                "Go to the next or the previous field. Down and up do the same, except in a list.",
            ),
            ("enter", "Save."),
            ("space", "Tick or untick a box."),
            ("escape", "Leave without saving. If you have typed anything, press it again to confirm."),
        ),
    ),
    (
        "In a question",
        (
            ("y n", "Yes and no. Enter and escape choose the safe answer; when leaving a form, escape leaves it."),
            ("", "Any other answer is accepted only after the question has been visible for a moment."),
        ),
    ),
)


def sections(commands: Sequence[type[Command]]) -> list[Section]:
    """Return the sections of the help for a screen with these commands, after its own keys."""
    return [
        *(_IN_LISTS if Search in commands else [_IN_TEXTS]),
        *([_OF_FILTERS, *_OF_EXPRESSIONS] if Filters in commands else []),
        *([_OF_MARKS] if ToggleMark in commands else []),
        *_IN_DIALOGS,
    ]


class HelpScreen(CommandHost, ResizeFix, Screen[None]):
    """Lists the commands that `about` offers, and the keys common to all screens."""

    commands = (Back, QuitAnywhere)
    AUTO_FOCUS = "#help"

    def __init__(self, about: "WorkScreen") -> None:
        super().__init__()
        self._about = about

    def compose(self) -> ComposeResult:
        """Lay out the widgets."""
        bar = TitleBar(self._about.company_shown, self._about.settings.zone_name)
        bar.place = f"Help > {self._about.query_one(TitleBar).place}"
        yield bar
        with ScrolledText(id="help"):
            yield from self._section("On this screen", [self._of(command) for command in self._about.offered])
            for heading, rows in sections(self._about.commands):
                yield from self._section(heading, rows)
        yield KeyBar()

    def _of(self, command: type[Command]) -> tuple[str, str]:
        return keys_shown(self.app, command) or "(palette)", f"{command.label}. {self._about.help_of(command)}"

    @staticmethod
    def _section(heading: str, rows: Sequence[tuple[str, str]]) -> ComposeResult:
        yield Static(Content(heading), classes="help-heading")
        for keys, words in rows:
            yield HelpLine(keys, words)

    def action_back(self) -> None:
        """Go back to the screen that the help was opened from."""
        self.dismiss(None)


class HelpLine(Horizontal):
    """Keys at the left, what they do at the right, wrapped under itself."""

    def __init__(self, keys: str, words: str) -> None:
        super().__init__(
            Static(Content(keys), classes="help-keys"),
            Static(Content(words), classes="help-words"),
            classes="help-line",
        )
