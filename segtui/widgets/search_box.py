"""The search box of a list, and the count beside it."""

from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from segtui.text import clean, without_controls

_LONGEST: Final = 200
# A result that is faster than this is not announced: a sign that comes and goes with every key would flicker.
_PATIENCE: Final = 0.1


class SearchBox(Input):
    """Where a search is typed. Every change is posted as `Changed`; `Left` says that the person is done here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "leave(True)", "To the first row", show=False),
        Binding("escape", "clear_or_leave", "Clear, then leave", show=False),
    ]

    @dataclass
    class Left(Message):
        """The person leaves the box: `forward` to the rows that were found, or back with nothing searched."""

        search_box: "SearchBox"
        forward: bool

        @property
        def control(self) -> "SearchBox":
            """The box."""
            return self.search_box

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "Search",
        id: str | None = None,  # noqa: A002 - Textual calls it so
        classes: str | None = None,
    ) -> None:
        # Coming back with `/` one goes on typing: selecting all would let the next key delete the search.
        super().__init__(value, placeholder, select_on_focus=False, id=id, classes=classes)
        # A blinking cursor sends bytes for as long as the session idles.
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """Let nothing in that a terminal would obey, and no more than anybody types."""
        return clean(without_controls(value))[:_LONGEST]

    def _on_paste(self, event: events.Paste) -> None:
        """Take all lines of what is pasted as one: Input would take the first, which may be empty."""
        event.prevent_default()
        event.stop()
        self.replace(" ".join(event.text.split()), *self.selection)

    async def action_submit(self) -> None:
        """Go to the first row and keep the search."""
        self.action_leave(forward=True)

    def action_leave(self, forward: bool) -> None:
        """Go to the rows, or back to where one came from."""
        self.post_message(self.Left(self, forward=forward))

    def action_clear_or_leave(self) -> None:
        """Clear the search; where there is none, leave."""
        if self.value:
            self.clear()
        else:
            self.action_leave(forward=False)


class ResultCount(Static):
    """How many there are: "340 segments", while searching "12 of 340", and "searching…" where that takes long."""

    def __init__(
        self,
        *,
        one: str,
        many: str,
        id: str | None = None,  # noqa: A002 - Textual calls it so
        classes: str | None = None,
    ) -> None:
        super().__init__("", id=id, classes=classes, markup=False)
        self._one = one
        self._many = many
        self._said = ""
        self._waiting: Timer | None = None

    @property
    def text(self) -> str:
        """What it says now."""
        return self._said

    def searching(self) -> None:
        """Say that a result was asked for, if it takes longer than a moment."""
        if self._waiting is None:
            self._waiting = self.set_timer(_PATIENCE, self._say_searching)

    def show(self, total: int, of: int | None = None) -> None:
        """Say how many there are, and with `of` out of how many."""
        noun = self._one if total == 1 else self._many
        self._say(f"{total:,} {noun}" if of is None else f"{total:,} of {of:,}")

    def done(self) -> None:
        """Nothing is on its way any more, though no count came."""
        if self._waiting is not None:
            self._say("")

    def _say_searching(self) -> None:
        self._update("searching…" if not getattr(self.app, "ascii_only", False) else "searching...")

    def _say(self, text: str) -> None:
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None
        self._update(text)

    def _update(self, text: str) -> None:
        if text != self._said:
            self._said = text
            self.update(Content(text), layout=self.styles.auto_dimensions)
