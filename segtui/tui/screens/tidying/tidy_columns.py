"""The columns of the segments that could be tidied."""

from collections.abc import Mapping
from typing import Final

from segtui.domain.text import clean
from segtui.services.segments.tidying import Action, Finding
from segtui.tui.screens.segments.segment_columns import shown_contacts, shown_name
from segtui.tui.widgets.table.table_columns import TableColumn, Width

ACTION_WORDS: Final[Mapping[Action, str]] = {
    "delete": "delete",
    "merge": "merge",
    "archive": "archive",
    "split": "split it",
    "rename": "rename it",
    "": "stays",
}
"""The proposed action in the list; those with `it` are for a person."""


def tidy_columns() -> list[TableColumn[Finding]]:
    """Return the columns."""
    return [
        TableColumn(
            "name", "Segment", lambda row: shown_name(row.segment), Width(18, 22, 60, flex=1), sort="name", opens=True
        ),
        TableColumn("reason", "Reason", lambda row: row.words, Width(22, 36, flex=2), priority=2, sort="reason"),
        TableColumn(
            "action", "Proposed", lambda row: ACTION_WORDS[row.action], Width(10, 10), priority=2, sort="action"
        ),
        TableColumn(
            "contacts",
            "Contacts",
            lambda row: shown_contacts(row.segment),
            Width(12, 12),
            priority=3,
            align="right",
            sort="contacts",
            first_descending=True,
            searched=False,
        ),
        TableColumn(
            "company",
            "Company",
            lambda row: row.segment.company,
            Width(12, 22),
            priority=4,
            sort="company",
            searched=False,
        ),
    ]


def sentence_of(row: Finding) -> str:
    """Return the reasons and the proposal in full, such as `“Leads”: empty. Proposed: delete it.` for an empty one."""
    name, words = clean(row.segment.name), row.words
    proposals = {
        "delete": "delete it; its contacts are kept.",
        "merge": f"merge it into “{clean(row.into.name)}”, which stays." if row.into is not None else "",
        "archive": "archive it.",
        "split": "open it and split it.",
        "rename": "give it a name.",
    }
    if row.held:
        stays = f"It stays: {row.held}."
        return f"“{name}”: {words}. {stays}{' You can ' + proposals[row.action] if row.action else ''}"
    return f"“{name}”: {words}. Proposed: {proposals[row.action]}"
