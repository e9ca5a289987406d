"""The order and the columns of a list, chosen once and found again."""

from pathlib import Path

from segtui.config import settings
from segtui.config.remembered import Remembered
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
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
