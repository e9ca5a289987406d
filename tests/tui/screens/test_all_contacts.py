"""All contacts of a company, as somebody at the keyboard meets them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from segtui.errors import NotFound
from segtui.services.contacts import contacts
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from tests.support.person import Person, at

AppOn = Callable[[Session], SegtuiApp]


@asynccontextmanager
async def looking_at_all(app: SegtuiApp, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Person]:
    """Yield a person who went to the contacts."""
    async with at(app, size) as person:
        await person.press("2")
        await person.see("3 contacts", "Ada Lovelace")
        yield person


async def test_those_in_no_segment_are_there_and_can_be_filtered_for(app_on: AppOn, filled: Session) -> None:
    contacts.add(filled, {"phone": "+16025550199", "first_name": "Nemo"})
    async with at(app_on(filled)) as person:
        await person.press("2")
        await person.see("4 contacts", "Nemo", "Ada Lovelace")
        await person.press("f", "f3")
        await person.type("segm")
        await person.see("► Segment", "in no segment")
        await person.press("enter")
        await person.type("in no")
        await person.press("enter", "f10")
        await person.see("1 of 4", "► Nemo", "in no segment")
        await person.see_no("Ada Lovelace")
        await person.press("escape", "2")
        await person.see("1 of 4", "in no segment")


async def test_a_contact_is_added_by_hand_to_no_segment(app_on: AppOn, filled: Session) -> None:
    async with looking_at_all(app_on(filled)) as person:
        await person.press("n")
        await person.type("602 555 0177")
        await person.press("tab")
        await person.type("Grace")
        await person.press("enter")
        await person.see("► Grace", "4 contacts")
        await person.press("u")
        await person.hear("Undone:")
        await person.see("3 contacts")
    assert segments.by_name(filled, "Webinar signups").contacts == 3


async def test_over_all_companies_one_is_asked_for(app_on: AppOn, two_companies: Session) -> None:
    async with looking_at_all(app_on(two_companies), (120, 40)) as person:
        await person.press("n")
        await person.see("Which company is the contact for?", "Main")
        await person.type("glob")
        await person.press("enter")
        await person.type("+44 20 7946 0000")
        await person.press("enter")
        await person.see("4 contacts", "Globex [b")


async def test_deleting_one_names_it_and_asks_harmlessly(app_on: AppOn, filled: Session) -> None:
    async with looking_at_all(app_on(filled)) as person:
        await person.press("d")
        await person.see("Delete Ada Lovelace for good?", "This cannot be undone.")
        await person.press("enter")
        await person.see("3 contacts")
        await person.press("d", "y")
        await person.hear("Ada Lovelace was deleted for good.")
        await person.see("2 contacts", "► Finn")
        assert "undo" not in person.said
    with pytest.raises(NotFound):
        contacts.by_id_or_phone(filled, "+16025550100")
    assert segments.by_name(filled, "Webinar signups").contacts == 2


async def test_deleting_many_wants_their_number_typed(app_on: AppOn, filled: Session) -> None:
    async with looking_at_all(app_on(filled)) as person:
        await person.press("asterisk", "down", "space", "d")
        await person.see("Delete 2 contacts for good?", "Type their number")
        await person.type("3")
        await person.press("enter")
        await person.see("Type 2 to delete them.")
        await person.press("backspace", "2", "enter")
        await person.hear("2 contacts were deleted for good.")
        await person.see("1 contact", "► Finn")
    assert contacts.total(filled) == 1


async def test_leaving_that_question_deletes_nobody(app_on: AppOn, filled: Session) -> None:
    async with looking_at_all(app_on(filled)) as person:
        await person.press("asterisk", "d", "escape")
        await person.see("3 contacts, 3 selected")
    assert contacts.total(filled) == 3


async def test_enter_opens_the_contact_and_escape_returns_to_it(app_on: AppOn, filled: Session) -> None:
    async with looking_at_all(app_on(filled)) as person:
        await person.press("down", "enter")
        await person.see("Contacts > Finn O'Hara", "Must not be called")
        await person.press("escape")
        await person.see("► Finn O'Hara")


async def test_nothing_found_says_what_was_looked_for(app_on: AppOn, filled: Session) -> None:
    async with looking_at_all(app_on(filled)) as person:
        await person.press("slash")
        await person.type("xyz")
        await person.see("No contact matches “xyz”.")


async def test_no_contacts_at_all_say_what_to_do(app_on: AppOn, session: Session) -> None:
    async with at(app_on(session)) as person:
        await person.press("2")
        await person.see("There are no contacts yet.", "Press n to add one by hand.")
        await person.see_no("d Delete", "x Export", "space Mark")
        await person.press("slash")
        await person.see("Press enter, then n, to add one by hand.")
