"""Saved views in lists of contacts: picked, saved, renamed, deleted."""

from collections.abc import Callable
from dataclasses import replace

from segtui.config.remembered import Remembered
from segtui.config.settings import Settings
from segtui.domain.criteria.tree import Comparison
from segtui.services.accounts import companies
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.services.views import views
from segtui.services.views.views import ViewContent
from segtui.tui.app import SegtuiApp
from tests.support.person import Person, at

AppOn = Callable[[Session], SegtuiApp]

NEW = Comparison("status", "=", ("NEW",))
INTO = ("G", "enter")
CONTENT = ViewContent(search="ada", criteria=NEW, sort="city", descending=True, columns=("name", "status", "calls"))


async def pick(person: Person, name: str) -> None:
    """Pick a view, or a command on views."""
    await person.press("V")
    await person.type(name)
    await person.press("enter")


async def test_a_view_is_shown_with_search_filters_order_and_columns(app_on: AppOn, filled: Session) -> None:
    views.save(filled, "New in town", CONTENT)
    async with at(app_on(filled), (120, 24)) as person:
        await person.press(*INTO, "V")
        await person.see("Views", "New in town  “ada”, status = NEW", "Save this list as a view…", "Delete a view…")
        await person.press("enter")
        await person.see("Webinar signups > New in town", "status is NEW ×", "1 of 3", "Searched: ada", "Calls")
        await person.see_no("ada@example.com", "Finn")
        await person.press("backspace")
        await person.see_no("New in town", "Filters:")


async def test_escape_leaves_a_view_and_the_users_own_columns_come_back(filled: Session) -> None:
    views.save(filled, "New in town", CONTENT)
    views.save(filled, "Without columns", ViewContent(search="zoe"))
    remembered = Remembered.none()
    remembered.remember_shown("all contacts", ["last_called"])
    app = SegtuiApp(filled, Settings(database="", timezone="UTC", theme="segtui"), remembered)
    async with at(app, (160, 24)) as person:
        await person.press("2")
        await person.see("E-mail", "Last called")
        await pick(person, "new in town")
        await person.see("> New in town", "Calls", "escape Leave the view")
        await person.see_no("E-mail", "Last called")
        await pick(person, "without columns")
        await person.see("> Without columns", "E-mail", "Last called", "Searched: zoe")
        await pick(person, "new in town")
        # The columns of a view stay while its filters are changed.
        await person.press("backspace")
        await person.see_no("> New in town", "E-mail")
        await person.press("escape")
        await person.see("E-mail", "Last called", "Finn", "3 contacts", "Search in every column")
        await person.see_no("Calls", "Leave the view")
    assert (remembered.shown("all contacts"), remembered.hidden("all contacts")) == (("last_called",), frozenset())


async def test_columns_that_are_chosen_in_a_view_are_the_users_own(filled: Session) -> None:
    views.save(filled, "New in town", CONTENT)
    remembered = Remembered.none()
    app = SegtuiApp(filled, Settings(database="", timezone="UTC", theme="segtui"), remembered)
    async with at(app, (160, 24)) as person:
        await person.press("2")
        await pick(person, "new in town")
        await person.press("v", "slash")
        await person.type("last called")
        await person.press("enter", "space", "escape")
        await person.see("Last called", "Calls")
        await person.see_no("> New in town", "E-mail", "Leave the view")
    assert remembered.shown("all contacts") == ("calls", "last_called")
    assert "email" in remembered.hidden("all contacts")


async def test_what_is_shown_is_saved(app_on: AppOn, filled: Session) -> None:
    async with at(app_on(filled), (100, 24)) as person:
        await person.press(*INTO, "slash")
        await person.type("ada")
        await person.press("enter", "f", "f4")
        await person.type("status = NEW")
        await person.press("enter")
        await pick(person, "save")
        await person.see("Save as a view", "everyone in the company")
        await person.type("Mine")
        await person.press("tab", "down", "down", "enter", "tab", "enter")
        await person.hear("“Mine” was saved")
        await person.see("Webinar signups > Mine")
        [view] = views.every(filled)
        assert (view.name, view.is_private, view.search, view.criteria) == ("Mine", True, "ada", NEW)
        assert view.columns is not None
        assert "email" in view.columns
        await person.press("S")
        await person.see_no("> Mine")
        await pick(person, "save")
        await person.press("enter")
        await person.hear("“Mine” was saved")
        await person.see("> Mine")
    # A private view that is saved again stays private.
    assert [(view.descending, view.is_private) for view in views.every(filled)] == [(True, True)]


async def test_views_are_renamed_and_deleted(app_on: AppOn, filled: Session) -> None:
    views.save(filled, "Old", CONTENT)
    async with at(app_on(filled)) as person:
        await person.press(*INTO)
        await pick(person, "rename")
        await person.press("enter", "ctrl+u")
        await person.type("Fresh")
        await person.press("enter")
        await person.hear("“Old” is “Fresh” now")
        await pick(person, "delete")
        await person.see("Delete a view")
        await person.press("enter")
        await person.see("Delete the view?", "“Fresh”")
        await person.pilot.pause(0.6)
        await person.press("y")
        await person.hear("“Fresh” was deleted")
    assert views.every(filled) == []


async def test_viewers_use_views_and_save_none(app_on: AppOn, filled: Session, viewer: Session) -> None:
    views.save(filled, "Of all", CONTENT)
    async with at(app_on(viewer)) as person:
        await person.press(*INTO, "V")
        await person.see("Of all")
        await person.see_no("Save this list", "Delete a view")
        await person.press("enter")
        await person.see("> Of all", "1 of 3")


async def test_a_view_that_cannot_be_read_says_why(app_on: AppOn, filled: Session) -> None:
    views.save(filled, "By day", ViewContent(criteria=Comparison("joined", "in last", ("7",))))
    async with at(app_on(filled)) as person:
        await person.press("2")
        await pick(person, "by day")
        await person.hear("by the day contacts joined a segment")


async def test_a_view_becomes_a_live_segment(app_on: AppOn, filled: Session) -> None:
    views.save(filled, "New ones", ViewContent(criteria=NEW))
    views.save(filled, "Searched", CONTENT)
    async with at(app_on(filled)) as person:
        await person.press("2")
        await pick(person, "live")
        await person.type("searched")
        await person.press("enter")
        await person.hear("cannot be part of a rule")
        await pick(person, "live")
        await person.type("new ones")
        await person.press("enter")
        await person.see("Create segment", "status = NEW")
        await person.press("enter")
        await person.hear("“New ones” was created as a live segment with 1 contact")
    assert segments.by_name(filled, "New ones").live


async def test_views_of_several_companies_name_theirs(app_on: AppOn, filled: Session) -> None:
    views.save(filled, "Fresh", ViewContent(criteria=NEW))
    other = companies.create(filled, "Other")
    views.save(filled.bound_to(other), "Fresh", ViewContent(search="ada"), private=True)
    async with at(app_on(replace(filled, company=None))) as person:
        await person.press("2", "V")
        await person.see("Fresh  Main, status = NEW", "Fresh  Other, private, “ada”")
