"""Columns of the list of campaigns, and of the list of a campaign's contacts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from textual.content import Content

from segtui.domain.contact import LISTED_FIELDS, PHONE, ContactField
from segtui.domain.text import clean
from segtui.domain.vocabulary import SKIP_REASONS, words
from segtui.services.campaigns import Campaign
from segtui.services.campaigns.audience.due_queue import NO_HOUR
from segtui.services.campaigns.results.result_search import ResultRow
from segtui.tui.screens.contacts.contact_columns import field_column, phone_column, shown_value
from segtui.tui.widgets.chrome.status_words import status_word
from segtui.tui.widgets.table.table_columns import Cell, TableColumn, Width


def campaign_columns(local: Callable[[datetime], datetime]) -> list[TableColumn[Campaign]]:
    """Return the columns of the list. `local` converts a time to the zone of the screen."""
    return [
        TableColumn("name", "Name", lambda campaign: campaign.name, Width(14, 30, flex=2), 1, sort="name", opens=True),
        TableColumn(
            "segment", "Segment", lambda campaign: campaign.segment_names, Width(12, 26, flex=1), 4, sort="segment",
        ),
        TableColumn("status", "Status", lambda campaign: status_word(campaign.status), Width(9, 9), 2, sort="status"),
        TableColumn(
            "progress", "Progress", shown_progress, Width(18, 18, 22, flex=1), 3,
            align="right", sort="progress", first_descending=True, searched=False,
        ),
        TableColumn(
            "skipped", "Skipped", lambda campaign: f"{campaign.skipped:,}" if campaign.launched else "", Width(7, 9), 6,
            align="right", searched=False,
        ),
        TableColumn(
            "started", "Started", lambda campaign: _day(campaign.started_at, local), Width(10, 10), 5,
            sort="started", first_descending=True, searched=False,
        ),
        TableColumn(
            "company", "Company", lambda campaign: campaign.company, Width(10, 22, flex=1), 3,
            sort="company", searched=False,
        ),
    ]  # fmt: skip


def shown_progress(campaign: Campaign) -> str:
    """Return the contacts that are settled, of those who can be called: `1,204 of 4,800`; blank before the launch."""
    return f"{campaign.settled:,} of {campaign.to_call:,}" if campaign.launched else ""


def _day(moment: datetime | None, local: Callable[[datetime], datetime]) -> str:
    return "" if moment is None else f"{local(moment):%Y-%m-%d}"


def shown_outcome(row: ResultRow) -> Content:
    """Return the outcome of a contact in the campaign, or its state while there is none."""
    return status_word((row.outcome or "") if row.state == "done" else row.state)


def shown_reason(row: ResultRow) -> str:
    """Return the reason of an outcome; for a contact that waits for a retry, the outcome of the last call."""
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
    """Return the time of the next call; blank where it is not known."""
    return "" if row.next_at is None else f"{local(row.next_at):%m-%d %H:%M}"


def shown_next_or_reason(row: ResultRow, local: Callable[[datetime], datetime]) -> str:
    """Return the texts of the columns of the next call and of the reason in one."""
    return " ".join(filter(None, (shown_next(row, local), shown_reason(row))))


def result_columns(local: Callable[[datetime], datetime]) -> list[TableColumn[ResultRow]]:
    """Return the columns of a campaign's contacts. At 80 columns the columns of the result have precedence."""
    return [
        TableColumn("name", "Name", shown_name, Width(14, 24, flex=2), 1, sort="name", opens=True),
        replace(phone_column(), priority=4),
        TableColumn("outcome", "Outcome", shown_outcome, Width(12, 12), 1, sort="outcome", searched=False),
        TableColumn(
            "why", "Reason/next", lambda row: shown_next_or_reason(row, local), Width(21, 22, flex=1), 3,
            searched=False, removable=False, stands_for=("next", "reason"),
        ),
        TableColumn(
            "attempts", "Calls", lambda row: f"{row.attempts:,}", Width(5, 5), 3,
            align="right", sort="attempts", first_descending=True, searched=False,
        ),
        TableColumn(
            "next", "Next try", lambda row: shown_next(row, local), Width(11, 11), 4, sort="next", searched=False,
        ),
        TableColumn("reason", "Reason", shown_reason, Width(12, 22, flex=1), 5, sort="reason", searched=False),
        *(
            _contact_column(field, priority)
            for priority, field in enumerate(LISTED_FIELDS, 5)
            if field is not PHONE
        ),
    ]  # fmt: skip


def shown_name(row: ResultRow) -> str:
    """Return the name of a contact, or `(deleted)`."""
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
