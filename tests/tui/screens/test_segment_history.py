"""The days of a segment on their screen, and watches: set in a form, due in the title line, listed and undone."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from syrupy.assertion import SnapshotAssertion

from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.segments import segments
from segtui.services.segments.history import watches
from segtui.services.session import Session, stored
from segtui.tui.app import SegtuiApp
from segtui.tui.screens.segments.history.day_chart import axis_ticks
from tests.support.person import at

AppOn = Callable[[Session], SegtuiApp]
NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)


@pytest.fixture
def leads(filled: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Return a session with a segment that has changed on some days of June 2026."""
    segment_id = segments.create(filled, "Leads").id
    with filled.write() as tx:
        contacts = 0
        for number in range(0, 24, 3):
            joined, left = 180 + 40 * number, 60 * (number % 4)
            contacts += joined - left
            values = {"day": date(2026, 6, 5) + timedelta(days=number), "contacts": contacts}
            statement = (
                "INSERT INTO segment_days (company_id, segment_id, day, contacts, joined, departed)"
                f" VALUES (:company, {segment_id}, '{values['day']}', {contacts}, {joined}, {left})"
            )
            tx.execute(text(statement))
        tx.execute(text(f"UPDATE segments SET contacts = {contacts} WHERE id = {segment_id} AND company_id = :company"))
    monkeypatch.setattr(time, "time_ns", lambda: stored(NOW) * 1_000)
    return filled


async def test_the_days_of_a_segment_are_read_in_numbers_and_in_ranges(app_on: AppOn, leads: Session) -> None:
    async with at(app_on(leads), (120, 30)) as person:
        await person.press("slash")
        await person.type("leads")
        await person.press("enter", "enter", "b")
        await person.see("Segments > Leads > By day", "Contacts in the last 30 days", "26 days")
        await person.see("2026-06-26      4,080    1,020       60", "2026-06-30      4,080", "06-05", "f Last 90 days")
        await person.press("f", "f", "f")
        await person.see("Contacts in the last 7 days", "2026-06-24")
        await person.see_no("2026-06-23")
        await person.press("escape")
        await person.see("Segments > Leads")


async def test_a_segment_without_a_recorded_day_says_so(app_on: AppOn, filled: Session) -> None:
    segments.create(filled, "Aaa")
    async with at(app_on(filled)) as person:
        await person.press("enter", "b")
        await person.see("Nothing is recorded yet: no contact has joined")


async def test_watches_are_set_counted_listed_and_undone(app_on: AppOn, filled: Session) -> None:
    segment = segments.by_name(filled, "Newsletter")
    async with at(app_on(filled)) as person:
        await person.press("W")
        await person.see("Watches on segments", "Nothing matches.")
        await person.press("escape", "enter", "w")
        await person.see("Watch the segment", "“Newsletter”")
        await person.type("many")
        await person.see("Type a number of contacts, or nothing.")
        await person.press("ctrl+u", "5", "tab", "space", "enter")
        await person.hear("“Newsletter” is watched for more than 5 contacts and having no contact. Press u to undo.")
        await person.see("1 watch due: W")
        # What somebody else does is seen, too.
        segments.add_contacts(filled, segment.id, ContactQuery())
        await person.see_no("watch due")
        watches.change(filled, segment.id, {"over": 1})
        await person.see("1 watch due: W")
        await person.press("escape")
        await person.click("1 watch due: W")
        await person.see("Newsletter  due: has 3 contacts; the limit is 1")
        await person.press("enter")
        await person.see("Segments > Newsletter")
        await person.press("w", "ctrl+u", "tab", "space", "enter")
        await person.hear("“Newsletter” is not watched any more. Press u to undo.")
        await person.see_no("watch due")
        await person.press("u")
        await person.hear("Undone: “Newsletter” is watched for more than 1 contact and having no contact.")
        await person.see("1 watch due: W")


def test_an_axis_has_whole_numbers_around_what_it_shows() -> None:
    assert axis_ticks(0, 0) == [0, 1]
    assert axis_ticks(7, 7) == [7, 8]
    assert axis_ticks(99_700, 100_300) == [99_600, 99_800, 100_000, 100_200, 100_400]


@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_looks_as_it_did(
    app_on: AppOn, leads: Session, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with at(app_on(leads), size) as person:
        await person.press("enter", "b")
        await person.see("By day", "26 days")
        await person.still()
        assert person.app.export_screenshot(simplify=True) == picture
