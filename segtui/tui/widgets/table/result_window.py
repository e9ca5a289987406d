"""Result window: the ids of all rows of a result, and a cache of the pages of rows that were shown.

A million ids take 8 MB; their rows would take a hundred times that. Reading a page by its ids costs the same wherever
it lies, an OFFSET into the middle of a million does not. Nothing here blocks, and nothing here knows a widget.
"""

from array import array
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Final, Generic

from segtui.services.listing import Row

PAGE: Final = 50
"""Rows of a page: those read with one query."""

_MAX_PAGES: Final = 60  # 3,000 rows, far more than any terminal shows, so that rows on the screen are never dropped
_STRIDE: Final = 50_000  # ids per step of a search: the interpreter lets other threads run between two steps
_NEAR: Final = 2_000  # positions around the old one that are searched first


class _Deleted:
    """Stands for a row that was deleted after the order was read."""


_DELETED: Final = _Deleted()


def index_of(ids: "array[int]", row_id: int) -> int | None:
    """Return the position of an id, or None. A million ids take some 10 ms: call it in a thread."""
    for start in range(0, len(ids), _STRIDE):
        try:
            return ids.index(row_id, start, start + _STRIDE)
        except ValueError:
            continue
    return None


def index_near(ids: "array[int]", row_id: int, guess: int) -> int | None:
    """Return the position of an id, or None. Fast where it is close to the guess."""
    start = max(0, min(guess, len(ids)) - _NEAR)
    try:
        return ids.index(row_id, start, start + 2 * _NEAR)
    except ValueError:
        return index_of(ids, row_id)


class ResultWindow(Generic[Row]):
    """The rows of one result by position, as far as they are loaded.

    At first it holds the rows of the first page, and its length is unknown. `put_ids` sets the order of all rows,
    `put_page` the rows of a page.
    """

    def __init__(self, max_pages: int = _MAX_PAGES) -> None:
        self._ids: array[int] | None = None
        self._max_pages = max(1, max_pages)
        self._pages: OrderedDict[int, list[Row | _Deleted | None]] = OrderedDict()

    @property
    def ids(self) -> "array[int] | None":
        """All ids in order, or None while only the first page is loaded. Not to be changed."""
        return self._ids

    @property
    def order(self) -> "array[int]":
        """All ids in order, or those of the first page while only that is loaded. Not to be changed."""
        if self._ids is not None:
            return self._ids
        return array("q", (row_id for position in range(len(self)) if (row_id := self.id_at(position)) is not None))

    @property
    def total(self) -> int | None:
        """The exact number of rows, or None while they are not counted."""
        return None if self._ids is None else len(self._ids)

    def __len__(self) -> int:
        """Return the number of positions: those of the first page until the ids are loaded."""
        return len(self._pages.get(0, ())) if self._ids is None else len(self._ids)

    def put_first(self, rows: Sequence[Row]) -> None:
        """Take the first rows of the order. Does nothing once the ids are loaded."""
        if self._ids is None:
            self._pages[0] = list(rows)

    def put_ids(self, ids: "array[int]") -> None:
        """Take the whole order. Rows of the first page that did not move stay loaded; the others are missing."""
        rows: dict[int, Row] = {}
        if self._ids is None:
            rows = {row.id: row for row in self._pages.get(0, ()) if row is not None and not isinstance(row, _Deleted)}
        self._ids = ids
        self._pages.clear()
        for page in range(-(-len(rows) // PAGE)):
            self._pages[page] = [rows.get(row_id) for row_id in self.page_ids(page)]

    def page_ids(self, page: int) -> "array[int]":
        """Return the ids of a page. Empty while the ids are not loaded."""
        return array("q") if self._ids is None else self._ids[page * PAGE : (page + 1) * PAGE]

    def put_page(self, page: int, rows: Mapping[int, Row]) -> None:
        """Take the rows of a page by id. A row of the page that is missing among them was deleted."""
        ids = self.page_ids(page)
        if not ids:
            return
        self._pages[page] = [rows.get(row_id, _DELETED) for row_id in ids]
        self._pages.move_to_end(page)
        while len(self._pages) > self._max_pages:
            self._pages.popitem(last=False)

    def row(self, position: int) -> Row | None:
        """Return the row at a position, or None: it is not loaded, was deleted, or the position does not exist."""
        row = self._cached(position)
        return None if isinstance(row, _Deleted) else row

    def is_deleted(self, position: int) -> bool:
        """Tell whether the row at this position was deleted since the order was read."""
        return isinstance(self._cached(position), _Deleted)

    def id_at(self, position: int) -> int | None:
        """Return the id at a position, also of a row that is not loaded, or None if the position does not exist."""
        if self._ids is None:
            row = self.row(position)
            return None if row is None else row.id
        return self._ids[position] if 0 <= position < len(self._ids) else None

    def position_of(self, row_id: int) -> int | None:
        """Return the position of a row, or None. Searches all ids: see `index_of`."""
        if self._ids is not None:
            return index_of(self._ids, row_id)
        return next((position for position in range(len(self)) if self.id_at(position) == row_id), None)

    def missing(self, start: int, stop: int) -> list[int]:
        """Return the pages between `start` and before `stop` that are not loaded."""
        if self._ids is None:
            return []
        start, stop = max(0, start), min(stop, len(self._ids))
        if start >= stop:
            return []
        pages = range(start // PAGE, (stop - 1) // PAGE + 1)
        return [page for page in pages if None in self._pages.get(page, (None,))]

    def loaded_row(self, row_id: int) -> Row | None:
        """Return the row with this id, where it is loaded."""
        rows = (row for page in self._pages.values() for row in page if row is not None)
        return next((row for row in rows if not isinstance(row, _Deleted) and row.id == row_id), None)

    def replace(self, row: Row) -> int | None:
        """Take a row's new content. Returns its position, or None where the row is not loaded."""
        for page, rows in self._pages.items():
            for index, old in enumerate(rows):
                if old is not None and not isinstance(old, _Deleted) and old.id == row.id:
                    rows[index] = row
                    return page * PAGE + index
        return None

    def _cached(self, position: int) -> Row | _Deleted | None:
        page, index = (0, position) if self._ids is None else divmod(position, PAGE)
        rows = self._pages.get(page)
        if rows is None or not 0 <= index < len(rows):
            return None
        self._pages.move_to_end(page)
        return rows[index]
