"""File → rows → validated rows: `open_source`, `match_columns`, `validate_rows`.

Each name is loaded when it is first used: importing this package costs nothing at start-up.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segtui.importing.columns.column_matching import TARGETS, Column, match_columns
    from segtui.importing.options import ReadOptions
    from segtui.importing.recognition import open_source
    from segtui.importing.rejects import RejectsWriter
    from segtui.importing.rows.validation import STAGED_COLUMNS, Batch, Rejected, RowWarning, validate_rows
    from segtui.importing.source import Source

_MODULES = {
    "TARGETS": "columns.column_matching",
    "Column": "columns.column_matching",
    "match_columns": "columns.column_matching",
    "STAGED_COLUMNS": "rows.validation",
    "Batch": "rows.validation",
    "Rejected": "rows.validation",
    "RowWarning": "rows.validation",
    "validate_rows": "rows.validation",
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
    "match_columns",
    "open_source",
    "validate_rows",
]


def __getattr__(name: str) -> object:
    """Load the name that is used for the first time."""
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value
