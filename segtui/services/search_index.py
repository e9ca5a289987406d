"""The search: a parsed search as a condition, and the upkeep of the index where segtui maintains it.

The index itself differs between the databases: `database.backends.backend.SearchIndex`.
"""

import time
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import ColumnElement, and_, bindparam, or_, true, update

from segtui.database.backends.backend import SearchIndex
from segtui.database.tables.core_tables import companies, contacts, search_stale
from segtui.domain.search_terms import Search
from segtui.services.session import Session, Transaction, Workspace

SLICE = 50_000
"""Contacts indexed in one transaction, while others write."""
_MAX_SLICE = 200_000
"""Contacts indexed in one transaction, while nobody else writes: a second."""
# Seconds between two slices: SQLite's waiters retry every tenth of a second, and a shorter pause could miss them all.
_PAUSE = 0.11


def condition(tx: Transaction, search_column: ColumnElement[str], search: Search) -> ColumnElement[bool]:
    """Return the condition that a search text fulfils `search`, pattern by pattern (`search_terms.Clause`)."""
    return and_(
        true(),
        *(
            or_(
                *(
                    and_(*(tx.backend.contains(search_column, pattern) for pattern in patterns))
                    for patterns in clause.alternatives
                )
            )
            for clause in search
        ),
    )


def before_change(tx: Transaction, ids: Sequence[int]) -> None:
    """Remember the texts of contacts that are about to change, so that the index can drop the old ones."""
    for start in range(0, len(ids), SLICE):
        tx.backend.search.before_change(tx, tx.backend.id_in(contacts.c.id, ids[start : start + SLICE]))


def before_change_where(tx: Transaction, changing: ColumnElement[bool]) -> None:
    """Remember the texts of all contacts of the company that fulfil a condition and are about to change."""
    tx.backend.search.before_change(tx, changing)


def before_delete(tx: Transaction, ids: Sequence[int]) -> None:
    """Drop contacts that are about to be deleted from the index."""
    if ids:
        before_change(tx, ids)
        tx.backend.search.drop_remembered(tx, tx.backend.id_in(search_stale.c.contact_id, ids))


def after_reinsert(tx: Transaction, contact_id: int) -> None:
    """Index a contact that was inserted under an id it had before, which the index may have passed already."""
    tx.backend.search.after_reinsert(tx, contact_id)


def after_change(tx: Transaction) -> None:
    """Record that contacts of the company changed: results computed by other sessions may be stale.

    The index is brought up to date where little is missing; a large import leaves it to `catch_up`.
    """
    tx.execute(
        update(companies)
        .where(companies.c.id == bindparam("company"))
        .values(contact_changes=companies.c.contact_changes + 1)
    )
    tx.backend.search.after_change(tx)


def catch_up(session: Session) -> Iterable[int]:
    """Index what is missing, slice by slice, so that other writers get turns. Yield each slice's contact count."""
    index = session.database.backend.search
    if not index.is_deferred:
        return
    with session.write() as tx:
        count = index.index_slice(tx, SLICE)
    if count:
        yield count
    if count < SLICE:
        return
    with session.workspace() as workspace:
        workspace.use_bulk_memory()
        try:
            with workspace.transaction(writes=True) as tx:
                index.prepare_for_bulk(tx)
            yield from _slices(workspace, index)
        finally:
            workspace.connection.detach()


def _slices(workspace: Workspace, index: SearchIndex) -> Iterator[int]:
    """Index slice by slice, and yield the contacts of each. Slices double while no other connection commits."""
    size, version = SLICE, None
    while True:
        with workspace.transaction(writes=True) as tx:
            before, version = version, index.commits_of_others(tx)
            size = min(2 * size, _MAX_SLICE) if version == before else SLICE
            count = index.index_slice(tx, size)
        if count:
            yield count
        if count < size:
            return
        time.sleep(_PAUSE)
