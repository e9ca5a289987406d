"""Change watcher: a thread that listens to the change feed, and a state to compare."""

import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, func, select

from segtui.database.change_feed import SECONDS, ChangeFeed, DatabaseAway, change_feed_of
from segtui.database.engine import Database
from segtui.database.tables.campaign_tables import campaign_counts, campaigns
from segtui.database.tables.core_tables import companies, segments
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session, Transaction

# Seconds to wait for the thread: longer than anything but connecting to a server that does not answer.
_PATIENCE = 0.5
# Fields of contacts that change with their calls.
_OF_CAMPAIGNS: Final = frozenset(("campaign", "last_outcome", "last_called", "calls"))


def state_of(
    session: Session, segment_id: int | None, interrupt: Interrupt | None = None, fields: Collection[str] = ()
) -> object:
    """Return a value that stays equal until something changes.

    With a segment: its row, its memberships, or any contact of its company; None once the segment is deleted. With None
    for `segment_id`: the segments, memberships and contacts of the session's company, or of all companies. `fields` are
    those that the list shows, compares or is sorted by: with `segment` any membership matters, with the campaigns and
    the calls of contacts all audiences.
    """
    with session.read(interrupt) as tx:
        further = () if _OF_CAMPAIGNS.isdisjoint(fields) else _state_of_calls(tx)
        held: list[ColumnElement[Any]] = [companies.c.id, companies.c.name, companies.c.contact_changes]
        if "segment" in fields:
            held.append(companies.c.segments_changed_at)
        if segment_id is not None:
            seen = (segments.c.name, segments.c.description, segments.c.contacts, segments.c.updated_at)
            query = select(*held, *seen, segments.c.archived_at).join_from(segments, companies)
            row = tx.execute(query.where(tx.scope(segments), segments.c.id == segment_id)).one_or_none()
            return None if row is None else (tuple(row), further)
        listed = select(*held, companies.c.segments_changed_at).order_by(companies.c.id)
        if session.company is not None:
            listed = listed.where(companies.c.id == bindparam("company"))
        return tuple(tuple(row) for row in tx.execute(listed)), further


def _state_of_calls(tx: Transaction) -> Sequence[object]:
    """Return the numbers of contacts of audiences by state and outcome, and the number of attempts.

    An attempt that begins adds to the attempts, and one that ends moves a contact: so every change of calls shows.
    """
    c = campaign_counts.c
    counts = select(c.state, c.outcome, func.sum(c.contacts)).where(tx.scope(campaign_counts))
    moved = tx.execute(counts.group_by(c.state, c.outcome).order_by(c.state, c.outcome)).all()
    attempts = tx.execute(select(func.sum(campaigns.c.calls), func.count()).where(tx.scope(campaigns))).one()
    return tuple(map(tuple, moved)), tuple(attempts)


class ChangeWatcher:
    """A thread that calls `on_change` within about a second after any commit.

    It is also called once at the start, and for commits that change nothing of interest: compare `state_of`. While the
    database is away the thread reconnects once a second, and calls `on_change` when it is back.
    """

    def __init__(self, database: Database, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        self._feed: ChangeFeed = change_feed_of(database)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="following", daemon=True)

    def start(self) -> None:
        """Start the thread. Call it once."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread and wait for it, but not for a server that does not answer."""
        self._stopping.set()
        self._feed.wake()
        if self._thread.is_alive():
            self._thread.join(_PATIENCE)
        elif self._thread.ident is None:
            self._feed.close()

    def _run(self) -> None:
        with closing(self._feed):
            while not self._stopping.is_set():
                try:
                    self._feed.connect()
                    # Commits before the connection was made.
                    self._notify()
                    while not self._stopping.is_set():
                        if self._feed.wait_for_change(self._stopping):
                            self._notify()
                except DatabaseAway:
                    self._stopping.wait(SECONDS)

    def _notify(self) -> None:
        if not self._stopping.is_set():
            self._on_change()
