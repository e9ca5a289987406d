"""The order and the columns of a list, chosen once and found again."""

from pathlib import Path

from segtui.config import settings
from segtui.config.remembered import Remembered
from segtui.services.contacts import contacts
from segtui.services.contacts.contacts import ContactQuery
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from tests.support.custom_names import know_custom_fields
from tests.support.person import at


def app_of(session: Session, remembered: Remembered) -> SegtuiApp:
    """Return the app as it is started again, with what is remembered."""
    return SegtuiApp(session, settings.Settings(database="", timezone="UTC", theme="segtui"), remembered)


async def test_the_order_of_each_list_is_found_again(filled: Session, tmp_path: Path) -> None:
    file = tmp_path / "remembered.json"
    async with at(app_of(filled, Remembered(file))) as person:
        await person.press("s")
        await person.see("Contacts ▼")
        await person.press("S", "2", "s", "s")
        await person.see("E-mail ▲")
    async with at(app_of(filled, Remembered(file))) as person:
        await person.see("Contacts ▲")
        await person.press("2")
        await person.see("E-mail ▲")
        await person.press("1", "G", "enter")
        await person.see("Name ▲")


async def test_columns_are_hidden_and_shown_at_once_and_remembered(filled: Session, tmp_path: Path) -> None:
    file = tmp_path / "remembered.json"
    async with at(app_of(filled, Remembered(file)), (120, 30)) as person:
        await person.press("v")
        await person.see("Columns", "[x] Contacts", "[x] Created")
        await person.see_no("[x] Name", "Company")
        await person.press("down", "space")
        await person.see("[ ] Contacts")
        await person.press("escape")
        await person.see("Size", "Created")
        assert "Contacts" not in person.lines[2]
    async with at(app_of(filled, Remembered(file)), (120, 30)) as person:
        await person.see("Size")
        assert "Contacts" not in person.lines[2]
        await person.press("v", "j", "enter", "v")
        assert "Contacts" in person.lines[2]


async def test_further_columns_of_segments_are_shown_where_they_are_chosen(filled: Session, tmp_path: Path) -> None:
    file = tmp_path / "remembered.json"
    async with at(app_of(filled, Remembered(file))) as person:
        await person.press("v")
        await person.see("[ ] Can be called", "[ ] Campaigns", "[ ] Last used", "[ ] Growth")
        await person.press(*["down"] * 3, "space", *["down"] * 4, "space", "escape")
        await person.see("Can be called", "Growth", "+3", "Created")
        await person.see_no("Last used")
        await person.click("Growth")
        await person.see("Growth ▼", "► Webinar")
    async with at(app_of(filled, Remembered(file))) as person:
        await person.see("Growth ▼", "Can be called")
        # Taken away again in a narrow list, the first one is still there in a wide one, as before.
        await person.press("v", *["down"] * 3, "space", "escape")
        await person.see_no("Can be called")
    async with at(app_of(filled, Remembered(file)), (160, 30)) as person:
        await person.see("Can be called", "Growth ▼")
        await person.press("v", *["down"] * 3, "space", "escape")
        await person.see_no("Can be called")


async def test_an_order_by_a_column_that_is_not_there_is_forgotten(filled: Session) -> None:
    remembered = Remembered.none()
    remembered.remember_sort("segments", "company", False)  # noqa: FBT003 -- as a table says it
    remembered.remember_sort("all contacts", "shoe size", True)  # noqa: FBT003 -- as a table says it
    async with at(app_of(filled, remembered)) as person:
        await person.see("Name ▲")
        await person.press("2")
        await person.see("Name ▲")


async def test_columns_hidden_in_one_company_do_not_hide_the_company_in_all(two_companies: Session) -> None:
    remembered = Remembered.none()
    async with at(app_of(two_companies, remembered), (160, 30)) as person:
        await person.see("Company")
        await person.press("c")
        await person.type("main")
        await person.press("enter")
        await person.see("2 segments")
        await person.press("v", "space", "escape")
        assert remembered.hidden("segments") == {"description"}
        await person.press("c", "enter")
        await person.see("3 segments", "Company")
        assert "Description" not in person.lines[2]


async def test_every_field_can_be_a_column_and_a_long_list_of_them_is_searched(filled: Session, tmp_path: Path) -> None:
    file = tmp_path / "remembered.json"
    contacts.edit(filled, contacts.listing(filled, ContactQuery()).ids()[0], {"custom.[b]Plan": "9", "city": "Ulm"})
    know_custom_fields(filled, "[b]Plan")
    async with at(app_of(filled, Remembered(file)), (160, 40)) as person:
        await person.press("2")
        await person.see("Name ▲")
        await person.press("v", "slash")
        await person.type("segm")
        await person.see("[ ] Segment", "the segments it is in")
        await person.see_no("[x] Phone")
        await person.press("enter", "space")
        await person.see("[x] Segment")
        await person.press("slash", "escape")
        await person.type("shoe")
        await person.see("No column matches.")
        await person.press("escape")
        await person.type("plan")
        await person.see("[ ] [b]Plan", "custom field")
        await person.press("down", "space", "q")
        await person.see("Segment", "[b]Plan", "Webinar")
        assert Remembered(file).shown("all contacts") == ("segment", "custom.[b]Plan")
    async with at(app_of(filled, Remembered(file)), (160, 40)) as person:
        await person.press("2")
        await person.see("[b]Plan", "Webinar")
        assert contacts.listing(filled, ContactQuery()).ids()


async def test_a_chosen_column_is_seen_in_a_narrow_terminal_and_can_be_sorted_by(filled: Session) -> None:
    remembered = Remembered.none()
    remembered.remember_shown("contacts", ["joined", "calls", "custom.gone"])
    async with at(app_of(filled, remembered), (80, 24)) as person:
        await person.press("G", "enter")
        await person.see("Joined", "Calls")
        for _ in range(12):
            await person.press("s")
            if "Joined ▼" in person.lines[person_header(person.lines)]:
                break
        await person.see("Joined ▼")
        # A column that only another company has is left out at once.
        await person.see_no("gone")
        await person.press("v", "escape")
        await person.see_no("gone")
        assert remembered.shown("contacts") == ("joined", "calls", "custom.gone")


def person_header(lines: list[str]) -> int:
    """Return the line with the labels of the columns."""
    return next(index for index, line in enumerate(lines) if "Status" in line and "Phone" in line)
