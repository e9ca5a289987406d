"""Opening a database: created where there is none, refused in a sentence where it is not ours."""

import sqlite3
import stat
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from segtui.database import schema
from segtui.database.backends import sqlite
from segtui.database.backends.backend import backend_of
from segtui.database.engine import Database, _engine, _url, open_database
from segtui.database.tables.core_tables import COMPANY_TABLES, metadata
from segtui.errors import DatabaseBusy, DatabaseError, SchemaMismatch
from segtui.services.segments import segments
from segtui.services.session import open_session
from tests.support import postgresql

pytestmark = pytest.mark.search


def test_a_new_file_is_private_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "segtui.db"
    open_database(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [name for name in path.parent.iterdir() if name.suffix == ".new"] == []


def test_the_connection_that_was_used_last_is_used_next(tmp_path: Path) -> None:
    database = open_database(tmp_path / "segtui.db")
    first, second = database.engine.connect(), database.engine.connect()
    last = second.connection.driver_connection
    first.close()
    second.close()
    with database.engine.connect() as connection:
        assert connection.connection.driver_connection is last
    database.close()


def test_two_that_create_it_at_once_get_the_same(tmp_path: Path) -> None:
    path = tmp_path / "segtui.db"
    threads = [threading.Thread(target=lambda: open_database(path).close()) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database = open_database(path)
    assert open_session(database, source="test").one_company.name == "Main"
    database.close()


def _is_for(backend: str) -> Callable[..., bool]:
    """Return Alembic's filter of what this database has: constraints and indexes may be the other's alone."""
    return lambda item, *_: item.info.get("backend", backend) == backend


def test_the_migrations_make_the_tables_that_the_program_uses(database: Database) -> None:
    with database.engine.connect() as connection:
        connection.execution_options(every_company=True)
        opts = {"version_table": schema.VERSION_TABLE, "include_object": _is_for(connection.dialect.name)}
        context = MigrationContext.configure(connection, opts=opts)
        different = [
            change
            for change in compare_metadata(context, metadata)
            if "contact_search" not in str(change) and "search_s" not in str(change)
        ]
    assert [change for change in different if "ix_contacts_search" not in str(change)] == []


def test_the_keys_are_led_by_the_company_on_a_server_and_rowids_in_a_file(database: Database) -> None:
    inspector = inspect(database.engine.execution_options(every_company=True))
    tables = [table for table in metadata.sorted_tables if "company_id" in table.c and table.name != "users"]
    assert len(tables) == 22
    for table in tables:
        key = inspector.get_pk_constraint(table.name)["constrained_columns"]
        if database.path is None and table.name == "audit":  # its entries may belong to no company
            assert key == []
            assert inspector.get_unique_constraints("audit")[0]["column_names"] == ["company_id", "id"]
        elif database.path is not None and "id" in table.c:
            assert key == ["id"]
        else:
            assert key == [column.name for column in table.primary_key]
            assert key[0] == "company_id"


def test_every_unique_index_of_a_companys_table_is_led_by_the_company(
    postgresql_databases: postgresql.Databases,
) -> None:
    with postgresql_databases.fresh() as url:
        database = open_database(url)
        with database.engine.connect() as connection:
            unique = connection.exec_driver_sql(
                "SELECT i.indrelid::regclass::text, a.attname FROM pg_index AS i "
                "JOIN pg_attribute AS a ON a.attrelid = i.indexrelid AND a.attnum = 1 "
                "JOIN pg_class AS c ON c.oid = i.indrelid "
                "WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace",
                execution_options={"every_company": True},
            ).all()
        database.close()
    of_companies = {(table, column) for table, column in unique if table in COMPANY_TABLES - {"users"}}
    assert len(of_companies) == 22
    assert {column for _, column in of_companies} == {"company_id"}


def test_the_last_revision_is_the_one_the_program_wants() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    assert script.get_current_head() == schema.HEAD
    assert [revision.revision for revision in script.walk_revisions()] == list(reversed(schema.REVISIONS))


def _sqlite_file(path: Path, statement: str = "CREATE TABLE notes (id INTEGER)") -> Path:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()
    return path


@pytest.mark.parametrize("kind", ["another program's", "empty", "text", "folder"])
def test_what_is_not_ours_is_refused_and_left_as_it_is(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "other.db"
    if kind == "another program's":
        _sqlite_file(path)
    elif kind == "empty":
        path.touch()
    elif kind == "text":
        path.write_text("Dear diary, today I did nothing at all, and it was good.\n" * 20)
    else:
        path.mkdir()
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(DatabaseError) as caught:
        open_database(path)
    assert str(caught.value).count(".") <= 3
    assert "\n" not in str(caught.value)
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_a_server_database_of_another_program_is_refused(postgresql_databases: object) -> None:
    with postgresql_databases.fresh() as url:  # type: ignore[attr-defined]  # a fixture of the support code
        database = open_database(url)
        with database.engine.begin() as connection:
            connection.execute(text(f"DROP TABLE {schema.VERSION_TABLE}"))
        database.close()
        with pytest.raises(SchemaMismatch, match="another program"):
            open_database(url)


@pytest.mark.parametrize(("revision", "says"), [("9999", "newer"), ("0000", "newer")])
def test_another_schema_is_named_with_what_to_do(database_url: str, revision: str, says: str) -> None:
    database = open_database(database_url)
    with database.engine.begin() as connection:
        connection.execute(text(f"UPDATE {schema.VERSION_TABLE} SET version_num = '{revision}'"))
    database.close()
    with pytest.raises(SchemaMismatch, match=says):
        open_database(database_url)


def test_an_older_schema_is_sent_to_the_upgrade(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    open_database(database_url).close()
    monkeypatch.setattr(schema, "REVISIONS", (schema.HEAD, "0002"))
    monkeypatch.setattr(schema, "HEAD", "0002")
    with pytest.raises(SchemaMismatch, match="segtui db upgrade"):
        open_database(database_url)


def test_a_locked_file_is_said_to_be_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_SETTINGS", ("PRAGMA busy_timeout = 50", "PRAGMA foreign_keys = ON"))
    path = tmp_path / "segtui.db"
    database = open_database(path)
    session = open_session(database, source="test")
    holder = sqlite3.connect(path)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy, match="locked"):
        segments.create(session, "Leads")
    holder.rollback()
    holder.close()
    assert segments.create(session, "Leads").name == "Leads"
    database.close()


def test_a_place_where_no_file_can_be_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "deep").touch()
    with pytest.raises(DatabaseError, match="cannot be used"):
        open_database(tmp_path / "deep" / "segtui.db")


def test_a_full_disk_is_said_so_and_nothing_is_changed(tmp_path: Path) -> None:
    database = open_database(tmp_path / "segtui.db")
    session = open_session(database, source="test")
    segments.create(session, "Before")
    with database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def fill() -> None:
        for number in range(2_000):
            segments.create(session, f"Segment {number}", "d" * 1_000)

    with pytest.raises(DatabaseError, match="disk is full"):
        fill()
    assert segments.by_name(session, "Before").name == "Before"
    database.close()


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("mysql://localhost/x", "SQLite and PostgreSQL"),
        ("://", "not a database URL"),
        ("postgresql://nobody@127.0.0.1:1/none", "cannot be reached"),
        ("~nobody-of-this-name/segtui.db", "home folder"),
    ],
)
def test_a_wrong_url_is_said_so(where: str, says: str) -> None:
    with pytest.raises(DatabaseError, match=says):
        open_database(where)


def test_a_password_is_never_shown(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError) as caught:
        open_database("postgresql://user:s3cret@127.0.0.1:1/none")
    assert "s3cret" not in str(caught.value)


def test_a_missing_driver_is_installed_from_the_source_and_from_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DatabaseError, match=r"run `pip install '\.\[postgresql\]'` in the folder with segtui's source"):
        open_database("postgresql://127.0.0.1:1/none")


@pytest.mark.parametrize(
    "where",
    [
        "postgresql://user:s3cret@127.0.0.1:1/none",
        "postgresql://127.0.0.1:1/none?user=me&password=s3cret",
        "postgresql://127.0.0.1:1/none?sslpassword=s3cret",
    ],
)
def test_what_a_database_is_called_has_no_password_in_it(where: str) -> None:
    url = _url(where)
    backend = backend_of(url.get_backend_name())
    assert "s3cret" not in Database(_engine(url, backend), backend, None).description
