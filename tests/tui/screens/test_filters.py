"""Filters of a list of contacts: chosen in a form, shown above the list, part of everything that is done with it."""

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from segtui.services.contacts import contact_query, contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.session import Session, Transaction
from segtui.tui.app import SegtuiApp
from segtui.tui.screens.contacts.contact_list import ContactListScreen
from tests.support.person import Person, at

AppOn = Callable[[Session], SegtuiApp]


@asynccontextmanager
async def filtering(app: SegtuiApp, size: tuple[int, int] = (100, 24)) -> AsyncIterator[Person]:
    """Yield a person who looks into “Webinar signups”, at those whose status is NEW."""
    async with at(app, size) as person:
        await person.press("G", "enter")
        await person.see("Ada Lovelace", "3 contacts")
        await person.press("f", "tab")
        await person.see("NEW", "CALLED")
        await person.type("new")
        await person.press("enter", "f10")
        await person.see("1 of 3", "status is NEW ×")
        await person.see_no("Finn")
        yield person


async def test_a_filter_and_a_search_narrow_together(app_on: AppOn, filled: Session) -> None:
    async with filtering(app_on(filled)) as person:
        await person.press("slash")
        await person.type("finn")
        await person.see("0 of 3", "No contact of this segment matches “finn” with these filters.")
        await person.see("Press enter, then f, to change them.")
        await person.press("escape", "escape")
        await person.see("1 of 3", "Ada Lovelace", "status is NEW ×")


async def test_an_empty_list_names_the_filter_to_remove(app_on: AppOn, filled: Session) -> None:
    async with filtering(app_on(filled)) as person:
        await person.press("f", "f4")
        await person.type(" and city = Nowhere")
        await person.press("enter")
        await person.see(
            "No contact of this segment matches these filters. 1 contact matches without “city is Nowhere”."
        )


async def test_a_click_or_the_palette_takes_filters_off(app_on: AppOn, filled: Session) -> None:
    async with filtering(app_on(filled)) as person:
        await person.click("×")
        await person.see("3 contacts", "Finn")
        await person.see_no("Filters:")
        await person.press("ctrl+p")
        await person.type("clear")
        await person.see_no("Clear the filters")
        await person.press("escape", "f", "tab")
        await person.see("NEW")
        await person.type("new")
        await person.press("enter", "f10")
        await person.see("1 of 3")
        await person.press("ctrl+p")
        await person.type("clear filt")
        await person.see("Clear the filters")
        await person.press("enter")
        await person.see("3 contacts", "Finn")


async def test_a_key_removes_a_filter_and_the_palette_copies_them(
    app_on: AppOn, filled: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    app = app_on(filled)
    monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
    async with filtering(app) as person:
        await person.press("f", "f4")
        await person.type(" and city is not blank")
        await person.press("enter")
        await person.see("status is NEW ×", "has a city ×")
        await person.press("ctrl+p")
        await person.type("copy the filters")
        await person.press("enter")
        assert copied == ["status = NEW and city is not blank"]
        await person.press("backspace")
        await person.see("Remove a filter", "status is NEW", "has a city")
        await person.type("stat")
        await person.press("enter")
        await person.see("has a city ×")
        await person.see_no("status is NEW")
        await person.press("backspace")
        await person.see("3 contacts")
        await person.see_no("Filters:", "Remove a filter")
        await person.press("backspace")
        await person.see_no("Remove a filter")


async def test_filters_stay_while_a_contact_is_looked_at(app_on: AppOn, filled: Session) -> None:
    async with filtering(app_on(filled)) as person:
        await person.press("enter")
        await person.see("> Ada Lovelace")
        await person.press("escape")
        await person.see("1 of 3", "status is NEW ×")


async def test_what_is_filtered_is_what_is_exported_and_marked(app_on: AppOn, filled: Session, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    async with filtering(app_on(filled)) as person:
        await person.press("x")
        await person.see("1 contact, as listed (status is NEW), in this order.")
        await person.press("ctrl+u")
        await person.type(str(file))
        await person.press("enter")
        await person.hear("1 contact was written")
        await person.press("asterisk", "plus")
        await person.see("to a segment")
        await person.type("New ones")
        await person.press("enter")
        await person.see("Status is NEW")
        await person.press("enter")
        await person.hear("“New ones” was created with 1 contact.")
    assert "ada@example.com" in file.read_text()
    assert "finn@example.com" not in file.read_text()


async def test_all_that_were_marked_are_those_on_the_screen_while_another_result_loads(
    app_on: AppOn, filled: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def marked(session: Session) -> set[str]:
        listing = contacts.listing(session, ContactQuery())
        return {contact.name for contact in listing.rows(listing.ids()).values() if contact.do_not_call}

    before = marked(filled)
    may_read, first = threading.Event(), contact_query.first

    def first_later(tx: Transaction, query: ContactQuery, *arguments: Any) -> Any:
        if query.criteria is None:
            may_read.wait(10)
        return first(tx, query, *arguments)

    async with filtering(app_on(filled)) as person:
        await person.press("asterisk")
        await person.see("1 selected")
        monkeypatch.setattr(contact_query, "first", first_later)
        await person.pilot.press("backspace", "exclamation_mark")
        await person.see("Ada Lovelace", "Mark")
        await person.pilot.press("y")
        await person.hear("must not be called")
        may_read.set()
        await person.settle()
    assert marked(filled) == {*before, "Ada Lovelace"}


@pytest.mark.parametrize(("expression", "by_ids"), [("added >= 2000-01-01", True), ("city = Phoenix", False)])
async def test_days_of_all_companies_select_what_is_shown(
    app_on: AppOn, filled: Session, expression: str, *, by_ids: bool
) -> None:
    async with at(app_on(replace(filled, company=None))) as person:
        await person.press("2", "f", "f4")
        await person.type(expression)
        await person.press("enter", "asterisk")
        await person.see("selected")
        screen = person.app.screen
        assert isinstance(screen, ContactListScreen)
        selection = screen.selection
        assert selection is not None
        assert isinstance(selection.which, ContactQuery) is not by_ids
        assert selection.count == contacts.count(filled, screen.query_now) > 0
