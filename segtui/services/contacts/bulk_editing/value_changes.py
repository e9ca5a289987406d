"""Changes to the values of many contacts: written with one statement, packed, undone and done again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, Column, ColumnElement, MetaData, Row, Select, Table, select, update

from segtui.database.tables.core_tables import contacts
from segtui.domain.contact import NAME, SEARCHED_FIELDS, full_name
from segtui.domain.criteria.fields import CUSTOM
from segtui.domain.phones import region_of
from segtui.domain.text import fold
from segtui.services import search_index
from segtui.services.contacts import contact_values
from segtui.services.contacts.bulk_editing import reaching
from segtui.services.contacts.bulk_editing.reaching import REACHING, Move
from segtui.services.contacts.bulk_editing.value_packs import Changed, ValuePacks, Values
from segtui.services.criteria import custom_fields
from segtui.services.session import Transaction, now

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
    _packs: ValuePacks = field(default_factory=ValuePacks, repr=False)

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return self._packs.size

    def set_all(self, tx: Transaction, changing: ColumnElement[bool], constants: Values) -> None:
        """Give the text fields of the contacts that fulfil a condition one value each, in one statement.

        `changing` must select the same contacts until then, each of which has another value in one of the fields.
        """
        if tx.session.history is not None:
            self._packs.add_setting(tx, changing, constants)
        values: dict[str, Any] = {name: value or None for name, value in constants.items()}
        if "search" in self.columns.written:
            search_index.before_change_where(tx, changing)
            lines = contact_values.search_lines(constants)
            values["search"] = tx.backend.values.with_lines(contacts.c.search, lines, len(SEARCHED_FIELDS))
        tx.upkeep.before_change(changing, self.columns.written)
        self.count = tx.changed(update(contacts).where(changing).values(updated_at=self.at, **values))

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
                self._packs.add(Changed(row.id, row.updated_at, edited.before, edited.after) for row, edited in batch)
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
        for changes in self._packs.batches():
            batch = []
            rows = tx.execute(self.columns.rows(tx).where(tx.backend.id_in(contacts.c.id, list(changes)))).all()
            for row in rows:
                _, time, before, after = changes[row.id]
                present = values_of(row, after)
                mine = [name for name in after if present[name] == after[name]]
                if not mine:
                    continue
                # With its previous time it counts as unchanged again where that version was seen.
                untouched = row.updated_at == self.at and len(mine) == len(after)
                old = {name: before[name] for name in mine}
                new = {name: after[name] for name in mine}
                batch.append((row, Edited(new, old, time if untouched else reverse.at)))
            if self.columns.changes_reach:
                moves = [Move.of(row, edited.after) for row, edited in batch if not REACHING.isdisjoint(edited.after)]
                refused = reaching.refusals(tx, moves)
                batch = [(row, edited) for row, edited in batch if row.id not in refused]
            reverse.left_alone += len(rows) - len(batch)
            yield batch


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
