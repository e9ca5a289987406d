"""Change watcher: a thread that listens to the change feed, and a state to compare."""

import threading
from collections.abc import Callable
from contextlib import closing

from sqlalchemy import bindparam, select

from segtui.database.change_feed import SECONDS, ChangeFeed, DatabaseAway, change_feed_of
from segtui.database.engine import Database
from segtui.database.tables.core_tables import companies, segments
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session

# Seconds to wait for the thread: longer than anything but connecting to a server that does not answer.
_PATIENCE = 0.5


def state_of(session: Session, segment_id: int | None, interrupt: Interrupt | None = None) -> object:
    """Return a value that stays equal until something changes.

    With a segment: its row, its memberships, or any contact of its company; None once the segment is deleted. With None
    for `segment_id`: the segments, memberships and contacts of the session's company, or of all companies.
    """
    with session.read(interrupt) as tx:
        held = (companies.c.id, companies.c.name, companies.c.contact_changes)
        if segment_id is not None:
            seen = (segments.c.name, segments.c.description, segments.c.contacts, segments.c.updated_at)
            query = select(*held, *seen, segments.c.archived_at).join_from(segments, companies)
            row = tx.execute(query.where(tx.scope(segments), segments.c.id == segment_id)).one_or_none()
            return None if row is None else tuple(row)
        listed = select(*held, companies.c.segments_changed_at).order_by(companies.c.id)
        if session.company is not None:
            listed = listed.where(companies.c.id == bindparam("company"))
        return tuple(tuple(row) for row in tx.execute(listed))


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
