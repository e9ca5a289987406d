"""Load request: one listing that a table is to show, and how far it has come."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Generic

from segtui.services.listing import Listing, Row
from segtui.tui.widgets.table.listing_reads import FirstRows

NOTICE_DELAY: Final = 0.05
"""Seconds that something may take before it is shown as under way."""


@dataclass(eq=False, repr=False, slots=True)
class LoadRequest(Generic[Row]):
    """One call of `ResultTable.show`. `cursor_id` is the row that the cursor follows to its new position."""

    listing: Listing[Row]
    sort: str
    descending: bool
    cursor_id: int | None = None
    cancel: Callable[[], None] | None = None
    held_rows: FirstRows[Row] | None = None
    """First rows that are not shown yet: the position of the cursor's row is still missing."""
    is_finished: bool = False
    """Everything is read, or will not come."""
    first_rows_painted: threading.Event = field(default_factory=threading.Event)
    """Set once the first rows are on the screen, or nothing waits for them."""

    @property
    def order(self) -> tuple[str, bool]:
        """The sort key and whether it is descending."""
        return self.sort, self.descending

    def abandon(self) -> None:
        """Stop what is read for it, and let nothing wait for it."""
        self.first_rows_painted.set()
        if self.cancel is not None:
            self.cancel()
