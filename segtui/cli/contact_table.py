"""Table and JSON of a list of contacts, with the usual columns or requested ones."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING

from segtui.cli import output
from segtui.domain.contact import ADDED, LISTED_FIELDS, NAME, ListColumn
from segtui.domain.criteria.fields import CUSTOM, FIELDS
from segtui.domain.text import clean

if TYPE_CHECKING:
    from segtui.config.settings import Settings
    from segtui.services.contacts.contacts import Contact
    from segtui.services.listing import Listing

_ALWAYS_PRINTED = 4
"""Priority up to which a column is printed at every width."""
_PAGE = 500

_PrintedColumn = tuple[output.Column, Callable[["Contact"], str]]


def as_json(contact: "Contact", company: str | None = None, columns: Sequence[str] = ()) -> dict[str, object]:
    """Return a contact as it is exported, with its company if that is ambiguous, and with further `columns`."""
    from segtui.services.contacts import field_columns
    from segtui.services.exports import exports

    document = exports.as_json(contact) | ({} if company is None else {"company": company})
    further = {name: _json_value(field_columns.value_of(contact, name)) for name in columns if name not in document}
    return document | further


def _json_value(value: object) -> object:
    match value:
        case datetime():
            return output.utc(value)
        case tuple():
            return list(value)
    return value


def rows(listing: "Listing[Contact]", ids: "array[int]") -> "Iterator[Contact]":
    """Yield the contacts with these ids in their order, reading them page by page."""
    for start in range(0, len(ids), _PAGE):
        page = ids[start : start + _PAGE]
        contacts = listing.rows(page)
        yield from (contacts[key] for key in page if key in contacts)


def print_table(
    contacts: "Iterable[Contact]",
    settings: "Settings",
    companies: Mapping[int, str],
    columns: Sequence[str] | None,
) -> None:
    """Print contacts, with the fields `columns` or the usual ones; `companies` are named where there are several."""
    printed = _usual(settings) if columns is None else [_column_of(name, settings) for name in columns]
    if companies:
        printed.insert(1, (output.Column("Company"), lambda contact: companies.get(contact.company_id, "")))
    table_rows = ([value(contact) for _, value in printed] for contact in contacts)
    output.table([column for column, _ in printed], table_rows)


def _usual(settings: "Settings") -> list[_PrintedColumn]:
    return [
        (_printed(NAME.label, NAME.column), lambda contact: contact.name),
        *(
            (_printed(field.label, field.column), _status if field.name == "status" else attrgetter(field.name))
            for field in LISTED_FIELDS
        ),
        (_printed(ADDED.label, ADDED.column, optional=1), lambda contact: settings.shown_time(contact.created_at)),
    ]


def _column_of(name: str, settings: "Settings") -> _PrintedColumn:
    """Return the column of a requested field, which is printed at every width."""
    from segtui.services.contacts import field_columns

    declared = FIELDS.get(name)
    label = clean(name.removeprefix(CUSTOM)) if declared is None else declared.label
    column = _printed(label, None if declared is None else declared.column, optional=0)
    return column, lambda contact: field_columns.text_of(contact, name, settings.local)


def _printed(label: str, width: ListColumn | None, optional: int | None = None) -> output.Column:
    """Return a printed column; `optional` is its rank for being dropped if that differs from the screen."""
    least, priority = (width.printed, width.priority) if width else (8, 0)
    rank = priority - _ALWAYS_PRINTED + 1 if priority > _ALWAYS_PRINTED else 0
    return output.Column(label, least, rank if optional is None else optional)


def _status(contact: "Contact") -> str:
    """Return the status after the do-not-call mark, which stays readable if the cell is cut off."""
    return ", ".join(part for part in ("do not call" if contact.do_not_call else "", contact.status) if part)
