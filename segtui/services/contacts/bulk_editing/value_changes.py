"""Changes to the values of many contacts: written with one statement, packed, undone and done again."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Table, select, update

from segtui.database.tables.core_tables import contacts
from segtui.domain.contact import SEARCHED_FIELDS
from segtui.domain.criteria.fields import CUSTOM
from segtui.services import search_index
from segtui.services.contacts import contact_values
from segtui.services.contacts.bulk_editing import reaching
from segtui.services.contacts.bulk_editing.assignments import Assignment
from segtui.services.contacts.bulk_editing.edited_columns import Edited, EditedColumns
from segtui.services.contacts.bulk_editing.reaching import REACHING, Move
from segtui.services.contacts.bulk_editing.value_packs import Changed, ValuePacks, Values
from segtui.services.criteria import custom_fields
from segtui.services.session import Transaction, now

_ContactRow = Row[*tuple[Any, ...]]


@dataclass
class ValueChange:
    """Values of many contacts before and after a change. `changed_at` is its time in microseconds.

    A contact of the change has another `updated_at` where it was changed since.
    """

    columns: EditedColumns
    changed_at: int
    count: int = 0
    left_alone: int = 0
    """Contacts that a reversal left alone, because they were changed since."""
    _packs: ValuePacks = field(default_factory=ValuePacks, repr=False)

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return self._packs.size

    def assign(
        self, tx: Transaction, assignment: Assignment, changes: Callable[[_ContactRow], tuple[Values, Values]]
    ) -> None:
        """Write the new values of an assignment in one statement. `changes` is as in `ValuePacks.add_equal`."""
        changing = assignment.changing
        if tx.session.history is not None:
            self._packs.add_equal(tx, changing, self.columns.texts, changes)
        values = dict(assignment.values)
        if assignment.lines:
            search_index.before_change_where(tx, changing)
            lines = tx.backend.values.with_lines(contacts.c.search, assignment.lines, len(SEARCHED_FIELDS))
            values["search"] = lines
        tx.upkeep.before_change(changing, self.columns.written)
        self.count = tx.changed(update(contacts).where(changing).values(updated_at=self.changed_at, **values))

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
                untouched = row.updated_at == self.changed_at and len(mine) == len(after)
                old = {name: before[name] for name in mine}
                new = {name: after[name] for name in mine}
                batch.append((row, Edited(new, old, time if untouched else reverse.changed_at)))
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
