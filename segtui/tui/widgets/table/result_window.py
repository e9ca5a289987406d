"""A result of any length through a window: the ids of all its rows, and the few pages of rows that were looked at.

A million ids take 8 MB; their rows would take a hundred times that. A page asked for by its ids costs the same wherever
it lies, an OFFSET into the middle of a million does not. Nothing here blocks, and nothing here knows a widget.
"""

from array import array
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Final, Generic

from segtui.services.listing import Row

PAGE: Final = 50
"""Rows of a page: what is asked for at once."""

# Pages kept: 3,000 rows, far more than any terminal shows at once, so that what is on the screen is never dropped.
_KEPT: Final = 60
# Ids compared in one go when looking for one of them: the interpreter lets other threads run between two goes.
_STRIDE: Final = 50_000
# How far around its old place a row is looked for first.
_NEAR: Final = 2_000


class _Gone:
    """The place of a row that was deleted after the order was read."""


_GONE: Final = _Gone()


def find(ids: "array[int]", wanted: int) -> int | None:
    """Return the position of an id, or None. A million ids take some 10 ms: call it in a thread."""
    for start in range(0, len(ids), _STRIDE):
        try:
            return ids.index(wanted, start, start + _STRIDE)
        except ValueError:
            continue
    return None


def near(ids: "array[int]", wanted: int, guess: int) -> int | None:
    """Return the position of an id that is mostly where it was before, or not far from there."""
    start = max(0, min(guess, len(ids)) - _NEAR)
    try:
        return ids.index(wanted, start, start + 2 * _NEAR)
    except ValueError:
        return find(ids, wanted)


class ResultWindow(Generic[Row]):
    """The rows of one result by their position, as far as they are here.

    At first only the rows of the first page are known and the length is not; `put_ids` tells the order of everything,
    `put_page` brings the rows of a page.
    """

    def __init__(self, kept: int = _KEPT) -> None:
        self._ids: array[int] | None = None
        self._kept = max(1, kept)
        self._pages: OrderedDict[int, list[Row | _Gone | None]] = OrderedDict()

    @property
    def ids(self) -> "array[int] | None":
        """Every id in order, or None while only the first page is known. Not to be changed."""
        return self._ids

    @property
    def total(self) -> int | None:
        """The exact number of rows, or None while it is not known."""
        return None if self._ids is None else len(self._ids)

    def __len__(self) -> int:
        """Return how many positions are known: those of the first page until the ids are there."""
        return len(self._pages.get(0, ())) if self._ids is None else len(self._ids)

    def put_first(self, rows: Sequence[Row]) -> None:
        """Take the first rows of the order, before the ids. Once those are here this changes nothing."""
        if self._ids is None:
            self._pages[0] = list(rows)

    def put_ids(self, ids: "array[int]") -> None:
        """Take the whole order. First rows that stay where they were stay known; the others are asked for again."""
        known: dict[int, Row] = {}
        if self._ids is None:
            known = {row.id: row for row in self._pages.get(0, ()) if row is not None and not isinstance(row, _Gone)}
        self._ids = ids
        self._pages.clear()
        for page in range(-(-len(known) // PAGE)):
            self._pages[page] = [known.get(row_id) for row_id in self.page_ids(page)]

    def page_ids(self, page: int) -> "array[int]":
        """Return the ids of a page, to ask for its rows. Empty while the ids are not known."""
        return array("q") if self._ids is None else self._ids[page * PAGE : (page + 1) * PAGE]

    def put_page(self, page: int, rows: Mapping[int, Row]) -> None:
        """Take the rows of a page by id. Ids of the page that are missing there are rows that are gone."""
        ids = self.page_ids(page)
        if not ids:
            return
        self._pages[page] = [rows.get(row_id, _GONE) for row_id in ids]
        self._pages.move_to_end(page)
        while len(self._pages) > self._kept:
            self._pages.popitem(last=False)

    def row(self, position: int) -> Row | None:
        """Return the row at a position, or None: it is still on its way, gone, or there is no such position."""
        row = self._look(position)
        return None if isinstance(row, _Gone) else row

    def is_gone(self, position: int) -> bool:
        """Tell whether the row at this position was deleted since the order was read."""
        return isinstance(self._look(position), _Gone)

    def id_at(self, position: int) -> int | None:
        """Return the id at a position, also of a row that is not here, or None if there is no such position."""
        if self._ids is None:
            row = self.row(position)
            return None if row is None else row.id
        return self._ids[position] if 0 <= position < len(self._ids) else None

    def position_of(self, row_id: int) -> int | None:
        """Return where a row is. It looks through all ids: see `find`."""
        if self._ids is not None:
            return find(self._ids, row_id)
        return next((place for place in range(len(self)) if self.id_at(place) == row_id), None)

    def missing(self, start: int, stop: int) -> list[int]:
        """Return the pages that are needed to show the positions from `start` to before `stop` and are not here."""
        if self._ids is None:
            return []
        start, stop = max(0, start), min(stop, len(self._ids))
        if start >= stop:
            return []
        pages = range(start // PAGE, (stop - 1) // PAGE + 1)
        return [page for page in pages if None in self._pages.get(page, (None,))]

    def replace(self, row: Row) -> int | None:
        """Take a row's new content. Returns its position if it is among the rows that are here."""
        for page, rows in self._pages.items():
            for place, old in enumerate(rows):
                if old is not None and not isinstance(old, _Gone) and old.id == row.id:
                    rows[place] = row
                    return page * PAGE + place
        return None

    def _look(self, position: int) -> Row | _Gone | None:
        page, place = (0, position) if self._ids is None else divmod(position, PAGE)
        rows = self._pages.get(page)
        if rows is None or not 0 <= place < len(rows):
            return None
        self._pages.move_to_end(page)
        return rows[place]
