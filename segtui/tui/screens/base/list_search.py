"""The search of a list: go to its box, clear it, and show a row that it hides."""

from typing import TYPE_CHECKING, Any

from textual.widgets import Static

from segtui.domain.text import clean
from segtui.tui.actions.action import Command
from segtui.tui.actions.global_actions import ClearSearch, ShowHidden
from segtui.tui.screens.base.collaborators import Collaborator
from segtui.tui.widgets.chrome.key_bar import key_shown
from segtui.tui.widgets.forms.search_box import SearchBox

if TYPE_CHECKING:
    from segtui.tui.screens.base.list_base import ListScreen

    AnyListScreen = ListScreen[Any]

_PROMPT, _IN_FORCE = "/", "Searched:"
"""The words before the search box: empty or being typed in, and with a search that the rows follow."""


class ListSearch(Collaborator["AnyListScreen"]):
    """The search of a list screen, and the row saved last where search or filters hide it."""

    def __init__(self, screen: "AnyListScreen") -> None:
        super().__init__(screen)
        self._hidden_id: int | None = None
        """The id of the row saved last, where it is not listed."""
        self._expected_id: int | None = None
        """The id of the row saved last, until the rows are read."""

    @property
    def text(self) -> str:
        """The text in the box, without blanks at its ends."""
        return self.screen.query_one(SearchBox).value.strip() if self.screen.is_mounted else ""

    def offers(self, command: type[Command]) -> bool:
        """Offer to clear a search where there is one, and to show a row where one is hidden."""
        if command is ClearSearch:
            return bool(self.text) and not self.screen.table.marker.is_range_open
        if command is ShowHidden:
            return self._hidden_id is not None and self.screen.narrowed
        return True

    def action_search(self) -> None:
        """Go to the search box; typing replaces its text."""
        box = self.screen.query_one(SearchBox)
        box.focus()
        box.select_all()

    def action_clear_search(self) -> None:
        """Clear the search; the cursor stays on its row."""
        self.put("")
        self.screen.reload(cursor=self.screen.table.cursor_id, same_rows=True)

    def put(self, text: str) -> None:
        """Put a text in the box, for the next `reload`."""
        screen = self.screen
        with screen.prevent(SearchBox.Changed):
            screen.query_one(SearchBox).value = text
        screen.search_for(text)
        self.update()

    def update(self) -> None:
        """Say before the box that the rows follow a search, unless it is being typed."""
        prompt = self.screen.query_one("#prompt", Static)
        is_in_force = bool(self.text) and not self.screen.typing
        words = _IN_FORCE if is_in_force else _PROMPT
        if prompt.content != words:
            prompt.update(words)
            prompt.set_class(is_in_force, "-in-force")
            self.screen.refresh_bindings()

    # A row that is hidden

    def hides(self, row_id: int) -> str:
        """Note that a saved row is not listed. Returns a sentence, led by a blank, on the reason and the remedy."""
        self._hidden_id = row_id
        screen, text = self.screen, clean(self.text)
        if not text:
            reason = "The filters hide it"
        else:
            reason = f"The search “{text}” {'or the filters hide' if screen.filtered else 'hides'} it"
        return f" {reason} here: press {key_shown(screen.app, ShowHidden)} to show it."

    def expect(self, row_id: int | None) -> None:
        """Check with the next rows whether a saved row is among them."""
        self._expected_id = None if row_id == self._hidden_id else row_id

    def check(self) -> None:
        """Say that the saved row is hidden, where it is not among the rows that were read."""
        row_id, self._expected_id = self._expected_id, None
        screen = self.screen
        if row_id is not None and screen.narrowed and screen.table.window.position_of(row_id) is None:
            screen.say(self.hides(row_id).strip())
            screen.refresh_bindings()

    def action_show_hidden(self) -> None:
        """Clear search and filters, and go to the row that they hide."""
        row_id, self._hidden_id = self._hidden_id, None
        self.screen.show_everything()
        self.screen.reload(cursor=row_id, same_rows=True)
        self.screen.refresh_bindings()
