"""Noticing that somebody changed something: a thread that the database tells, and a state to compare."""

import threading
from collections.abc import Callable
from contextlib import closing

from sqlalchemy import bindparam, select

from segtui.database.change_feed import SECONDS, Bell, DatabaseAway, bell_of
from segtui.database.engine import Database
from segtui.database.tables.core_tables import companies, segments
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session

# Longer than anything takes but an attempt to reach a server that does not answer.
_PATIENCE = 0.5


def state_of(session: Session, segment_id: int | None, interrupt: Interrupt | None = None) -> object:
    """Return a value that is equal to one of before if nothing was changed in between.

    For a segment: in its row, in who is in it, or in any contact of its company; None for a segment that is gone. With
    None for `segment_id`: in the segments, memberships and contacts of the session's company, or of all companies.
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


class Follower:
    """Calls `told` within about a second after anybody committed something, in a thread of its own.

    It is also called once it follows, and where nothing changed that anybody looks at: compare `state_of`. A database
    that is away is looked for once a second, and `told` is called when it is back.
    """

    def __init__(self, database: Database, told: Callable[[], None]) -> None:
        self._told = told
        self._bell: Bell = bell_of(database)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="following", daemon=True)

    def start(self) -> None:
        """Begin. Call it once."""
        self._thread.start()

    def stop(self) -> None:
        """End: `told` is not called any more. Waits for the thread, but not for a server that does not answer."""
        self._stopping.set()
        self._bell.wake()
        if self._thread.is_alive():
            self._thread.join(_PATIENCE)
        elif self._thread.ident is None:
            self._bell.close()

    def _run(self) -> None:
        with closing(self._bell):
            while not self._stopping.is_set():
                try:
                    self._bell.connect()
                    # What was committed before it could be heard.
                    self._tell()
                    while not self._stopping.is_set():
                        if self._bell.rang(self._stopping):
                            self._tell()
                except DatabaseAway:
                    self._stopping.wait(SECONDS)

    def _tell(self) -> None:
        if not self._stopping.is_set():
            self._told()
