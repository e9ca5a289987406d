"""Search box of a list, and the result count beside it."""

from dataclasses import dataclass
from time import monotonic
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from segtui.domain.text import clean, without_controls
from segtui.tui.widgets.chrome.glyphs import glyphs_for

_MAX_LENGTH: Final = 200
# Seconds without a result before a search is announced: words that come and go with every key would flicker.
_NOTICE_DELAY: Final = 0.1
_MIN_NOTICE: Final = 0.2  # seconds that the announcement stays


class SearchBox(Input):
    """The field for a search. Every change is posted as `Changed`; `Left` means that the user is done here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "leave(True)", "To the first row", show=False),
        Binding("escape", "clear_or_leave", "Clear, then leave", show=False),
    ]

    @dataclass
    class Left(Message):
        """The user leaves the box: `forward` to the rows, or back without a search."""

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
        # After coming back with `/` typing goes on: selecting all would let the next key delete the search.
        super().__init__(value, placeholder, select_on_focus=False, id=id, classes=classes)
        # A blinking cursor sends bytes for as long as the session idles.
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """Remove control characters, and cut the text to a length that nobody types."""
        return clean(without_controls(value))[:_MAX_LENGTH]

    def on_paste(self, event: events.Paste) -> None:
        """Join all pasted lines to one: Input would take the first, which may be empty."""
        event.prevent_default()
        event.stop()
        self.replace(" ".join(event.text.split()), *self.selection)

    async def action_submit(self) -> None:
        """Go to the first row and keep the search."""
        self.action_leave(forward=True)

    def action_leave(self, forward: bool) -> None:
        """Go to the rows, or back."""
        self.post_message(self.Left(self, forward=forward))

    def action_clear_or_leave(self) -> None:
        """Clear the search; where there is none, leave."""
        if self.value:
            self.clear()
        else:
            self.action_leave(forward=False)


class ResultCount(Static):
    """The number of rows: "340 segments", while searching "12 of 340", and "searching…" where that takes long."""

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
        self._shown = ""
        # The text to show next, in a moment; whether the current text announces a search.
        self._timer: Timer | None = None
        self._next = ""
        self._announced = False
        self._announced_at = 0.0
        self._figures = ""

    @property
    def text(self) -> str:
        """The text that is shown."""
        return self._shown

    def searching(self, words: str = "searching") -> None:
        """Announce a search in `words`, if its result takes longer than a moment."""
        words = f"{clean(words)}{glyphs_for(self.app).ellipsis}"
        if self._announced:
            self._stop()
            self._say(words)
        elif self._timer is None:
            self._say_in(_NOTICE_DELAY, words, announces=True)
        else:
            self._next = words

    def show(
        self, count: int, of: int | None = None, *, selected: int = 0, elsewhere: int = 0, waiting: bool = False
    ) -> None:
        """Show the number of rows, out of `of` rows, and of selected rows, `elsewhere` of them outside the result.

        `waiting`: a newer result is still loading.
        """
        noun = self._one if (count if of is None else of) == 1 else self._many
        figures = f"{count:,} {noun}" if of is None else f"{count:,} of {of:,}"
        if selected:
            figures = f"{figures}{'' if of is None else f' {noun}'}, {selected:,} selected"
        if selected and elsewhere:
            figures = f"{figures}, {elsewhere:,} not shown"
        self._figures = figures
        if not waiting:
            self._answer()
        elif not self._announced:
            self._say(figures)

    def done(self) -> None:
        """End the announcement: nothing is loading any more."""
        self._answer()

    def _answer(self) -> None:
        self._stop()
        # Words that are gone before they can be read are a flicker.
        left = self._announced_at + _MIN_NOTICE - monotonic() if self._announced else 0
        if left > 0:
            self._say_in(left, self._figures, announces=False)
        else:
            self._announced = False
            self._say(self._figures)

    def _say_in(self, seconds: float, text: str, *, announces: bool) -> None:
        self._next = text

        def now() -> None:
            # A timer that has run out calls this even if it was stopped in the meantime.
            if self._timer is timer:
                self._timer = None
                self._announced, self._announced_at = announces, monotonic()
                self._say(self._next)

        self._timer = timer = self.set_timer(seconds, now)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _say(self, text: str) -> None:
        if text != self._shown:
            self._shown = text
            self.update(Content(text), layout=self.styles.auto_dimensions)
