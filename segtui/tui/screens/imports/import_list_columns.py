"""The columns of a list of imports."""

from collections.abc import Callable
from datetime import datetime

from segtui.services.imports import ImportRecord
from segtui.tui.screens.base.company_choice import COMPANY
from segtui.tui.widgets.chrome.status_words import status_word
from segtui.tui.widgets.table.table_columns import TableColumn, Width


def import_columns(local: Callable[[datetime], datetime]) -> list[TableColumn[ImportRecord]]:
    """Return the columns. `local` puts a time into the zone that is shown."""
    return [
        TableColumn(
            "started",
            "Started",
            lambda record: f"{local(record.started_at):%Y-%m-%d %H:%M}",
            Width(16, 16),
            priority=1,
            sort="started",
            first_descending=True,
            searched=False,
        ),
        TableColumn(
            "file", "File", lambda record: record.file, Width(14, 34, flex=2), priority=1, sort="file", opens=True
        ),
        TableColumn(
            "segment", "Segment", lambda record: record.destination, Width(12, 30, flex=2), priority=3, sort="segment"
        ),
        _figure("rows", "Rows", 2),
        _figure("created", "Created", 5),
        _figure("updated", "Updated", 6, sortable=False),
        _figure("rejected", "Rejected", 4),
        TableColumn(
            "status", "Status", lambda record: status_word(record.status), Width(9, 9), priority=2, sort="status"
        ),
        TableColumn("user", "User", lambda record: record.user, Width(6, 16, flex=1), priority=5, sort="user"),
        TableColumn(COMPANY, "Company", lambda record: record.company, Width(10, 22, flex=1), priority=4, sort=COMPANY),
    ]


def _figure(name: str, label: str, priority: int, *, sortable: bool = True) -> TableColumn[ImportRecord]:
    return TableColumn(
        name,
        label,
        lambda record: f"{record.counts[name]:,}",
        Width(max(8, len(label) + 1), 9),
        priority=priority,
        align="right",
        sort=name if sortable else None,
        first_descending=True,
        searched=False,
    )
