"""What a table was asked to show, and what its workers answer."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic

from textual.message import Message

from segtui.errors import SegtuiError
from segtui.services.listing import Listing, Row
from segtui.tui.widgets.table.listing_loader import FirstRows, Order

# Textual describes a worker by the repr() of its work, which for ours may be a million ids: a quarter of a second.
DESCRIPTION: Final = "asks a listing"

MOMENT: Final = 0.05
"""Seconds that something may take before it is shown as on its way."""


@dataclass(eq=False, repr=False, slots=True)
class Asked(Generic[Row]):
    """One call of `show`. Also what its workers' answers are compared with: only the newest counts."""

    listing: Listing[Row]
    sort: str
    descending: bool
    keep: int | None
    cancel: Callable[[], None] | None
    held: FirstRows[Row] | None = None
    ended: bool = False
    """All of it is here, or will not come."""
    painted: threading.Event = field(default_factory=threading.Event)
    """The first rows are on the screen, or nobody waits for them."""

    def forget(self) -> None:
        """Let nothing wait for it, and nothing be read for it."""
        self.painted.set()
        if self.cancel is not None:
            self.cancel()


@dataclass(repr=False)
class Answer(Message, bubble=False):
    """What a worker found out about the rows and their order. `part` is an error if it could not."""

    asked: Asked[Any]
    part: FirstRows[Any] | Order[Any] | SegtuiError


@dataclass(repr=False)
class AnswerAgain(Message, bubble=False):
    """What became of a result that was asked for again."""

    asked: Asked[Any]
    order: Order[Any] | SegtuiError


@dataclass(repr=False)
class Pages(Message, bubble=False):
    """Rows by page, or an error."""

    asked: Asked[Any]
    pages: Mapping[int, Mapping[int, Any]] | SegtuiError
