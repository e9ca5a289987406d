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
    assert segtui("db", "check").out == "The database is in order.\n"
    assert "secret" not in segtui("db", "info").out
    assert "Undid import" in segtui("imports", "undo", str(told["import_id"]), "--yes").out
    assert segtui("db", "check").out == "The database is in order.\n"


def test_on_postgresql_a_backup_is_left_to_its_own_tools(database_url: str, tmp_path: Path) -> None:
    ran = Commands(database_url).attempt("db", "backup", str(tmp_path / "copy.db"))
    assert (ran.status == 0) == (not database_url.startswith("postgresql"))


def test_filters_choose_the_same_on_both(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    segtui = Commands(database_url)
    Path("people.csv").write_text(
        "phone,first_name,city,state,source,do_not_call\n"
        "+16025550101,Ann,Århus,AZ,Fair,yes\n+16025550102,Bo,,ca,fair,\n+16025550103,Cy,Zug,CA,,\n+16025550104,Di,Bern,,Web,\n"
    )
    segtui("import", "people.csv", "--segment", "All")
    segtui("contacts", "add", "email=eve@example.com", "first_name=Eve", "state=AZ")

    def found(*options: str) -> list[str]:
        told = segtui("contacts", "list", "--json", "--limit", "0", *options).json
        assert told["total"] == len(told["contacts"])
        return [contact["first_name"] for contact in told["contacts"]]

    either = ("--filter", "state=AZ", "--filter", "state=CA")
    assert found(*either, "--filter", "added=7d", "--sort", "city", "--desc") == ["Cy", "Ann", "Eve", "Bo"]
    assert found(*either, "--filter", "source=FAIR", "--sort", "city") == ["Ann", "Bo"]
    assert found("--filter", "state=") == ["Di"]
    assert found("--filter", "segment=none") == ["Eve"]
    assert found("--filter", "do_not_call=no", "--segment", "all") == ["Bo", "Cy", "Di"]
    assert found("--filter", "added=..2020-01-01") == []
    assert found("--filter", "added=2020-01-01..", "--filter", "added=..2020-01-01", "--sort", "phone")[0] == "Ann"
    listed = segtui("contacts", "list", "--json", "--sort", "name", "--desc", "--limit", "2", "--offset", "1").json
    assert (listed["total"], [contact["first_name"] for contact in listed["contacts"]]) == (5, ["Di", "Cy"])

    segtui("segments", "create", "West")
    assert segtui("segments", "add", "West", *either, "--json").json["added"] == 4
    assert segtui("segments", "remove", "West", "--filter", "do_not_call=yes", "--json").json["removed"] == 1
    assert segtui("segments", "remove", "West", "--filter", "state=none", "--json").json["removed"] == 0
    assert found("--segment", "West") == ["Bo", "Cy", "Eve"]
    exported = segtui("export", "--segment", "West", "--filter", "state=ca", "--json").json
    assert [contact["first_name"] for contact in exported] == ["Bo", "Cy"]
