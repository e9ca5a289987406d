import sqlite3
from pathlib import Path

from sqlalchemy import create_engine

from tests.support.commands import Commands
from tests.support.postgresql import Databases


def test_info_says_where_the_database_is_and_how_much_it_holds(people: Commands) -> None:
    told = people("db", "info", "--json").json
    assert told["database"] == people.database
    assert told["contacts"] == "3"
    assert people.database in people("db", "info").out


def test_a_sound_database_is_called_so(people: Commands) -> None:
    assert people("db", "check").out == "The database is in order.\n"
    assert people("db", "check", "--json").json == {"ok": True, "problems": []}


def test_what_is_wrong_is_said_in_words_with_status_1(people: Commands) -> None:
    with sqlite3.connect(people.database) as connection:
        connection.execute("UPDATE segments SET contacts = 7")
    connection.close()
    ran = people.attempt("db", "check")
    assert ran.status == 1
    assert "“Webinar” has 2 contacts, not 7 as counted" in ran.out
    assert "history" in ran.out
    told = people.attempt("db", "check", "--json")
    assert told.status == 1
    assert (told.json["ok"], len(told.json["problems"])) == (False, 2)


def test_upgrade_of_a_current_database_says_that_there_is_nothing_to_do(people: Commands) -> None:
    assert "up to date" in people("db", "upgrade").out
    told = people("db", "upgrade", "--json").json
    assert told["before"] == told["after"]


def test_a_database_of_another_schema_is_a_sentence_that_info_explains(people: Commands) -> None:
    with sqlite3.connect(people.database) as connection:
        connection.execute("UPDATE segtui_version SET version_num = '9999'")
    connection.close()
    assert people.attempt("segments", "list").status == 1
    assert people.attempt("db", "upgrade").status == 1
    assert "9999" in people("db", "info").out
    assert people("db", "backup", "copy.db").status == 0


def test_a_backup_is_the_same_database_and_private(people: Commands) -> None:
    told = people("db", "backup", "copy.db", "--json").json
    copy = Path("copy.db")
    assert told == {"file": "copy.db", "size": copy.stat().st_size}
    assert copy.stat().st_mode & 0o777 == 0o600
    assert Commands("copy.db")("contacts", "list", "--json").json == people("contacts", "list", "--json").json


def test_a_backup_overwrites_nothing(people: Commands) -> None:
    Path("copy.db").write_text("mine")
    assert people.attempt("db", "backup", "copy.db").status == 1
    assert Path("copy.db").read_text() == "mine"
    assert people.attempt("db", "backup", "missing/copy.db").status == 1


def test_looking_at_a_database_does_not_make_one(tmp_path: Path) -> None:
    missing = Commands(str(tmp_path / "missing.db"))
    for command in (("info",), ("check",), ("backup", "x.db")):
        assert missing.attempt("db", *command).status == 1
    assert not (tmp_path / "missing.db").exists()


def test_an_empty_database_on_a_server_says_so_and_gets_its_tables(
    postgresql_databases: Databases,
) -> None:
    with postgresql_databases.fresh() as url:
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        engine.dispose()
        empty = Commands(url)
        ran = empty.attempt("db", "check")
        assert (ran.status, "has no tables yet; `segtui import` creates them" in ran.err) == (1, True)
        assert empty("db", "info", "--json").json["schema"].startswith("none yet")
        empty("db", "upgrade")
        assert empty("db", "check").out == "The database is in order.\n"
        assert empty("segments", "list", "--json").json == []
