"""The segment list, as somebody at the keyboard meets it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from segtui.errors import NotFound
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from tests.support.person import at

AppOn = Callable[[Session], SegtuiApp]


async def test_shows_name_contacts_size_created_and_actions(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.see("Newsletter", "Webinar signups", "3  test", "2026-03-02", "View Edit Delete", "2 segments")
        await person.see_no("Old leads", "Company")


async def test_a_search_narrows_the_list_with_every_key_and_escape_ends_it(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("slash")
        await person.type("WEBI sign")
        await person.see("Webinar signups", "1 of 2")
        await person.see_no("Newsletter")
        await person.press("escape")
        await person.see("Newsletter", "2 segments")
        await person.press("escape", "G", "enter")
        await person.see("3 contacts")


async def test_search_sort_and_cursor_survive_opening_a_segment(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("slash")
        await person.type("e")
        await person.press("enter", "S", "down", "enter")
        await person.see("Segments > Newsletter")
        await person.press("escape")
        await person.see("Name ▼", "Searched: e", "► Newslet", "escape Clear search")


async def test_sorts_by_key_and_by_a_click_on_a_header(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("s")
        await person.see("Contacts ▼")
        await person.click("Created")
        await person.see("Created ▼")
        await person.press("S")
        await person.see("Created ▲")


async def test_a_segment_is_created_and_the_cursor_is_on_it(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("n")
        await person.type("Zebra crossing")
        await person.press("tab")
        await person.type("Black and white")
        await person.press("enter")
        await person.see("► Zebra crossing", "3 segments")
    assert segments.by_name(filled, "zebra CROSSING").description == "Black and white"


async def test_what_is_wrong_with_a_name_is_said_while_typing(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.click("Create Segment")
        await person.type("NEWSLETTER")
        await person.see("There is already a segment “NEWSLETTER”")
        await person.type("2")
        await person.see_no("There is already")
        await person.press("ctrl+u")
        await person.see("A segment needs a name.")
        await person.press("enter")
        await person.see("Create segment")


async def test_leaving_a_form_asks_only_where_something_was_typed(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("n", "escape")
        await person.see_no("Leave without saving?")
        await person.press("n", "x", "escape")
        await person.see("Leave without saving?")
        await person.press("enter")
        await person.see("Description")
        await person.press("escape", "y")
        await person.see_no("Description  ")
        await person.press("n", "x", "escape")
        await person.see("Leave without saving?", "Press escape again to leave.")
        await person.press("escape")
        await person.see_no("Create segment", "Leave without saving?")
    assert segments.total(filled) == 2


async def test_escape_twice_in_a_burst_loses_nothing(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled), answer_delay=60) as person:
        await person.press("n", "x", "escape", "escape")
        await person.see("Leave without saving?")
        await person.hear("Answer again.")


async def test_a_saved_segment_that_the_search_hides_is_said_to_be(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("slash")
        await person.type("newsl")
        await person.press("enter", "e", "ctrl+u")
        await person.type("Monthly")
        await person.press("tab", "ctrl+u", "enter")
        await person.hear("“Monthly” was saved. The search “newsl” hides it here: press o to show it.")


async def test_a_search_without_a_hit_offers_to_create_that_segment(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("slash")
        await person.type("Brand new")
        await person.see("No segment matches “Brand new”.", "Press enter, then n, to create")
        await person.press("enter")
        await person.see("Press n to create")
        await person.press("n", "enter")
        await person.see("► Brand new", "1 of 3")


async def test_editing_changes_name_and_description_and_no_contact(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("G", "e")
        await person.see("Edit segment", "Save changes")
        await person.press("end")
        await person.type(" 2026")
        await person.press("enter")
        await person.see("► Webinar signups 2026")
    assert segments.by_name(filled, "Webinar signups 2026").contacts == 3


async def test_deleting_says_what_happens_and_asks_harmlessly(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("G", "d")
        await person.see("Delete “Webinar signups”?", "3 contacts are in it; they are kept.", "cannot be undone")
        await person.press("enter")
        await person.see_no("cannot be undone")
        assert segments.total(filled) == 2
        await person.press("d", "y")
        await person.see_no("cannot be undone")
        await person.see("1 segment ")
    with pytest.raises(NotFound):
        segments.by_name(filled, "Webinar signups")


async def test_archiving_is_offered_beside_deleting_and_can_be_undone(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("d", "a")
        await person.see("1 segment ")
        await person.press("A")
        await person.see("(archived) Newsletter", "(archived) Old leads")
        await person.press("g", "a")
        await person.see("► Newsletter")
    assert not segments.by_name(filled, "Newsletter").archived


async def test_an_empty_list_says_what_to_do(app_on: AppOn, session: Session) -> None:
    async with at(app_on(session)) as person:
        await person.see("There are no segments yet.", "Press n to create one, or i to import")
        await person.see_no("e Edit", "d Delete")


async def test_words_in_a_row_can_be_clicked(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.click("Edit Delete")
        await person.see("Edit segment")
        await person.press("escape")
        await person.click("Delete")
        await person.see("Delete segment")
        await person.click("Keep it")
        await person.click("View Edit")
        await person.see("Segments > Newsletter")


async def test_a_viewer_is_offered_nothing_that_writes(app_on: AppOn, viewer: Session) -> None:
    async with at(app_on(viewer)) as person:
        await person.see("enter View", "q Quit")
        await person.see_no("Create Segment", "n New", "Delete", "i Import")
        await person.press("n", "e", "d", "a", "i")
        await person.see("2 segments")
        await person.press("ctrl+p")
        await person.see_no("Delete the segment")


async def test_an_admin_sees_the_company_of_every_segment_and_can_choose_one(
    app_on: AppOn, two_companies: Session
) -> None:
    async with at(app_on(two_companies), (120, 40)) as person:
        await person.see("All companies", "Globex [b]Ltd[", "Main", "3 segments")
        await person.press("c")
        await person.type("glob")
        await person.press("enter")
        await person.see("1 segment ", "Globex [b]Ltd[/b]")
        await person.see_no("Main")
        await person.press("n")
        await person.type("Theirs")
        await person.press("enter")
        await person.see("2 segments")
        await person.press("c", "enter")
        await person.see("All companies", "4 segments", "Created     Company", "Main")
    assert segments.by_name(two_companies, "Theirs").company == "Globex [b]Ltd[/b]"


async def test_over_all_companies_the_form_asks_for_which(app_on: AppOn, two_companies: Session) -> None:
    async with at(app_on(two_companies), (120, 40)) as person:
        await person.press("n")
        await person.see("Company", "choose one")
        await person.press("enter", "down", "enter")
        await person.see_no("choose one")
        await person.press("tab")
        await person.type("Somewhere")
        await person.press("enter")
        await person.see("4 segments")


async def test_q_quits_from_the_list(app_on: AppOn, filled: Session) -> None:
    app = app_on(filled)
    async with at(app) as person:
        await person.pilot.press("q")
    assert app.return_code == 0


async def test_a_segment_is_exported_from_the_list(
    app_on: AppOn, two_companies: Session, tmp_path: Path, viewer: Session
) -> None:
    for number, session in enumerate((two_companies, viewer)):
        path = tmp_path / f"out{number}.csv"
        async with at(app_on(session), (100, 30)) as person:
            await person.press("slash")
            await person.type("webinar")
            await person.press("enter", "x")
            await person.see("3 contacts of “Webinar signups”, by name.", "~/webinar-signups.csv")
            await person.press("ctrl+u")
            await person.type(str(path))
            await person.press("enter")
            await person.hear("3 contacts were written to")
        assert path.read_text().splitlines()[1].startswith("+16025550100,Ada,Lovelace")
