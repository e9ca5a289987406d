"""A database that goes away under a running session: one sentence while it is away, and then everything works again."""

import os
import shutil
import socket
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from segtui.database.backends import sqlite
from segtui.database.engine import Database, open_database
from segtui.database.tables import core_tables
from segtui.errors import Cancelled, DatabaseBusy, DatabaseError, SchemaMismatch
from segtui.services import imports
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.interrupt import Interrupt
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments
from segtui.services.session import Session, open_session
from tests.support import postgresql

SENTENCE = 200
ALL = segments.SegmentQuery()


def _refused(session: Session, says: str) -> None:
    """Demand that reading and writing both say one sentence, which has `says` in it."""
    for call in (
        lambda: segments.find(session, segments.SegmentQuery()),
        lambda: contacts.listing(session, ContactQuery(search="ann")).first(5),
        lambda: segments.create(session, "Meanwhile"),
    ):
        with pytest.raises(DatabaseError, match=says) as caught:
            call()
        said = str(caught.value)
        assert "\n" not in said
        assert len(said) < SENTENCE


def _works(session: Session, name: str) -> None:
    """Demand that reading and writing work, in several threads at once."""
    segments.create(session, name)
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(segments.by_name(session, name).name)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [name] * 8


# A file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "segtui.db"


@pytest.fixture
def on_file(path: Path) -> Iterator[Session]:
    database = open_database(path)
    session = open_session(database, source="test")
    _works(session, "Before")
    yield session
    database.close()


def test_a_file_that_was_taken_away_is_missed_and_never_made_anew(on_file: Session, path: Path) -> None:
    away = path.with_name("away.db")
    path.rename(away)
    _refused(on_file, "cannot be opened: check that it exists")
    assert not path.exists()
    away.rename(path)
    _works(on_file, "After")


def test_nothing_is_written_into_a_file_that_another_has_replaced(on_file: Session, path: Path) -> None:
    restored = path.with_name("restored.db")
    other = open_database(restored)
    segments.create(open_session(other, source="test"), "Restored")
    other.close()
    restored.replace(path)
    _works(on_file, "After")
    assert [each.name for each in segments.find(on_file, ALL)] == ["After", "Restored"]
    assert maintenance.check(on_file.database) == []


def test_a_file_is_whole_that_was_replaced_while_its_log_was_full(on_file: Session, path: Path) -> None:
    before, restored = path.with_name("before.db"), path.with_name("restored.db")
    open_database(restored).close()
    path.rename(before)
    restored.rename(path)
    _works(on_file, "After")
    other = open_database(before)
    for database, name in ((on_file.database, "After"), (other, "Before")):
        assert maintenance.check(database) == []
        assert [each.name for each in segments.find(open_session(database, source="test"), ALL)] == [name]
    other.close()


def test_a_file_is_not_opened_beside_the_log_of_the_one_before(on_file: Session, path: Path) -> None:
    restored = path.with_name("restored.db")
    open_database(restored).close()
    with on_file.read() as tx:  # which keeps the log from being emptied
        tx.execute(select(core_tables.segments.c.name).where(tx.scope(core_tables.segments))).all()
        restored.replace(path)
        for _ in range(2):
            with pytest.raises(DatabaseBusy, match="the log of the old file"):
                segments.create(on_file, "Meanwhile")
    _works(on_file, "After")
    assert [each.name for each in segments.find(on_file, ALL)] == ["After"]
    assert maintenance.check(on_file.database) == []


@pytest.mark.parametrize("kind", ["another program's", "of another schema", "no database"])
def test_a_file_that_is_not_ours_is_refused_in_its_place(on_file: Session, path: Path, kind: str) -> None:
    other, own = path.with_name("other.db"), path.with_name("own.db")
    if kind == "no database":
        other.write_text("Dear diary, today I did nothing at all, and it was good.\n" * 20)
    elif kind == "of another schema":
        open_database(other).close()
        with sqlite3.connect(other) as connection:
            connection.execute("UPDATE segtui_version SET version_num = '9999'")
        connection.close()
    else:
        with sqlite3.connect(other) as connection:
            connection.execute("CREATE TABLE notes (id INTEGER)")
        connection.close()
    path.rename(own)
    other.rename(path)
    before = path.read_bytes()
    for _ in range(2):
        with pytest.raises(SchemaMismatch):
            segments.create(on_file, "Meanwhile")
    assert path.read_bytes() == before
    own.replace(path)
    _works(on_file, "After")


def test_a_file_that_somebody_locked_is_free_again_afterwards(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_SETTINGS", ("PRAGMA busy_timeout = 50", *sqlite._SETTINGS[1:]))
    database = open_database(path)
    session = open_session(database, source="test")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    for _ in range(3):
        with pytest.raises(DatabaseBusy, match="locked"):
            segments.create(session, "Leads")
        assert segments.find(session, segments.SegmentQuery()) == []
    holder.rollback()
    holder.close()
    _works(session, "After")
    database.close()


# A server


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder with a path short enough for a socket, in which a server's data stay."""
    path = Path("/tmp") / f"segtui-away-{os.getpid()}"
    yield path
    shutil.rmtree(path, ignore_errors=True)


def test_a_server_that_stopped_and_started_again(folder: Path) -> None:
    with postgresql.server(kept=folder) as url:
        database = open_database(url)
        session = open_session(database, source="test")
        _works(session, "Before")
    _refused(session, "The PostgreSQL server cannot be reached")
    with postgresql.server(kept=folder):
        _works(session, "After")
        assert segments.total(session) == 2
        database.close()


def test_connections_that_the_server_ended_are_not_used_again(
    postgresql_databases: postgresql.Databases,
) -> None:
    with postgresql_databases.fresh() as url:
        database, admin = open_database(url), open_database(url)
        session = open_session(database, source="test")
        for number in range(3):
            _works(session, f"Before {number}")
            _end_connections(admin)
        _works(session, "After")
        admin.close()
        database.close()


def test_a_transaction_whose_connection_ended_changes_nothing(postgresql_databases: postgresql.Databases) -> None:
    with postgresql_databases.fresh() as url:
        database, admin = open_database(url), open_database(url)
        session = open_session(database, source="test")

        def change() -> None:
            with session.write() as tx:
                segments.insert_segment(tx, "Meanwhile")
                _end_connections(admin)
                segments.insert_segment(tx, "Then")

        with pytest.raises(DatabaseError, match="cannot be reached"):
            change()
        assert segments.total(session) == 0
        _works(session, "After")
        admin.close()
        database.close()


@pytest.mark.parametrize("phase", ["reading", "matching", "writing"])
def test_an_import_whose_connection_ended_says_so_and_leaves_nothing(
    postgresql_databases: postgresql.Databases, phase: str, tmp_path: Path
) -> None:
    file = tmp_path / "leads.csv"
    file.write_text("first_name,phone\nAnn,+16025550101\nBen,+16025550102\n")
    with postgresql_databases.fresh() as url:
        database, admin = open_database(url), open_database(url)
        session = open_session(database, source="test")

        def end_connections(progress: imports.Progress) -> None:
            if progress.phase == phase:
                _end_connections(admin)

        with pytest.raises(DatabaseError, match="cannot be reached"):
            imports.run(session, imports.ImportRequest(file), progress=end_connections)
        assert contacts.total(session) == 0
        assert imports.run(session, imports.ImportRequest(file)).created == 2
        admin.close()
        database.close()


def test_a_query_that_waits_is_stopped_and_a_stop_waits_for_nobody(
    postgresql_databases: postgresql.Databases,
) -> None:
    with postgresql_databases.fresh() as url:
        database = open_database(url)
        session = open_session(database, source="test")
        interrupt, stopped = Interrupt(), threading.Event()

        def sleep() -> None:
            try:
                with session.read(interrupt) as tx:
                    asking.set()
                    tx.connection.exec_driver_sql("SELECT pg_sleep(60)")
            except Cancelled:
                stopped.set()

        asking = threading.Event()
        thread = threading.Thread(target=sleep)
        thread.start()
        asking.wait()
        while thread.is_alive():  # the query may not have arrived yet
            interrupt.cancel()
            thread.join(0.1)
        assert stopped.is_set()
        _works(session, "After")
        database.close()


def test_what_is_stopped_between_two_queries_asks_no_second_one(database: Database) -> None:
    session = open_session(database, source="test")
    interrupt = Interrupt()

    def change() -> None:
        with session.write(interrupt) as tx:
            interrupt.cancel()
            segments.insert_segment(tx, "Leads")

    with pytest.raises(Cancelled):
        change()
    assert segments.total(session) == 0


def _end_connections(admin: Database) -> None:
    """Let the server end all connections to the database but the one that asks for it."""
    with admin.engine.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).all()


def test_a_server_notices_within_half_a_minute_that_nobody_is_there_any_more() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        settings = {"listen_addresses": "127.0.0.1", "port": str(free.getsockname()[1])}
    with postgresql.server(settings=settings) as url:
        where = make_url(url).set(query={}, host="127.0.0.1", port=int(settings["port"]))
        database = open_database(where.render_as_string(hide_password=False))
        with database.engine.connect() as connection:
            connection.rollback()
            asked = ("tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count", "tcp_user_timeout")
            said = [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in asked]
        database.close()
    assert said in (["15", "5", "3", "30000"], ["15", "5", "3", "30s"])
