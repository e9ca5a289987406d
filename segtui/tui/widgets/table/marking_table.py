"""How rows are marked: one, a range, all that match."""

from typing import Generic

from textual.actions import SkipAction

from segtui.services.listing import Row
from segtui.tui.widgets.table.following_table import FollowingTable


class MarkingTable(FollowingTable[Row], Generic[Row]):
    """A table with a cursor that moves, and rows that can be marked."""

    # The cursor.

    def move_cursor(self, position: int) -> None:
        """Put the cursor on a position of the result, as near as there is one, and scroll to it."""
        self._move_to(position)
        self._anchor = None

    def _move_to(self, position: int) -> None:
        position = max(0, min(position, len(self.window) - 1))
        self._moved, self._to_the_end = True, False
        if position != self._position or not self.top <= position < self.top + self.page_rows:
            self._position = position
            self.reveal(position)
            self.refresh_changed()
            self.tell_cursor()

    # Marks.

    def toggle_mark(self) -> None:
        """Mark the row under the cursor, or take its mark."""
        if (row_id := self.cursor_id) is not None and self.markable:
            self.marks.toggle(row_id)
            self._marked()

    def mark_all(self) -> None:
        """Mark all that match, as soon as they are counted; where all are marked, nothing."""
        if not self.markable:
            return
        if self.window.total is None:
            self._to_mark_all = not self._to_mark_all
        elif self.window.total or self.marks:
            self.marks.toggle_everything(self.window.total)
            self._marked()

    def clear_marks(self) -> None:
        """Mark nothing."""
        self._to_mark_all = False
        if self.marks:
            self.marks.clear()
            self._marked()

    def extend_marks(self, position: int) -> None:
        """Go to a position and mark the rows from where this began; take the marks of those it went back over."""
        here = self.cursor_id
        if here is None or not self.markable:
            return
        before = self._position
        if self._anchor is None:
            self._anchor = before
            self.marks.mark((here,))
        anchor = self._anchor
        self._move_to(position)
        after = self._position
        old, new = (range(min(anchor, there), max(anchor, there) + 1) for there in (before, after))
        self.marks.unmark(
            self._ids(old.start, min(old.stop, new.start)) + self._ids(max(old.start, new.stop), old.stop)
        )
        self.marks.mark(self._ids(new.start, min(new.stop, old.start)) + self._ids(max(new.start, old.stop), new.stop))
        self._marked()

    def _ids(self, start: int, stop: int) -> list[int]:
        """Return the ids at the positions from `start` to before `stop`."""
        ids = self.window.ids
        if ids is not None:
            return ids[start : max(start, stop)].tolist()
        places = range(start, stop)
        return [row_id for row_id in map(self.window.id_at, places) if row_id is not None]

    def _marked(self) -> None:
        self.refresh_changed()
        self.tell_marks()

    # Keys.

    def action_toggle_mark(self) -> None:
        """Mark the row under the cursor, or take its mark."""
        self._only_if_markable()
        self.toggle_mark()

    def action_mark_all(self) -> None:
        """Mark all that match; where all are marked, nothing."""
        self._only_if_markable()
        self.mark_all()

    def action_extend(self, rows: int) -> None:
        """Go so many rows down and mark them."""
        self._only_if_markable()
        self.extend_marks(self._position + rows)

    def action_extend_page(self, pages: int) -> None:
        """Go so many screens down and mark the rows."""
        self._only_if_markable()
        self.extend_marks(self._position + pages * max(1, self.page_rows - 1))

    def action_extend_first(self) -> None:
        """Go to the first row and mark all up to it."""
        self._only_if_markable()
        self.extend_marks(0)

    def action_extend_last(self) -> None:
        """Go to the last row and mark all down to it, as far as they are counted."""
        self._only_if_markable()
        self.extend_marks(len(self.window) - 1)

    def _only_if_markable(self) -> None:
        if not self.markable:
            raise SkipAction
