"""Sets of contacts in one transaction: in Python while they are few, else in a temporary table."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, Column, ColumnElement, Integer, MetaData, Select, Table, exists, literal, select

from segtui.database.tables.core_tables import contacts
from segtui.services.session import Transaction

FEW: Final = 200
"""Largest number of contacts that are held in Python, and for which rules are evaluated there."""

ContactIds = Sequence[int] | ColumnElement[bool] | Select[Any]
"""Contacts: their ids, a condition on `contacts`, or a query of ids without duplicates."""


def ids_of(tx: Transaction, which: ColumnElement[bool] | Select[Any]) -> Select[Any]:
    """Return the query of the ids of contacts."""
    return which if isinstance(which, Select) else select(contacts.c.id).where(tx.scope(contacts), which)


class ContactSet:
    """Contacts, each with the number of the batch that first added it."""

    def __init__(self, name: str) -> None:
        self.few: dict[int, int] = {}
        """The batch of each contact, where they are few."""
        self.is_many = False
        self.table = Table(
            name,
            MetaData(),
            Column("contact_id", BigInteger, primary_key=True, autoincrement=False),
            Column("batch", Integer, nullable=False),
            prefixes=["TEMPORARY"],
        )

    def __bool__(self) -> bool:
        return self.is_many or bool(self.few)

    def add(self, tx: Transaction, which: ContactIds, batch: int = 0) -> None:
        """Add contacts; those that are in the set keep their batch."""
        if isinstance(which, Sequence):
            if not self.is_many and len(which) <= FEW and len(self.few.keys() | set(which)) <= FEW:
                self._add_few(which, batch)
                return
            self._spill(tx)
            new = ids_of(tx, tx.backend.id_in(contacts.c.id, which))
        else:
            new = ids_of(tx, which)
            if not self.is_many:
                ids = tx.execute(new.limit(FEW + 1)).scalars().all()
                if len(self.few.keys() | set(ids)) <= FEW:
                    self._add_few(ids, batch)
                    return
                self._spill(tx)
        self._insert(tx, new, batch)

    def contains(self, column: ColumnElement[int], batch: int | None = None) -> ColumnElement[bool]:
        """Return the condition that a column is one of many contacts, of one batch if given."""
        inside = self.table.c.contact_id == column
        if batch is not None:
            inside &= self.table.c.batch == batch
        return exists(select(literal(1)).where(inside))

    def spill(self, tx: Transaction) -> None:
        """Move the contacts into the table, where they are not there yet."""
        if not self.is_many:
            self._spill(tx)

    def clear(self, tx: Transaction) -> None:
        """Forget all contacts."""
        if self.is_many:
            self.table.drop(tx.connection)
        self.few, self.is_many = {}, False

    def _add_few(self, ids: Sequence[int], batch: int) -> None:
        for contact_id in ids:
            self.few.setdefault(contact_id, batch)

    def _spill(self, tx: Transaction) -> None:
        if self.is_many:
            return
        self.table.create(tx.connection)
        if self.few:
            tx.backend.bulk_load(tx.connection, self.table, list(self.few.items()))
        self.is_many = True

    def _insert(self, tx: Transaction, new: Select[Any], batch: int) -> None:
        rows = new.subquery()
        contact_id = next(iter(rows.c))
        adding = select(contact_id, literal(batch, Integer))
        if tx.execute(select(self.table.c.contact_id).limit(1)).first() is not None:
            adding = adding.where(~self.contains(contact_id))
        tx.execute(self.table.insert().from_select(["contact_id", "batch"], adding))
        tx.backend.analyze(tx.connection, self.table)
