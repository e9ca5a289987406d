"""The main job, end to end, on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest

from tests.support.commands import Commands


def test_a_file_becomes_a_segment_one_can_look_into(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    segtui = Commands(database_url)
    Path("leads.csv").write_text("Name,Phone\nFinn Sample,602 555 0199\nZoë,+442079460018\nNobody,12\n")
    told = segtui("import", "leads.csv", "--segment", "Webinar signups", "--json").json
    assert (told["rows"], told["created"], told["rejected"]) == (3, 2, 1)
    (segment,) = segtui("segments", "list", "--search", "SIGN web", "--json").json
    assert (segment["name"], segment["contacts"]) == ("Webinar signups", 2)
    found = segtui("contacts", "list", "--segment", "Webinar signups", "--search", "finn", "--json").json
    assert (found["total"], found["contacts"][0]["phone"]) == (1, "+16025550199")
    assert "Exported 2 contacts" in segtui("export", "--segment", "Webinar signups", "--output", "back.csv").out
    assert segtui("import", "back.csv", "--json").json["unchanged"] == 2
    assert segtui("db", "check").out == "The database is sound.\n"
    assert "secret" not in segtui("db", "info").out
    assert "Undid import" in segtui("imports", "undo", str(told["import_id"]), "--yes").out
    assert segtui("db", "check").out == "The database is sound.\n"


def test_on_postgresql_a_backup_is_left_to_its_own_tools(database_url: str, tmp_path: Path) -> None:
    ran = Commands(database_url).attempt("db", "backup", str(tmp_path / "copy.db"))
    assert (ran.status == 0) == (not database_url.startswith("postgresql"))
