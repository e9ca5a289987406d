"""Statements that a transaction executes, for tests of their plans."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from segtui.services.session import Transaction


@contextmanager
def executed(tx: Transaction) -> Iterator[list[tuple[str, Any]]]:
    """Yield the statements that are executed in the block, with their parameters."""
    statements: list[tuple[str, Any]] = []

    def before(_connection: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        statements.append((statement, values))

    engine = tx.connection.engine
    event.listen(engine, "before_cursor_execute", before)
    yield statements
    event.remove(engine, "before_cursor_execute", before)
