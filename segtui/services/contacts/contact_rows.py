"""Contacts as rows: helpers for reading, writing and undoing, inside an open transaction."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from segtui.database.tables.core_tables import contacts
from segtui.domain.contact import TEXT_FIELDS, ContactValues
from segtui.domain.phones import grouped
from segtui.errors import NotFound
from segtui.services.session import Transaction, moment

FieldValue = str | bool | int | datetime | tuple[str, ...] | None
"""Value of a field of a contact; several where a contact can have several, such as the segments it is in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(ContactValues):
    """A contact as it is stored. `do_not_call_by` tells the origin of the mark.

    `region` is the country of the phone, ISO 3166 alpha-2; "" without a phone, or where it has none. `extra` holds the
    values of the further columns of the list it was read for (`field_columns`), by the names of the fields.
    """

    id: int
    company_id: int
    do_not_call_by: str
    created_at: datetime
    updated_at: datetime
    import_id: int | None
    region: str = ""
    extra: Mapping[str, FieldValue] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The contact's name in a sentence: the name, or else the phone, grouped for reading, or the e-mail."""
        return self.name or grouped(self.phone) or self.email


COLUMNS: tuple[ColumnElement[Any], ...] = (
    contacts.c.id,
    contacts.c.company_id,
    *(contacts.c[name] for name in TEXT_FIELDS),
    contacts.c.do_not_call,
    contacts.c.do_not_call_by,
    contacts.c.custom_fields,
    contacts.c.created_at,
    contacts.c.updated_at,
    contacts.c.import_id,
    contacts.c.region,
)


def contact_of(row: Row[*tuple[Any, ...]]) -> Contact:
    """Return the contact that a row of the database is."""
    values: dict[str, Any] = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name for it
    for name in (*TEXT_FIELDS, "do_not_call_by", "region"):
        values[name] = values[name] or ""
    values["do_not_call"] = bool(values["do_not_call"])
    values["custom_fields"] = json.loads(values["custom_fields"])
    values["created_at"] = moment(values["created_at"])
    values["updated_at"] = moment(values["updated_at"])
    return Contact(**values)


def get(tx: Transaction, contact_id: int) -> Contact:
    """Return a contact by its id. Raises NotFound."""
    row = tx.execute(select(*COLUMNS).where(tx.scope(contacts), contacts.c.id == contact_id)).one_or_none()
    if row is None:
        raise NotFound("This contact no longer exists.")
    return contact_of(row)


def empty() -> dict[str, Any]:
    """Return the stored values of a contact without any data, for `contact_values.checked`."""
    return dict.fromkeys(TEXT_FIELDS) | {"do_not_call": 0, "do_not_call_by": None, "custom_fields": {}}


def stored_values(before: Contact) -> dict[str, Any]:
    """Return the stored values of a contact, as `contact_values.checked` changes them."""
    texts = {name: getattr(before, name) or None for name in TEXT_FIELDS}
    return texts | {
        "do_not_call": int(before.do_not_call),
        "do_not_call_by": before.do_not_call_by or None,
        "custom_fields": dict(before.custom_fields),
    }
