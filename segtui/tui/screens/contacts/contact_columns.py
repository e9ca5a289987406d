"""The columns of a list of contacts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from operator import attrgetter
from typing import Final

from textual.content import Content

from segtui.domain.contact import ADDED, LISTED_FIELDS, NAME, ContactField, ListColumn
from segtui.domain.text import clean
from segtui.services.contacts.contacts import Contact
from segtui.services.listing import Row
from segtui.tui.widgets.table.table_columns import Cell, TableColumn, Width

MARK: Final = "do not call"
_UNDECLARED: Final = ListColumn(8, 16, priority=9)
"""Column of a field that declares none."""


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
            replace(field_column(field, shown_value(field)), removable=field.name != "status")
            for field in LISTED_FIELDS
        ),
        replace(field_column(ADDED, day_added), first_descending=True, searched=False),
    ]


def field_column(field: ContactField, render: Callable[[Row], Cell]) -> TableColumn[Row]:
    """Return the column that a field declares, in a list with any kind of rows."""
    declared = field.column or _UNDECLARED
    width = Width(declared.minimum, declared.ideal, flex=declared.flex)
    return TableColumn(field.name, field.label, render, width, declared.priority, sort=field.name)


def shown_value(field: ContactField) -> Callable[[Contact], Cell]:
    """Return the function that shows a field of a contact."""
    return shown_status if field.name == "status" else attrgetter(field.name)


def shown_status(contact: Contact) -> Content:
    """Return the status, led by the do-not-call mark, which is readable in twelve cells too."""
    if not contact.do_not_call:
        return Content(clean(contact.status))
    mark = Content.styled(MARK, "bold $text-error")
    return mark + Content(f", {clean(contact.status)}") if contact.status else mark
