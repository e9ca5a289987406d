"""File → rows → judged rows: `open_source`, `match_columns`, `judge`.

What each does is loaded when it is first asked for: naming this package costs nothing at start-up.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segtui.importing.columns.column_matching import TARGETS, Column, match_columns
    from segtui.importing.options import ReadOptions
    from segtui.importing.recognition import open_source
    from segtui.importing.rejects import RejectsWriter
    from segtui.importing.rows.validation import STAGED_COLUMNS, Batch, Rejected, RowWarning, judge
    from segtui.importing.source import Source

_HOMES = {
    "TARGETS": "columns.column_matching",
    "Column": "columns.column_matching",
    "match_columns": "columns.column_matching",
    "STAGED_COLUMNS": "rows.validation",
    "Batch": "rows.validation",
    "Rejected": "rows.validation",
    "RowWarning": "rows.validation",
    "judge": "rows.validation",
    "ReadOptions": "options",
    "RejectsWriter": "rejects",
    "Source": "source",
    "open_source": "recognition",
}

__all__ = [
    "STAGED_COLUMNS",
    "TARGETS",
    "Batch",
    "Column",
    "ReadOptions",
    "Rejected",
    "RejectsWriter",
    "RowWarning",
    "Source",
    "judge",
    "match_columns",
    "open_source",
]


def __getattr__(name: str) -> object:
    """Load what was asked for."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value
