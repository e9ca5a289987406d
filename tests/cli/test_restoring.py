"""`segtui db restore`: what it refuses, what it keeps, and that nobody sees half of it."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from segtui.database import schema
from segtui.database.engine import open_database
from segtui.services import campaigns
from segtui.services.campaigns.dispatch import dispatcher_lease as standing
from segtui.services.contacts import contacts
from segtui.services.maintenance import restoring
from segtui.services.session import open_session
from tests.dialer.support import launched
from tests.support.commands import Commands
from tests.support.older_schema import take_back_to_0006


@pytest.fixture
def backup(people: Commands) -> Path:
    """Save the database of three people, then change it."""
    people("db", "backup", "backup.db")
    people("contacts", "add", "email=since@example.com")
    return Path("backup.db")


def emails(segtui: Commands) -> set[str | None]:
    return {each["email"] for each in segtui("contacts", "list", "--json").json["contacts"]}


def leftovers(database: str) -> list[str]:
    return sorted(path.name for path in Path(database).parent.glob(f".{Path(database).name}.*"))


def test_a_backup_is_put_in_place_and_the_database_before_is_kept(people: Commands, backup: Path) -> None:
    before = backup.read_bytes()
    told = people("db", "restore", str(backup), "--yes", "--json").json
    assert told["database"] == str(Path(people.database).resolve())
    assert (told["schema"], told["paused_campaigns"]) == (schema.HEAD, 0)
    assert "since@example.com" not in emails(people)
    kept = Path(told["kept"])
    assert ".before-restore-" in kept.name
    assert kept.stat().st_mode & 0o777 == 0o600
    assert Path(people.database).stat().st_mode & 0o777 == 0o600
    assert "since@example.com" in emails(Commands(str(kept)))
    assert backup.read_bytes() == before
    assert not leftovers(people.database)
    assert people("db", "check").out == "The database is in order.\n"
    facts = people("db", "info", "--json").json
    assert "restored from a backup" in facts["origin"]
    shown = people("db", "info").out
    assert "Database id" in shown
    assert facts["database_id"] in shown


def test_who_opted_out_after_the_backup_is_not_called_after_it_was_restored(people: Commands, backup: Path) -> None:
    phone = people("contacts", "list", "--json").json["contacts"][0]["phone"]
    people("do-not-call", "add", phone, "+16025550188")
    ran = people("db", "restore", str(backup), "--yes")
    assert "2 numbers added to the do-not-call list after the backup are still on it." in ran.out
    listed = people("do-not-call", "list", "--json").json
    assert {each["phone"] for each in listed} == {phone, "+16025550188"}
    marked = [each["phone"] for each in people("contacts", "list", "--json").json["contacts"] if each["do_not_call"]]
    assert phone in marked
    assert "after the backup" in people("audit").out
    assert people("db", "check").out == "The database is in order.\n"


def test_what_it_does_is_asked_before(people: Commands, backup: Path) -> None:
    ran = people.attempt("db", "restore", str(backup))
    assert (ran.status, ran.out) == (1, "")
    assert "3 contacts" in ran.err
    assert "--yes" in ran.err
    assert "since@example.com" in emails(people)
    assert not leftovers(people.database)


def test_where_there_is_no_database_the_backup_becomes_it(people: Commands, backup: Path, tmp_path: Path) -> None:
    fresh = Commands(str(tmp_path / "folder" / "fresh.db"))
    told = fresh("db", "restore", str(backup), "--yes", "--json").json
    assert told["kept"] is None
    assert emails(fresh) == emails(people) - {"since@example.com"}


def test_what_is_no_backup_is_refused(people: Commands, backup: Path) -> None:
    Path("text.db").write_text("no database at all")
    with sqlite3.connect("foreign.db") as foreign:
        foreign.execute("CREATE TABLE mine (x)")
    foreign.close()
    shutil.copyfile(backup, "newer.db")
    with sqlite3.connect("newer.db") as newer:
        newer.execute("UPDATE segtui_version SET version_num = '9999'")
    newer.close()
    content = bytearray(backup.read_bytes())
    for start in range(4096 * 3, len(content) - 4096, 4096):
        content[start : start + 64] = b"\xff" * 64
    Path("damaged.db").write_bytes(content)
    os.mkfifo("pipe.db")
    before = Path(people.database).read_bytes()
    for file, why in (
        ("text.db", "is not a SQLite database"),
        ("foreign.db", "belongs to another program"),
        ("newer.db", "newer than this segtui"),
        ("damaged.db", "damaged"),
        ("pipe.db", "is not a file"),
        ("missing.db", "cannot be restored: No such file"),
        (people.database, "is the database itself"),
    ):
        ran = people.attempt("db", "restore", file, "--yes")
        assert (ran.status, ran.out, ran.err.count("\n")) == (1, "", 1), file
        assert why in ran.err
    assert Path(people.database).read_bytes() == before
    assert not leftovers(people.database)


def test_another_file_in_the_place_of_the_database_is_left_alone(people: Commands, backup: Path) -> None:
    Path("letter.txt").write_text("Dear Ann")
    ran = Commands("letter.txt").attempt("db", "restore", str(backup), "--yes")
    assert (ran.status, "move it away first" in ran.err) == (1, True)
    assert Path("letter.txt").read_text() == "Dear Ann"


def test_a_damaged_database_is_replaced_and_kept(people: Commands, backup: Path) -> None:
    path = Path(people.database)
    content = bytearray(path.read_bytes())
    content[100:4096] = b"\xff" * (4096 - 100)
    path.write_bytes(content)
    told = people("db", "restore", str(backup), "--yes", "--json").json
    assert Path(told["kept"]).read_bytes()[:4096] == bytes(content[:4096])
    assert people("db", "check").out == "The database is in order.\n"


def test_a_backup_of_an_older_schema_is_brought_up_to_date(people: Commands, tmp_path: Path) -> None:
    older = tmp_path / "older.db"
    database = open_database(older)
    take_back_to_0006(database)
    database.close()
    ran = people("db", "restore", str(older), "--yes")
    assert f"Its schema was upgraded from 0006 to {schema.HEAD}." in ran.out
    assert people("db", "check").out == "The database is in order.\n"


@pytest.mark.parametrize("reads", [True, False])
def test_while_another_program_has_the_database_open_nothing_is_changed(
    people: Commands, backup: Path, monkeypatch: pytest.MonkeyPatch, *, reads: bool
) -> None:
    monkeypatch.setattr(restoring.restore, "__defaults__", (0.5,))
    held = "db.execute('BEGIN IMMEDIATE')" if not reads else "db.execute('SELECT count(*) FROM contacts').fetchall()"
    program = f"import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); {held}; print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program, people.database], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        ran = people.attempt("db", "restore", str(backup), "--yes")
        assert (ran.status, "Other programs have the database open" in ran.err) == (1, True)
        other.communicate(b"\n")
    assert "since@example.com" in emails(people)
    assert not leftovers(people.database)
    people("db", "restore", str(backup), "--yes")


def test_while_a_dispatcher_works_nothing_is_changed(people: Commands, backup: Path) -> None:
    from segtui.database.leader_lock import leader_lock

    database = open_database(people.database)
    lock = leader_lock(database)
    assert lock.acquire()
    database.close()
    ran = people.attempt("db", "restore", str(backup), "--yes")
    assert (ran.status, "A dispatcher is working on this database" in ran.err) == (1, True)
    lock.release()
    people("db", "restore", str(backup), "--yes")


def test_no_number_is_given_out_twice_and_the_dispatcher_before_is_fenced(people: Commands, backup: Path) -> None:
    database = open_database(people.database)
    session = open_session(database, source="test")
    generation = standing.take_over(session, "the dispatcher before")
    last = contacts.add(session, {"email": "last@example.com"}).id
    database.close()
    people("db", "restore", str(backup), "--yes")
    database = open_database(people.database)
    session = open_session(database, source="test")
    assert contacts.add(session, {"email": "next@example.com"}).id > last
    with pytest.raises(standing.Superseded):
        standing.beat(session, generation, None)
    database.close()


def test_campaigns_of_a_restored_database_are_paused_until_they_are_resumed(segtui: Commands) -> None:
    database = open_database(segtui.database)
    session = open_session(database, source="test")
    campaign_id, _ = launched(session, 2)
    standing.take_over(session, "this one")
    database.close()
    segtui("db", "backup", "backup.db")
    ran = segtui("db", "restore", "backup.db", "--yes")
    assert "1 campaign paused" in ran.out
    assert "campaigns reconcile" in ran.out
    shown = segtui("campaigns", "show", "Spring", "--json").json
    assert (shown["id"], shown["status"]) == (campaign_id, "paused")
    assert "restored from a backup" in shown["reason"]
    assert segtui("db", "info", "--json").json["held_campaigns"].startswith("1;")
    assert "There is nothing to record" in segtui("campaigns", "reconcile", "Spring").out
    resumed = segtui("campaigns", "resume", "Spring")
    assert "may be called again" in resumed.out
    assert "held_campaigns" not in segtui("db", "info", "--json").json
    entries = segtui("audit", "--action", "campaign.resume", "--json").json
    assert "restored from a backup" in entries[0]["detail"]
    assert segtui("audit", "--action", "database.restored", "--json").json


def test_calls_that_only_the_platform_has_are_recorded_by_a_command(segtui: Commands) -> None:
    from sqlalchemy import insert

    from segtui.database.tables.campaign_tables import unrecorded_calls

    database = open_database(segtui.database)
    session = open_session(database, source="test")
    campaign_id, ids = launched(session, 2)
    campaigns.pause(session, campaign_id)
    with session.write() as tx:
        call = {"company_id": tx.company_id, "campaign_id": campaign_id, "contact_id": ids[0], "started_at": 1}
        tx.execute(insert(unrecorded_calls), {**call, "database_id": "t", "attempt_id": 9, "outcome": "answered"})
    database.close()
    refused = segtui.attempt("campaigns", "resume", "Spring")
    assert (refused.status, "1 call of this campaign" in refused.err, "--yes" in refused.err) == (1, True, True)
    asked = segtui.attempt("campaigns", "reconcile", "Spring")
    assert (asked.status, "1 call to 1 contact (answered 1)" in asked.err) == (1, True)
    told = segtui("campaigns", "reconcile", "Spring", "--yes", "--json").json
    assert told == {
        "id": campaign_id, "name": "Spring", "calls": 1, "recorded": 1, "contacts": 1, "outcomes": {"answered": 1},
        "waiting": 0, "strangers": 0,
    }  # fmt: skip
    assert segtui("campaigns", "show", "Spring", "--json").json["outcomes"]["answered"] == 1
    assert segtui("campaigns", "resume", "Spring", "--json").json["status"] == "active"
    assert json.loads(segtui("audit", "--action", "campaign.reconcile", "--json").out)[0]["count"] == 1


def test_a_server_is_restored_by_its_own_tools(tmp_path: Path) -> None:
    (tmp_path / "dump").write_bytes(b"")
    server = Commands("postgresql://somebody@127.0.0.1:1/none")
    ran = server.attempt("db", "restore", str(tmp_path / "dump"), "--yes")
    assert (ran.status, "pg_restore" in ran.err) == (1, True)
