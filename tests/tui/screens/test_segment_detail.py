"""A segment and its contacts, as somebody at the keyboard meets them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from segtui.services.contacts import contacts
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from tests.support.person import Person, at

AppOn = Callable[[Session], SegtuiApp]


@asynccontextmanager
async def looking_into(app: SegtuiApp, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Person]:
    """Yield a person who has opened the segment “Webinar signups”."""
    async with at(app, size) as person:
        await person.press("G", "enter")
        await person.see("Segments > Webinar signups")
        await person.see("Ada Lovelace")
        yield person


async def test_says_what_the_segment_is(app_on: AppOn, filled: Session) -> None:
    async with looking_into(app_on(filled)) as person:
        await person.see("All who came to the spring webinar", "3 contacts, 2 can be called   test: good for testing")
        await person.see("created 2026-03-02")


async def test_at_80_columns_the_essential_columns_are_there_and_do_not_call_in_words(
    app_on: AppOn, filled: Session
) -> None:
    async with looking_into(app_on(filled)) as person:
        await person.see("Name ▲", "Phone", "E-mail", "Status", "+1 602 555 0101", "do not call")


async def test_at_160_columns_every_column_is_there(app_on: AppOn, filled: Session) -> None:
    async with looking_into(app_on(filled), (160, 48)) as person:
        await person.see("Name", "Phone", "E-mail", "Organization", "City", "State", "Source", "Status", "Added")


async def test_searches_every_column_and_phones_however_written(app_on: AppOn, filled: Session) -> None:
    async with looking_into(app_on(filled)) as person:
        for typed in ("finn", "OHARA", "(602) 555-0101", "calle"):
            await person.press("slash")
            await person.type(typed)
            await person.see("1 of 3", "Finn O'Hara")
            await person.press("escape", "escape")
            await person.see("3 contacts, ")


async def test_sorts_by_every_column_shown(app_on: AppOn, filled: Session) -> None:
    async with looking_into(app_on(filled), (160, 48)) as person:
        for label in ("Phone", "E-mail", "Organization", "City", "State", "Source", "Status"):
            await person.press("s")
            await person.see(f"{label} ▲")
        await person.press("s")
        await person.see("Added ▼")


async def test_enter_opens_the_contact_and_escape_returns_to_it(app_on: AppOn, filled: Session) -> None:
    async with looking_into(app_on(filled)) as person:
        await person.press("down", "enter")
        await person.see("Must not be called", "finn@example.com")
        await person.press("G")
        await person.see("Custom fields", "T-shirt", "XL", "added by hand", "Webinar signups")
        await person.press("q")
        await person.see("► Finn O'Hara")


async def test_a_contact_is_added_by_hand(app_on: AppOn, filled: Session) -> None:
    async with looking_into(app_on(filled)) as person:
        await person.press("n", "enter")
        await person.see("A contact needs a phone or an e-mail.")
        await person.type("602 555 0177")
        await person.press("tab")
        await person.type("Grace")
        await person.press("enter")
        await person.see("► Grace", "4 contacts")
    assert contacts.by_id_or_phone(filled, "+16025550177").name == "Grace"


async def test_a_wrong_phone_is_said_beside_the_field(app_on: AppOn, filled: Session) -> None:
    async with looking_into(app_on(filled)) as person:
        await person.press("n")
        await person.type("12345")
        await person.see("is not a valid phone number")


async def test_only_what_was_changed_is_saved(app_on: AppOn, filled: Session) -> None:
    async with looking_into(app_on(filled)) as person:
        await person.press("e", "tab", "end")
        await person.type(" Augusta")
        await person.press("enter")
        await person.see("► Ada Augusta L")


async def test_nothing_that_somebody_else_changed_is_overwritten(app_on: AppOn, filled: Session) -> None:
    async with looking_into(app_on(filled)) as person:
        await person.press("e", "tab", "end", "x")
        ada = contacts.by_id_or_phone(filled, "+16025550100")
        contacts.edit(filled, ada.id, {"city": "Tucson"})
        await person.press("enter")
        await person.see("Another user changed Ada Lovelace meanwhile")
    assert contacts.get(filled, ada.id).first_name == "Ada"


async def test_removing_asks_and_keeps_the_contact(app_on: AppOn, filled: Session) -> None:
    async with looking_into(app_on(filled)) as person:
        await person.press("d", "enter")
        await person.see("3 contacts, ")
        await person.press("d", "y")
        await person.see("2 contacts, ")
    assert contacts.by_id_or_phone(filled, "+16025550100")


async def test_do_not_call_is_set_and_cleared_after_a_question(app_on: AppOn, filled: Session) -> None:
    async with looking_into(app_on(filled)) as person:
        await person.press("exclamation_mark", "y")
        await person.see("Ada Lovelace must not be called.")
        assert contacts.by_id_or_phone(filled, "+16025550100").do_not_call
        await person.press("exclamation_mark")
        await person.see("Clear the mark")
        await person.press("y")
        await person.see("may be called again")
    assert not contacts.by_id_or_phone(filled, "+16025550100").do_not_call


async def test_the_segment_itself_can_be_edited(app_on: AppOn, filled: Session) -> None:
    async with looking_into(app_on(filled)) as person:
        await person.press("E", "end", "2", "enter")
        await person.see("Segments > Webinar signups2")
        await person.press("escape")
        await person.see("► Webinar signups2")


async def test_what_is_listed_is_exported(app_on: AppOn, filled: Session, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    async with looking_into(app_on(filled)) as person:
        await person.press("slash")
        await person.type("ada")
        await person.press("enter", "x", "ctrl+u")
        await person.type(str(file))
        await person.press("enter")
        await person.see("1 contact was written")
        await person.press("x", "ctrl+u")
        await person.type(str(file))
        await person.see("A file with this name exists already")
    assert "ada@example.com" in file.read_text()


async def test_an_empty_segment_says_what_to_do(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("enter")
        await person.see("There is no contact in this segment yet.", "Press i to import", "0 contacts")
        await person.see_no("e Edit ", "x Export")


async def test_a_segment_that_somebody_deleted_meanwhile_is_a_sentence(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        segments.delete(filled, segments.by_name(filled, "Newsletter").id)
        await person.press("d")
        await person.see("This segment no longer exists.")
