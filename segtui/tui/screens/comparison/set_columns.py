"""The columns of a comparison of segments."""

from collections.abc import Callable, Mapping
from typing import Final

from segtui.services.segments.set_operations import LineKind, SetLine
from segtui.tui.widgets.charts.bars import bar, percent
from segtui.tui.widgets.table.table_columns import TableColumn, Width

KIND_WORDS: Final[Mapping[LineKind, str]] = {
    "segment": "segment",
    "union": "union",
    "intersection": "intersection",
    "overlap": "overlap",
    "only": "in no other",
    "difference": "difference",
}
"""The words of each kind of line, which are searched too."""
_BAR: Final = 8
"""Cells of the longest bar."""


def set_columns(share_of: Callable[[SetLine], float], *, ascii_only: bool) -> list[TableColumn[SetLine]]:
    """Return the columns. `share_of` returns the share of a line in the union."""
    return [
        TableColumn("kind", "Result", lambda line: KIND_WORDS[line.kind], Width(12, 12), priority=2, sort="order"),
        TableColumn("title", "Contacts in", lambda line: line.title, Width(20, 30, flex=1), sort="title", opens=True),
        TableColumn(
            "contacts",
            "Contacts",
            lambda line: f"{line.contacts:,}",
            Width(10, 10),
            align="right",
            sort="contacts",
            first_descending=True,
            searched=False,
        ),
        TableColumn(
            "share",
            "Share",
            lambda line: percent(share_of(line)),
            Width(5, 5),
            priority=3,
            align="right",
            searched=False,
            note="of the contacts in any of the segments",
        ),
        TableColumn(
            "bar",
            "",
            lambda line: bar(share_of(line), _BAR, ascii_only),
            Width(_BAR, _BAR),
            priority=4,
            searched=False,
        ),
    ]
