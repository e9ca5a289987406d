from pathlib import Path

import pytest

from segtui.config import settings
from segtui.config.remembered import Remembered
from tests.support.commands import Commands


def test_what_is_in_force_is_shown_with_where_it_came_from(segtui: Commands) -> None:
    path = settings.user_file()
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
    path = settings.user_file()
    path.parent.mkdir(parents=True)
    path.write_text("databse = 1\n")
    ran = segtui.attempt("segments", "list")
    assert ran.status == 1
    assert "line 1" in ran.err
    assert "did you mean database?" in ran.err


def write(text: str) -> Path:
    path = settings.user_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_switches_and_keys_are_shown_with_where_they_came_from(segtui: Commands) -> None:
    path = write('ascii = true\n[keys]\ncreate_segment = "ctrl+n, f7"\n')
    shown = segtui("config", "--json").json
    assert shown["ascii"] == {"value": True, "from": str(path)}
    assert shown["mouse"] == {"value": True, "from": "default"}
    assert shown["keys.create_segment"] == {"value": "ctrl+n, f7", "from": str(path)}
    words = [line.split() for line in segtui("config").lines]
    assert ["ascii", "true", str(path)] in words
    assert ["keys.create_segment", "ctrl+n,", "f7", str(path)] in words


def test_a_theme_that_was_chosen_in_the_interface_is_shown_as_such(segtui: Commands) -> None:
    Remembered.of_user().theme = "nord"
    assert segtui("config", "--json").json["theme"] == {"value": "nord", "from": "chosen in the interface"}


def test_every_command_is_shown_with_its_keys(segtui: Commands) -> None:
    write('[keys]\ncreate_segment = "comma, +, F7"\n')
    shown = segtui("config", "--keys", "--json").json
    assert shown["create_segment"] == {"keys": "comma, +, f7", "title": "Create a segment"}
    assert shown["search"]["keys"] == "/"
    assert shown["back"]["keys"] == "escape, q"
    assert any(
        line.split()[:4] == ["create_segment", "comma,", "+,", "f7"] for line in segtui("config", "--keys").lines
    )


def test_the_keys_that_are_shown_can_be_written_into_a_file(segtui: Commands) -> None:
    shown = segtui("config", "--keys", "--json").json
    write("[keys]\n" + "".join(f'{name} = "{each["keys"]}"\n' for name, each in shown.items()))
    assert segtui("config", "--keys", "--json").json == shown


@pytest.mark.parametrize("options", [(), ("--json",), ("--keys",)])
def test_what_is_right_is_shown_of_a_wrong_file_too(segtui: Commands, options: tuple[str, ...]) -> None:
    path = write('timezone = "Europe/Madrid"\ntheme = "nrod"\ncolour = "red"\n[keys]\ncreat_segment = "n"\n')
    ran = segtui.attempt("config", *options)
    assert ran.status == 1
    assert "Europe/Madrid" in ran.out
    for said in (
        f"{path}, line 2: there is no theme “nrod” (did you mean nord?).",
        f"{path}, line 3: unknown key “colour”",
        f"{path}, line 5: there is no command “creat_segment” (did you mean create_segment?).",
    ):
        assert said in ran.err


def test_a_wrong_theme_or_key_does_not_stop_a_script(segtui: Commands) -> None:
    write('theme = "nrod"\n[keys]\ncreat_segment = "n"\n')
    assert segtui("segments", "list", "--json").json == []
