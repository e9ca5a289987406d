"""Undo, redo and the list of what was done: screen by screen, saying what they are about."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion

from segtui.domain.vocabulary import Role
from segtui.services.contacts import contacts
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from tests.support.person import at

AppOn = Callable[[Session], SegtuiApp]


def city(session: Session) -> str:
    """Return the city of Ada."""
    return contacts.by_id_or_phone(session, "+16025550100").city


async def test_a_change_is_undone_only_on_the_screen_where_it_was_made(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled), (200, 30)) as person:
        await person.press("2", "g", "exclamation_mark", "y")
        await person.hear("Ada Lovelace must not be called. Press u to undo.")
        await person.see("u Undo: Ada Lovelace was marked as do not call")
        # In a dialog on top it is still true, on another screen no longer.
        await person.press("Z", "escape")
        await person.hear("Press u to undo.")
        await person.press("1")
        await person.see("Webinar signups")
        await person.see_no("u Undo")
        assert "Press u" not in person.said
        await person.press("u", "G", "enter")
        await person.see("Segments > Webinar signups")
        await person.see_no("u Undo")
        await person.press("u", "g", "enter")
        await person.see("Must not be called")
        await person.see_no("u Undo")
        await person.press("u")
        assert contacts.by_id_or_phone(filled, "+16025550100").do_not_call
        await person.press("2", "u")
        await person.see("Undo: Ada Lovelace was marked as do not call?", "Ada Lovelace may be called again.")
        await person.press("enter")
        assert contacts.by_id_or_phone(filled, "+16025550100").do_not_call
        await person.press("u", "y")
        await person.hear("Ada Lovelace may be called, as before. Press U to redo.")
        assert not contacts.by_id_or_phone(filled, "+16025550100").do_not_call


async def test_what_was_undone_is_done_again_until_something_else_is_done(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled), (140, 30)) as person:
        await person.press("n")
        await person.type("Autumn")
        await person.press("enter")
        await person.hear("was created")
        await person.press("e")
        await person.type(" fair")
        await person.press("enter")
        await person.see("Autumn fair")
        await person.see("u Undo: “Autumn fair” was “Autumn” before")
        await person.press("u", "u")
        await person.see("U Redo: “Autumn” was created", "2 segments")
        await person.press("U")
        await person.hear("Redone: “Autumn” is back. Press u to undo.")
        await person.press("U")
        await person.see("Autumn fair")
        await person.see_no("U Redo")
        assert segments.by_name(filled, "Autumn fair").contacts == 0
        await person.press("u")
        await person.see("U Redo")
        await person.press("n")
        await person.type("Winter")
        await person.press("enter")
        await person.see("Winter")
        await person.see_no("U Redo")


async def test_help_and_palette_say_what_would_be_undone(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled), (140, 40)) as person:
        await person.press("a")
        await person.see("u Undo: “Newsletter” wa", "1 segment")
        await person.press("question_mark")
        await person.see("Asks before a contact may be called again. Now:", "“Newsletter” was archived.")
        await person.press("escape", "ctrl+p")
        await person.type("undo")
        await person.see("Undo: “Newsletter” was archived")
        await person.press("enter")
        await person.hear("“Newsletter” is back among the segments.")


async def test_the_list_of_what_was_done_undoes_the_last_change_of_any_screen(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled), (100, 30)) as person:
        await person.press("Z")
        await person.see_no("What was done")
        await person.press("a", "a")
        await person.see("There are no segments yet")
        await person.press("2", "g", "exclamation_mark", "y")
        await person.hear("must not be called")
        await person.press("Z")
        await person.see("What was done", "Contacts (this screen)  done (u undoes it)", "Ada Lovelace was marked as do")
        await person.see("Segments  done (u undoes it)", "“Webinar signups” was archived", "Segments  done   ")
        lines = [line for line in person.lines if " was " in line]
        assert [line.split("was ")[1].split()[0] for line in lines[1:]] == ["marked", "archived", "archived"]
        # The key is about the change under the cursor, at first the last one of this screen; it asks as ever.
        await person.press("u")
        await person.see("Ada Lovelace may be called again.")
        await person.press("y")
        await person.hear("may be called, as before. Press U to redo.")
        await person.press("Z")
        await person.see("Contacts (this screen)  undone (U redoes it)")
        # The changes of another screen, the last one first.
        await person.press("end", "u")
        await person.hear("First undo what was done later on that screen: ““Webinar signups” was archived”.")
        await person.press("U")
        await person.hear("It is done.")
        await person.press("k", "u")
        await person.hear("“Webinar signups” is back among the segments.")
        assert person.said.count("Press U to redo") == 1
        assert not segments.by_name(filled, "Webinar signups").archived
        await person.press("Z", "j", "u")
        await person.hear("It is undone already.")
        await person.press("j", "u")
        await person.hear("“Newsletter” is back")
        await person.press("Z", "U")
        await person.hear("Ada Lovelace must not be called, as before. Press u to undo.")
        await person.press("1", "Z")
        await person.see("Segments (this screen)  undone (U redoes it)", "Segments (this screen)  undone   ")
        await person.press("escape")
        await person.see_no("What was done")


async def test_a_deletion_stays_and_the_list_says_so(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled), (100, 30)) as person:
        await person.press("2", "G", "d", "y")
        await person.hear("was deleted for good")
        await person.press("Z")
        await person.see("(this screen)  cannot be undone", "was deleted")
        await person.press("u")
        await person.hear("for good: that cannot be undone.")


async def test_what_takes_a_contact_away_is_undone_where_one_came_from(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled), (100, 30)) as person:
        await person.press("G", "enter", "g", "enter", "d", "y")
        await person.hear("Ada Lovelace is no longer in “Webinar signups”. Press u to undo.")
        await person.see("2 contacts", "u Undo")
        await person.press("u")
        await person.see("3 contacts")


async def test_the_form_says_what_its_tick_does_to_the_list(app_on: AppOn, filled: Session, viewer: Session) -> None:
    async with at(app_on(filled), (100, 50)) as person:
        await person.press("2", "down", "e")
        await person.see("yes, must not be called")
        await person.press(*["tab"] * 14, "space")
        await person.see("Takes +1 602 555 0101 off the do-not-call list.")
    member = replace(viewer, actor=replace(viewer.actor, role=Role.MEMBER))
    async with at(app_on(member), (100, 50)) as person:
        await person.press("2", "down", "e")
        await person.see("yes, must not be called")
        await person.press(*["tab"] * 14, "space")
        await person.see("Taking numbers off the do-not-call list is for admins.")
        await person.press("enter")
        await person.see("Edit contact")
    assert contacts.by_id_or_phone(filled, "+16025550101").do_not_call


@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("keys", [("Z",), ("u",)], ids=["list", "question"])
async def test_looks_as_it_did(
    app_on: AppOn, filled: Session, picture: SnapshotAssertion, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    async with at(app_on(filled), size) as person:
        await person.press("a")
        await person.see("u Undo", "1 segment")
        await person.press("2", "g", "exclamation_mark", "y")
        await person.hear("must not be called")
        await person.press(*keys)
        await person.still()
        assert person.app.export_screenshot(simplify=True) == picture
