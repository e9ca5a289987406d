"""Columns of lists of contacts: the value of any field for a page of contacts, and its text.

The contact itself holds most values. Values of other tables are read by the ids of a page, one statement per table.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Table, and_, select

from segtui.database.tables.campaign_tables import campaign_contacts, campaigns
from segtui.database.tables.core_tables import contact_calls, contacts, import_changes, imports, memberships, segments
from segtui.domain.contact import TEXT_FIELDS
from segtui.domain.criteria.fields import CUSTOM
from segtui.domain.vocabulary import words
from segtui.services.contacts.contact_rows import COLUMNS, Contact, FieldValue, contact_of
from segtui.services.criteria import custom_fields
from segtui.services.session import Transaction, moment

DAYS: Final = frozenset(("added", "joined"))
"""Times that are shown as days; the others are shown to the minute."""


def with_columns(
    tx: Transaction, page: Sequence[Contact], columns: Collection[str], segment_id: int | None
) -> Sequence[Contact]:
    """Return the contacts of a page with the values of those `columns` in `extra` that they do not hold themselves.

    `segment_id` is the segment that is being viewed, for `joined`.
    """
    needed = [name for name in columns if name in _OF_OTHER_TABLES and (name != "joined" or segment_id is not None)]
    if not needed or not page:
        return page
    values_read = _Page(tx, page, segment_id)
    for read in dict.fromkeys(_OF_OTHER_TABLES[name] for name in needed):
        read(values_read)
    return [replace(contact, extra=values_read.values[contact.id]) for contact in page]


def read_contacts(
    tx: Transaction, ids: Sequence[int], columns: Collection[str], segment_id: int | None
) -> dict[int, Contact]:
    """Return the contacts with these ids, by id, with the values of `columns` as `with_columns` reads them."""
    query = select(*COLUMNS).where(tx.scope(contacts), tx.backend.id_in(contacts.c.id, ids))
    page = with_columns(tx, [contact_of(row) for row in tx.execute(query)], columns, segment_id)
    return {contact.id: contact for contact in page}


def value_of(contact: Contact, column: str) -> FieldValue:
    """Return the value of a declared field or `custom.NAME`; None where it is blank, or was not read (`extra`).

    Times are aware, in UTC. The segments and campaigns are names, imports `17 leads.csv`.
    """
    if column in _HELD:
        return _HELD[column](contact)
    if column in TEXT_FIELDS:
        return getattr(contact, column) or None
    if column.startswith(CUSTOM):
        return custom_fields.value_in(contact.custom_fields, column.removeprefix(CUSTOM)) or None
    return contact.extra.get(column)


def text_of(contact: Contact, column: str, local: Callable[[datetime], datetime]) -> str:
    """Return what a column shows of a contact, not cleaned. `local` converts a time to the zone of the reader."""
    value = value_of(contact, column)
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{local(value):%Y-%m-%d}" if column in DAYS else f"{local(value):%Y-%m-%d %H:%M}"
        case tuple():
            return ", ".join(value)
        case str() if column == "last_outcome":
            return words(value)
    return str(value)


_HELD: Final[Mapping[str, Callable[[Contact], FieldValue]]] = {
    "name": lambda contact: contact.name or None,
    "region": lambda contact: contact.region or None,
    "do_not_call": lambda contact: contact.do_not_call,
    "added": lambda contact: contact.created_at,
    "created": lambda contact: contact.created_at,
    "updated": lambda contact: contact.updated_at,
}


class _Page:
    """A page of contacts, and the values that are read for it."""

    def __init__(self, tx: Transaction, contacts: Sequence[Contact], segment_id: int | None) -> None:
        self.tx = tx
        self.ids = [contact.id for contact in contacts]
        self.created_by = {contact.id: contact.import_id for contact in contacts if contact.import_id is not None}
        self.segment_id = segment_id
        self.values: dict[int, dict[str, FieldValue]] = {key: {} for key in self.ids}

    def with_these(self, contact_id: ColumnElement[int]) -> ColumnElement[bool]:
        """Return the condition that a row belongs to a contact of the page."""
        return self.tx.backend.id_in(contact_id, self.ids)

    def put_lists(self, column: str, rows: Iterable[tuple[int, str]]) -> None:
        """Put the texts of each contact, in their order."""
        lists: dict[int, list[str]] = {}
        for contact_id, text in rows:
            lists.setdefault(contact_id, []).append(text)
        for contact_id, texts in lists.items():
            self.values[contact_id][column] = tuple(texts)


def _read_joined(page: _Page) -> None:
    tx, m = page.tx, memberships.c
    query = select(m.contact_id, m.added_at).where(
        tx.whole_scope(memberships), m.segment_id == page.segment_id, page.with_these(m.contact_id)
    )
    for contact_id, added_at in tx.execute(query):
        page.values[contact_id]["joined"] = moment(added_at)


def _read_calls(page: _Page) -> None:
    c = contact_calls.c
    for values in page.values.values():
        values["calls"] = 0
    query = select(c.contact_id, c.calls, c.last_called, c.last_outcome).where(
        page.tx.scope(contact_calls), page.with_these(c.contact_id)
    )
    for contact_id, calls, last_called, last_outcome in page.tx.execute(query):
        page.values[contact_id] |= {"calls": calls, "last_called": moment(last_called), "last_outcome": last_outcome}


def _read_segments(page: _Page) -> None:
    _read_names(page, "segment", memberships, memberships.c.segment_id, segments, segments.c.sort_key)


def _read_campaigns(page: _Page) -> None:
    id_ = campaign_contacts.c.campaign_id
    _read_names(page, "campaign", campaign_contacts, id_, campaigns, campaigns.c.name_key)


def _read_names(
    page: _Page, column: str, links: Table, group_id: ColumnElement[int], groups: Table, order: ColumnElement[str]
) -> None:
    """Read the names of the groups that the contacts are in; `links` has their contacts, `group_id` their ids."""
    tx, of_group = page.tx, and_(groups.c.company_id == links.c.company_id, groups.c.id == group_id)
    query = (
        select(links.c.contact_id, groups.c.name)
        .join_from(links, groups, of_group)
        .where(tx.whole_scope(links), tx.scope(groups), page.with_these(links.c.contact_id))
        .order_by(order, groups.c.id)
    )
    page.put_lists(column, ((contact_id, name) for contact_id, name in tx.execute(query)))


def _read_imports(page: _Page) -> None:
    tx, c = page.tx, import_changes.c
    query = select(c.contact_id, c.import_id).where(tx.scope(import_changes), page.with_these(c.contact_id))
    changes = [(contact_id, import_id) for contact_id, import_id in tx.execute(query)]
    # The one that created it comes first, and is the oldest.
    pairs = [*page.created_by.items(), *sorted(changes, key=lambda change: change[1])]
    import_ids = sorted({import_id for _, import_id in pairs})
    if import_ids:
        files = select(imports.c.id, imports.c.file).where(
            tx.scope(imports), tx.backend.id_in(imports.c.id, import_ids)
        )
        labels = {import_id: import_label(import_id, file) for import_id, file in tx.execute(files)}
        page.put_lists("import", ((contact_id, labels.get(key, str(key))) for contact_id, key in dict.fromkeys(pairs)))


def import_label(import_id: int, file: str) -> str:
    """Return an import as lists of contacts show it: its id and its file, `17 leads.csv`."""
    return f"{import_id} {file}"


_OF_OTHER_TABLES: Final[Mapping[str, Callable[[_Page], None]]] = {
    "joined": _read_joined,
    "import": _read_imports,
    "segment": _read_segments,
    "campaign": _read_campaigns,
    "calls": _read_calls,
    "last_called": _read_calls,
    "last_outcome": _read_calls,
}
