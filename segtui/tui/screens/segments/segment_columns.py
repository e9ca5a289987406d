"""The columns of the segment list."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from segtui.tui.widgets.chrome.status_words import status_word
from segtui.tui.widgets.table.table_columns import Action, Cell, TableColumn, Width

if TYPE_CHECKING:
    from segtui.services.segments.segments import Segment

ACTIONS = (Action("view", "View"), Action("edit", "Edit"), Action("delete", "Delete"))
VIEW_ONLY = ACTIONS[:1]
ACTIONS_PRIORITY = 4
_MILLION = 1_000_000
SPACIOUS = 139
"""Cells of a table in which names and descriptions keep enough room beside one more column."""
FURTHER = ("callable", "campaigns", "used", "growth")
"""The columns that are shown where they are chosen; the first of them also in a spacious table."""
_CHOSEN_PRIORITY = 3


def segment_columns(local: Callable[[datetime], datetime], *, companies: bool) -> list[TableColumn["Segment"]]:
    """Return the usual columns. `local` converts a time to the zone of the screen; `companies` adds the company.

    The company is shown at 60 and 80 columns too; there the size makes room for it.
    """
    columns = [
        TableColumn("name", "Name", shown_name, Width(16, 34, flex=2), priority=1, sort="name", opens=True),
        TableColumn("description", "Description", _description, Width(16, 36, flex=3), priority=6),
        replace(_count("contacts", "Contacts", 12, 2, lambda segment: segment.contacts), render=shown_contacts),
        TableColumn(
            "size",
            "Size",
            lambda segment: status_word(segment.size),
            Width(8, 8),
            priority=5 if companies else 2,
            searched=False,
        ),
        replace(_count("callable", "Can be called", 13, 7, lambda segment: segment.callable), from_width=SPACIOUS),
        TableColumn(
            "created",
            "Created",
            lambda segment: f"{local(segment.created_at):%Y-%m-%d}",
            Width(10, 10),
            priority=3,
            sort="created",
            first_descending=True,
            searched=False,
        ),
    ]
    if companies:
        columns.append(
            TableColumn(
                "company",
                "Company",
                lambda segment: segment.company,
                Width(12, 22, flex=1),
                priority=3,
                sort="company",
                searched=False,
            )
        )
    return columns


def with_further(
    usual: Sequence[TableColumn["Segment"]], local: Callable[[datetime], datetime], added_keys: Collection[str]
) -> list[TableColumn["Segment"]]:
    """Return the usual columns and, behind the day of creation, the further ones.

    Those of FURTHER with `added_keys` are shown in any width that has room for them, before the actions.
    """
    further = [
        replace(
            _count("campaigns", "Campaigns", 11, 7, lambda segment: segment.campaigns),
            note="that call it or called it",
        ),
        TableColumn(
            "used",
            "Last used",
            lambda segment: "never" if segment.used_at is None else f"{local(segment.used_at):%Y-%m-%d}",
            Width(11, 11),
            priority=7,
            sort="used",
            first_descending=True,
            searched=False,
            note="launched, exported or imported into",
        ),
        TableColumn(
            "growth",
            "Growth",
            shown_growth,
            Width(12, 14),
            priority=7,
            align="right",
            sort="growth",
            first_descending=True,
            searched=False,
            note="joined and left in the last 7 days",
        ),
    ]
    position = next(index for index, column in enumerate(usual, 1) if column.key == "created")
    return [
        replace(column, priority=_CHOSEN_PRIORITY, from_width=0) if column.key in added_keys else column
        for column in (*usual[:position], *further, *usual[position:])
    ]


def _count(
    name: str, label: str, width: int, priority: int, count: Callable[["Segment"], int]
) -> TableColumn["Segment"]:
    """Return the column of a count, with the highest first."""
    return TableColumn(
        name,
        label,
        lambda segment: f"{count(segment):,}",
        Width(width, width),
        priority=priority,
        align="right",
        sort=name,
        first_descending=True,
        searched=False,
    )


def shown_growth(segment: "Segment") -> str:
    """Return the contacts that joined and left: `+120 −3`, or `0` where none did."""
    joined, left = segment.growth
    return " ".join(part for part in (f"+{joined:,}" if joined else "", f"−{left:,}" if left else "") if part) or "0"


def shown_name(segment: "Segment") -> str:
    """Return the name, led by a word where the segment is archived: `(archived) Old leads`."""
    return f"(archived) {segment.name}" if segment.archived else segment.name


def shown_contacts(segment: "Segment") -> Cell:
    """Return the count, led by a word where a rule keeps it: in front of the name the word would cut it at 80 cells."""
    if not segment.live:
        return f"{segment.contacts:,}"
    # Without commas there is room for the word and ten million contacts.
    count = f"{segment.contacts:,}" if segment.contacts < _MILLION else str(segment.contacts)
    return Content.assemble(("live", "$text-accent"), f" {count}")


def _description(segment: "Segment") -> str:
    return segment.description
