"""What others change appears without a key, nothing jumps for it, and a database that goes away comes back."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from segtui.config import settings as config
from segtui.database.engine import open_database
from segtui.errors import DatabaseError
from segtui.services import change_watcher
from segtui.services.accounts import companies
from segtui.services.contacts import contacts
from segtui.services.segments import segments
from segtui.services.session import Session, open_session
from segtui.tui.app import SegtuiApp
from segtui.tui.screens.base.list_base import ListScreen
from segtui.tui.widgets.table.result_table import ResultTable
from tests.support.person import Person, at

AppOn = Callable[[Session], SegtuiApp]


@pytest.fixture
def somebody(filled: Session) -> Iterator[Session]:
    """Yield the session of somebody else, on a connection of their own."""
    database = open_database(filled.database.url.render_as_string(hide_password=False), create=False)
    yield open_session(database, source="test")
    database.close()


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Return a list that grows with every reading of a list: whether it was a quiet one."""
    seen: list[bool] = []
    show = ResultTable.show

    def counting(table: ResultTable[Any], *args: Any, quietly: bool = False, **options: Any) -> None:
        seen.append(quietly)
        show(table, *args, quietly=quietly, **options)

    monkeypatch.setattr(ResultTable, "show", counting)
    return seen


async def follows(person: Person, polls: list[object]) -> None:
    """Wait until the app follows: what is changed from now on is noticed."""
    app = person.app
    assert isinstance(app, SegtuiApp)
    await person.until(lambda: app._follower is not None and bool(polls), "for the app to follow")


async def polled(person: Person, polls: list[object]) -> None:
    """Wait for longer than it takes to notice a change."""
    before = len(polls)
    await person.until(lambda: len(polls) > before + 2, "for the database to be polled")
    await person.settle()


async def test_a_segment_made_elsewhere_appears_and_the_cursor_stays(
    app_on: AppOn, filled: Session, somebody: Session, polls: list[object]
) -> None:
    async with at(app_on(filled)) as person:
        await person.press("G")
        await person.see("► Webinar signups", "2 segments")
        await follows(person, polls)
        segments.create(somebody, "A new one")
        await person.see("A new one", "► Webinar signups", "3 segments")


async def test_an_open_segment_follows_its_contacts_and_its_name(
    app_on: AppOn, filled: Session, somebody: Session, polls: list[object]
) -> None:
    async with at(app_on(filled)) as person:
        await person.press("G", "enter", "down", "space")
        await person.see("► Zoë Müller", "1 selected")
        await follows(person, polls)
        segment = segments.by_name(somebody, "Webinar signups")
        contacts.add(somebody, {"phone": "+16025550177", "first_name": "Abe"}, segment.id)
        await person.see("Abe", "► Zoë Müller", "4 contacts, 1 selected", "4 contacts, 3 can be called   test")
        segments.edit(somebody, segment.id, name="Renamed", description="By somebody")
        await person.see("Segments > Renamed", "By somebody")
        segments.archive(somebody, segment.id)
        await person.see("Segments > Renamed (archived)")
        await person.press("escape")
        await person.see("Newsletter", "1 segment")


async def test_a_contact_edited_elsewhere_is_shown_as_it_is(
    app_on: AppOn, filled: Session, somebody: Session, polls: list[object]
) -> None:
    async with at(app_on(filled)) as person:
        await person.press("2")
        await person.see("Ada Lovelace")
        await follows(person, polls)
        ada = contacts.by_id_or_phone(somebody, "+16025550100")
        contacts.edit(somebody, ada.id, {"last_name": "King"})
        await person.see("► Ada King")


async def test_a_segment_deleted_elsewhere_is_one_sentence_and_the_list(
    app_on: AppOn, filled: Session, somebody: Session, polls: list[object]
) -> None:
    async with at(app_on(filled)) as person:
        await person.press("G", "enter")
        await person.see("Segments > Webinar signups", "Ada Lovelace")
        await follows(person, polls)
        segments.delete(somebody, segments.by_name(somebody, "Webinar signups").id)
        await person.hear("This segment no longer exists.")
        await person.see("► Newsletter", "1 segment")
        assert person.said.count("no longer exists") == 1


async def test_under_a_dialog_nothing_moves_until_it_is_closed(
    app_on: AppOn, filled: Session, somebody: Session, readings: list[bool], polls: list[object]
) -> None:
    async with at(app_on(filled)) as person:
        await follows(person, polls)
        await person.press("n", "x")
        before = len(readings)
        segments.create(somebody, "A new one")
        await polled(person, polls)
        assert len(readings) == before
        await person.press("escape", "y")
        await person.see("A new one")


async def test_a_segment_deleted_under_a_dialog_is_left_when_that_is_closed(
    app_on: AppOn, filled: Session, somebody: Session, polls: list[object]
) -> None:
    async with at(app_on(filled)) as person:
        await person.press("G", "enter", "d")
        await person.see("Remove Ada Lovelace")
        segments.delete(somebody, segments.by_name(somebody, "Webinar signups").id)
        await polled(person, polls)
        await person.see("Remove Ada Lovelace")
        await person.press("n")
        await person.hear("This segment no longer exists.")
        await person.see("1 segment")


async def test_a_screen_that_comes_back_shows_what_changed_meanwhile(
    app_on: AppOn, filled: Session, somebody: Session, readings: list[bool]
) -> None:
    async with at(app_on(filled)) as person:
        await person.press("2")
        await person.see("Ada Lovelace")
        segments.create(somebody, "A new one")
        await person.press("1")
        await person.see("A new one", "3 segments")
        before = len(readings)
        await person.press("2", "1")
        await person.see("3 segments")
        assert len(readings) <= before + 1


async def test_ones_own_change_is_read_once(
    app_on: AppOn, filled: Session, readings: list[bool], polls: list[object]
) -> None:
    async with at(app_on(filled)) as person:
        await follows(person, polls)
        before = len(readings)
        await person.press("a")
        await person.see("1 segment")
        await polled(person, polls)
        assert readings[before:] == [False]


async def test_what_changes_in_another_company_is_not_read_again(
    app_on: AppOn, two_companies: Session, readings: list[bool], polls: list[object]
) -> None:
    main = two_companies.bound_to(companies.by_name(two_companies, "Main"))
    other = two_companies.bound_to(companies.by_name(two_companies, "Globex [b]Ltd[/b]"))
    async with at(app_on(main)) as person:
        await person.see("2 segments")
        await follows(person, polls)
        before = len(readings)
        segments.create(other, "Theirs")
        await polled(person, polls)
        assert len(readings) == before


async def test_who_types_a_search_goes_on_typing(
    app_on: AppOn, filled: Session, somebody: Session, polls: list[object]
) -> None:
    async with at(app_on(filled)) as person:
        await follows(person, polls)
        await person.press("slash")
        await person.type("new")
        await person.see("1 of 2")
        segments.create(somebody, "Newer")
        await person.see("2 of 3", "/ new")
        await person.type("er")
        await person.see("/ newer", "1 of 3")


async def test_a_database_that_is_away_is_said_once_and_comes_back_without_a_key(
    app_on: AppOn, filled: Session, somebody: Session, monkeypatch: pytest.MonkeyPatch, polls: list[object]
) -> None:
    sentence = "The database cannot be reached."

    def away(*_: object) -> None:
        raise DatabaseError(sentence)

    app = app_on(filled)
    async with at(app) as person:
        await follows(person, polls)
        listing, state_of = segments.listing, change_watcher.state_of
        for name in ("state_of",):
            monkeypatch.setattr(change_watcher, name, away)
        monkeypatch.setattr(segments, "listing", _listing_of_nothing(sentence))
        screen = app.screen
        assert isinstance(screen, ListScreen)
        for _ in range(3):
            screen.follow()
            await person.settle()
        await person.press("slash")
        await person.type("new")
        await person.settle()
        await person.hear(sentence)
        assert person.said.count(sentence) == 1
        await person.see("Newsletter")
        monkeypatch.setattr(segments, "listing", listing)
        monkeypatch.setattr(change_watcher, "state_of", state_of)
        segments.create(somebody, "Newer")
        await person.see("Newer", "2 of 3")
        assert person.said.count(sentence) == 1


def _listing_of_nothing(sentence: str) -> Callable[..., Any]:
    original = segments.listing

    def listing(*args: Any) -> Any:
        def fails(*_: object) -> None:
            raise DatabaseError(sentence)

        found = original(*args)
        return _Failing(found, fails)

    return listing


class _Failing:
    """A listing of which nothing can be read."""

    def __init__(self, listing: Any, fails: Callable[..., None]) -> None:
        self.search, self.matching = listing.search, listing.matching
        self.first = self.ids = self.rows = self.belonging = fails


async def test_on_postgresql_it_is_the_same(database_url: str, polls: list[object]) -> None:
    database, theirs = open_database(database_url, create=False), open_database(database_url, create=False)
    try:
        mine, somebody = open_session(database, source="terminal"), open_session(theirs, source="test")
        settings = config.Settings(database=database_url, timezone="UTC", theme="segtui")
        async with at(SegtuiApp(replace(mine), settings)) as person:
            await person.see("There are no segments yet.")
            await follows(person, polls)
            segments.create(somebody, "A new one")
            await person.see("A new one", "1 segment")
    finally:
        theirs.close()
        database.close()
