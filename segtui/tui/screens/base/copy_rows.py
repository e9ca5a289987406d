"""Rows of a list as text for the clipboard: one line per row, tabs between columns."""

from collections.abc import Iterable, Sequence
from typing import Any

from segtui.domain.formula_guard import guarded
from segtui.domain.text import clean
from segtui.errors import InvalidInput
from segtui.services.listing import Listing
from segtui.tui.widgets.table.table_columns import ACTIONS_KEY, TableColumn

_PAGE = 500
_MAX_CHARACTERS = 1_000_000  # far more than any terminal passes on


def copied_columns(columns: Iterable[TableColumn[Any]], hidden: Iterable[str]) -> list[TableColumn[Any]]:
    """Return the columns that are copied: all but the hidden and the drawn ones."""
    left_out = {ACTIONS_KEY, *hidden}
    return [column for column in columns if column.key not in left_out and not column.stands_for and not column.drawn]


def as_text(rows: Iterable[Any], columns: Sequence[TableColumn[Any]]) -> str:
    """Return rows as shown, phones as E.164, without a header line. A spreadsheet runs pasted formulas, too."""
    return "\n".join("\t".join(guarded(copied_text(column, row)) for column in columns) for row in rows)


def text_of(listing: Listing[Any], ids: Sequence[int], columns: Sequence[TableColumn[Any]]) -> str:
    """Return the rows with these ids. Runs in a thread. Raises InvalidInput where they are too much to copy."""
    parts: list[str] = []
    length = 0
    for start in range(0, len(ids), _PAGE):
        page = ids[start : start + _PAGE]
        rows = listing.rows(page)
        parts.append(as_text((rows[key] for key in page if key in rows), columns))
        length += len(parts[-1])
        if length > _MAX_CHARACTERS:
            raise InvalidInput(f"These {len(ids):,} rows are too much to copy: export them to a file instead, with x.")
    return "\n".join(parts)


def copied_text(column: TableColumn[Any], row: Any) -> str:  # noqa: ANN401  a list may be of anything
    """Return the text of a cell, as it is shown, of a phone in E.164."""
    shown = column.copied(row) if column.copied else column.render(row)
    return clean(shown if isinstance(shown, str) else shown.plain)
