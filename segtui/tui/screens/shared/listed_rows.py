"""Rows of any list as they are shown, in its columns and its order, for an export to a file."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from segtui.services.listing import Listing
from segtui.tui.screens.base.copy_rows import copied_text
from segtui.tui.widgets.table.table_columns import TableColumn

_PAGE: Final = 1_000
_COUNT: Final = re.compile(r"\d{1,3}(,\d{3})*")


class ListedRows:
    """The rows of a listing in its order, or those with these ids in theirs, page by page; and their columns.

    A column is called by its key. A count is a number without commas, in JSON too.
    """

    def __init__(
        self, listing: Listing[Any], ids: Sequence[int] | None, columns: Sequence[TableColumn[Any]], noun: str
    ) -> None:
        self.noun = noun
        self.headers = [column.key for column in columns]
        self._listing, self._columns = listing, columns
        self._ids = listing.ids() if ids is None else ids

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[Any]:
        for start in range(0, len(self._ids), _PAGE):
            page = self._ids[start : start + _PAGE]
            rows = self._listing.rows(page)
            yield from (rows[row_id] for row_id in page if row_id in rows)

    def layout(self) -> "ListedRows":
        """Return itself: every row has the same columns."""
        return self

    def cells(self, row: Any) -> list[str]:  # noqa: ANN401  a list may be of anything
        """Return the cells of one row."""
        return [str(self._value(column, row)) for column in self._columns]

    def json(self, row: Any) -> dict[str, Any]:  # noqa: ANN401  likewise
        """Return one row as JSON."""
        return {column.key: self._value(column, row) for column in self._columns}

    def title(self, row: Any) -> str:  # noqa: ANN401  likewise
        """Return the first cell, which names the row."""
        return copied_text(self._columns[0], row)

    @staticmethod
    def _value(column: TableColumn[Any], row: Any) -> str | int:  # noqa: ANN401  likewise
        text = copied_text(column, row)
        return int(text.replace(",", "")) if column.align == "right" and _COUNT.fullmatch(text) else text
