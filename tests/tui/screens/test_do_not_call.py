"""The do-not-call list on the screen: reached from the contacts and the campaigns, searched, added to, taken from."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from textual import events

from segtui.domain.vocabulary import Role
from segtui.services import imports
from segtui.services.contacts import contacts
from segtui.services.do_not_call import do_not_call
from segtui.services.do_not_call import do_not_call_editing as changes
from segtui.services.do_not_call.do_not_call import DoNotCallQuery
from segtui.services.imports import Destination, ImportRequest
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from tests.support.person import at

AppOn = Callable[[Session], SegtuiApp]


@pytest.fixture
def filled(filled: Session) -> Session:
    """Return a session with contacts that may all be called: the list is empty."""
    finn = contacts.by_id_or_phone(filled, "+16025550101")
    contacts.edit(filled, finn.id, {"do_not_call": "no"})
    return filled


@pytest.fixture
def blocked(filled: Session) -> Session:
    """Return a session with a list: two numbers from a file, one of them a contact's, and one by hand."""
    text = "phone\n+16025550100\n+442079460018\n"
    destination = Destination(do_not_call=True)
    imports.run(filled, ImportRequest(None, io.BytesIO(text.encode()), name="complaints.csv", destination=destination))
    changes.add(filled, "+34 612 34 56 78")
    return filled


def phones(session: Session) -> list[str]:
    """Return the numbers on the list."""
    return [each.phone for each in do_not_call.listing(session, DoNotCallQuery()).first(100)]


async def test_it_is_reached_from_contacts_segments_campaigns_and_the_palette(app_on: AppOn, blocked: Session) -> None:
    async with at(app_on(blocked)) as person:
        ways = (("2", "L"), ("4", "L"), ("1", "G", "enter", "L"), ("2", "ctrl+p", *"do-not-call list", "enter"))
        for way in ways:
            await person.pilot.press(*way)
            await person.see("Do-not-call list", "3 numbers", "+1 602 555 0100", "Ada Lovelace", "complaints.csv")
            await person.see("by hand")
            await person.press("escape")
            await person.see_no("3 numbers")


async def test_it_is_searched_and_sorted(app_on: AppOn, blocked: Session) -> None:
    async with at(app_on(blocked), (120, 30)) as person:
        await person.press("2", "L", "slash")
        await person.type("020 79")
        await person.see("1 of 3", "+44 20 7946 0018")
        await person.press("escape")
        await person.type("ada")
        await person.see("1 of 3", "+1 602 555 0100")
        await person.press("escape", "escape", "s")
        await person.see("Since ▼")
        await person.see("3 numbers")


async def test_numbers_are_added_by_hand_and_contacts_marked(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled), (120, 30)) as person:
        await person.press("2", "L")
        await person.see("No number is on the do-not-call list yet.", "n to add some", "--do-not-call")
        await person.press("n")
        await person.type("602 555 01")
        await person.see("is not a valid phone number")
        await person.press("enter")
        await person.see("is not a valid phone number")
        await person.type("00, 602-555-0109")
        await person.see("2 numbers; marks 1 contact.")
        await person.press("enter")
        await person.hear("2 numbers are on the do-not-call list; 1 contact marked. Press u to undo.")
        await person.see("2 numbers", "Ada Lovelace")
        assert contacts.by_id_or_phone(filled, "+16025550100").do_not_call
        await person.press("u")
        await person.see("Undo: 2 numbers were put on the do-not-call list?", "Ada Lovelace may be called again.")
        await person.see("2 numbers come off")
        await person.press("enter")
        await person.hear("Nothing was changed. The do-not-call marks stay as they are.")
        assert contacts.by_id_or_phone(filled, "+16025550100").do_not_call
        await person.press("u", "y")
        await person.see("No number is on the do-not-call list yet.")
        await person.hear("Press U to redo.")
        assert not contacts.by_id_or_phone(filled, "+16025550100").do_not_call
        await person.press("U")
        await person.see("2 numbers", "Ada Lovelace")
        await person.press("u", "y")
        await person.see("No number is on the do-not-call list yet.")
    assert not contacts.by_id_or_phone(filled, "+16025550100").do_not_call


async def test_lines_that_are_pasted_are_several_numbers(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("2", "L", "n")
        person.app.post_message(events.Paste("+16025550100\r\n602 555 0109;\n\n+34 612 34 56 78\n"))
        await person.see("+16025550100, 602 555 0109, +34 612 34 56 78", "3 numbers; marks 1 contact.")
        await person.type(", 602 555 0108")
        await person.see("4 numbers; marks 1 contact.")
        await person.press("enter")
        await person.see("4 numbers")
    assert len(phones(filled)) == 4


async def test_a_number_that_is_on_it_says_so(app_on: AppOn, blocked: Session) -> None:
    async with at(app_on(blocked)) as person:
        await person.press("2", "L", "n")
        await person.type("+442079460018")
        await person.see("+44 20 7946 0018, already on the list; no contact has this", "number.")


async def test_an_admin_takes_a_number_off_after_a_question(app_on: AppOn, blocked: Session) -> None:
    async with at(app_on(blocked)) as person:
        await person.press("2", "L", "g", "d")
        await person.see("Take +1 602 555 0100 off the do-not-call list?", "by tester, from")
        await person.see("Its contact, Ada Lovelace, may then be called.")
        await person.press("enter")
        assert len(phones(blocked)) == 3
        await person.press("d", "y")
        await person.hear("+1 602 555 0100 is no longer on the do-not-call list. Press u to undo.")
        await person.see("2 numbers")
        assert not contacts.by_id_or_phone(blocked, "+16025550100").do_not_call
        await person.press("u")
        await person.see("3 numbers")
    assert contacts.by_id_or_phone(blocked, "+16025550100").do_not_call


async def test_the_mark_that_somebody_set_goes_with_the_number_and_that_is_said(
    app_on: AppOn, blocked: Session
) -> None:
    changes.add(blocked, "+16025550101")
    async with at(app_on(blocked), (120, 30)) as person:
        await person.press("2", "L", "slash")
        await person.type("finn")
        await person.press("enter", "d")
        await person.see("Its contact, Finn O'Hara, may then be called. The mark was")
        await person.press("escape", "slash")
        await person.press("escape")
        await person.type("34612")
        await person.press("enter", "d")
        await person.see("No contact has it.", "by hand")


async def test_a_contact_is_opened_and_its_mark_takes_the_number_off(app_on: AppOn, blocked: Session) -> None:
    async with at(app_on(blocked), (120, 30)) as person:
        await person.press("2", "L", "g", "enter")
        await person.see("Contacts > Ada Lovelace", "added by hand", "Must not be called")
        await person.press("exclamation_mark")
        await person.see("That takes", "+1 602 555 0100 off the do-not-call list.")
        await person.press("y")
        await person.see_no("Must not be called")
        await person.press("escape")
        await person.see("Do-not-call list", "2 numbers")


async def test_the_list_is_saved_to_a_file(
    app_on: AppOn, blocked: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with at(app_on(blocked), (120, 30)) as person:
        await person.press("2", "L")
        await person.see("3 numbers", "x Export")
        await person.press("x")
        await person.see("3 numbers, as listed, in this order.", "do-not-call.csv")
        await person.press("enter")
        await person.hear("3 numbers were written to")
    assert (tmp_path / "do-not-call.csv").read_text().startswith("phone,added_at,added_by,source\n+16025550100,")


async def test_it_follows_what_others_do(app_on: AppOn, blocked: Session) -> None:
    async with at(app_on(blocked)) as person:
        await person.press("2", "L")
        await person.see("3 numbers")
        changes.add(replace(blocked, history=None), "+14805550177")
        await person.see("4 numbers", "+1 480 555 0177")


async def test_members_add_but_do_not_take_and_viewers_only_look(
    app_on: AppOn, blocked: Session, viewer: Session
) -> None:
    member = replace(viewer, actor=replace(viewer.actor, role=Role.MEMBER))
    async with at(app_on(member), (120, 30)) as person:
        await person.press("2", "L")
        await person.see("3 numbers", "n Add")
        await person.see_no("d Take off")
        await person.press("d")
        await person.see("3 numbers")
        await person.see_no("Take +")
    async with at(app_on(viewer), (120, 30)) as person:
        await person.press("2", "L")
        await person.see("3 numbers")
        await person.see_no("n Add", "d Take off")
        await person.press("n")
        await person.see_no("Add to the do-not-call list")
    assert len(phones(blocked)) == 3


@pytest.mark.usefixtures("blocked")
async def test_an_admin_over_all_companies_is_asked_whose(app_on: AppOn, two_companies: Session) -> None:
    async with at(app_on(two_companies)) as person:
        await person.press("2", "L")
        await person.see("Which company's do-not-call list?")
        await person.type("main")
        await person.press("enter")
        await person.see("Do-not-call list", "3 numbers")


@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("keys", [(), ("n", *"602555"), ("d",)], ids=["list", "add", "take off"])
async def test_looks_as_it_did(
    app_on: AppOn, blocked: Session, picture: SnapshotAssertion, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    async with at(app_on(blocked), size) as person:
        await person.press("2", "L")
        await person.see("3 numbers")
        await person.press(*keys)
        await person.still()
        assert person.app.export_screenshot(simplify=True) == picture
