"""The form of a contact, as somebody at the keyboard meets it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from segtui.services.contacts import contacts
from segtui.services.contacts.contacts import Contact
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from segtui.tui.screens.contacts.contact_form import ContactForm
from segtui.tui.screens.shared.new_field import new_custom_fields, new_field_problems
from segtui.tui.widgets.forms.form_field import FieldRow
from tests.support.person import Person, at

AppOn = Callable[[Session], SegtuiApp]


@asynccontextmanager
async def editing(app: SegtuiApp, contact: Contact, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Person]:
    """Yield a person who has the form of a contact open."""
    async with at(app, size) as person:
        app.push_screen(ContactForm(app.session, contact))
        await person.settle()
        yield person


async def go_to(person: Person, field: str) -> None:
    """Put the cursor at the end of a field."""
    for row in person.app.screen.query(FieldRow):
        if row.field.name == field:
            row.editor.focus()
            await person.press("end")
            return
    raise AssertionError(f"there is no field {field}")


@pytest.fixture
def finn(filled: Session) -> Contact:
    """Return a contact who must not be called and has a custom field."""
    return contacts.by_id_or_phone(filled, "+16025550101")


async def test_it_says_how_a_phone_will_be_stored(app_on: AppOn, filled: Session, finn: Contact) -> None:
    async with editing(app_on(filled), finn) as person:
        await person.press("ctrl+u")
        await person.type("(602) 555-0177")
        await person.see("Stored as +1 602 555 0177, US.")
        await person.press("ctrl+u")
        await person.type("+44 20 7946 0018")
        await person.see("Stored as +44 20 7946 0018, GB.")
        await person.press("ctrl+u")
        await person.type("12")
        await person.see("is not a valid phone number")
        await person.see_no("Stored as")


async def test_a_phone_of_somebody_else_is_said_while_typing(app_on: AppOn, filled: Session, finn: Contact) -> None:
    async with editing(app_on(filled), finn) as person:
        await person.press("ctrl+u")
        await person.type("602 555 0100")
        await person.see("+1 602 555 0100 already belongs to Ada Lovelace")


async def test_a_wrong_email_is_said_while_typing(app_on: AppOn, filled: Session, finn: Contact) -> None:
    async with editing(app_on(filled), finn) as person:
        await go_to(person, "email")
        await person.type("@")
        await person.see("is not a valid e-mail address.")


async def test_do_not_call_is_a_box_to_tick(app_on: AppOn, filled: Session, finn: Contact) -> None:
    async with editing(app_on(filled), finn) as person:
        await go_to(person, "do_not_call")
        await person.see("[x] yes, must not be called")
        await person.press("space")
        await person.see("[ ] no, calls allowed")
        await person.click("[ ] no")
        await person.see("[x] yes")
        await person.press("space", "enter")
        await person.see_no("Edit contact")
    assert not contacts.get(filled, finn.id).do_not_call


async def test_custom_fields_are_edited_and_made_by_name(app_on: AppOn, filled: Session, finn: Contact) -> None:
    async with editing(app_on(filled), finn) as person:
        await go_to(person, "custom.T-shirt")
        await person.press("ctrl+u")
        await person.type("M")
        await person.press("tab")
        await person.type("Pet")
        await person.see("It needs a value.")
        await person.press("tab")
        await person.type("cat [b]")
        await person.press("tab")
        await person.type("Car")
        await person.press("tab")
        await person.type("none")
        await person.press("enter")
        await person.see_no("Edit contact")
    assert contacts.get(filled, finn.id).custom_fields == {"T-shirt": "M", "Pet": "cat [b]", "Car": "none"}


async def test_a_new_field_has_a_name_of_its_own(app_on: AppOn, filled: Session, finn: Contact) -> None:
    async with editing(app_on(filled), finn) as person:
        await go_to(person, "new.1")
        await person.type("red")
        await person.see("What is this field called?")
        await person.press("shift+tab")
        await person.type("t-SHIRT")
        await person.see("There is a field “t-SHIRT” already.")
        await person.press("enter")
        await person.see("There is a field")
    assert contacts.get(filled, finn.id) == finn


def test_names_of_new_fields_are_compared_with_all_others() -> None:
    values = {"new.1": "a", "name.new.1": "City", "new.2": "b", "name.new.2": "x", "new.3": "c", "name.new.3": "X "}
    assert set(new_field_problems(values, ["Phone"])) == {"new.1", "new.3"}
    assert new_custom_fields({"new.1": "", "name.new.1": "x", "new.2": "b", "name.new.2": "y"}) == {"custom.y": "b"}


async def test_leaving_asks_where_only_a_name_was_typed(app_on: AppOn, filled: Session, finn: Contact) -> None:
    async with editing(app_on(filled), finn) as person:
        await go_to(person, "new.1")
        await person.press("shift+tab", "x", "escape")
        await person.see("Leave without saving?")


async def test_the_second_of_two_is_told_what_the_first_changed_and_loses_nothing(
    app_on: AppOn, filled: Session, finn: Contact
) -> None:
    async with editing(app_on(filled), finn, (80, 40)) as person:
        await go_to(person, "city")
        await person.press("ctrl+u")
        await person.type("Mesa")
        await go_to(person, "job_title")
        await person.type("Pilot")
        contacts.edit(filled, finn.id, {"city": "Tucson", "status": "DONE", "custom.Shoe": "44"})
        await person.press("enter")
        await person.see(
            "Another user changed Finn O'Hara meanwhile",
            "City was “Phoenix” and is “Tucson” now. You typed",
            "“Mesa”.",
            "Status was “CALLED” and is “DONE” now.",
            "Shoe was blank and is “44” now.",
        )
        await person.press("enter")
        await person.see("Edit contact", "Mesa", "Pilot", "CALLED")
        await person.press("enter", "y")
        await person.see("Mesa", "Another user wrote “Tucson”; saving replaces it.", "Pilot", "DONE", "Shoe")
        assert contacts.get(filled, finn.id).city == "Tucson"
        await person.press("enter")
        await person.see_no("Edit contact")
    now = contacts.get(filled, finn.id)
    assert (now.city, now.job_title, now.status, now.custom_fields["Shoe"]) == ("Mesa", "Pilot", "DONE", "44")


async def test_a_contact_that_is_gone_is_a_sentence(app_on: AppOn, filled: Session, finn: Contact) -> None:
    async with editing(app_on(filled), finn) as person:
        await go_to(person, "city")
        await person.type("x")
        contacts.delete(filled, finn.id)
        await person.press("enter")
        await person.see("This contact no longer exists.", "Edit contact")


async def test_it_can_be_used_at_the_smallest_size(app_on: AppOn, filled: Session, finn: Contact) -> None:
    async with editing(app_on(filled), finn, (60, 16)) as person:
        await go_to(person, "new.1")
        await person.press("shift+tab")
        await person.type("Pet")
        await person.see("Pet", "[ Save changes enter ]", "Another field")


async def test_a_phone_that_somebody_has_opens_that_contact(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled)) as person:
        await person.press("2", "n")
        await person.type("602 555 0100")
        await person.see("+1 602 555 0100 already belongs to Ada Lovelace", "f2 opens it")
        await person.press("f2")
        await person.see("Contacts > Ada Lovelace", "ada@example.com")
        await person.press("escape")
        await person.see("Add contact", "602 555 0100")
        await person.press("ctrl+u")
        await person.type("602 555 0142")
        await person.see("Stored as")
        await person.press("f2")
        await person.see("Add contact")


@pytest.mark.parametrize("segment", [False, True])
async def test_a_contact_that_the_list_hides_is_said_to_be(app_on: AppOn, filled: Session, *, segment: bool) -> None:
    async with at(app_on(filled)) as person:
        await person.press(*(("G", "enter") if segment else ("2",)))
        await person.press("slash")
        await person.type("finn")
        await person.press("enter", "n")
        await person.type("602 555 0142")
        await person.press("enter")
        await person.hear("+1 602 555 0142 was added. The search “finn” hides it here: press o to show it.")
        await person.press("n")
        await person.type("602 555 0143")
        await person.press("tab")
        await person.type("Finn")
        await person.press("enter")
        await person.hear("Finn was added.")
        assert "Finn was added. The search" not in person.said
