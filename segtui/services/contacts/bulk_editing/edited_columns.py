"""Columns of contacts that a bulk edit reads and writes, with all that follow from the edited fields."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, Column, MetaData, Row, Select, Table, select

from segtui.database.tables.core_tables import contacts
from segtui.domain.contact import NAME, SEARCHED_FIELDS, full_name
from segtui.domain.criteria.fields import CUSTOM
from segtui.domain.phones import region_of
from segtui.domain.text import fold
from segtui.services.contacts import contact_values
from segtui.services.contacts.bulk_editing.reaching import REACHING
from segtui.services.contacts.bulk_editing.value_packs import Values
from segtui.services.session import Transaction

_NAMES: Final = ("first_name", "last_name")
_ContactRow = Row[*tuple[Any, ...]]


class Edited(NamedTuple):
    """New values of a contact, its old values of the same fields, and the new time of its last change."""

    before: Values
    after: Values
    updated_at: int


@dataclass(frozen=True)
class EditedColumns:
    """Columns of contacts that an edit of some fields reads and writes.

    `texts` are its text fields; `has_custom` tells whether it edits custom fields.
    """

    texts: tuple[str, ...]
    has_custom: bool

    @cached_property
    def edited(self) -> tuple[str, ...]:
        """The columns of the edited fields."""
        return (*self.texts, *(("custom_fields",) if self.has_custom else ()))

    @cached_property
    def written(self) -> tuple[str, ...]:
        """The columns that are written, those that follow from the fields among them."""
        return ("updated_at", *self.edited, *self._keys, *(("search",) if self._is_searched else ()))

    @property
    def are_independent(self) -> bool:
        """True if no other column than the search text follows from the edited ones."""
        return not self._keys

    @property
    def changes_reach(self) -> bool:
        """True if phones or e-mails are edited, which decide who a contact is."""
        return not REACHING.isdisjoint(self.texts)

    @property
    def table(self) -> Table:
        """The temporary table of contacts with their new columns, on the way into the table of contacts."""
        columns = [Column(name, contacts.c[name].type) for name in self.written]
        key = Column("contact_id", BigInteger, primary_key=True, autoincrement=False)
        return Table("edited_contacts", MetaData(), key, *columns, prefixes=["TEMPORARY"])

    def rows(self, tx: Transaction) -> Select[*tuple[Any, ...]]:
        """Return a query of contacts with what an edit and its preview need, in the order of their ids."""
        always = ("id", "updated_at", "first_name", "last_name", "phone", "email", "do_not_call")
        names = dict.fromkeys((*always, *self.written))
        columns = (contacts.c[name] for name in names if name not in self._keys)
        return select(*columns).where(tx.scope(contacts)).order_by(contacts.c.id)

    def new_row(self, row: _ContactRow, edited: Edited) -> tuple[object, ...]:
        """Return the row of a contact in `table`."""
        after = edited.after
        new: list[object] = [row.id, edited.updated_at]
        new += [after[name] or None if name in after else getattr(row, name) for name in self.texts]
        if self.has_custom:
            custom = contact_values.custom_fields_of(row.custom_fields)
            for name, value in after.items():
                if name.startswith(CUSTOM) and value:
                    custom[name.removeprefix(CUSTOM)] = value
                elif name.startswith(CUSTOM):
                    custom.pop(name.removeprefix(CUSTOM), None)
            new.append(contact_values.stored_custom_fields(custom))
        changed = after
        if self._edits_name:
            first, last = (after.get(name, getattr(row, name)) for name in _NAMES)
            changed = {**after, NAME.name: full_name(first, last)}
            new.append(fold(changed[NAME.name]) or None)
        if "phone" in self.texts:
            phone = after.get("phone", row.phone)
            new.append(region_of(phone) if phone else None)
        if "email" in self.texts:
            new.append((after.get("email", row.email) or "").casefold() or None)
        if self._is_searched:
            new.append(contact_values.changed_search_text(row.search, changed))
        return tuple(new)

    @cached_property
    def _keys(self) -> tuple[str, ...]:
        """The columns that follow from the edited fields, but for the search text."""
        keys = ((_NAMES, "name_key"), (("phone",), "region"), (("email",), "email_key"))
        return tuple(key for fields, key in keys if not set(fields).isdisjoint(self.texts))

    @cached_property
    def _edits_name(self) -> bool:
        return "name_key" in self._keys

    @cached_property
    def _is_searched(self) -> bool:
        return self._edits_name or not set(SEARCHED_FIELDS).isdisjoint(self.texts)
