"""What is configured for the interface: keys, theme, signs; and what is said where that is wrong."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from segtui.config import settings as config
from segtui.config.remembered import Remembered
from segtui.errors import InvalidInput
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from segtui.tui.screens.shared.interface_settings import problems
from segtui.tui.widgets.chrome.theme import THEMES
from tests.support.person import Person, at

AppOn = Callable[[Session], SegtuiApp]


def settings(text: str) -> config.Settings:
    path = config.user_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return config.load(database="unused.db")


def with_keys(keys: Mapping[str, str]) -> config.Settings:
    return settings("[keys]\n" + "".join(f'{name} = "{each}"\n' for name, each in keys.items()))


async def test_commands_can_change_their_keys_with_each_other(filled: Session) -> None:
    async with at(SegtuiApp(filled, with_keys({"edit_segment": "n", "create_segment": "e"}))) as person:
        await person.see("e New", "n Edit")
        await person.press("n")
        await person.see("Save changes")
        await person.press("escape", "e")
        await person.see("Create segment")


async def test_a_key_that_is_given_away_does_nothing_any_more_but_escape_stays(filled: Session) -> None:
    async with at(SegtuiApp(filled, with_keys({"back": "f9", "help": "f1, h"})), (80, 90)) as person:
        await person.press("enter")
        await person.see("Segments > Newsletter", "f1 Help")
        await person.press("q", "question_mark")
        await person.see("Segments > Newsletter")
        await person.press("f9")
        await person.see_no("Segments > Newsletter")
        await person.press("enter")
        await person.see("Segments > Newsletter")
        await person.press("escape")
        await person.see_no("Segments > Newsletter")
        await person.press("h")
        await person.see("f1 h", "On this screen")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '\n[keys]\ncreat_segment = "n"\n',
            "line 3: there is no command “creat_segment” (did you mean create_segment?).",
        ),
        ('[keys]\nsearch = "crtl+f"\n', "line 2: there is no key “crtl+f” (did you mean ctrl+f?)."),
        ('[keys]\nsearch = "j"\n', "line 2: j cannot be given to search, because in a table it means “Down”."),
        (
            '[keys]\ncreate_segment = "s"\n',
            "line 2: s cannot be given to create_segment, because it is the key of sort",
        ),
        (
            '[keys]\nundo_import = "f10"\n',
            "line 2: f10 cannot be given to undo_import, because it is the key of next_step",
        ),
        ('theme = "nrod"\n', "line 1: there is no theme “nrod” (did you mean nord?)."),
        ('theme = "zzz"\n', "line 1: there is no theme “zzz” (there are ansi-dark, ansi-light, atom-one-dark"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_drawn(filled: Session, text: str, said: str) -> None:
    wrong = settings(text)
    with pytest.raises(InvalidInput) as raised:
        SegtuiApp(filled, wrong)
    assert str(raised.value).startswith(f"{config.user_file()}, {said}")
    assert [str(each) for each in problems(wrong)] == [str(raised.value)]


def test_a_theme_of_the_environment_that_there_is_not_is_said_too(
    filled: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGTUI_THEME", "drakula")
    with pytest.raises(InvalidInput, match=r"^SEGTUI_THEME: there is no theme “drakula” \(did you mean dracula\?\)\.$"):
        SegtuiApp(filled, config.load())


async def test_every_theme_there_is_can_be_configured(filled: Session) -> None:
    assert "textual-light" in THEMES
    assert {*THEMES} == {*SegtuiApp(filled, config.Settings("")).available_themes}
    for name in THEMES:
        assert SegtuiApp(filled, settings(f'theme = "{name}"\n')).theme == name


async def choose(person: Person, theme: str) -> None:
    await person.press("ctrl+p")
    await person.type("theme")
    await person.see("Choose the theme")
    await person.press("enter")
    await person.see("Type part of the theme's name")
    await person.type(theme)


async def test_a_theme_is_seen_while_it_is_chosen_and_remembered_when_it_is(filled: Session, tmp_path: Path) -> None:
    path = tmp_path / "remembered.json"
    plain = config.Settings("", timezone="UTC")
    async with at(SegtuiApp(filled, plain, Remembered(path))) as person:
        await choose(person, "nord")
        assert person.app.theme == "nord"
        assert Remembered(path).theme is None
        await person.press("enter")
        await person.see("The theme is nord.")
    assert Remembered(path).theme == "nord"
    async with at(SegtuiApp(filled, plain, Remembered(path))) as person:
        assert person.app.theme == "nord"


async def test_escape_brings_the_colours_back(app_on: AppOn, filled: Session) -> None:
    app = app_on(filled)
    async with at(app) as person:
        await choose(person, "")
        assert app.theme == "segtui"
        await person.press("down")
        second = app.theme
        await person.press("down")
        assert len({"segtui", second, app.theme}) == 3
        await person.press("escape")
        assert app.theme == "segtui"
        await person.see_no("Type part of the theme's name")
    assert app.remembered.theme is None


async def test_a_choice_that_will_not_last_is_told(filled: Session) -> None:
    app = SegtuiApp(filled, settings('theme = "dracula"\n'))
    async with at(app, (120, 24)) as person:
        assert app.theme == "dracula"
        await choose(person, "nord")
        await person.press("enter")
        await person.hear("until you leave", "line 1 says dracula")
    assert SegtuiApp(filled, settings('theme = "dracula"\n'), app.remembered).theme == "dracula"


async def test_a_remembered_theme_that_is_gone_is_forgotten_quietly(filled: Session) -> None:
    remembered = Remembered.none()
    remembered.theme = "of-another-version"
    assert SegtuiApp(filled, config.Settings(""), remembered).theme == "segtui"


async def test_without_colours_the_terminals_own_are_not_offered(
    app_on: AppOn, filled: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with at(app_on(filled)) as person:
        await choose(person, "ansi")
        await person.see("Nothing matches.")
    monkeypatch.delenv("NO_COLOR")
    async with at(app_on(filled)) as person:
        await choose(person, "ansi")
        await person.see("ansi-dark", "the terminal's own 16 colours")


async def test_sixteen_colours_are_the_terminals_own_unless_another_theme_was_chosen(
    filled: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", "standard")
    remembered = Remembered.none()
    assert SegtuiApp(filled, config.Settings("")).theme == "ansi-dark"
    remembered.theme = "nord"
    assert SegtuiApp(filled, config.Settings(""), remembered).theme == "nord"
    assert SegtuiApp(filled, settings('theme = "segtui"\n')).theme == "segtui"


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (160, 48)])
async def test_in_ascii_every_screen_is_ascii(filled: Session, size: tuple[int, int]) -> None:
    # What is sent and not what is rendered: the last thing before the terminal is the filter.
    app = SegtuiApp(filled, config.Settings("", timezone="UTC", ascii=True))
    async with at(app, size) as person:
        for keys in (
            (),
            ("n",),
            ("escape", "d"),
            ("escape", "ctrl+p"),
            ("escape", "G", "enter"),
            ("enter",),
            ("escape", "n"),
        ):
            await person.press(*keys)
            assert person.screen.isascii(), person.screen
            assert all(len(line) == size[0] for line in person.lines)
        # What has no like in ASCII is a question mark, and nothing of ours is: only letters of names.
        assert set(re.findall(r"\S*\?\S*", person.screen)) <= {"?", "Zo?", "M?ller"}
