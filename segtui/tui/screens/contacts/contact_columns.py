"""The columns of a list of contacts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Any, Final

from rich.cells import cell_len
from textual.content import Content

from segtui.domain.contact import ADDED, LISTED_FIELDS, NAME, PHONE, ContactField, ListColumn
from segtui.domain.criteria.fields import CUSTOM, FIELDS, CriteriaField
from segtui.domain.phones import grouped
from segtui.domain.text import clean
from segtui.services.contacts.contacts import Contact
from segtui.services.contacts.field_columns import text_of
from segtui.services.listing import Row
from segtui.tui.widgets.chrome.status_words import status_word
from segtui.tui.widgets.table.table_columns import Cell, TableColumn, Width

MARK: Final = "do not call"
_UNDECLARED: Final = ListColumn(8, 16, priority=9)
"""Column of a field that declares none."""
_FURTHER_PRIORITY: Final = 3
_MAX_HEADER: Final = 14
"""Cells up to which a further column is as wide as its label with the arrow of the order."""
_ANY_TEXT: Final = Width(8, 18, 40, flex=1)
_WIDTHS: Final = {
    "region": Width(6, 8),
    "postal_code": Width(8, 11),
    "joined": Width(10, 10),
    "last_outcome": Width(12, 14),
    "address": Width(12, 24, 60, flex=1),
}
_WIDTHS_OF_KINDS: Final = {
    "day": Width(16, 16),
    "flag": Width(4, 13),
    "number": Width(5, 7),
    "membership": Width(12, 22, 60, flex=1),
}
NOTES: Final = {
    "created": "the day and the time it was created",
    "updated": "the day and the time of its last change",
    "last_called": "the day and the time of its last call",
    "last_outcome": "the outcome of its last call",
    "segment": "the segments it is in",
    "import": "the imports that created or updated it",
    "campaign": "the campaigns with it in their audience",
}
"""Explanations of columns that show more than the field of criteria."""


def contact_columns(local: Callable[[datetime], datetime]) -> list[TableColumn[Contact]]:
    """Return the columns. `local` converts a time to the zone of the screen.

    At 80 columns name, phone, e-mail and status are there, at 60 all but the e-mail. The status leads with the
    do-not-call mark, so it is shown at every width and cannot be taken away.
    """

    def day_added(contact: Contact) -> str:
        return f"{local(contact.created_at):%Y-%m-%d}"

    return [
        replace(field_column(NAME, attrgetter("name")), opens=True),
        *(
            phone_column()
            if field is PHONE
            else replace(field_column(field, shown_value(field)), removable=field.name != "status")
            for field in LISTED_FIELDS
        ),
        replace(field_column(ADDED, day_added), first_descending=True, searched=False, note=FIELDS["added"].help),
    ]


def further_column(field: CriteriaField, local: Callable[[datetime], datetime]) -> TableColumn[Contact]:
    """Return the column of a declared or custom field that is not among the usual ones.

    Only name, phone and status have a higher priority: a column that a user chose is shown at 80 columns too.
    """
    is_custom = field.name.startswith(CUSTOM)
    width = _WIDTHS.get(field.name) or _WIDTHS_OF_KINDS.get(field.kind, _ANY_TEXT)
    label = clean(field.label)
    return TableColumn(
        field.name,
        label,
        partial(_text_of, field.name, local),
        replace(width, minimum=max(width.minimum, min(cell_len(label) + 2, _MAX_HEADER))),
        _FURTHER_PRIORITY,
        align="right" if field.kind == "number" else "left",
        sort=field.name,
        first_descending=field.kind in ("day", "number"),
        searched=False,
        note="custom field" if is_custom else NOTES.get(field.name, field.help),
    )


def _text_of(name: str, local: Callable[[datetime], datetime], contact: Contact) -> str:
    return text_of(contact, name, local)


def field_column(field: ContactField, render: Callable[[Row], Cell]) -> TableColumn[Row]:
    """Return the column that a field declares, in a list with any kind of rows."""
    declared = field.column or _UNDECLARED
    width = Width(declared.minimum, declared.ideal, flex=declared.flex)
    return TableColumn(field.name, field.label, render, width, declared.priority, sort=field.name)


def phone_column() -> TableColumn[Any]:
    """Return the column of rows that have a `phone`: grouped for reading aloud, copied as E.164."""
    return replace(field_column(PHONE, lambda row: grouped(row.phone)), copied=attrgetter("phone"))


def shown_value(field: ContactField) -> Callable[[Contact], Cell]:
    """Return the function that shows a field of a contact."""
    return shown_status if field.name == "status" else attrgetter(field.name)


def shown_status(contact: Contact) -> Content:
    """Return the status, led by the do-not-call mark, which is readable in twelve cells too."""
    if not contact.do_not_call:
        return Content(clean(contact.status))
    mark = status_word("do_not_call")
    return mark + Content(f", {clean(contact.status)}") if contact.status else mark
