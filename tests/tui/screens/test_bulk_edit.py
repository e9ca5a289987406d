"""The edit of all marked contacts: the form, its preview, the change, and its undo."""

from collections.abc import Callable

import pytest

from segtui.domain.vocabulary import Role
from segtui.services.contacts import contacts
from segtui.services.contacts.contacts import ContactQuery
from segtui.services.criteria import expressions
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from tests.support.canaries import World
from tests.support.person import at

AppOn = Callable[[Session], SegtuiApp]


def _values(session: Session, field: str) -> list[str]:
    listing = contacts.listing(session, ContactQuery())
    rows = listing.rows(listing.ids())
    return [str(getattr(rows[key], field)) for key in listing.ids()]


@pytest.mark.parametrize("marks", [("space", "space"), ("shift+down",), ("asterisk",)])
async def test_e_edits_all_that_are_marked(filled: Session, app_on: AppOn, marks: tuple[str, ...]) -> None:
    count = 3 if marks == ("asterisk",) else 2
    async with at(app_on(filled), (80, 24)) as person:
        await person.press("2", *marks, "e")
        await person.see(f"Edit {count} contacts", "Only the fields that you change here are edited.")
        await person.see("Source        webinar", f"Status        ({count} values)", "Job title     (blank)")
        await person.press("enter")
        await person.see("Nothing is changed yet: type, clear or replace a value.")
        await person.press("tab")
        await person.type("Open")
        await person.see("New: no contact has this status yet.")
        await person.press("enter")
        await person.see(f"Preview: edit {count} contacts", f"{count} of {count} contacts change.", "NEW → Open")
        await person.press("n")
        await person.see("Status        Open")
        await person.press("enter")
        await person.see("Preview")
        await person.press("y")
        await person.hear(f"{count} contacts were edited. Press u to undo.")
        assert _values(filled, "status")[:2] == ["Open", "Open"]
        await person.press("u")
        await person.hear(f"{count} contacts have the old values again.")
    assert _values(filled, "status") == ["NEW", "CALLED", ""]


async def test_fields_are_cleared_and_parts_replaced_and_who_cannot_is_listed(filled: Session, app_on: AppOn) -> None:
    contacts.edit(filled, contacts.by_id_or_phone(filled, "+16025550101").id, {"email": "", "do_not_call": "no"})
    async with at(app_on(filled), (80, 24)) as person:
        await person.press("2", "asterisk", "e")
        await person.see("Source        webinar", "Phone         (3 values)")
        await person.press("f7")
        await person.type("web")
        await person.press("tab")
        await person.type("sem")
        await person.press("tab", "tab", "f6")
        await person.see("Phone         (is cleared)")
        await person.press("enter")
        await person.see(
            "2 of 3 contacts change; 1 cannot change.",
            "By field: Phone 2, Source 2.",
            "webinar → seminar",
            "+16025550100 → blank",
            "1 because neither a phone nor an e-mail would be left:",
        )
        await person.press("y")
        await person.hear("2 contacts were edited. 1 contact could not be changed and stays as it is.")
    assert sorted(_values(filled, "source")) == ["seminar", "seminar", "webinar"]
    assert sorted(_values(filled, "phone")) == ["", "", "+16025550101"]


async def test_a_new_field_of_ones_own_and_a_question_before_leaving(filled: Session, app_on: AppOn) -> None:
    async with at(app_on(filled), (80, 40)) as person:
        await person.press("2", "asterisk", "e")
        await person.see("T-shirt       (2 values)", "Another field of your own:")
        await person.press("shift+tab", "shift+tab", "shift+tab", "shift+tab", "shift+tab", "shift+tab")
        await person.type("Tier")
        await person.press("tab")
        await person.type("gold")
        await person.press("escape")
        await person.see("Leave without saving?")
        await person.press("n", "enter")
        await person.see("Preview: edit 3 contacts", "Tier", "blank → gold")
        await person.press("y")
        await person.hear("3 contacts were edited.")
    assert [fields.count("'Tier': 'gold'") for fields in _values(filled, "custom_fields")] == [1, 1, 1]


async def test_what_leaves_the_list_is_said(filled: Session, app_on: AppOn) -> None:
    rule = expressions.parse(filled, "city = Phoenix")
    segments.create(filled, "A live one", rule=rule)
    async with at(app_on(filled), (80, 24)) as person:
        await person.press("enter")
        await person.see("Segments > A live one", "3 contacts")
        await person.press("space", "space", "e")
        await person.see("Edit 2 contacts")
        await person.press(*["tab"] * 9)
        await person.press("ctrl+u")
        await person.type("Mesa")
        await person.press("enter")
        await person.see("The segment is live: contacts that no longer satisfy its", "Phoenix → Mesa")
        await person.press("y")
        await person.hear("2 contacts were edited.")
        await person.see("1 contact")
        await person.press("2", "slash")
        await person.type("phoenix")
        await person.press("enter", "asterisk", "e", *["tab"] * 9)
        await person.see("City          Phoenix")
        await person.press("ctrl+u", "enter")
        await person.see("Contacts that the search or the filters no longer match", "Phoenix → blank")


async def test_nothing_is_changed_that_was_not_previewed(filled: Session, app_on: AppOn) -> None:
    async with at(app_on(filled), (80, 24)) as person:
        await person.press("2", "asterisk", "e")
        await person.see("(3 values)")
        await person.press("tab")
        await person.type("Open")
        await person.press("enter")
        await person.see("Preview: edit 3 contacts")
        contacts.edit(filled, contacts.by_id_or_phone(filled, "+16025550101").id, {"city": "Mesa"})
        await person.press("y")
        await person.hear("The contacts were changed since the preview; nothing was edited.")
    assert _values(filled, "status") == ["NEW", "CALLED", ""]


async def test_a_viewer_edits_nothing(world: World, app_on: AppOn) -> None:
    async with at(app_on(world.as_role(Role.VIEWER)), (80, 24)) as person:
        await person.press("2", "asterisk", "e")
        await person.see_no("Edit 1 contact")


async def test_the_form_of_one_contact_offers_the_values_in_use(filled: Session, app_on: AppOn) -> None:
    async with at(app_on(filled), (80, 40)) as person:
        await person.press("2", "e", *["shift+tab"] * 6)
        await person.see("Edit contact")
        await person.press("ctrl+u")
        await person.type("ca")
        await person.see("New. In use: CALLED (1). The right arrow completes.")
        await person.press("right")
        await person.see("1 contact has it.")
        await person.press("ctrl+u")
        await person.type("called")
        await person.see("1 contact has it, most spelled “CALLED”.")
