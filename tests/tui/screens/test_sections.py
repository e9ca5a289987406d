"""The sections: tabs, the keys that go there, and what stays when one comes back."""

import re
from collections.abc import Callable

import pytest

from segtui.services.accounts import companies
from segtui.services.contacts import contacts
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.actions.sections import IN_SECTIONS, SECTIONS
from segtui.tui.app import SegtuiApp
from tests.support.person import at

AppOn = Callable[[Session], SegtuiApp]

TAB = re.compile(r" (\d) ([A-Z][a-z]+)")
"""A tab of the title line: its key and the title of its section."""


def test_every_section_has_a_screen_with_the_actions_of_all_sections() -> None:
    assert [section.name for section in SECTIONS] == [
        "segments", "contacts", "imports", "campaigns", "companies", "users", "audit",
    ]  # fmt: skip
    for section in SECTIONS:
        assert set(IN_SECTIONS) <= set(section.load_screen().commands)
        assert callable(getattr(section.load_screen(), f"action_{section.action.name()}"))


async def test_the_title_line_names_the_sections_and_where_one_is(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        # The program's name and the last section are left out where it is narrow, the section one is in never is.
        tabs = "  1 Segments  2 Contacts  3 Imports  4 Campaigns  5 Companies  6 Users "
        assert person.lines[0].rstrip() == tabs.rstrip()
        await person.press("2")
        await person.see("3 contacts", "Ada Lovelace")
        assert person.lines[0].rstrip() == tabs.rstrip()
        await person.press("7")
        await person.see("7 Audit", "entries")
        assert person.lines[0].rstrip().endswith("  7 Audit")
        await person.press("2")
        await person.press("enter")
        await person.see("2 Contacts > Ada Lovelace")
        # From a contact to the list of contacts, and to that of another section.
        await person.press("2")
        await person.see("3 contacts")
        await person.press("enter", "1", "G", "enter")
        await person.see("1 Segments > Webinar signups  2 Contacts")


async def test_the_key_of_a_section_goes_to_its_list_which_is_as_it_was_left(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("slash")
        await person.type("webi")
        await person.press("enter", "enter")
        await person.see("Segments > Webinar signups")
        await person.press("s", "down", "2", "s", "s", "G")
        await person.see("E-mail ▲", "► Zoë Müller")
        await person.press("enter", "1")
        # Not to the segment, but to the list, whose search is said to be in force.
        await person.see("Searched: webi", "1 of 2", "escape Clear search")
        await person.press("2")
        await person.see("E-mail ▲", "► Zoë Müller", "3 contacts")
        # From inside a segment to the list, too.
        await person.press("1", "enter", "1", "escape")
        await person.see("/ Search", "2 segments", "► Webinar signups")


async def test_tabs_can_be_clicked(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.click("2 Contacts")
        await person.see("Ada Lovelace")
        await person.press("enter")
        await person.see("Contacts > Ada Lovelace")
        await person.click("2 Contacts")
        await person.see("3 contacts")
        await person.click("1 Segments")
        await person.see("Webinar signups")


async def test_q_and_escape_lead_from_the_contacts_back_to_the_segments(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        for key in ("escape", "q"):
            await person.press("2")
            await person.see("3 contacts")
            await person.press(key)
            await person.see("2 segments")


async def test_digits_are_typed_in_the_search_box(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("slash")
        await person.type("12")
        await person.see("/ 12")


async def test_a_segment_opened_from_the_contacts_is_among_the_segments(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("2", "ctrl+p")
        await person.type("webinar")
        await person.press("enter")
        await person.see("1 Segments > Webinar signups  2 Contacts")
        await person.press("escape")
        await person.see("2 segments")


async def test_a_company_chosen_in_one_section_is_that_of_the_others(app_on: AppOn, two_companies: Session) -> None:
    other = two_companies.bound_to(companies.by_name(two_companies, "Globex [b]Ltd[/b]"))
    contacts.add(other, {"phone": "+442079460000", "first_name": "Hank"})
    async with at(app_on(two_companies), (200, 24)) as person:
        await person.press("2")
        await person.see("4 contacts", "Added       Company", "Globex [b]Ltd[/b]", "Hank")
        await person.press("c")
        await person.type("glob")
        await person.press("enter")
        await person.see("1 contact", "Hank")
        await person.see_no("Added       Company", "Ada Lovelace")
        await person.press("1")
        await person.see("1 segment ", "Globex [b]Ltd[/b]")
        await person.see_no("Webinar signups")
        await person.press("c", "enter")
        await person.see("3 segments", "All companies")
        await person.press("2")
        await person.see("4 contacts", "Ada Lovelace")


@pytest.mark.parametrize("width", [60, 70, 80, 100, 160, 200])
async def test_a_tab_has_its_title_and_the_sections_without_one_have_their_key(
    app_on: AppOn, two_companies: Session, width: int
) -> None:
    main = two_companies.bound_to(companies.by_name(two_companies, "Main"))
    segments.create(main, "A" * 118)
    every = [(section.action.keys, section.title) for section in SECTIONS]
    async with at(app_on(two_companies), (width, 24)) as person:
        await person.press("enter")
        await person.see("Segments > AAA")
        # The section with the long location: the others have what room is left, here with the company beside it.
        assert TAB.findall(person.lines[0])[0] == every[0]
        assert "Main" in person.lines[0]
        assert ("A" * 118 in person.lines[0]) == (width >= 160)
        for key, title in reversed(every):
            await person.press(key)
            await person.see(f" {key} {title} ")
            tabs = TAB.findall(person.lines[0])
            assert (key, title) in tabs
            # From the first on, each with its title, and the one where one is.
            assert tabs == [tab for number, tab in enumerate(every) if number < len(tabs) - 1 or tab in tabs]
            assert re.findall(r"\d", person.lines[0]) == [key for key, _ in tabs]
            assert tabs == every or width < 100
