"""Transactions of a session: statements with the company as a parameter, all of them or none."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    Connection,
    CursorResult,
    Executable,
    Table,
    bindparam,
    select,
    true,
)

from segtui.database.backends.backend import Backend
from segtui.database.tables.core_tables import memberships, segments
from segtui.services.interrupt import Interrupt

if TYPE_CHECKING:
    from segtui.services.segments.live.stale_rules import StaleRules
    from segtui.services.segments.live.upkeep import Upkeep
    from segtui.services.session import Company, Session


class Transaction:
    """One transaction of one session. Every statement gets the session's company as the parameter `company`."""

    def __init__(self, session: "Session", connection: Connection, interrupt: Interrupt) -> None:
        self.session = session
        self.connection = connection
        self._interrupt = interrupt
        self.backend: Backend = session.database.backend
        self._company = {} if session.company is None else {"company": session.company.id}
        self._upkeep: Upkeep | None = None
        self.stale_rules: StaleRules | None = None
        """The live segments whose stored members are of another day, which is so only where nobody could write."""

    @property
    def upkeep(self) -> "Upkeep":
        """The upkeep of live segments; every change to contacts and memberships must be reported to it."""
        if self._upkeep is None:
            from segtui.services.segments.live.upkeep import Upkeep

            self._upkeep = Upkeep(self)
        return self._upkeep

    def within(self, company: "Company") -> "Transaction":
        """Return a part of this transaction that is bound to one company. Call its `finish` at the end."""
        return Transaction(self.session.bound_to(company), self.connection, self._interrupt)

    def finish(self) -> None:
        """Bring live segments and counts in step with the changes so far."""
        if self._upkeep is not None:
            self._upkeep.finish()

    @property
    def is_in_company(self) -> bool:
        """True for a session that is bound to one company."""
        return self.session.company is not None

    @property
    def company_id(self) -> int:
        """The company's id. Raises InvalidInput where the session looks at all of them."""
        return self.session.one_company.id

    def scope(self, table: Table) -> ColumnElement[bool]:
        """Return the condition that keeps a statement to the session's company (true for all companies).

        It excludes deleted segments and their memberships, whose rows may stay for a while.
        """
        condition = self.whole_scope(table)
        if table is segments:
            return condition & segments.c.deleted_at.is_(None)
        if table is memberships:
            deleted = select(segments.c.id).where(self.whole_scope(segments), segments.c.deleted_at.is_not(None))
            return condition & memberships.c.segment_id.not_in(deleted.correlate(None))
        return condition

    def whole_scope(self, table: Table) -> ColumnElement[bool]:
        """Return the condition with the rest of deleted segments included."""
        if self.session.company is None:
            return true()
        condition: ColumnElement[bool] = table.c.company_id == bindparam("company")
        return condition

    def execute(
        self, statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[*tuple[Any, ...]]:
        """Run a statement. `values` are its parameters; a list of them runs it for each. Raises Cancelled."""
        self._interrupt.demand_not_cancelled()
        if self.stale_rules is not None and isinstance(statement, ClauseElement):
            statement = self.stale_rules.rewritten(statement)
        if isinstance(values, Mapping) or values is None:
            return self.connection.execute(statement, {**self._company, **(values or {})})
        return self.connection.execute(statement, [{**self._company, **row} for row in values])

    def take_turn(self, before_day_change: Callable[[], None]) -> bool:
        """Lock the company for the writes of this transaction, which `Workspace.preparing` opened.

        Return True if other transactions may have committed since this one began. `before_day_change` is called before
        rules are evaluated for a new day, which must not see what was prepared. Raises DatabaseBusy.
        """
        if self.backend.has_single_writer:
            return False
        company = self.session.company
        self.backend.begin_write(self.connection, company.id if company else None, self.session.patience)
        _catch_up(self, before_day_change)
        return True

    def changed(self, statement: Executable) -> int:
        """Run a statement that changes rows and return their number."""
        return int(self.execute(statement.execution_options(preserve_rowcount=True)).rowcount)


class Workspace:
    """One connection of one session: temporary tables last from transaction to transaction."""

    def __init__(self, session: "Session", connection: Connection, interrupt: Interrupt) -> None:
        self.session = session
        self.connection = connection
        self._interrupt = interrupt

    def use_bulk_memory(self) -> None:
        """Take more memory for bulk writes. The connection must not go back to the pool: `detach` it."""
        self.session.database.backend.use_bulk_memory(self.connection)
        self.connection.rollback()

    @contextmanager
    def transaction(self, *, writes: bool, by_anybody: bool = False) -> Iterator[Transaction]:
        """Open a transaction: all of it or nothing. Raises NotAllowed where a viewer would write.

        `by_anybody` is only for entries in the audit trail, which viewers leave too.
        """
        if not writes:
            with self._begun(writes=False) as transaction:
                transaction.stale_rules = day_change().stale_rules(transaction)
                yield transaction
            return
        if not by_anybody:
            self.session.demand_write()
        # An audit entry waits for no other writer, on a server not even for one in the company.
        with day_change().writing(), self._begun(writes=True, waits=not by_anybody) as transaction:
            if not by_anybody:
                _catch_up(transaction)
            yield transaction
            transaction.finish()

    @contextmanager
    def preparing(self) -> Iterator[Transaction]:
        """Open a transaction that first writes rows which no other transaction touches.

        Where the database allows it, other writers wait only from `Transaction.take_turn` on, which has to be called
        before other rows are written. Raises NotAllowed.
        """
        self.session.demand_write()
        with day_change().writing(), self._begun(writes=True) as transaction:
            if self.session.database.backend.has_single_writer:
                _catch_up(transaction)
            yield transaction
            transaction.finish()

    @contextmanager
    def keeping_up(self) -> Iterator[Transaction]:
        """Open a transaction for updates by the clock, allowed in every role: live segments after midnight."""
        brief = self.session.database.backend.waiting_at_most(self.connection, self.session.patience)
        with day_change().writing(), brief, self._begun(writes=True, waits=True) as transaction:
            yield transaction
            transaction.finish()

    @contextmanager
    def _begun(self, *, writes: bool, waits: bool = False) -> Iterator[Transaction]:
        self.connection.execution_options(writes=writes)
        backend, company = self.session.database.backend, self.session.company
        company_id = company.id if company else None
        with self.connection.begin():
            backend.enter_company(self.connection, company_id, self.session.actor.claims)  # raises SignedOut
            if waits:
                backend.begin_write(self.connection, company_id, self.session.patience)
            yield Transaction(self.session, self.connection, self._interrupt)


def _catch_up(transaction: Transaction, before: Callable[[], None] = lambda: None) -> None:
    """Bring rules of the company that a new day changes up to date, after `before`, in a transaction with its turn."""
    if transaction.is_in_company and day_change().is_due(transaction):
        before()
        from segtui.services.segments.live import catching_up

        catching_up.catch_up_in(transaction)


def day_change() -> ModuleType:
    """Return the module of rules with relative days, which imports this one."""
    from segtui.services.segments.live import day_change

    return day_change
