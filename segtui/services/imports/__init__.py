"""Imports: files whose rows became contacts and members of a segment, with an account of every row."""

from segtui.services.imports import remarks
from segtui.services.imports.import_listing import ImportQuery, listing, state_of, total
from segtui.services.imports.import_model import Destination, ImportRequest, ImportResult, Progress
from segtui.services.imports.import_records import ImportRecord, every, get
from segtui.services.imports.import_run import run
from segtui.services.imports.import_undo import UndoReport, undo

__all__ = [
    "Destination",
    "ImportQuery",
    "ImportRecord",
    "ImportRequest",
    "ImportResult",
    "Progress",
    "UndoReport",
    "every",
    "get",
    "listing",
    "remarks",
    "run",
    "state_of",
    "total",
    "undo",
]
