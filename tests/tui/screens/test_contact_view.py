"""The screen of a contact, as somebody at the keyboard meets it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import cast

import pytest
from textual.binding import Binding

from segtui.errors import NotFound
from segtui.services import campaigns
from segtui.services.contacts import contacts
from segtui.services.contacts.contacts import Contact
from segtui.services.segments import segments
from segtui.services.segments.segments import Segment
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from segtui.tui.screens.base.base_screen import WorkScreen
from segtui.tui.screens.contacts.contact_view import ContactScreen, MemberScreen, contact_screen
from tests.support.calls import AT, call
from tests.support.person import Person, at

AppOn = Callable[[Session], SegtuiApp]


@asynccontextmanager
async def looking_at(
    app: SegtuiApp, contact: Contact, segment: Segment | None = None, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Person]:
    """Yield a person who has a contact before them."""
    async with at(app, size) as person:
        opener = cast("WorkScreen", app.screen)
        app.push_screen(contact_screen(opener.session, app.settings, contact, segment))
        await person.settle()
        yield person


@pytest.fixture
def finn(filled: Session) -> Contact:
    """Return a contact who must not be called."""
    return contacts.by_id_or_phone(filled, "+16025550101")


@pytest.fixture
def webinar(filled: Session) -> Segment:
    """Return the segment he is in."""
    return segments.by_name(filled, "Webinar signups")


async def test_two_columns_where_there_is_room_have_a_gap(app_on: AppOn, filled: Session, finn: Contact) -> None:
    long = contacts.edit(filled, finn.id, {"first_name": "A very long name of a person that takes several lines"})
    async with looking_at(app_on(filled), long, size=(120, 40)) as person:
        await person.see("Phone", "Came from")
        [line] = [line for line in person.lines if "Segments and origin" in line]
        assert line.startswith("  Name          A very long name")
        assert "    Segments and origin" in line


async def test_the_region_stands_beside_the_phone(app_on: AppOn, filled: Session, finn: Contact) -> None:
    async with looking_at(app_on(filled), finn) as person:
        await person.see("+1 602 555 0101 (US)", "Segments and origin")
        await person.see_no("Region")


async def test_without_a_phone_there_is_no_region(app_on: AppOn, filled: Session) -> None:
    mail = contacts.add(filled, {"email": "nobody@example.com"})
    async with looking_at(app_on(filled), mail) as person:
        [line] = [line for line in person.lines if "Phone" in line]
        assert line.split() == ["Phone", "-"]


async def test_one_column_where_there_is_none(app_on: AppOn, filled: Session, finn: Contact) -> None:
    async with looking_at(app_on(filled), finn) as person:
        [line] = [line for line in person.lines if "Phone" in line]
        assert "Address" not in line


async def test_it_scrolls_by_the_keys_that_move_everywhere(app_on: AppOn, filled: Session, finn: Contact) -> None:
    async with looking_at(app_on(filled), finn, size=(80, 16)) as person:
        await person.see("Must not be called", "Name")
        await person.press("j", "j", "j")
        await person.see_no("Must not be called")
        await person.press("k", "k", "k")
        await person.see("Must not be called")
        await person.press("G")
        await person.see("History", "added it by hand")
        await person.press("g")
        await person.see("Must not be called")
        await person.press("pagedown")
        await person.see_no("Must not be called")


async def test_it_says_who_set_do_not_call(app_on: AppOn, filled: Session, finn: Contact) -> None:
    async with looking_at(app_on(filled), finn) as person:
        await person.see("Must not be called: marked as do not call by tester")


async def test_long_values_and_names_wrap_and_nothing_is_lost(app_on: AppOn, filled: Session, finn: Contact) -> None:
    words = " ".join(f"word{number}" for number in range(60))
    contact = contacts.edit(filled, finn.id, {"custom.A field with quite a long name of its own": words})
    async with looking_at(app_on(filled), contact, size=(80, 60)) as person:
        await person.see("word0 ", "word59", "of its own")


async def test_the_title_keeps_the_contacts_name_at_60_columns(app_on: AppOn, filled: Session, finn: Contact) -> None:
    segment = segments.create(filled, "A segment with a name as long as some people like their names to be")
    async with looking_at(app_on(filled), finn, segment, (60, 16)) as person:
        await person.see("Segments > … > Finn O'Hara")


async def test_out_of_a_segment_d_removes_and_goes_back(
    app_on: AppOn, filled: Session, finn: Contact, webinar: Segment
) -> None:
    async with looking_at(app_on(filled), finn, webinar) as person:
        await person.press("d")
        await person.see("Remove from the segment")
        await person.press("y")
        await person.see("Finn O'Hara is no longer in", "Press u to undo")
        await person.see_no("Must not be called")
        assert contacts.get(filled, finn.id)
        assert segments.get(filled, webinar.id).contacts == 2
        # On the screen that he was opened from, as it says.
        await person.press("u")
        assert segments.get(filled, webinar.id).contacts == 3


async def test_out_of_a_segment_the_palette_deletes_for_good(
    app_on: AppOn, filled: Session, finn: Contact, webinar: Segment
) -> None:
    async with looking_at(app_on(filled), finn, webinar) as person:
        await person.press("ctrl+p")
        await person.type("for good")
        await person.press("enter")
        await person.see(
            "Delete Finn O'Hara for good?", "It is in “Webinar signups”, and is removed from it.", "This cannot be"
        )
        await person.press("enter")
        await person.see_no("Delete the contact")
        assert contacts.get(filled, finn.id)


async def test_out_of_the_list_of_all_d_deletes_for_good(app_on: AppOn, filled: Session, finn: Contact) -> None:
    async with looking_at(app_on(filled), finn) as person:
        await person.see("Contacts > Finn O'Hara", "d Delete")
        await person.see_no("d Remove")
        await person.press("d", "y")
        await person.see("Finn O'Hara was deleted for good.")
        await person.see_no("Must not be called")
    with pytest.raises(NotFound):
        contacts.get(filled, finn.id)


async def test_it_is_added_to_another_segment_or_a_new_one(app_on: AppOn, filled: Session, finn: Contact) -> None:
    async with looking_at(app_on(filled), finn, size=(80, 40)) as person:
        await person.press("plus")
        await person.type("newsl")
        await person.press("enter")
        await person.see("Segments      Newsletter")
        await person.press("plus")
        await person.type("Hot leads")
        await person.press("enter")
        await person.see("“Hot leads” was created")
    assert {each.name for each in contacts.segments_of(filled, finn.id)} == {
        "Webinar signups",
        "Newsletter",
        "Hot leads",
    }


async def test_one_that_somebody_deleted_meanwhile_is_left_with_a_sentence(
    app_on: AppOn, filled: Session, finn: Contact
) -> None:
    async with looking_at(app_on(filled), finn) as person:
        contacts.delete(filled, finn.id)
        screen = person.app.screen
        assert isinstance(screen, ContactScreen)
        screen.follow()
        await person.see("This contact no longer exists.")
        await person.see_no("Came from")


async def test_what_somebody_else_changed_is_seen(app_on: AppOn, filled: Session, finn: Contact) -> None:
    async with looking_at(app_on(filled), finn) as person:
        contacts.edit(filled, finn.id, {"city": "Tucson", "do_not_call": "no"})
        screen = person.app.screen
        assert isinstance(screen, ContactScreen)
        screen.follow()
        await person.see("Tucson")
        await person.see_no("Must not be called")


async def test_a_viewer_is_offered_nothing_that_writes(app_on: AppOn, viewer: Session, finn: Contact) -> None:
    async with looking_at(app_on(viewer), finn) as person:
        await person.see("escape Back")
        await person.see_no("e Edit", "d Delete", "Do not call:")


def _launched(session: Session, segment: Segment, name: str) -> int:
    made = campaigns.create(session, name, segment.id, campaigns.SettingsInput(agent="agent-7", timezone="UTC"))
    return campaigns.launch(session, made.id).id


async def test_it_says_at_once_when_it_was_called_and_what_came_of_it(
    app_on: AppOn, filled: Session, webinar: Segment
) -> None:
    ada = contacts.by_id_or_phone(filled, "+16025550100")
    first = _launched(filled, webinar, "Spring [b]fair[/b]")
    call(filled, first, ada.id, "no_answer", at=AT - timedelta(hours=3), again_at=AT)
    call(filled, first, ada.id, "answered", at=AT - timedelta(hours=1), seconds=102)
    async with looking_at(app_on(filled), ada) as person:
        await person.see("Last called 2026-03-02 08:30: answered, 1 min 42 s (Spring [b]fair[/b])")
    async with looking_at(app_on(filled), ada, size=(80, 48)) as person:
        await person.see("Campaigns", "Spring [b]fair[/b]  answered, 2 calls")
        made = [line.strip() for line in person.lines if line.strip().startswith("2026") and "answer" in line]
        assert made == ["2026-03-02 08:30  answered, 1 min 42 s", "2026-03-02 06:30  no answer"]
        call(filled, first, ada.id, "busy", at=AT)
        await person.see("Last called 2026-03-02 09:30: busy", "answered, 1 min 42 s")


async def test_who_was_not_called_is_told_why_or_until_when_it_waits(
    app_on: AppOn, filled: Session, finn: Contact, webinar: Segment
) -> None:
    _launched(filled, webinar, "Spring fair")
    async with looking_at(app_on(filled), finn, size=(80, 48)) as person:
        await person.see("Not called so far, skipped: do not call (Spring fair)", "Spring fair   skipped: do not call")
    ada = contacts.by_id_or_phone(filled, "+16025550100")
    async with looking_at(app_on(filled), ada, size=(160, 48)) as person:
        await person.see("Not called so far, waits for its first call, ")
        campaigns.pause(filled, campaigns.by_name(filled, "Spring fair").id)
        await person.see("waits for its first call: the campaign is paused")


async def test_who_is_in_no_campaign_has_no_such_lines(app_on: AppOn, filled: Session, finn: Contact) -> None:
    async with looking_at(app_on(filled), finn, size=(80, 48)) as person:
        await person.see("Came from")
        await person.see_no("called so far", "Last called")
        assert not person.app.screen.query_one("#called").display


async def test_of_very_many_campaigns_the_last_are_listed_and_the_rest_counted(
    app_on: AppOn, filled: Session, webinar: Segment
) -> None:
    ada = contacts.by_id_or_phone(filled, "+16025550100")
    for number in range(22):
        made = _launched(filled, webinar, f"Round {number}")
        call(filled, made, ada.id, "answered", at=AT + timedelta(days=number))
        campaigns.cancel(filled, made)
    async with looking_at(app_on(filled), ada, size=(120, 80)) as person:
        await person.see("Last called 2026-03-23 09:30: answered (Round 21)", "and 2 earlier campaigns, 2 calls")
        await person.see("Round 21 ", "Round 2 ")
        await person.see_no("Round 1 ", "Round 0 ")


@pytest.mark.parametrize("screen", [ContactScreen, MemberScreen])
def test_every_command_does_something_and_no_key_means_two_things(screen: type[ContactScreen]) -> None:
    for command in screen.commands:
        assert command.help().endswith(".")
        assert command.priority or callable(getattr(screen, f"action_{command.name()}"))
    keys = [each.key for command in screen.commands for each in Binding.make_bindings([command.binding()])]
    assert len(keys) == len(set(keys))
