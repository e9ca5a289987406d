"""Other keys for commands: what a file may say, and the sentence for each thing it may not."""

from collections.abc import Mapping
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segtui.config.settings import Settings
from segtui.domain.text import clean
from segtui.errors import InvalidInput
from segtui.tui.actions import rebinding
from segtui.tui.actions.action import Command
from segtui.tui.actions.action_bindings import CommandHost
from segtui.tui.actions.contact_actions import AddContact, EditContact
from segtui.tui.actions.global_actions import EVERYWHERE, Back, Quit, Search, Sort
from segtui.tui.actions.import_actions import ResetColumns, UndoImport
from segtui.tui.actions.key_names import parsed, written
from segtui.tui.actions.segment_actions import CreateSegment, EditSegment

TABLE = {"j": "in a table it means “Down”", "space": "in a table it means “Mark”"}


class Segments(CommandHost):
    """A screen."""

    commands: ClassVar[tuple[type[Command], ...]] = (CreateSegment, EditSegment, Search, Sort, Quit, *EVERYWHERE)


class Contacts(CommandHost):
    """Another."""

    commands: ClassVar[tuple[type[Command], ...]] = (AddContact, EditContact, Search, Sort, Back, *EVERYWHERE)


class Steps(CommandHost):
    """A screen two commands of which share a key, because never both are offered."""

    commands: ClassVar[tuple[type[Command], ...]] = (ResetColumns, UndoImport, *EVERYWHERE)


def keymap(keys: Mapping[str, str]) -> dict[str, str]:
    settings = Settings(
        "", keys=keys, locations={f"keys.{name}": f"config.toml, line {at}" for at, name in enumerate(keys, 2)}
    )
    return rebinding.keymap(settings, (Segments, Contacts, Steps), TABLE)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("n", ["n"]),
        ("N", ["N"]),
        ("?", ["question_mark"]),
        ("question_mark", ["question_mark"]),
        ("comma", ["comma"]),
        ("+", ["plus"]),
        ("ctrl++", ["ctrl+plus"]),
        ("ctrl+n, f7", ["ctrl+n", "f7"]),
        ("Ctrl + N,F7", ["ctrl+n", "f7"]),
        ("shift+ctrl+up", ["ctrl+shift+up"]),
        ("pgdn, page up, Esc, return", ["pagedown", "pageup", "escape", "enter"]),
        ("alt+x", ["alt+x"]),
        ("ctrl+@", ["ctrl+@"]),
        ("ö", ["ö"]),
    ],
)
def test_keys_may_be_written_as_people_write_them(given: str, named: list[str]) -> None:
    assert list(parsed(given)) == named


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "beside a comma there is no key; the comma itself is called comma"),
        ("n,", "beside a comma there is no key"),
        ("n,,m", "beside a comma there is no key"),
        ("esacpe", "there is no key “esacpe” (did you mean escape?)"),
        ("crtl+n", "there is no key “crtl+n” (did you mean ctrl+n?)"),
        ("ctrl+hmoe", "there is no key “ctrl+hmoe” (did you mean ctrl+home?)"),
        ("f25", "there is no key “f25” (did you mean f"),
        ("super+n", "there is no key “super+n”"),
        ("ctrl+", "there is no key “ctrl+”"),
        ("+n", "there is no key “+n”"),
        ("\x1b", "there is no key “\ufffd”"),
        ("ctrl+\x1b", "there is no key “ctrl+\ufffd”"),
        ("shift+n", "write the character that “shift+n” types, such as N"),
        ("ctrl+i", "terminals send “ctrl+i” as tab; take another key"),
        ("Ctrl+M", "terminals send “Ctrl+M” as enter"),
        ("ctrl+[", "terminals send “ctrl+[” as escape"),
    ],
)
def test_what_is_no_key_is_a_sentence(given: str, said: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        list(parsed(given))
    assert said in str(raised.value)


@given(st.text(st.characters(max_codepoint=0x2FF), max_size=12) | st.text(alphabet="ctrlshifal+,n ?", max_size=12))
def test_any_text_is_keys_or_a_sentence_of_one_harmless_line(text: str) -> None:
    try:
        keys = list(parsed(text))
    except InvalidInput as error:
        assert clean(str(error)) == str(error)  # noqa: PT017  it need not be raised
    else:
        assert list(parsed(written(",".join(keys)))) == keys


def test_every_key_of_every_command_can_be_written_down_and_read_again() -> None:
    commands = rebinding.every_command()
    assert {"create_segment", "save", "next_step", "quit_anywhere"} <= commands.keys()
    for command in commands.values():
        keys = list(parsed(command.keys)) if command.keys else []
        assert keys == (list(parsed(written(",".join(keys)))) if keys else [])


def test_a_command_gets_the_keys_it_is_given() -> None:
    assert keymap({"create_segment": "ctrl+n, f7"}) == {"create_segment": "ctrl+n,f7"}
    assert keymap({"create_segment": "?, comma", "help": "f1"}) == {
        "create_segment": "question_mark,comma",
        "help": "f1",
    }


def test_two_commands_can_change_places_and_other_screens_do_not_matter() -> None:
    assert keymap({"create_segment": "e", "edit_segment": "n"}) == {"create_segment": "e", "edit_segment": "n"}
    assert keymap({"create_segment": "backspace", "back": "backspace"})["create_segment"] == "backspace"


def test_escape_enter_and_ctrl_q_stay_with_the_commands_that_have_them() -> None:
    assert keymap({"back": "backspace"}) == {"back": "backspace,escape"}
    assert keymap({"save": "ctrl+s", "leave": "f9", "quit_anywhere": "f10"}) == {
        "save": "ctrl+s,enter",
        "leave": "f9,escape",
        "quit_anywhere": "f10,ctrl+q",
    }


def test_a_command_that_shares_a_key_keeps_it_when_the_other_moves() -> None:
    assert keymap({"reset_columns": "f8"}) == {"reset_columns": "f8", "undo_import": "u"}
    assert keymap({"reset_columns": "u, f8"}) == {"reset_columns": "u,f8", "undo_import": "u"}


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"creat_segment": "f7"}, "line 2: there is no command “creat_segment” (did you mean create_segment?)."),
        ({"zzz\x1b": "f7"}, "line 2: there is no command “zzz\ufffd”; segtui config --keys lists all."),
        ({"sort": "o", "search": "crtl+f"}, "line 3: there is no key “crtl+f” (did you mean ctrl+f?)."),
        ({"search": "ctrl+i"}, "line 2: terminals send “ctrl+i” as tab; take another key."),
        ({"search": "escape"}, "line 2: escape cannot be given to search, because it closes and goes back."),
        ({"search": "f3, enter"}, "line 2: enter cannot be given to search, because it opens, saves and answers."),
        ({"search": "tab"}, "line 2: tab cannot be given to search, because it goes to the next field."),
        ({"quit": "ctrl+c"}, "line 2: ctrl+c cannot be given to quit, because it copies"),
        ({"quit": "ctrl+q"}, "line 2: ctrl+q cannot be given to quit, because it quits from anywhere."),
        ({"search": "j"}, "line 2: j cannot be given to search, because in a table it means “Down”."),
        ({"search": "space"}, "line 2: space cannot be given to search, because in a table it means “Mark”."),
        (
            {"create_segment": "e"},
            (
                "line 2: e cannot be given to create_segment, because it is the key of edit_segment on the same "
                "screen; give that one another key too."
            ),
        ),
        ({"sort": "f3", "search": "f3"}, "f3 cannot be given to "),
        ({"sort": "?"}, "line 2: ? cannot be given to sort, because it is the key of help on the same screen"),
    ],
)
def test_what_cannot_be_is_a_sentence_with_the_place(keys: dict[str, str], said: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        keymap(keys)
    assert str(raised.value).startswith("config.toml, line ")
    assert said in str(raised.value)
