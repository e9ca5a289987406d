from pathlib import Path

from segtui import config
from tests.support.commands import Commands


def test_what_is_in_force_is_shown_with_where_it_came_from(segtui: Commands) -> None:
    path = config.user_file()
    path.parent.mkdir(parents=True)
    path.write_text('timezone = "Europe/Madrid"\n')
    shown = segtui("config", "--json").json
    assert shown["database"] == {"value": segtui.database, "from": "--database"}
    assert shown["timezone"] == {"value": "Europe/Madrid", "from": str(path)}
    assert shown["theme"]["from"] == "default"
    assert f"Your file: {path}\n" in segtui("config").out
    assert "(Europe/Madrid)" not in segtui("segments", "list").out


def test_no_password_is_shown(segtui: Commands) -> None:
    for options in ((), ("--json",)):
        out = Commands("postgresql://me:secret@db.example.com/calls")("config", *options).out
        assert "secret" not in out
        assert "db.example.com" in out


def test_the_environment_chooses_the_database(people: Commands, tmp_path: Path) -> None:
    process = Commands("").process
    ran = process("segments", "list", "--json", environment={"SEGTUI_DATABASE_URL": people.database})
    assert [segment["name"] for segment in ran.json] == ["Webinar"]


def test_a_wrong_configuration_is_one_line(segtui: Commands) -> None:
    path = config.user_file()
    path.parent.mkdir(parents=True)
    path.write_text("databse = 1\n")
    ran = segtui.attempt("segments", "list")
    assert ran.status == 1
    assert "line 1" in ran.err
    assert "did you mean database?" in ran.err
