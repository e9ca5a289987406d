"""Changes to the values of many contacts: written with one statement, packed, undone and done again."""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, Column, MetaData, Row, Select, Table, select, update

from segtui.database.tables.core_tables import contacts
from segtui.domain.contact import NAME, SEARCHED_FIELDS, TEXT_FIELDS, full_name
from segtui.domain.criteria.fields import CUSTOM
from segtui.domain.text import fold
from segtui.services import search_index
from segtui.services.contacts import contact_values
from segtui.services.criteria import custom_fields
from segtui.services.session import Transaction, now

BATCH: Final = 5_000
"""Contacts that are read, computed and packed together."""
BULK_FIELDS: Final = tuple(name for name in TEXT_FIELDS if name not in ("phone", "email"))
"""Text fields that can be changed for many contacts: a phone and an e-mail are those of one contact."""
_NAMES: Final = ("first_name", "last_name")

Values = Mapping[str, str]
"""Values by field: a text field by its name, a custom field as `custom.NAME`; a blank one is empty."""
_ContactRow = Row[*tuple[Any, ...]]


class Edited(NamedTuple):
    """New values of a contact, its old values of the same fields, and the new time of its last change."""

    before: Values
    after: Values
    updated_at: int


@dataclass(frozen=True)
class EditedColumns:
    """Columns of contacts that an edit of some fields reads and writes.

    `texts` are its text fields, of BULK_FIELDS; `has_custom` tells whether it edits custom fields.
    """

    texts: tuple[str, ...]
    has_custom: bool

    @cached_property
    def written(self) -> tuple[str, ...]:
        """The columns that are written, those that follow from the fields among them."""
        custom = ("custom_fields",) if self.has_custom else ()
        keys = ("name_key",) if self._edits_name else ()
        return ("updated_at", *self.texts, *custom, *keys, *(("search",) if self._is_searched else ()))

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
        columns = (contacts.c[name] for name in names if name != "name_key")
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
        if self._is_searched:
            new.append(contact_values.changed_search_text(row.search, changed))
        return tuple(new)

    @cached_property
    def _edits_name(self) -> bool:
        return not set(_NAMES).isdisjoint(self.texts)

    @cached_property
    def _is_searched(self) -> bool:
        return self._edits_name or not set(SEARCHED_FIELDS).isdisjoint(self.texts)


@dataclass
class ValueChange:
    """Values of many contacts before and after a change. `at` is its time in microseconds.

    A contact of the change has another `updated_at` where it was changed since.
    """

    columns: EditedColumns
    at: int
    count: int = 0
    left_alone: int = 0
    """Contacts that a reversal left alone, because they were changed since."""
    _packs: list[bytes] = field(default_factory=list, repr=False)

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return sum(map(len, self._packs))

    def write(self, tx: Transaction, edits: Iterable[Sequence[tuple[_ContactRow, Edited]]]) -> None:
        """Write the new values of contacts: batches of rows (`EditedColumns.rows`) with their new values."""
        table = self.columns.table
        table.create(tx.connection)
        names: set[str] = set()
        for batch in edits:
            if not batch:
                continue
            names.update(name for _, edited in batch for name, value in edited.after.items() if value)
            rows = [self.columns.new_row(row, edited) for row, edited in batch]
            tx.backend.bulk_load(tx.connection, table, rows)
            if tx.session.history is not None:
                self._pack([(row.id, row.updated_at, edited.before, edited.after) for row, edited in batch])
            self.count += len(batch)
        if self.count:
            self._write_columns(tx, table)
            custom_names = (name.removeprefix(CUSTOM) for name in names if name.startswith(CUSTOM))
            custom_fields.keep_names(tx, custom_names)
        table.drop(tx.connection)

    def _write_columns(self, tx: Transaction, table: Table) -> None:
        tx.backend.analyze(tx.connection, table)
        changing = contacts.c.id.in_(select(table.c.contact_id))
        if "search" in self.columns.written:
            search_index.before_change_where(tx, changing)
        tx.upkeep.before_change(changing, self.columns.written)
        writing = update(contacts).where(tx.scope(contacts), contacts.c.id == table.c.contact_id)
        tx.execute(writing.values({name: table.c[name] for name in self.columns.written}))

    def reverse(self, tx: Transaction) -> "ValueChange":
        """Restore the old values that nobody has changed since, in an open transaction. Return the reverse change."""
        reverse = ValueChange(self.columns, now())
        reverse.write(tx, self._restored(tx, reverse))
        return reverse

    def _restored(self, tx: Transaction, reverse: "ValueChange") -> Iterator[list[tuple[_ContactRow, Edited]]]:
        for pack in self._packs:
            ids, times, befores, afters = json.loads(zlib.decompress(pack))
            changes = {key: values for key, *values in zip(ids, times, befores, afters, strict=True)}
            batch = []
            rows = tx.execute(self.columns.rows(tx).where(tx.backend.id_in(contacts.c.id, ids))).all()
            for row in rows:
                time, before, after = changes[row.id]
                present = values_of(row, after)
                mine = [name for name in after if present[name] == after[name]]
                if not mine:
                    continue
                # With its previous time it counts as unchanged again where that version was seen.
                untouched = row.updated_at == self.at and len(mine) == len(after)
                old = {name: before[name] for name in mine}
                new = {name: after[name] for name in mine}
                batch.append((row, Edited(new, old, time if untouched else reverse.at)))
            reverse.left_alone += len(rows) - len(batch)
            yield batch

    def _pack(self, rows: Sequence[tuple[int, int, Values, Values]]) -> None:
        columns = [list(column) for column in zip(*rows, strict=True)]
        self._packs.append(zlib.compress(json.dumps(columns, separators=(",", ":")).encode(), 1))


def values_of(row: _ContactRow, names: Iterable[str]) -> dict[str, str]:
    """Return the values of a contact's fields; blank ones are empty."""
    custom: dict[str, str] | None = None
    values: dict[str, str] = {}
    for name in names:
        if not name.startswith(CUSTOM):
            values[name] = getattr(row, name) or ""
            continue
        custom = contact_values.custom_fields_of(row.custom_fields) if custom is None else custom
        values[name] = custom.get(name.removeprefix(CUSTOM), "")
    return values
