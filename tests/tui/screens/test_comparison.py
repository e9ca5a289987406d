"""Segments are compared on a screen of their own: its lines are looked at, exported and made into segments."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from segtui.domain.vocabulary import Role
from segtui.services.accounts import companies
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import expressions
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.app import SegtuiApp
from tests.support.person import Person, at

AppOn = Callable[[Session], SegtuiApp]


@pytest.fixture
def groups(filled: Session) -> Session:
    """Return the session with `Newsletter` (Zoë, Quin), `Webinar signups` (Ada, Finn, Zoë) and a live `Called`."""
    newsletter = segments.by_name(filled, "Newsletter").id
    contacts.add(filled, {"first_name": "Quin", "phone": "+16025550177"}, newsletter)
    zoe = contacts.listing(filled, ContactQuery(search="zoe")).ids()
    segments.add_contacts(filled, newsletter, zoe)
    segments.create(filled, "Called", rule=expressions.parse(filled, "status = called"))
    return filled


def rows(person: Person) -> Sequence[tuple[str, str]]:
    """Return title and number of each line on the screen, below the head of the table."""
    head = next(number for number, line in enumerate(person.lines) if "Contacts in" in line)
    start, end = (person.lines[head].index(word) for word in ("Contacts in", "Share"))
    cells = (line[start : end - 1].split() for line in person.lines[head + 1 :] if line[2:14].strip().isalpha())
    return [(" ".join(words[:-1]), words[-1]) for words in cells if words]


async def test_marked_segments_are_compared_and_the_marks_stay(app_on: AppOn, groups: Session) -> None:
    async with at(app_on(groups)) as person:
        await person.press("j", "asterisk", "equals_sign")
        await person.see(
            "Segments > Compare 3", "17 lines", "4 contacts in “Called”, “Newsletter” or “Webinar signups”"
        )
        await person.press("escape")
        await person.see("3 segments, 3 selected")
        await person.press("space", "equals_sign")
        await person.see("Segments > Compare 2", "6 lines")


async def test_one_segment_is_compared_with_another_one_of_choice(app_on: AppOn, groups: Session) -> None:
    async with at(app_on(groups)) as person:
        await person.press("j", "equals_sign")
        await person.see("Compare “Newsletter” with", "Webinar signups")
        await person.press("escape", "equals_sign")
        await person.type("webi")
        await person.press("enter")
        assert rows(person) == [
            ("Newsletter or Webinar signups", "4"),
            ("Newsletter and Webinar signups", "1"),
            ("Newsletter", "2"),
            ("Webinar signups", "3"),
            ("Newsletter without Webinar signups", "1"),
            ("Webinar signups without Newsletter", "2"),
        ]


async def test_a_line_is_looked_at_as_a_list_and_exported(app_on: AppOn, groups: Session, tmp_path: Path) -> None:
    async with at(app_on(groups)) as person:
        await person.press("asterisk", "equals_sign", "slash")
        await person.type("newsletter difference")
        await person.press("enter")
        await person.see("Newsletter without Called", "4 of 17")
        await person.press("G")
        await person.see("2 contacts in “Webinar signups” and not in “Newsletter”")
        await person.press("enter")
        await person.see(
            "Segments > Webinar signups without Newsletter",
            "in “Webinar signups” ×  not in “Newsletter” ×",
            "Ada",
            "2 of 4",
        )
        await person.press("escape", "x")
        await person.see("2 contacts (Webinar signups without Newsletter), by name.")
        await person.press("ctrl+u")
        await person.type(str(tmp_path / "some.csv"))
        await person.press("enter")
        await person.hear("2 contacts were written")
        await person.press("y")
        await person.hear("1 row copied")
        await person.press("escape", "g", "j", "j", "enter")
        await person.see("Segments > Called", "Live: ")
    assert [line.split(",")[1] for line in (tmp_path / "some.csv").read_text().splitlines()[1:]] == ["Ada", "Finn"]


async def test_a_line_becomes_a_segment_and_undo_takes_it_away(app_on: AppOn, groups: Session) -> None:
    async with at(app_on(groups)) as person:
        await person.press("asterisk", "space", "equals_sign", "G", "plus")
        await person.see("Add 2 contacts to a segment", "Create segment “Webinar signups without Newsletter”")
        await person.press("enter")
        await person.hear("“Webinar signups without Newsletter” was created with 2 contacts. Press u to undo.")
        await person.press("plus", "ctrl+u")
        await person.type("Rest")
        await person.press("down", "enter")
        await person.hear("“Rest” was created as a live segment with 2 contacts.")
        assert segments.by_name(groups, "Rest").rule == 'segment = "Webinar signups" and not segment = Newsletter'
        await person.press("u")
        await person.hear("Undone: “Rest” is gone.")
        await person.press("plus", "ctrl+u")
        await person.type("newsl")
        await person.press("enter")
        await person.hear("2 contacts were added to “Newsletter”.")
        # The comparison follows.
        await person.see("0 contacts in “Webinar signups” and not in “Newsletter”")
        assert rows(person)[-1] == ("Webinar signups without Newsletter", "0")


async def test_a_change_elsewhere_is_followed_and_a_deleted_segment_ends_it(app_on: AppOn, groups: Session) -> None:
    newsletter = segments.by_name(groups, "Newsletter").id
    async with at(app_on(groups)) as person:
        await person.press("asterisk", "space", "equals_sign")
        assert rows(person)[2] == ("Newsletter", "2")
        segments.add_contacts(groups, newsletter, ContactQuery())
        await person.until(lambda: rows(person)[2] == ("Newsletter", "4"), "for the contacts that were added")
        segments.delete(groups, newsletter)
        await person.hear("One of these segments no longer exists.")
        await person.see("Create Segment")


async def test_a_viewer_compares_and_an_admin_compares_within_a_company(app_on: AppOn, groups: Session) -> None:
    viewer = replace(groups.actor, role=Role.VIEWER, company_id=groups.one_company.id)
    async with at(app_on(replace(groups, actor=viewer))) as person:
        await person.press("asterisk", "equals_sign")
        await person.see("Compare 3", "View")
        await person.see_no("To segment")
    other = companies.create(groups.bound_to(None), "Other")
    segments.create(groups.bound_to(other), "Aardvarks")
    async with at(app_on(groups.bound_to(None))) as person:
        await person.press("asterisk", "equals_sign")
        await person.hear("These segments belong to several companies")
        await person.press("space", "equals_sign", "G", "enter")
        await person.see("in “Webinar signups” ×  not in “Newsletter” ×")


@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_looks_as_it_did(
    app_on: AppOn, groups: Session, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with at(app_on(groups), size) as person:
        await person.press("asterisk", "equals_sign", "j")
        await person.still()
        assert person.app.export_screenshot(simplify=True) == picture
