"""The columns of the list of campaigns, and of the contacts of one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from segtui.domain.contact import LABELS, LISTED_FIELDS, ContactField
from segtui.domain.text import clean
from segtui.domain.vocabulary import SKIP_REASONS, words
from segtui.services.campaigns import Campaign
from segtui.services.campaigns.audience.due_queue import NO_HOUR
from segtui.services.campaigns.results.result_search import ResultRow
from segtui.tui.screens.contacts.contact_columns import field_column, shown_value
from segtui.tui.widgets.table.table_columns import Cell, TableColumn, Width


def campaign_columns(local: Callable[[datetime], datetime]) -> list[TableColumn[Campaign]]:
    """Return the columns of the list. `local` puts a time into the zone that is shown."""
    return [
        TableColumn("name", "Name", lambda each: each.name, Width(14, 30, flex=2), 1, sort="name", opens=True),
        TableColumn("segment", "Segment", lambda each: each.segment, Width(12, 26, flex=1), 4, sort="segment"),
        TableColumn("status", "Status", lambda each: each.status, Width(9, 9), 2, sort="status"),
        TableColumn(
            "progress", "Progress", shown_progress, Width(18, 18, 22, flex=1), 3,
            align="right", sort="progress", first_descending=True, searched=False,
        ),
        TableColumn(
            "skipped", "Skipped", lambda each: f"{each.skipped:,}" if each.launched else "", Width(7, 9), 6,
            align="right", searched=False,
        ),
        TableColumn(
            "started", "Started", lambda each: _day(each.started_at, local), Width(10, 10), 5,
            sort="started", first_descending=True, searched=False,
        ),
        TableColumn(
            "company", "Company", lambda each: each.company, Width(10, 22, flex=1), 3, sort="company", searched=False,
        ),
    ]  # fmt: skip


def shown_progress(campaign: Campaign) -> str:
    """Return how many of those who can be called are settled: `1,204 of 4,800`; nothing before the launch."""
    return f"{campaign.settled:,} of {campaign.to_call:,}" if campaign.launched else ""


def _day(at: datetime | None, local: Callable[[datetime], datetime]) -> str:
    return "" if at is None else f"{local(at):%Y-%m-%d}"


def shown_outcome(row: ResultRow) -> str:
    """Return the status of a contact in the campaign: its outcome, or its state while there is none."""
    return words(row.outcome or "") if row.state == "done" else words(row.state)


def shown_reason(row: ResultRow) -> str:
    """Return why, where there is more to say; of somebody who is called again, why: what the last call came to."""
    if row.reason == NO_HOUR:
        return clean(row.reason)
    if row.state == "retry":
        return words(row.outcome or "")
    if row.state != "done" or not row.reason:
        return ""
    if row.elsewhere is not None:
        return f"{words(row.reason)}: {row.elsewhere}"
    return words(row.reason) if row.reason in SKIP_REASONS else clean(row.reason)


def shown_next(row: ResultRow, local: Callable[[datetime], datetime]) -> str:
    """Return when a contact is called again; nothing where that is not known."""
    return "" if row.next_at is None else f"{local(row.next_at):%m-%d %H:%M}"


def shown_next_or_reason(row: ResultRow, local: Callable[[datetime], datetime]) -> str:
    """Return in one what two columns say: when a contact is called again, before why; or why it was not called."""
    return " ".join(filter(None, (shown_next(row, local), shown_reason(row))))


def result_columns(local: Callable[[datetime], datetime]) -> list[TableColumn[ResultRow]]:
    """Return the columns of a campaign's contacts. At 80 columns those are there that are not of the contact alone."""
    return [
        TableColumn("name", "Name", shown_name, Width(12, 24, flex=2), 1, sort="name", opens=True),
        TableColumn("phone", LABELS["phone"], lambda each: each.phone, Width(13, 16), 2, sort="phone"),
        TableColumn("outcome", "Outcome", shown_outcome, Width(12, 12), 1, sort="outcome", searched=False),
        TableColumn(
            "why", "Reason/next", lambda each: shown_next_or_reason(each, local), Width(12, 22, flex=1), 3,
            searched=False, removable=False, stands_for=("next", "reason"),
        ),
        TableColumn(
            "attempts", "Calls", lambda each: f"{each.attempts:,}", Width(5, 5), 3,
            align="right", sort="attempts", first_descending=True, searched=False,
        ),
        TableColumn(
            "next", "Next try", lambda each: shown_next(each, local), Width(11, 11), 4, sort="next", searched=False,
        ),
        TableColumn("reason", "Reason", shown_reason, Width(12, 22, flex=1), 5, sort="reason", searched=False),
        *(_contact_column(each, priority) for priority, each in enumerate(LISTED_FIELDS, 5) if each.name != "phone"),
    ]  # fmt: skip


def shown_name(row: ResultRow) -> str:
    """Return the name of a contact; of one that was deleted, that."""
    return "(deleted)" if row.contact is None else row.contact.name


def _contact_column(field: ContactField, priority: int) -> TableColumn[ResultRow]:
    """Return the column of a field of the contact, blank where the contact was deleted.

    It makes room for the columns of the result: it is dropped before them, and takes less of the spare width.
    """
    value = shown_value(field)

    def cell(row: ResultRow) -> Cell:
        return "" if row.contact is None else value(row.contact)

    column = field_column(field, cell)
    return replace(column, priority=priority, width=replace(column.width, flex=max(0, column.width.flex - 1)))
