"""What is done to the marked contacts, to all that match, or to the one under the cursor; and undoing it."""

import csv
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from segtui.domain.vocabulary import Role
from segtui.errors import Cancelled
from segtui.services.accounts import companies
from segtui.services.contacts import contacts
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from segtui.tui.screens.segments.segment_detail import SegmentDetailScreen
from segtui.tui.widgets.chrome import clipboard
from tests.support.person import Person, at

AppOn = Callable[[Session], SegtuiApp]


@asynccontextmanager
async def looking_into(app: SegtuiApp, size: tuple[int, int] = (100, 24)) -> AsyncIterator[Person]:
    """Yield a person who has opened the segment “Webinar signups”."""
    async with at(app, size) as person:
        await person.press("G", "enter")
        await person.see("Segments > Webinar signups", "Ada Lovelace", "3 contacts")
        yield person


def names_in(session: Session, segment: str) -> list[str]:
    """Return the first names of the contacts in a segment, in order."""
    found = segments.by_name(session, segment)
    listing = contacts.listing(session, contacts.ContactQuery(found.id))
    rows = listing.rows(listing.ids())
    return sorted(each.first_name for each in rows.values())


def marked(session: Session) -> list[str]:
    """Return the first names of those who must not be called."""
    listing = contacts.listing(session, contacts.ContactQuery())
    return sorted(each.first_name for each in listing.rows(listing.ids()).values() if each.do_not_call)


async def test_what_is_marked_is_counted_and_marks_go_the_way_they_came(app_on: AppOn, filled: Session) -> None:
    async with looking_into(app_on(filled)) as person:
        await person.press("space", "space")
        await person.see("3 contacts, 2 selected")
        await person.press("asterisk")
        await person.see("3 contacts, 3 selected")
        await person.press("asterisk")
        await person.see_no("selected")


async def test_removing_acts_on_the_marked_and_says_how_many_and_u_undoes_it(app_on: AppOn, filled: Session) -> None:
    async with looking_into(app_on(filled)) as person:
        await person.see_no("u Undo")
        await person.press("space", "space", "d")
        await person.see("Remove 2 contacts from “Webinar signups”?", "Keep them")
        await person.press("y")
        await person.hear("2 contacts were removed from “Webinar signups”. Press u to undo.")
        await person.see("► Zoë", "1 contact")
        assert names_in(filled, "Webinar signups") == ["Zoë"]
        await person.press("u")
        await person.hear("2 contacts are back in “Webinar signups”.")
        await person.see("► Zoë", "3 contacts")
        await person.see_no("u Undo")
    assert names_in(filled, "Webinar signups") == ["Ada", "Finn", "Zoë"]


async def test_one_contact_is_called_by_its_name(app_on: AppOn, filled: Session) -> None:
    async with looking_into(app_on(filled)) as person:
        await person.press("d")
        await person.see("Remove Ada Lovelace from “Webinar signups”?")
        # The cursor goes on from a marked row: it is the marked one that is meant.
        await person.press("n", "space")
        await person.see("► Finn", "1 selected")
        await person.press("d")
        await person.see("Remove Ada Lovelace from “Webinar signups”?")
        await person.press("y")
        await person.hear("Ada Lovelace is no longer in this segment.")


async def test_the_marked_are_added_to_a_segment_that_exists(app_on: AppOn, filled: Session) -> None:
    async with looking_into(app_on(filled)) as person:
        await person.press("plus")
        await person.see("Add Ada Lovelace to a segment", "Newsletter  0 contacts")
        await person.see_no("Webinar signups  3 contacts", "Old leads")
        await person.type("news")
        await person.press("enter")
        await person.hear("Ada Lovelace was added to “Newsletter”.")
        await person.press("asterisk", "plus")
        await person.see("Add 3 contacts to a segment", "Newsletter  1 contact")
        await person.press("enter")
        await person.hear("2 contacts were added to “Newsletter”, 1 was in it already. Press u to undo.")
        await person.see("3 contacts, 3 selected")
        await person.press("u")
        await person.hear("taken out of “Newsletter” again")
        assert names_in(filled, "Newsletter") == ["Ada"]
        await person.press("u")
        await person.see_no("u Undo")
    assert names_in(filled, "Newsletter") == []


async def test_all_that_match_but_some_become_a_new_segment(app_on: AppOn, filled: Session) -> None:
    async with looking_into(app_on(filled)) as person:
        await person.press("asterisk", "down", "space", "plus")
        await person.see("Add 2 contacts to a segment")
        await person.type("Newsletter 2")
        await person.see("Create segment “Newsletter 2”")
        await person.press("enter")
        await person.hear("“Newsletter 2” was created with 2 contacts.")
        assert names_in(filled, "Newsletter 2") == ["Ada", "Zoë"]
        await person.press("escape")
        await person.see("Newsletter 2", "3 segments")
        await person.see_no("u Undo")
        await person.press("enter", "u")
        await person.hear("Undone: “Newsletter 2” is gone.")
        await person.press("escape")
        await person.see("2 segments")


async def test_a_name_that_is_only_in_a_description_elsewhere_is_first_of_all_a_new_one(
    app_on: AppOn, filled: Session
) -> None:
    async with looking_into(app_on(filled)) as person:
        await person.press("plus")
        await person.type("asked for")  # as Newsletter's description says
        await person.see("Create segment “asked for”", "Newsletter  0 contacts")
        await person.press("enter")
        await person.hear("“asked for” was created with 1 contact.")
    assert names_in(filled, "Newsletter") == []


async def test_a_search_makes_a_segment_of_what_it_finds(app_on: AppOn, filled: Session) -> None:
    async with looking_into(app_on(filled)) as person:
        await person.press("slash")
        await person.type("o")
        await person.press("enter", "asterisk", "plus")
        await person.see("to a segment")
        await person.type("By search")
        await person.press("enter")
        await person.hear("was created with")


async def test_a_name_that_is_taken_by_an_archived_segment_is_refused(app_on: AppOn, filled: Session) -> None:
    async with looking_into(app_on(filled)) as person:
        await person.press("plus")
        await person.type("Old leads")
        await person.press("enter")
        await person.hear("There is already a segment “Old leads”")


async def test_do_not_call_says_how_many_change(app_on: AppOn, filled: Session) -> None:
    async with looking_into(app_on(filled)) as person:
        await person.press("asterisk", "exclamation_mark")
        await person.see("3 contacts: 1 must not be called, 2 have no mark.", "Mark 2", "Clear 1 mark")
        await person.press("m")
        await person.hear("2 contacts must not be called now.")
        assert marked(filled) == ["Ada", "Finn", "Zoë"]
        await person.press("exclamation_mark")
        await person.see("3 must not be called, 0 have no mark.", "Clear 3 marks")
        await person.see_no("[ Mark")
        await person.press("y")
        await person.hear("3 contacts may be called again.")
        assert marked(filled) == []
        await person.press("u")
        await person.hear("3 contacts must not be called; 3 numbers are on the do-not-call list again.")
        await person.press("u")
        await person.see("Undo: 2 contacts were marked as do not call?", "Ada Lovelace and Zoë Müller may be called")
        await person.press("y")
        await person.hear("2 contacts may be called again; 2 numbers were taken off the do-not-call list.")
    assert marked(filled) == ["Finn"]


async def test_the_harmless_answer_leaves_the_marks_and_says_so(app_on: AppOn, filled: Session) -> None:
    async with looking_into(app_on(filled)) as person:
        await person.press("asterisk", "exclamation_mark", "enter")
        await person.hear("Nothing was changed: no contact was marked, and no mark was cleared.")
        await person.press("asterisk", "g", "exclamation_mark", "enter")
        await person.hear("Nothing was changed: Ada Lovelace may be called, as before.")
        await person.press("down", "exclamation_mark", "enter")
        await person.hear("Nothing was changed: Finn O'Hara must not be called, as before.")
        await person.press("g", "enter", "exclamation_mark", "escape")
        await person.hear("Nothing was changed: Ada Lovelace may be called, as before.")
    assert marked(filled) == ["Finn"]


async def test_a_member_marks_and_is_told_that_only_an_admin_clears(
    app_on: AppOn, filled: Session, viewer: Session
) -> None:
    member = replace(viewer, actor=replace(viewer.actor, role=Role.MEMBER))
    async with looking_into(app_on(member)) as person:
        await person.press("down", "exclamation_mark")
        await person.hear("+1 602 555 0101 is on the do-not-call list. Only an admin can take numbers off the list.")
        await person.press("g", "exclamation_mark")
        await person.see("Only an admin can clear the mark")
        await person.press("y")
        await person.hear("Ada Lovelace must not be called.")
        await person.press("u")
        await person.hear("stays marked: taking numbers off the do-not-call list is for admins.")
        await person.press("asterisk", "exclamation_mark")
        await person.see("Only an admin can do that.", "Mark 1")
        await person.see_no("Clear")
        await person.press("y")
        await person.hear("1 contact must not be called now.")
    assert marked(filled) == ["Ada", "Finn", "Zoë"]


async def test_the_marked_are_exported_in_the_order_of_the_list(app_on: AppOn, filled: Session, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    async with looking_into(app_on(filled)) as person:
        await person.press("S", "g", "space", "G", "space", "x")
        await person.see("2 marked contacts, in this order.")
        await person.press("ctrl+u")
        await person.type(str(file))
        await person.press("enter")
        await person.hear("2 contacts were written")
    with file.open(newline="") as lines:
        assert [row["first_name"] for row in csv.DictReader(lines)] == ["Zoë", "Ada"]


async def test_rows_are_copied_as_they_are_shown(
    app_on: AppOn, filled: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []

    def copy(_app: Any, text: str) -> str:
        copied.append(text)
        return "There it is."

    monkeypatch.setattr(clipboard, "copy", copy)
    async with looking_into(app_on(filled)) as person:
        await person.press("y")
        await person.hear("1 row copied. There it is.")
        assert copied.pop().split("\t")[:3] == ["Ada Lovelace", "+16025550100", "ada@example.com"]
        await person.press("space", "G", "space", "y")
        await person.hear("2 rows copied.")
        assert [line.partition("\t")[0] for line in copied.pop().splitlines()] == ["Ada Lovelace", "Zoë Müller"]
        await person.press("escape", "y")
        await person.see("1 row copied.")
        assert copied.pop().startswith("Webinar signups\tAll who came")


async def test_what_takes_long_says_so_and_can_be_stopped(
    app_on: AppOn, filled: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def slow(_session: Session, _segment_id: int, _chosen: object, *, interrupt: Interrupt, **_options: object) -> int:
        begun.set()
        while not interrupt.cancelled:
            time.sleep(0.01)
        raise Cancelled("It was stopped.")

    monkeypatch.setattr(segments, "add_contacts", slow)
    async with looking_into(app_on(filled)) as person:
        await person.press("asterisk")
        await person.pilot.press("plus")
        await person.see("Newsletter  0 contacts")
        await person.pilot.press("enter")
        await person.see("Adding 3 contacts to “Newsletter”", "Stop escape")
        assert begun.is_set()
        await person.pilot.press("escape")
        await person.hear("It was stopped; nothing was changed.")
        await person.see_no("Stop escape")
        await person.press("down")
        await person.see("►*Finn")


async def test_a_viewer_may_mark_copy_and_export_and_nothing_else(app_on: AppOn, viewer: Session) -> None:
    async with looking_into(app_on(viewer)) as person:
        await person.see("space Mark")
        detail = person.app.screen
        assert isinstance(detail, SegmentDetailScreen)
        labels = {command.label for command in detail.offered}
        assert {"Mark", "Mark all", "Mark range", "Export", "Copy"} <= labels
        assert not {"To segment", "Do not call", "Remove", "Edit", "Add", "Import"} & labels
        await person.see_no("+ To segment", "! Do not call", "d Remove", "e Edit", "n Add", "i Import")
        await person.press("plus", "exclamation_mark", "d")
        await person.see("3 contacts")


async def test_over_all_companies_a_set_needs_a_company_and_one_contact_has_its_own(
    app_on: AppOn, two_companies: Session
) -> None:
    other = two_companies.bound_to(companies.by_name(two_companies, "Globex [b]Ltd[/b]"))
    contacts.add(other, {"phone": "+442079460000", "first_name": "Hank"})
    async with at(app_on(two_companies), (120, 24)) as person:
        await person.press("2")
        await person.see("4 contacts")
        await person.press("asterisk", "plus")
        await person.hear("The marked contacts belong to several companies. Choose one company with c.")
        await person.press("asterisk", "space", "space", "plus")
        await person.see("Add 2 contacts to a segment", "Webinar signups  3 contacts")
        await person.press("escape", "asterisk", "asterisk", "slash")
        await person.type("hank")
        await person.press("enter", "plus")
        await person.see("Newsletter  0 contacts")
        await person.see_no("Webinar signups")
        await person.press("enter")
        await person.hear("Hank was added to “Newsletter”.")
    assert names_in(other, "Newsletter") == ["Hank"]


async def test_the_only_marked_contact_is_edited(filled: Session, app_on: Callable[[Session], SegtuiApp]) -> None:
    async with at(app_on(filled)) as person:
        await person.press("2", "space", "e")
        await person.see("Edit contact", "Ada")
