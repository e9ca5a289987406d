"""`db check` says what is wrong in words; a backup is whole and private."""

import sqlite3
import stat
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from segtui.database.engine import Database, open_database
from segtui.errors import DatabaseError
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments
from segtui.services.session import Session, open_session

pytestmark = pytest.mark.search


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
        ("UPDATE segments SET contacts = 7", "has 5 contacts, not 7 as counted"),
        ("UPDATE contacts SET search = 'x' WHERE first_name = 'Ann1'", "1 contact cannot be found"),
        ("UPDATE contacts SET search = 'x'", "5 contacts cannot be found: the search text is out of date"),
        ("UPDATE contacts SET name_key = 'x' WHERE first_name = 'Ann2'", "1 contact would be sorted wrongly"),
        ("UPDATE contacts SET email_key = 'x' WHERE first_name = 'Ann2'", "the sort keys are out of date"),
    ],
)
def test_what_is_wrong_is_said_in_words(filled: Session, statement: str, says: str) -> None:
    _spoil(filled.database, statement)
    assert any(says in problem for problem in maintenance.check(filled.database))


def test_info_says_how_large_everything_is(filled: Session) -> None:
    facts = dict(maintenance.info(filled.database))
    assert facts["Size"].endswith(" bytes")
    if _can_index(filled.database):
        assert facts["Search index"].startswith("complete")
    else:
        assert facts["Search index"].endswith("this server does not have the extension pg_trgm")
    assert filled.database.path is not None or facts["Size of contacts"].endswith(" bytes")


def _can_index(database: Database) -> bool:
    """Tell whether there are trigrams: on a server they are an extension that not every one brings."""
    if database.path is not None:
        return True
    with database.engine.connect() as connection:
        offered = text("SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'")
        return bool(connection.execute(offered).scalar())


def test_an_index_that_is_behind_or_missing_is_told_and_completed_by_an_upgrade(filled: Session) -> None:
    behind = filled.database.path is not None
    if behind:
        _spoil(filled.database, "INSERT INTO contact_search (contact_search) VALUES ('delete-all')")
        _spoil(filled.database, "UPDATE search_state SET indexed_to = 0")
    else:
        _spoil(filled.database, "DROP INDEX IF EXISTS ix_contacts_search")
    told = dict(maintenance.info(filled.database))["Search index"]
    assert told.startswith("0 of 5 contacts" if behind else "none")
    assert "searches are right, but slower" in told
    assert ("segtui db upgrade" in told) == _can_index(filled.database)
    assert maintenance.check(filled.database) == []
    assert contacts.listing(filled, ContactQuery(search="ann3")).first(9)[0].first_name == "Ann3"
    maintenance.upgrade(filled.database)
    mended = dict(maintenance.info(filled.database))["Search index"]
    assert mended.startswith("complete" if _can_index(filled.database) else "none")
    assert maintenance.check(filled.database) == []


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
    with pytest.raises(DatabaseError, match="already exists"):
        maintenance.backup(database, copy)
    restored.close()
    database.close()
