"""Rows of a list as text for the clipboard: a line each, a tab between two columns."""

from collections.abc import Iterable, Sequence
from typing import Any

from segtui.domain.formula_guard import guarded
from segtui.domain.text import clean
from segtui.errors import InvalidInput
from segtui.services.listing import Listing
from segtui.tui.widgets.table.table_columns import ACTIONS_KEY, TableColumn

_PAGE = 500
# Far more than any terminal passes on; what is read beyond that is read for nothing.
_MOST = 1_000_000


def copied_columns(columns: Iterable[TableColumn[Any]], hidden: Iterable[str]) -> list[TableColumn[Any]]:
    """Return the columns that are copied: all but those that somebody does not want to see."""
    left_out = {ACTIONS_KEY, *hidden}
    return [column for column in columns if column.key not in left_out and not column.stands_for]


def as_text(rows: Iterable[Any], columns: Sequence[TableColumn[Any]]) -> str:
    """Return rows as they are shown, without a heading."""
    return "\n".join("\t".join(_cell(column, row) for column in columns) for row in rows)


def text_of(listing: Listing[Any], ids: Sequence[int], columns: Sequence[TableColumn[Any]]) -> str:
    """Return the rows with these ids. Runs in a thread; raises InvalidInput where it is more than can be copied."""
    parts: list[str] = []
    length = 0
    for at in range(0, len(ids), _PAGE):
        page = ids[at : at + _PAGE]
        found = listing.rows(page)
        parts.append(as_text((found[key] for key in page if key in found), columns))
        length += len(parts[-1])
        if length > _MOST:
            raise InvalidInput(f"These {len(ids):,} rows are too much to copy: export them to a file instead, with x.")
    return "\n".join(parts)


def _cell(column: TableColumn[Any], row: Any) -> str:  # noqa: ANN401  a list may be of anything
    shown = column.render(row)
    # What is pasted into a spreadsheet is run there like what is opened in one.
    return guarded(clean(shown if isinstance(shown, str) else shown.plain))
