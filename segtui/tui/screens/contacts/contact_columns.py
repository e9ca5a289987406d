"""The columns of a list of contacts."""

from collections.abc import Callable
from datetime import datetime

from textual.content import Content

from segtui.domain.contact import LABELS
from segtui.domain.text import clean
from segtui.services.contacts.contacts import SORTABLE, Contact
from segtui.tui.widgets.table.table_columns import TableColumn, Width

MARK = "do not call"

# Field, width, and which go first where the terminal is narrow: at 80 columns name, phone, e-mail and status are there,
# at 60 all but the e-mail: that somebody must not be called is to be seen everywhere.
_SHOWN = (
    ("email", Width(17, 30, flex=2), 4),
    ("organization", Width(16, 22, flex=1), 5),
    ("city", Width(9, 14), 6),
    ("state", Width(6, 8), 7),
    ("source", Width(8, 14), 8),
)


def contact_columns(local: Callable[[datetime], datetime]) -> list[TableColumn[Contact]]:
    """Return the columns. `local` puts a time into the zone that is shown."""
    return [
        TableColumn("name", "Name", lambda each: each.name, Width(14, 24, flex=2), 1, sort=_sort("name"), opens=True),
        TableColumn("phone", LABELS["phone"], _value_of("phone"), Width(14, 16), priority=2, sort=_sort("phone")),
        *(
            TableColumn(field, LABELS[field], _value_of(field), width, priority, sort=_sort(field))
            for field, width, priority in _SHOWN
        ),
        TableColumn(
            "status", LABELS["status"], shown_status, Width(12, 19), priority=3, sort=_sort("status"), removable=False
        ),
        TableColumn(
            "added",
            LABELS["added"],
            lambda each: f"{local(each.created_at):%Y-%m-%d}",
            Width(10, 10),
            priority=9,
            sort=_sort("added"),
            first_descending=True,
            searched=False,
        ),
    ]


def shown_status(contact: Contact) -> Content:
    """Return the status, led by a word where the contact must not be called: that is seen in twelve cells too."""
    if not contact.do_not_call:
        return Content(clean(contact.status))
    mark = Content.styled(MARK, "bold $text-error")
    return mark + Content(f", {clean(contact.status)}") if contact.status else mark


def _value_of(field: str) -> Callable[[Contact], str]:
    def value(contact: Contact) -> str:
        text: str = getattr(contact, field)
        return text

    return value


def _sort(field: str) -> str | None:
    return field if field in SORTABLE else None
