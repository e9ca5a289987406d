"""Expression box: a field for an expression, with the words that can follow in a line below it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.cells import cell_len
from textual import events
from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from segtui.domain.criteria.completion import Completion, completion
from segtui.domain.criteria.fields import Catalog
from segtui.tui.widgets.chrome.glyphs import glyphs_for
from segtui.tui.widgets.forms.form_field import TextField
from segtui.tui.widgets.table.table_cells import fit, shown

_GAP: Final = 2
_MAX_WORD: Final = 30
"""Cells of a word in the line below the box."""


class ExpressionBox(TextField):
    """Field for an expression. Up and down choose among the words that can follow; tab and right take one.

    `values_of` returns the values of a field that are offered. `CompletionLine` shows the words.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "next_word(1)", "Next word", show=False),
        Binding("up", "next_word(-1)", "Previous word", show=False),
        # Before the form's own, which goes on to the next part.
        Binding("tab", "take_or_leave", "Take the word, or go on", show=False),
        Binding("right", "take_or_move", "Take the word, or cursor right", show=False),
    ]

    completion: reactive[Completion | None] = reactive(None)
    index: reactive[int] = reactive(0)
    """Index of the word that tab takes."""

    @dataclass
    class WordsChanged(Message):
        """The words that can follow changed, or the one that tab takes."""

        box: "ExpressionBox"

    class TabLeft(Message):
        """Tab was pressed where there is no word to take."""

    def __init__(self, value: str, catalog: Catalog, values_of: Callable[[str], Iterable[str]]) -> None:
        super().__init__(value, "source = Webinar and state in (AZ, CA)")
        self._catalog = catalog
        self._values_of = values_of
        self._has_moved = False

    @property
    def word(self) -> str:
        """The word that tab takes; blank where there is none."""
        words = self.completion.words if self.completion else ()
        return words[self.index] if self.index < len(words) else ""

    def complete(self) -> None:
        """Find the words that can follow at the cursor."""
        before = self.value[: self.cursor_position]
        following: Completion | None = None
        # Nothing is completed in front of other text.
        if self.has_focus and not self.value[self.cursor_position :].strip():
            following = completion(before, self._catalog)
            if following.field is not None and not following.words:
                following = following.with_values(self._values_of(following.field.name))
        self._has_moved = False
        self.completion, self.index = following, 0

    def watch_completion(self) -> None:
        """Post WordsChanged."""
        self.post_message(self.WordsChanged(self))

    def watch_index(self) -> None:
        """Post WordsChanged."""
        self.post_message(self.WordsChanged(self))

    def on_focus(self) -> None:
        """Offer the words that can follow."""
        self.complete()

    def on_blur(self) -> None:
        """Offer nothing."""
        self.completion = None

    def on_input_changed(self) -> None:
        """Offer the words that can follow now."""
        self.complete()

    def on_paste(self, event: events.Paste) -> None:
        """Join the lines with blanks."""
        event.stop()
        event.prevent_default()
        # A burst of keys comes as a paste, too: blanks at its ends are meant.
        self.replace(" ".join(event.text.splitlines()), *self.selection)

    def action_next_word(self, step: int) -> None:
        """Choose the next word, or the one before."""
        words = self.completion.words if self.completion else ()
        if words:
            self.index = (self.index + step) % len(words) if self._has_moved or step < 0 else min(1, len(words) - 1)
            self._has_moved = True

    def action_take_or_leave(self) -> None:
        """Take the word where one is being typed or was chosen, else leave the box."""
        if self.completion and self.word and (self.completion.typed or self._has_moved):
            self._take()
        else:
            self.post_message(self.TabLeft())

    def action_take_or_move(self) -> None:
        """Take the word at the end of the text, else move the cursor."""
        if self.word and self.cursor_position == len(self.value):
            self._take()
        else:
            self.action_cursor_right()

    def _take(self) -> None:
        assert self.completion is not None  # noqa: S101 -- there is a word
        self.value = self.completion.applied(self.value[: self.cursor_position], self.word)
        self.cursor_position = len(self.value)


class CompletionLine(Widget):
    """One line with the words that can follow; the word that tab takes is marked."""

    ALLOW_SELECT: ClassVar[bool] = False
    DEFAULT_CSS = """
    CompletionLine { height: 1; color: $text-muted; }
    """

    words: reactive[tuple[str, ...]] = reactive(())
    index: reactive[int] = reactive(0)

    def render(self) -> RenderResult:
        """Draw the words that fit, beginning with the marked one where not all do."""
        glyphs, width = glyphs_for(self.app), self.size.width
        line, used = Content(""), 0
        for index, word in list(enumerate(self.words))[self._first(width) :]:
            text = fit(shown(word, glyphs), min(cell_len(word), _MAX_WORD), glyphs).text
            if used + cell_len(text) > width:
                break
            line += Content.assemble((text, "bold underline" if index == self.index else ""), " " * _GAP)
            used += cell_len(text) + _GAP
        return line

    def _first(self, width: int) -> int:
        """Return the index of the first word that is drawn."""
        used = 0
        for index in range(self.index, -1, -1):
            used += min(cell_len(self.words[index]), _MAX_WORD) + _GAP if index < len(self.words) else 0
            if used > width:
                return index + 1 if index < self.index else index
        return 0
