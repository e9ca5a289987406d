"""The search on the way: cleared by escape, said on return, and never in the way of what was just saved."""

from collections.abc import Callable

from segtui.services.accounts import companies
from segtui.services.contacts import contacts
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.actions.global_actions import MarkAll
from segtui.tui.app import SegtuiApp
from segtui.tui.screens.segments.segment_detail import SegmentDetailScreen
from tests.support.person import at

AppOn = Callable[[Session], SegtuiApp]


async def test_escape_takes_back_the_range_then_the_search_then_the_screen(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled), (120, 24)) as person:
        await person.press("slash")
        await person.type("webi")
        await person.press("enter")
        await person.see("Searched: webi", "1 of 2", "escape Clear search", "q Quit")
        await person.press("enter", "slash")
        await person.type("exa")
        await person.press("enter", "down")
        await person.see("3 of 3", "► Finn")
        await person.see_no("escape Back")
        await person.press("m", "down")
        await person.see("3 of 3 contacts, 2 selected", "space End range", "escape Take it back", "►*Zoë")
        await person.see_no("escape Clear search")
        await person.press("escape")
        await person.see("3 of 3", "► Zoë", "space Mark", "escape Clear search")
        await person.see_no("selected")
        # The search goes, the cursor stays on its row; then back to a list whose search is still there, and said.
        await person.press("escape")
        await person.see("3 contacts", "► Zoë", "escape Back", "/ Search in every column")
        await person.press("escape")
        await person.see("Searched: webi", "1 of 2", "► Webinar signups")
        await person.press("slash")
        await person.see("/ webi", "escape Clear, then leave")
        await person.press("enter", "escape")
        await person.see("/ Search by name", "2 segments", "► Webinar signups")
        await person.press("escape")
        await person.see("2 segments")
        # All marked: the key says that it unmarks.
        await person.press("enter", "asterisk")
        await person.see("3 contacts, 3 selected")
        detail = person.app.screen
        assert isinstance(detail, SegmentDetailScreen)
        assert detail.label_of(MarkAll) == "Unmark all"
        await person.press("m", "down", "space")
        await person.see("3 contacts, 1 selected")
        assert detail.label_of(MarkAll) == "Mark all"
        # q goes back and keeps the search.
        await person.press("slash")
        await person.type("ada")
        await person.press("enter", "q", "enter")
        await person.see("Segments > Webinar signups", "3 contacts")


async def test_what_was_saved_and_the_search_or_the_filters_hide_is_shown_on_request(
    app_on: AppOn, filled: Session
) -> None:
    async with at(app_on(filled), (100, 24)) as person:
        # A segment.
        await person.press("slash")
        await person.type("newsl")
        await person.press("enter", "o")
        await person.see_no("o Show it")
        await person.press("n")
        await person.type("Zebra")
        await person.press("enter")
        await person.hear("“Zebra” was created. The search “newsl” hides it here: press o to show it.")
        await person.see("o Show it", "► Newsletter", "1 of 3")
        await person.press("o")
        await person.see("► Zebra", "3 segments")
        await person.see_no("o Show it")
        # A contact, under search and filters.
        await person.press("2", "f")
        await person.type("webinar")
        await person.press("enter", "f10", "slash")
        await person.type("ada")
        await person.press("enter", "n")
        await person.type("602 555 0142")
        await person.press("enter")
        await person.hear("602 555 0142 was added. The search “ada” or the filters hide it here: press o")
        await person.press("o")
        await person.see("► ", "602 555 0142", "4 contacts")
        await person.see_no("Filters:")
        assert contacts.by_id_or_phone(filled, "+16025550142").id == person.app.screen.row.id  # type: ignore[attr-defined]
        # A user: any list says so once its rows are read.
        await person.press("6", "n")
        await person.type("ada")
        await person.press("enter")
        await person.see("► ada")
        await person.press("slash")
        await person.type("ada")
        await person.press("enter", "n")
        await person.type("bob")
        await person.press("enter")
        await person.hear("bob was added.", "The search “ada” hides it here: press o to show it.")
        await person.press("o")
        await person.see("► bob", "2 users")


async def test_the_palette_finds_contacts_by_name_phone_and_mail(app_on: AppOn, two_companies: Session) -> None:
    other = two_companies.bound_to(companies.by_name(two_companies, "Globex [b]Ltd[/b]"))
    contacts.add(other, {"phone": "+442079460000", "first_name": "Finn", "city": "Lovelace Town"})
    segments.create(other, "Finn's friends")
    async with at(app_on(two_companies), (120, 30)) as person:
        await person.press("4", "ctrl+p")
        await person.type("finn")
        await person.see("Finn's friends  segment, 0 contacts")
        await person.see("Finn O'Hara  contact, do not call, +1 602 555 0101, Main")
        await person.see("Finn  contact, +44 20 7946 0000, Globex [b]Ltd[/b]")
        for typed, name in (("(602) 555-0100", "Ada Lovelace"), ("zoe@exam", "Zoë Müller"), ("lovelace", "Ada")):
            await person.press("ctrl+u")
            await person.type(typed)
            await person.see(f"{name}", "contact, +1 602 555 0")
            # Not by the city, which is not seen here.
            await person.see_no("+44 20 7946 0000")
        await person.press("enter")
        await person.see("2 Contacts > Ada Lovelace", "Webinar signups")
        await person.press("escape")
        await person.see("4 contacts")
