"""Whatever a name holds, it is shown harmlessly on every screen and in every dialog."""

from collections.abc import Callable

import pytest

from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from tests.support.person import Person, at
from tests.tui.screens.conftest import HOSTILE

AppOn = Callable[[Session], SegtuiApp]


def harmless(person: Person) -> bool:
    """Tell whether nothing is on the screen that a terminal would obey, and the app is alive."""
    forbidden = {*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), "\u202e"}
    return not forbidden & set("".join(person.lines)) and person.app.is_running


@pytest.mark.parametrize("place", range(len(HOSTILE)), ids=HOSTILE)
async def test_no_name_does_anything_anywhere(app_on: AppOn, hostile: Session, place: int) -> None:
    # Tall enough for the custom fields below the segments and the address.
    async with at(app_on(hostile), (80, 48)) as person:
        # In the order in which they were made.
        await person.press("s", "s", "S", "g", *["down"] * place)
        for key, heading in (("e", "Edit segment"), ("d", "Delete segment")):
            await person.press(key)
            await person.see(heading)
            assert harmless(person)
            await person.press("escape")
        await person.press("enter")
        await person.see("8 contacts")
        for key, heading in (
            ("e", "Edit contact"),
            ("d", "Remove"),
            ("exclamation_mark", "Do not call"),
            ("x", "File"),
        ):
            await person.press(key)
            await person.see(heading)
            assert harmless(person)
            await person.press("escape")
        await person.press("enter")
        await person.see("Custom fields", "Must not be called")
        assert harmless(person)
        await person.press("e")
        await person.see("Save changes")
        assert harmless(person)


@pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE)
async def test_a_search_for_it_is_echoed_harmlessly(app_on: AppOn, session: Session, typed: str) -> None:
    async with at(app_on(session)) as person:
        await person.press("slash")
        person.app.screen.query_one("#search").insert_text_at_cursor(typed)  # type: ignore[attr-defined]  # an Input
        await person.settle()
        await person.see("No segment matches")
        assert harmless(person)
        await person.press("enter", "n")
        await person.see("Create segment")
        assert harmless(person)
        await person.press("escape", "ctrl+p")
        person.app.screen.query_one("TextField").insert_text_at_cursor(typed)  # type: ignore[attr-defined]  # an Input
        await person.settle()
        assert harmless(person)


async def test_a_segment_with_markup_in_its_name_is_offered_in_the_palette(app_on: AppOn, hostile: Session) -> None:
    async with at(app_on(hostile)) as person:
        await person.press("ctrl+p")
        await person.type("quit")
        await person.see("[@click=app.quit]Quit[/]")
        assert harmless(person)


async def test_what_was_done_is_said_with_the_name_as_it_is(app_on: AppOn, hostile: Session) -> None:
    async with at(app_on(hostile), (120, 40)) as person:
        await person.press("s", "s", "S", "g", "a")
        await person.see("“[bold]Bold[/bold] [/nope]” is")


async def test_hostile_names_are_compared_harmlessly(app_on: AppOn, hostile: Session) -> None:
    async with at(app_on(hostile), (160, 48)) as person:
        await person.press("asterisk", "equals_sign")
        await person.see("Compare 8", "[bold]Bold[/bold] [/nope]", "$name {x} %s")
        for keys, heading in ((("G", "plus"), "Add 8 contacts"), (("escape", "x"), "File"), (("escape", "enter"), "×")):
            await person.press(*keys)
            await person.see(heading)
            assert harmless(person)
