"""The frequency table of a list of contacts, as somebody at the keyboard meets it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from syrupy.assertion import SnapshotAssertion

from segtui.services.contacts import contacts
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from segtui.tui.widgets.chrome import clipboard
from tests.support.person import Person, at

AppOn = Callable[[Session], SegtuiApp]


@asynccontextmanager
async def counting_status(app: SegtuiApp, keys: tuple[str, ...] = ("G", "enter")) -> AsyncIterator[Person]:
    """Yield a person who looks at the statuses of the segment “Webinar signups”."""
    async with at(app, (110, 24)) as person:
        await person.press(*keys)
        await person.see("Segments > Webinar signups", "3 contacts")
        await person.press("F")
        await person.see("By Source", "1 value", "webinar", "Source of 3 contacts, 2 can be called.")
        await person.press("right")
        await person.see("By Status", "3 values", "NEW", "CALLED", "none", "33%")
        yield person


@pytest.mark.parametrize(("size", "keys"), [((80, 24), ()), ((160, 48), ("asterisk", "plus"))], ids=["80x24", "form"])
async def test_looks_as_it_did(
    app_on: AppOn, filled: Session, picture: SnapshotAssertion, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    segments.create(filled, "Status: NEW")
    async with at(app_on(filled), size) as person:
        await person.still()
        await person.press("2", "F", "right", *keys)
        await person.still()
        assert person.app.export_screenshot(simplify=True) == picture


async def test_the_field_and_the_period_change_at_once(
    app_on: AppOn, filled: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    monkeypatch.setattr(clipboard, "copy", lambda _, text: copied.append(text) or "")  # type: ignore[func-returns-value]
    async with counting_status(app_on(filled)) as person:
        await person.press("y")
        await person.hear("1 row copied")
        assert copied == ["CALLED\t1\t0\t33%\ttest"]  # without the bar
        await person.see_no("Period")
        await person.press("F")
        await person.type("shirt")
        await person.see("T-shirt", "custom field")
        await person.press("enter")
        await person.see("By T-shirt", "2 values", "XL")
        await person.press("F")
        await person.type("added")
        await person.press("enter")
        await person.see("By Added", "1 value", "Added by day", "2026-03-02 Mon", "Period")
        await person.press("t")
        await person.see("Added by week", "2026-W10, 2 Mar to 8 Mar")
        await person.press("left")
        await person.see("By Do not call", "no do-not-call mark")
        await person.press("escape", "F")
        await person.see("By Do not call", "no do-not-call mark")


async def test_a_line_filters_the_list_and_the_table_follows_filters_and_search(app_on: AppOn, filled: Session) -> None:
    async with counting_status(app_on(filled)) as person:
        await person.press("slash")
        await person.type("call")
        await person.see("1 of 3", "CALLED")
        await person.press("enter", "enter")
        await person.see("Segments > Webinar signups", "1 of 3", "Finn", "status is CALLED")
        await person.press("F")
        await person.see("Status of 1 contact (status is CALLED), 0 can be called.")
        await person.press("escape", "backspace")
        await person.see("3 contacts", "Ada Lovelace")
        await person.press("F")
        await person.see("Status of 3 contacts, 2 can be called.")
        contacts.add(
            filled, {"email": "new@example.com", "status": "LATE"}, segments.by_name(filled, "Webinar signups").id
        )
        await person.see("4 values", "LATE")


async def test_marked_lines_become_segments_with_one_undo(app_on: AppOn, filled: Session) -> None:
    segments.create(filled, "Webinar signups – NEW")
    async with counting_status(app_on(filled), ("G", "k", "enter")) as person:
        await person.press("asterisk")
        await person.see("3 selected")
        await person.press("plus")
        await person.see("Create segments of 3 values of Status", "{segment} – {value}", "a segment has this name")
        await person.press("enter")
        await person.see("There is already a segment “Webinar signups – NEW”:")
        await person.press("end")
        await person.type("!")
        await person.see("3 segments, with their contacts:", "Webinar signups – NEW!")
        await person.press("tab", "right", "enter")
        await person.hear("3 segments were created, with 3 contacts in all.")
        assert segments.by_name(filled, "Webinar signups – NEW!").rule == 'segment = "Webinar signups" and status = NEW'
        await person.press("u")
        await person.hear("Undone: 3 segments are gone.")
    assert segments.total(filled) == 3


async def test_viewers_look_and_make_none_and_other_companies_are_chosen_first(
    app_on: AppOn, viewer: Session, two_companies: Session
) -> None:
    async with counting_status(app_on(viewer)) as person:
        await person.see_no("+ Segments")
        await person.press("plus")
        await person.see_no("Create segments")
    async with at(app_on(two_companies)) as person:
        await person.press("2", "F")
        await person.see("Source of 3 contacts")
        await person.press("plus")
        await person.hear("Choose one with c")
