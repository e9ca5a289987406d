"""The arrows in every form, in a terminal as small as there may be: the field one types into is always in sight."""

from collections.abc import Callable

import pytest
from textual.widgets import Input

from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from segtui.tui.widgets.forms.dialogs import DialogBody
from segtui.tui.widgets.forms.form_field import ChoiceField, FieldRow, TickField
from segtui.tui.widgets.forms.pick_field import PickField
from segtui.tui.widgets.forms.push_button import PushButton
from tests.support.person import Person, at

AppOn = Callable[[Session], SegtuiApp]
SMALL = (60, 16)


async def _field(person: Person) -> str:
    """Return the name of the field one is in, which has to be in sight once the screen is still."""
    editor = person.app.focused
    assert editor is not None
    body = person.app.screen.query_one(DialogBody)
    for _ in range(100):
        if body.region.contains_region(editor.region):
            break
        await person.pilot.pause(0.02)
    assert body.region.contains_region(editor.region), person.screen
    return next(row.field.name for row in person.app.screen.query(FieldRow) if editor in row.walk_children())


async def test_the_arrows_go_from_line_to_line_of_a_long_form(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled), SMALL) as person:
        await person.press("2", "n")
        await person.see("Add contact")
        names = [row.field.name for row in person.app.screen.query(FieldRow)][:-1]
        assert len(names) > 12
        went = [await _field(person)]
        for _ in names[1:]:
            await person.press("down")
            went.append(await _field(person))
        assert went == names
        assert isinstance(person.app.focused, TickField)
        for name in reversed(names[:-1]):
            await person.press("up")
            assert await _field(person) == name
        await person.press("up")
        assert isinstance(person.app.focused, PushButton)
        await person.press("down")
        assert await _field(person) == names[0]


async def test_a_list_to_choose_from_keeps_the_arrows(app_on: AppOn, two_companies: Session) -> None:
    async with at(app_on(two_companies), SMALL) as person:
        await person.press("4", "n")
        assert isinstance(person.app.focused, ChoiceField)
        await person.press("down", "down", "down", "enter")
        assert person.app.screen.query(FieldRow).first().value
        await person.press("tab", "down", "down")
        assert await _field(person) == "segment"
        await person.press("up")
        assert await _field(person) == "agent"
        await person.press("down", "down")
        await person.see("The segment to call")
        await person.press("escape", "tab", "tab", "down")
        assert not isinstance(person.app.focused, PickField)
        assert await _field(person) == "hours"


@pytest.mark.usefixtures("filled")
async def test_the_arrows_do_it_where_an_import_goes_too(app_on: AppOn, session: Session) -> None:
    async with at(app_on(session), SMALL) as person:
        await person.press("i")
        await person.type("sample_data/webinar_leads.csv")
        await person.press("enter")
        await person.see("webinar_leads.csv: CSV")
        await person.press("f10", "f10")
        focused = person.app.focused
        assert isinstance(focused, Input)
        assert focused.id == "name"
        await person.press("up")
        assert person.app.focused is not None
        assert person.app.focused.id == "into"
        await person.press("tab", "down")
        assert person.app.focused.id == "contacts"


# The company


async def test_a_segment_is_not_made_before_the_company_was_chosen(app_on: AppOn, two_companies: Session) -> None:
    async with at(app_on(two_companies)) as person:
        await person.press("n")
        await person.see("choose one")
        await person.press("tab")
        await person.type("Somewhere")
        await person.press("enter")
        await person.see("Choose a company.")
        assert segments.total(two_companies) == 3
        # It is said until it is done.
        await person.press("tab")
        await person.type("!")
        await person.see("Choose a company.")
        await person.press("shift+tab", "enter", "end", "enter")
        await person.see_no("Choose a company.")
        await person.press("tab", "enter")
        await person.see("4 segments")
    assert segments.by_name(two_companies, "Somewhere!").company == "Main"


async def test_a_name_that_only_one_company_has_is_taken_there_alone(app_on: AppOn, two_companies: Session) -> None:
    async with at(app_on(two_companies)) as person:
        await person.press("n", "tab")
        await person.type("Webinar signups")
        await person.see_no("There is already")
        await person.press("shift+tab", "enter", "end", "enter")
        await person.see("There is already a segment")


@pytest.mark.parametrize(
    ("keys", "asked", "then"),
    [
        (("2", "n"), "Which company is the contact for?", "Add contact"),
        (("i",), "Which company is the import for?", "Main"),
        (("3", "i"), "Which company is the import for?", "Main"),
        (("2", "L"), "Which company's do-not-call list?", "Main"),
    ],
)
async def test_enter_alone_chooses_no_company(
    app_on: AppOn, two_companies: Session, keys: tuple[str, ...], asked: str, then: str
) -> None:
    async with at(app_on(two_companies)) as person:
        await person.press(*keys)
        await person.see(asked)
        await person.press("enter")
        await person.hear("Which company? Type part of its name, or use the arrow keys.")
        await person.see(asked)
        await person.press("down", "down", "enter")
        await person.see_no(asked)
        await person.see(then)


async def test_the_company_that_is_looked_at_is_taken(app_on: AppOn, two_companies: Session) -> None:
    async with at(app_on(two_companies), (120, 40)) as person:
        await person.press("c")
        await person.type("main")
        await person.press("enter", "6", "n")
        await person.see("Add user", "Main")
        await person.see_no("choose one")
        await person.press("escape", "2", "n")
        await person.see("Add contact")


async def test_a_user_of_no_company_yet_is_not_added(app_on: AppOn, two_companies: Session) -> None:
    async with at(app_on(two_companies)) as person:
        await person.press("6", "n")
        await person.type("carl")
        await person.press("enter")
        await person.see("Choose a company.")
        await person.press("enter", "end", "enter", "tab", "enter")
        await person.see("1 user", "carl", "Main")
