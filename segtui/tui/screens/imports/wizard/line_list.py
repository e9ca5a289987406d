"""A list of a few hundred lines to choose from, moved in by the keys of every list here."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option


class ChoiceList(OptionList):
    """An OptionList without a border that also knows `j` and `k`, and leaves upwards at its first line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
        Binding("g", "first", "First", show=False),
        Binding("G", "last", "Last", show=False),
    ]

    def __init__(self, *, id: str) -> None:  # noqa: A002 -- Textual's name for it
        super().__init__(id=id, markup=False, compact=True)

    def show(self, lines: Sequence[Content], cursor: int | None = 0) -> None:
        """Show `lines`, the cursor on the one numbered `cursor`."""
        self.set_options([Option(line) for line in lines])
        self.highlighted = min(cursor, len(lines) - 1) if lines and cursor is not None else None

    def action_cursor_up(self) -> None:
        """Go up; from the first line to what is above the list, where something is typed."""
        if self.highlighted:
            super().action_cursor_up()
        else:
            self.screen.focus_previous()

    def action_cursor_down(self) -> None:
        """Go down, and stay on the last line."""
        if self.highlighted is None or self.highlighted < self.option_count - 1:
            super().action_cursor_down()
