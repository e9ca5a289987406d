"""Following what others change: told of every commit, at rest without one, gone when it is stopped."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from segtui.database import change_feed
from segtui.database.engine import Database, open_database
from segtui.errors import Cancelled, SegtuiError
from segtui.services import campaigns, change_watcher, imports
from segtui.services.accounts import companies
from segtui.services.change_watcher import ChangeWatcher, state_of
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments
from segtui.services.session import Session, open_session
from tests.conftest import TwoCompanies
from tests.services.campaigns.support import draft, people
from tests.support import postgresql
from tests.support.calls import call

# Nothing here takes so long; only what is broken does.
_PATIENCE = 30


class _Told:
    """Counts how often it is called, and waits for the next call."""

    def __init__(self) -> None:
        self._called = threading.Semaphore(0)
        self.calls = 0

    def __call__(self) -> None:
        self.calls += 1
        self._called.release()

    def wait(self) -> None:
        assert self._called.acquire(timeout=_PATIENCE)

    def settle(self) -> None:
        """Wait until it is not called any more."""
        while self._called.acquire(timeout=3 * change_feed.SECONDS):
            pass


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (change_feed, change_watcher):
        monkeypatch.setattr(module, "SECONDS", 0.1)


@pytest.fixture
def told(database: Database) -> Iterator[_Told]:
    told = _Told()
    follower = ChangeWatcher(database, told)
    follower.start()
    told.wait()
    yield told
    follower.stop()


def _others(session: Session) -> Session:
    """Return the session of another program on the same database."""
    return open_session(open_database(session.database.url.render_as_string(hide_password=False)), source="other")


# State


@pytest.mark.parametrize("of_segment", [True, False])
def test_a_state_is_equal_until_something_is_changed(session: Session, *, of_segment: bool) -> None:
    segment = segments.create(session, "Leads")
    other = segments.create(session, "Others")
    contact = contacts.add(session, {"phone": "+16025550101"})
    followed = segment.id if of_segment else None
    seen = state_of(session, followed)
    assert seen == state_of(session, followed)

    def changes(change: Callable[[], object]) -> bool:
        nonlocal seen
        change()
        before, seen = seen, state_of(session, followed)
        return seen != before

    assert changes(lambda: segments.add_contacts(session, segment.id, [contact.id]))
    assert changes(lambda: segments.edit(session, segment.id, description="new"))
    assert changes(lambda: segments.archive(session, segment.id))
    assert changes(lambda: contacts.edit(session, contact.id, {"city": "Oslo"}))
    assert changes(lambda: segments.remove_contacts(session, segment.id, ContactQuery()))
    assert changes(lambda: segments.edit(session, other.id, name="Renamed")) is not of_segment
    assert changes(lambda: segments.delete(session, other.id)) is not of_segment
    assert not changes(lambda: segments.archive(session, segment.id))
    assert not changes(lambda: contacts.edit(session, contact.id, {"city": "Oslo"}))
    assert changes(lambda: segments.delete(session, segment.id))
    assert (seen is None) is of_segment


def test_as_many_in_as_out_is_a_change(session: Session, tmp_path: Path) -> None:
    ids = [contacts.add(session, {"email": f"{n}@example.com"}).id for n in range(2)]
    segment, _ = segments.create_with(session, "Leads", ids[:1])
    seen = state_of(session, segment.id)
    path = tmp_path / "a.csv"
    path.write_text("email\n1@example.com\n", encoding="utf-8")
    destination = imports.Destination("Leads", "replace", "keep")
    result = imports.run(session, imports.ImportRequest(path, destination=destination))
    assert (result.added, result.removed, result.updated) == (1, 1, 0)
    after = state_of(session, segment.id)
    assert after != seen
    imports.undo(session, result.import_id or 0)
    assert state_of(session, segment.id) not in (seen, after)


def test_calls_and_other_segments_matter_where_a_list_shows_them(session: Session) -> None:
    segment_id, ids = people(session, "Leads", 2)
    other = segments.create(session, "Others")
    campaign = campaigns.launch(session, draft(session, segment_id, hours="08:00-21:00", days="mon-sun").id)

    def states() -> list[object]:
        return [state_of(session, segment_id, fields=fields) for fields in ((), ("calls",), ("segment", "city"))]

    seen = states()
    call(session, campaign.id, ids[0], None)
    begun = states()
    assert [before != after for before, after in zip(seen, begun, strict=True)] == [False, True, False]
    segments.add_contacts(session, other.id, ids[:1])
    assert [before != after for before, after in zip(begun, states(), strict=True)] == [False, False, True]


def test_a_state_is_that_of_the_companies_looked_at(two_companies: TwoCompanies) -> None:
    sessions = (two_companies.main, two_companies.other, two_companies.both)
    seen = [state_of(each, None) for each in sessions]
    segments.create(two_companies.other, "Theirs")
    after = [state_of(each, None) for each in sessions]
    assert [before != now for before, now in zip(seen, after, strict=True)] == [False, True, True]
    companies.edit(two_companies.both, "Other", new_name="Another")
    assert state_of(two_companies.both, None) != after[2]


def test_asking_for_a_state_can_be_stopped(session: Session) -> None:
    interrupt = Interrupt()
    interrupt.cancel()
    with pytest.raises(Cancelled):
        state_of(session, None, interrupt)


# ChangeWatcher


def test_it_tells_of_what_anybody_commits(session: Session, told: _Told) -> None:
    other = _others(session)
    for writer, name in ((other, "Theirs"), (session, "Ours")):
        told.settle()
        segments.create(writer, name)
        told.wait()
    other.database.close()


def test_it_says_nothing_where_nobody_commits(session: Session, told: _Told) -> None:
    told.settle()
    calls = told.calls
    segments.find(session, segments.SegmentQuery())
    with pytest.raises(SegtuiError):
        segments.create(session, "")
    time.sleep(5 * change_feed.SECONDS)
    assert told.calls == calls


def test_who_commits_all_the_time_is_not_followed_all_the_time(session: Session, told: _Told) -> None:
    told.settle()
    before, began = told.calls, time.monotonic()
    for number in range(60):
        segments.create(session, f"S{number}")
    told.settle()
    assert told.calls - before <= (time.monotonic() - began) / change_feed.SECONDS + 1


def test_it_is_gone_when_it_is_stopped(session: Session) -> None:
    threads = threading.active_count()
    told = _Told()
    follower = ChangeWatcher(session.database, told)
    follower.start()
    told.wait()
    follower.stop()
    assert threading.active_count() == threads
    calls = told.calls
    segments.create(session, "Leads")
    time.sleep(3 * change_feed.SECONDS)
    assert told.calls == calls


def test_one_that_was_never_started_can_be_stopped(session: Session) -> None:
    ChangeWatcher(session.database, _Told()).stop()


def test_it_holds_no_transaction_open(session: Session, told: _Told) -> None:
    told.settle()
    with session.database.engine.connect() as connection:
        if session.database.path is None:
            busy = connection.exec_driver_sql(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND state <> 'idle'"
            ).scalar_one()
            assert busy == 0
        else:
            busy, pages, moved = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            assert (busy, pages, moved) == (0, 0, 0)


def test_it_tells_when_a_file_is_there_again_or_another_lies_in_its_place(tmp_path: Path) -> None:
    path, away = tmp_path / "segtui.db", tmp_path / "away.db"
    database = open_database(path)
    session = open_session(database, source="test")
    told = _Told()
    follower = ChangeWatcher(database, told)
    follower.start()
    told.settle()
    path.rename(away)
    told.settle()
    calls = told.calls
    away.rename(path)
    told.wait()
    told.settle()
    assert told.calls > calls
    segments.create(session, "Before")
    told.settle()

    shutil.copy2(path, away)
    away.replace(path)  # a backup that was restored
    told.wait()
    told.settle()
    segments.total(session)  # what a screen does that is told; it leaves the log of the old file
    other = open_session(open_database(path), source="other")
    segments.create(other, "After")
    told.wait()
    assert segments.by_name(session, "After").name == "After"
    follower.stop()
    other.database.close()
    database.close()


def test_it_tells_when_a_server_is_back(tmp_path: Path) -> None:
    told = _Told()
    folder = Path(os.environ.get("TMPDIR", "/tmp")) / f"segtui-follow-{os.getpid()}"
    try:
        with postgresql.server(kept=folder) as url:
            database = open_database(url)
            session = open_session(database, source="test")
            follower = ChangeWatcher(database, told)
            follower.start()
            told.settle()
            assert told.calls == 1
        told.settle()
        with postgresql.server(kept=folder):
            told.wait()
            segments.create(session, "Leads")
            told.wait()
            follower.stop()
            database.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
