"""What a person chose is found again, and whatever is wrong with the file is nobody's problem."""

import json
import stat
from pathlib import Path

import pytest

from segtui.config.remembered import Remembered


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "segtui" / "remembered.json"


def test_without_a_file_there_is_nothing_and_none_is_made(path: Path) -> None:
    remembered = Remembered(path)
    assert (remembered.theme, remembered.sort("segments"), remembered.hidden("contacts")) == (None, None, frozenset())
    assert not path.parent.exists()


def test_what_is_chosen_is_found_again(path: Path) -> None:
    remembered = Remembered(path)
    remembered.theme = "nord"
    remembered.remember_sort("segments", "created", descending=True)
    remembered.remember_sort("contacts", "name", descending=False)
    remembered.remember_hidden("contacts", {"city", "state"})
    for each in (remembered, Remembered(path)):
        assert each.theme == "nord"
        assert each.sort("segments") == ("created", True)
        assert each.sort("contacts") == ("name", False)
        assert each.sort("imports") is None
        assert each.hidden("contacts") == {"city", "state"}
        assert each.hidden("segments") == frozenset()


def test_only_the_owner_reads_it_and_nothing_else_is_left_in_the_folder(path: Path) -> None:
    Remembered(path).theme = "nord"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_it_lies_in_the_users_state_folder(home: Path) -> None:
    assert Remembered.of_user().path == home / "state" / "segtui" / "remembered.json"


def test_two_sessions_do_not_undo_each_others_choices(path: Path) -> None:
    one, other = Remembered(path), Remembered(path)
    one.theme = "nord"
    other.remember_hidden("contacts", ["city"])
    one.remember_sort("contacts", "name", descending=True)
    assert json.loads(path.read_text()) == {
        "theme": "nord",
        "lists": {"contacts": {"hidden": ["city"], "sort": ["name", True]}},
    }


def test_what_a_newer_version_remembers_is_kept(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text('{"lists": {"contacts": {"widths": [1]}}, "later": true}')
    Remembered(path).remember_hidden("contacts", [])
    assert json.loads(path.read_text()) == {"lists": {"contacts": {"widths": [1], "hidden": []}}, "later": True}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"[]",
        b"null",
        b'"theme"',
        b'{"theme": 3, "lists": []}',
        b'{"theme": "", "lists": {"contacts": 5}}',
        b'{"lists": {"contacts": {"sort": ["name"], "hidden": "city"}}}',
        b'{"lists": {"contacts": {"sort": ["name", 1], "hidden": {"city": 1}}}}',
        b'{"lists": {"contacts": {"sort": [1, true], "hidden": [1, null]}}}',
        b"[" * 50_000,
        b'{"theme": "' + b"x" * 200_000 + b'"}',
    ],
)
def test_a_damaged_file_is_as_none_and_is_replaced(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    remembered = Remembered(path)
    assert (remembered.theme, remembered.sort("contacts"), remembered.hidden("contacts")) == (None, None, frozenset())
    remembered.remember_sort("contacts", "name", descending=True)
    remembered.theme = "nord"
    assert (Remembered(path).sort("contacts"), Remembered(path).theme) == (("name", True), "nord")


def test_where_nothing_can_be_written_it_lasts_for_the_session(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file, where the folder would be")
    remembered = Remembered(tmp_path / "state" / "remembered.json")
    remembered.theme = "nord"
    remembered.remember_hidden("contacts", ["city"])
    assert (remembered.theme, remembered.hidden("contacts")) == ("nord", frozenset({"city"}))
    assert (tmp_path / "state").read_text() == "a file, where the folder would be"


def test_a_folder_in_the_place_of_the_file_is_no_error(path: Path) -> None:
    path.mkdir(parents=True)
    remembered = Remembered(path)
    remembered.theme = "nord"
    assert remembered.theme == "nord"
    assert list(path.parent.iterdir()) == [path]


def test_one_without_a_file_remembers_for_the_session() -> None:
    remembered = Remembered.none()
    remembered.remember_sort("segments", "contacts", descending=True)
    assert remembered.sort("segments") == ("contacts", True)
    assert Remembered.none().sort("segments") is None
