"""`db check` says what is wrong in words; a backup is whole and private."""

import sqlite3
import stat
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from segtui.database.engine import Database, open_database
from segtui.errors import DatabaseError
from segtui.services import contacts, maintenance, segments
from segtui.services.session import Session, open_session


@pytest.fixture
def filled(session: Session) -> Session:
    segment = segments.create(session, "Leads")
    for number in range(5):
        contacts.add(session, {"phone": f"+1602555010{number}", "first_name": f"Ann{number}"}, segment.id)
    return session


def _spoil(database: Database, statement: str) -> None:
    with database.engine.connect() as connection:
        connection.execution_options(writes=True, every_company=True)
        with connection.begin():
            connection.execute(text(statement))


def test_a_sound_database_has_no_problems(filled: Session) -> None:
    assert maintenance.check(filled.database) == []
    facts = dict(maintenance.info(filled.database))
    assert facts["Contacts"] == "5"


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE segments SET contacts = 7", "said to have 7 contacts and has 5"),
        ("UPDATE contacts SET search = 'x' WHERE id = 1", "search text is out of date"),
    ],
)
def test_what_is_wrong_is_said_in_words(filled: Session, statement: str, says: str) -> None:
    _spoil(filled.database, statement)
    assert any(says in problem for problem in maintenance.check(filled.database))


def test_an_index_that_lost_a_row_is_found_and_rebuilt(tmp_path: Path) -> None:
    database = open_database(tmp_path / "segtui.db")
    contacts.add(open_session(database, source="test"), {"phone": "+16025550100", "first_name": "Ann"})
    _spoil(database, "UPDATE search_state SET indexed_to = 0")
    _spoil(database, "UPDATE search_state SET indexed_to = 99")
    assert maintenance.check(database) == []
    _spoil(database, "INSERT INTO contact_search (contact_search) VALUES ('delete-all')")
    assert any("search index" in problem for problem in maintenance.check(database))
    maintenance.upgrade(database)
    assert maintenance.check(database) == []
    database.close()


def test_a_backup_is_whole_under_load_and_private(tmp_path: Path) -> None:
    database = open_database(tmp_path / "segtui.db")
    session = open_session(database, source="test")
    segment = segments.create(session, "Leads")
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            contacts.add(session, {"email": f"{number}@example.com"}, segment.id)
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            maintenance.backup(database, tmp_path / f"backup{number}.db")
    finally:
        stop.set()
        writer.join()
    copy = tmp_path / "backup2.db"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    restored = open_database(copy)
    assert maintenance.check(restored) == []
    with sqlite3.connect(copy) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with pytest.raises(DatabaseError, match="exists already"):
        maintenance.backup(database, copy)
    restored.close()
    database.close()
