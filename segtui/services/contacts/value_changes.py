"""Changes to the values of many contacts: written with one statement, packed, undone and done again."""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, Column, MetaData, Row, Select, Table, Text, select, update

from segtui.database.tables.core_tables import Key, contacts
from segtui.domain.contact import TEXT_FIELDS
from segtui.services import search_index
from segtui.services.contacts import contact_values, custom_fields
from segtui.services.contacts.edit_conflicts import CUSTOM
from segtui.services.session import Transaction, now

BATCH: Final = 5_000
"""Contacts that are read, computed and packed together."""
BULK_FIELDS: Final = tuple(name for name in TEXT_FIELDS if name not in ("phone", "email"))
"""Text fields that can be changed for many contacts: a phone and an e-mail are those of one contact."""
# The contacts of a change with their new columns, on the way into the table of contacts.
_edited = Table(
    "edited_contacts",
    MetaData(),
    Column("contact_id", BigInteger, primary_key=True, autoincrement=False),
    Column("updated_at", BigInteger, nullable=False),
    *(Column(name, Text) for name in BULK_FIELDS),
    Column("custom_fields", Text, nullable=False),
    Column("name_key", Key),
    Column("search", Key, nullable=False),
    prefixes=["TEMPORARY"],
)

Values = Mapping[str, str]
"""Values by field: a text field by its name, a custom field as `custom.NAME`; a blank one is empty."""


class Edited(NamedTuple):
    """New values of a contact, its old values of the same fields, and the time that becomes that of its last change."""

    before: Values
    after: Values
    updated_at: int


def rows_of(tx: Transaction) -> Select[*tuple[Any, ...]]:
    """Return a query of contacts with the columns that an edit needs, in the order of their ids."""
    texts = (contacts.c[name] for name in TEXT_FIELDS)
    columns = (contacts.c.id, contacts.c.updated_at, *texts, contacts.c.do_not_call, contacts.c.custom_fields)
    return select(*columns).where(tx.scope(contacts)).order_by(contacts.c.id)


@dataclass
class ValueChange:
    """Values of many contacts before and after a change. `at` is its time in microseconds.

    A contact of the change has another `updated_at` where it was changed since.
    """

    at: int
    count: int = 0
    kept: int = 0
    """Contacts that a reversal left alone, because they were changed since."""
    _packs: list[bytes] = field(default_factory=list, repr=False)

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return sum(map(len, self._packs))

    def write(self, tx: Transaction, edits: Iterable[Sequence[tuple[Row[*tuple[Any, ...]], Edited]]]) -> None:
        """Write the new values of contacts: batches of rows (`rows_of`) with their new values."""
        _edited.create(tx.connection)
        touched: set[str] = set()
        given: set[str] = set()
        for batch in edits:
            if not batch:
                continue
            touched.update(name for _, edited in batch for name in edited.after)
            given.update(name for _, edited in batch for name, value in edited.after.items() if value)
            tx.backend.bulk_load(tx.connection, _edited, [_columns(row, edited) for row, edited in batch])
            if tx.session.history is not None:
                self._pack([(row.id, row.updated_at, edited.before, edited.after) for row, edited in batch])
            self.count += len(batch)
        if self.count:
            tx.backend.analyze(tx.connection, _edited)
            changing = contacts.c.id.in_(select(_edited.c.contact_id))
            search_index.before_change_where(tx, changing)
            names = {*(name for name in touched if not name.startswith(CUSTOM)), "name_key", "search", "updated_at"}
            if any(name.startswith(CUSTOM) for name in touched):
                names.add("custom_fields")
            tx.upkeep.before_change(changing, names)
            writing = update(contacts).where(tx.scope(contacts), contacts.c.id == _edited.c.contact_id)
            tx.execute(writing.values({name: _edited.c[name] for name in sorted(names)}))
            custom_names = (name.removeprefix(CUSTOM) for name in given if name.startswith(CUSTOM))
            custom_fields.keep_names(tx, custom_names)
        _edited.drop(tx.connection)

    def reverse(self, tx: Transaction) -> "ValueChange":
        """Restore the old values that nobody has changed since, in an open transaction. Return that as a change."""
        reverse = ValueChange(now())
        reverse.write(tx, self._restored(tx, reverse))
        return reverse

    def _restored(
        self, tx: Transaction, reverse: "ValueChange"
    ) -> Iterator[list[tuple[Row[*tuple[Any, ...]], Edited]]]:
        for pack in self._packs:
            ids, times, befores, afters = json.loads(zlib.decompress(pack))
            changes = {key: values for key, *values in zip(ids, times, befores, afters, strict=True)}
            batch = []
            rows = tx.execute(rows_of(tx).where(tx.backend.id_in(contacts.c.id, ids))).all()
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
            reverse.kept += len(rows) - len(batch)
            yield batch

    def _pack(self, rows: Sequence[tuple[int, int, Values, Values]]) -> None:
        columns = [list(column) for column in zip(*rows, strict=True)]
        self._packs.append(zlib.compress(json.dumps(columns, separators=(",", ":")).encode(), 1))


def values_of(row: Row[*tuple[Any, ...]], names: Iterable[str]) -> dict[str, str]:
    """Return the values of a contact's fields; blank ones are empty."""
    custom = contact_values.custom_fields_of(row.custom_fields)
    return {
        name: custom.get(name.removeprefix(CUSTOM), "") if name.startswith(CUSTOM) else getattr(row, name) or ""
        for name in names
    }


def _columns(row: Row[*tuple[Any, ...]], edited: Edited) -> tuple[object, ...]:
    """Return the row of a contact in `_edited`."""
    values: dict[str, Any] = {name: getattr(row, name) for name in TEXT_FIELDS}
    custom = contact_values.custom_fields_of(row.custom_fields)
    for name, value in edited.after.items():
        if not name.startswith(CUSTOM):
            values[name] = value or None
        elif value:
            custom[name.removeprefix(CUSTOM)] = value
        else:
            custom.pop(name.removeprefix(CUSTOM), None)
    keys = contact_values.search_keys(values)
    return (
        row.id,
        edited.updated_at,
        *(values[name] for name in BULK_FIELDS),
        contact_values.stored_custom_fields(custom),
        keys["name_key"],
        keys["search"],
    )
