"""Deferred purge: the rows of a large deleted segment are deleted in slices, between which other writers get turns.

Deleting a segment hides it at once. A million memberships take seconds to delete, and all other writers would wait, so
they are deleted afterwards, each slice in a transaction of its own. A killed process leaves rows that nothing shows,
and the next sweep continues there.
"""

import time
from collections.abc import Generator, Sequence

from sqlalchemy import ColumnElement, delete, select, update

from segtui.database.tables.core_tables import memberships, segments
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segment_rows
from segtui.services.segments.segment_rows import Segment
from segtui.services.session import Session, Transaction, company_of

# Memberships that are deleted together with their segments, in one transaction.
AT_ONCE = 20_000
SLICE = 20_000
# Seconds between two slices: SQLite's waiters retry every tenth of a second, and a shorter pause could miss them all.
_MOST_SECONDS = 0.1


def discard(tx: Transaction, segment: Segment) -> None:
    """Delete a segment, or hide it for good if it is too large for that: run `sweep` afterwards.

    Raises Conflict, naming them, where unfinished campaigns need it.
    """
    from segtui.services.campaigns import deletion_guards

    deletion_guards.demand_free(tx, segment, "deleted")
    discard_all(tx, [segment])


def discard_all(tx: Transaction, rows: Sequence[Segment]) -> None:
    """Delete segments that nothing holds, or hide those for good that are too large for that: run `sweep` afterwards.

    A rule may name one of them only where its own segment is among them too.
    """
    from segtui.services.campaigns import deletion_guards

    if not rows:
        return
    ids = [row.id for row in rows]
    deletion_guards.let_go(tx, ids)
    timestamp = segment_rows.stamp(tx)
    small: list[int] = []
    large: list[int] = []
    total = 0
    for row in sorted(rows, key=lambda row: row.contacts):
        total += row.contacts
        (small if total <= AT_ONCE else large).append(row.id)
    if large:
        hiding = update(segments).where(tx.scope(segments), tx.backend.id_in(segments.c.id, large))
        tx.execute(hiding.values(deleted_at=timestamp, updated_at=timestamp))
    for segment_id in ids:
        tx.upkeep.segment_deleted(segment_id)
    if small:
        inside = tx.backend.id_in(memberships.c.segment_id, small)
        tx.execute(delete(memberships).where(tx.scope(memberships), inside))
        tx.execute(delete(segments).where(tx.scope(segments), tx.backend.id_in(segments.c.id, small)))


def sweep(session: Session, interrupt: Interrupt | None = None) -> int:
    """Delete the rest of deleted segments and return the number of memberships. Blocks until it is done.

    Any number of sessions may sweep at once. Does nothing for a viewer. Raises Cancelled, DatabaseError: the next sweep
    deletes the rest.
    """
    if not session.can_write:
        return 0
    interrupt = interrupt or Interrupt()
    with session.read(interrupt) as tx:
        query = select(segments.c.company_id).where(_swept(tx)).distinct()
        concerned = list(tx.execute(query).scalars())
    return sum(sum(_slices(company_of(session, company_id), interrupt)) for company_id in concerned)


def _slices(session: Session, interrupt: Interrupt) -> Generator[int]:
    while True:
        began = time.monotonic()
        with session.write(interrupt) as tx:
            segment_id = tx.execute(select(segments.c.id).where(_swept(tx)).limit(1)).scalar()
            if segment_id is None:
                return
            removed = _slice(tx, segment_id)
        yield removed
        time.sleep(min(time.monotonic() - began, _MOST_SECONDS))


def _slice(tx: Transaction, segment_id: int) -> int:
    """Delete up to `SLICE` memberships of a segment, and the segment with the last of them."""
    tx.upkeep.segment_deleted(segment_id)
    inside = (segment_rows.in_segment(tx, segment_id),)
    ids = select(memberships.c.contact_id).where(*inside).order_by(memberships.c.contact_id)
    last = tx.execute(ids.limit(1).offset(SLICE - 1)).scalar()
    if last is not None:
        return tx.changed(delete(memberships).where(*inside, memberships.c.contact_id <= last))
    removed = tx.changed(delete(memberships).where(*inside))
    tx.execute(delete(segments).where(_swept(tx), segments.c.id == segment_id))
    return removed


def _swept(tx: Transaction) -> ColumnElement[bool]:
    return tx.whole_scope(segments) & segments.c.deleted_at.is_not(None)
