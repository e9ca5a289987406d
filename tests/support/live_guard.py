"""The guard of live segments: every writing transaction of every test leaves them and the counts exact.

A write that forgets to tell `Transaction.upkeep` fails in the first test that runs it, whether or not there is a live
segment. What a test writes by SQL of its own is its own business.
"""

import functools
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Delete, Insert, TextClause, Update, func, select
from sqlalchemy.sql import Executable

from segtui.database.tables.core_tables import contacts, segments
from segtui.services.maintenance import live_checks
from segtui.services.segments.live.upkeep import Upkeep
from segtui.services.session import Transaction
from tests.services.segments.live import recomputing

_GUARDED: Final = {
    "contacts": ("INSERT", "UPDATE", "DELETE"),
    "memberships": ("INSERT", "UPDATE", "DELETE"),
    "contact_calls": ("INSERT", "UPDATE", "DELETE"),
    "campaign_contacts": ("INSERT", "DELETE"),
    "import_changes": ("INSERT", "DELETE"),
}
# Columns that no rule reads.
_UNREAD: Final = {"do_not_call_by", "import_id", "search", "name_key", "email_key"}
# The counter of the company that tells others of a change to a table: what was computed before it may be wrong.
_COUNTERS: Final = {"contacts": "contact_changes", "memberships": "segments_changed_at"}
_UNSEEN: Final = {"segtui.services.segments.purge"}
"""Modules that remove what nobody sees any more: a deleted segment was counted when it was deleted."""
_WRITE = re.compile(r"\s*(INSERT|UPDATE|DELETE)\s+(?:INTO\s+|FROM\s+)?(\w+)", re.IGNORECASE)
_MAX_CONTACTS: Final = 300


_SWITCH = {"on": True}


def switch_off() -> None:
    """Guard nothing any more in this process: a benchmark measures what users have."""
    _SWITCH["on"] = False


@contextmanager
def suspended() -> Iterator[None]:
    """Guard nothing while the block runs, for tests that look at every statement of the program."""
    switch_off()
    try:
        yield
    finally:
        _SWITCH["on"] = True


def install() -> None:
    """Guard every transaction of this process."""
    execute, finish = Transaction.execute, Transaction.finish

    @functools.wraps(execute)
    def guarded_execute(tx: Transaction, statement: Executable, *arguments: Any) -> Any:
        if not _SWITCH["on"]:
            return execute(tx, statement, *arguments)
        module = _caller()
        write = _written(statement)
        result = execute(tx, statement, *arguments)
        _moved(tx).update(_counters_in(statement))
        if write is None or result.rowcount == 0:
            return result
        is_handed_over = write == "memberships" and isinstance(statement, Update)  # to another import
        if write in _COUNTERS and module.startswith("segtui.services.") and not is_handed_over | (module in _UNSEEN):
            _counted(tx).add(_COUNTERS[write])
        if module.startswith("segtui.") and ".segments.live." not in module:
            _required(tx).add(write)
        elif module.startswith("tests."):
            tx.__dict__["is_of_test"] = True
        return result

    @functools.wraps(finish)
    def guarded_finish(tx: Transaction) -> None:
        if not _SWITCH["on"]:
            finish(tx)
            return
        required = _required(tx)
        upkeep: Upkeep | None = tx._upkeep
        forgotten = required - (upkeep.reported if upkeep is not None else set())
        assert not forgotten, f"The upkeep of live segments was not told of changes to {', '.join(sorted(forgotten))}."
        finish(tx)
        unmoved = _unmoved(tx)
        assert not unmoved or tx.__dict__.get("is_of_test"), f"No counter was moved: {', '.join(sorted(unmoved))}."
        if (required or upkeep is not None) and tx.is_in_company and not tx.__dict__.get("is_of_test"):
            _demand_exact(tx)

    Transaction.execute = guarded_execute  # type: ignore[method-assign, assignment]
    Transaction.finish = guarded_finish  # type: ignore[method-assign, assignment]


def _required(tx: Transaction) -> set[str]:
    required: set[str] = tx.__dict__.setdefault("required_reports", set())
    return required


def _counted(tx: Transaction) -> set[str]:
    """Return the counters that have to be moved, because what they count was changed."""
    counters: set[str] = tx.__dict__.setdefault("counters_of_changes", set())
    return counters


def _moved(tx: Transaction) -> set[str]:
    """Return the counters that were moved."""
    counters: set[str] = tx.__dict__.setdefault("moved_counters", set())
    return counters


def _unmoved(tx: Transaction) -> set[str]:
    """Return the counters that were not moved; members of a deleted segment go with a contact that is deleted."""
    return set() if "contact_changes" in _moved(tx) else _counted(tx) - _moved(tx)


def _counters_in(statement: Executable) -> set[str]:
    if not isinstance(statement, Update) or getattr(statement.table, "name", "") != "companies":
        return set()
    values = getattr(statement, "_values", None) or {}
    return {str(getattr(column, "name", column)) for column in values}


def _caller() -> str:
    """Return the name of the module that runs a statement."""
    frame = sys._getframe(2)
    while frame.f_code.co_name in ("changed", "execute") and frame.f_back is not None:
        frame = frame.f_back
    return str(frame.f_globals.get("__name__", ""))


def _written(statement: Executable) -> str | None:
    """Return the guarded table that a statement changes, if it changes anything that rules read."""
    if isinstance(statement, TextClause):
        match = _WRITE.match(statement.text)
        table, verb = (match[2], match[1].upper()) if match else ("", "")
    elif isinstance(statement, Insert | Update | Delete):
        table, verb = str(getattr(statement.table, "name", "")), type(statement).__name__.upper()
        values = getattr(statement, "_values", None) or {}
        if verb == "UPDATE" and values and {getattr(column, "name", column) for column in values} <= _UNREAD:
            return None
    else:
        return None
    return table if verb in _GUARDED.get(table, ()) else None


def _demand_exact(tx: Transaction) -> None:
    # The same statements keep them on both databases: tests of segments try both, the others SQLite, in half the time.
    if tx.backend.name == "sqlite" or "tests/services/segments" in os.environ.get("PYTEST_CURRENT_TEST", ""):
        wrong = list(live_checks.count_problems(tx))
        assert not wrong, f"Wrong counts, hashes or days: {wrong}"
    if tx.execute(select(segments.c.id).where(tx.scope(segments), segments.c.rule.is_not(None))).first() is None:
        return
    if tx.execute(select(func.count()).select_from(contacts).where(tx.scope(contacts))).scalar_one() <= _MAX_CONTACTS:
        recomputing.demand_exact_in(tx)
