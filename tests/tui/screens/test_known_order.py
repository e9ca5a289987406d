"""A search in a list of contacts whose order the screen knows: rows, count, cursor and changes are as without it."""

import threading
from array import array
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import insert

from segtui.database.engine import open_database
from segtui.database.tables.core_tables import contacts as table
from segtui.services import search_index
from segtui.services.contacts import contact_query, contact_values, contacts, ordered_search
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.known_order import KnownOrder, OrderMemory
from segtui.services.session import Session, open_session
from segtui.tui.app import SegtuiApp
from segtui.tui.screens.contacts.contact_list import ContactListScreen
from tests.support.person import Person, at

AppOn = Callable[[Session], SegtuiApp]

_SMITHS = 150


@pytest.fixture
def many(filled: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Return the session of a database with 150 Smiths and as many others, where a few contacts count as many."""
    monkeypatch.setattr(ordered_search, "FEW", 0)
    with filled.write() as tx:
        for number in range(2 * _SMITHS):
            name = {"first_name": f"P{number:03}", "last_name": "Smith" if number % 2 else "Jones"}
            values = name | {"email": f"p{number:03}@q.example", "city": f"City {number * 7 % 100:02}"}
            row = contact_values.checked(values, "US", contacts.empty(), "tester")
            tx.execute(insert(table), row | {"company_id": tx.company_id, "created_at": 1 + number, "updated_at": 1})
        search_index.after_change(tx)
    list(search_index.catch_up(filled))
    return filled


@pytest.fixture
def somebody(many: Session) -> Iterator[Session]:
    """Yield the session of somebody else, on a connection of their own."""
    database = open_database(many.database.url.render_as_string(hide_password=False), create=False)
    yield open_session(database, source="test")
    database.close()


@pytest.fixture
def usual(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows with every search that is read and sorted in the usual way."""
    searches: list[str] = []
    for name in ("first", "ids"):
        read = getattr(contact_query, name)

        def counting(tx: object, query: ContactQuery, *rest: object, read: Callable[..., object] = read) -> object:
            if query.search:
                searches.append(query.search)
            return read(tx, query, *rest)

        monkeypatch.setattr(contact_query, name, counting)
    return searches


async def _search(person: Person, typed: str) -> None:
    """Open the list of all contacts, and search once the order is there to search in."""
    await person.press("2")
    await person.see("303 contacts")
    await person.press("slash")
    await person.until(lambda: _memory(person).is_searching, "for the search to be prepared")
    await person.settle()
    await person.type(typed)


async def test_rows_count_and_cursor_are_those_of_the_list(app_on: AppOn, many: Session, usual: list[str]) -> None:
    async with at(app_on(many), (120, 24)) as person:
        await _search(person, "smi")
        await person.see("150 of 303", "► P001 Smith")
        await person.type("th")
        await person.see("150 of 303", "► P001 Smith")
        await person.press("enter", "G")
        await person.see("► P299 Smith")
        await person.press("pageup", "pageup")
        await person.see_no("► P299 Smith", "Jones")
        row = person.app.screen.query_one("#rows").cursor_row  # type: ignore[attr-defined]
        await person.press("escape")
        await person.see("303 contacts", f"► {row.name}", "Jones")
        await person.press("slash")
        await person.type("nobody")
        await person.see("0 of 303", "No contact matches “nobody”.")
        memory = _memory(person)
        assert memory.is_searching
        await person.press("escape", "escape")
        await person.see("303 contacts")
        # Nobody searches any more: the positions are given back, and the order stays.
        assert not memory.is_searching
        order = memory.order_of((many.company, ContactQuery()))
        assert order is not None
        assert not order.is_indexed
        await person.press("slash")
        await person.until(lambda: memory.is_searching, "for the next search to be prepared")
        await person.settle()
        await person.type("jones")
        await person.see("150 of 303", "► P000 Jones")
    assert not usual


def _memory(person: Person) -> OrderMemory:
    screen = person.app.screen
    assert isinstance(screen, ContactListScreen)
    return screen._order_memory


async def test_another_order_while_searching(app_on: AppOn, many: Session, usual: list[str]) -> None:
    async with at(app_on(many), (120, 24)) as person:
        await _search(person, "smith")
        await person.press("enter")
        await person.click("E-mail")
        await person.see("150 of 303", "E-mail ▲", "► P001 Smith")
        assert usual
        await person.press("slash")
        usual.clear()
        # The order was read behind the search that was sorted in the usual way.
        await person.type("smi")
        await person.see("150 of 303")
        assert not usual
        expected = contacts.listing(many, ContactQuery(search="smi", sort="email")).ids()
        assert person.app.screen.query_one("#rows").window.ids == expected  # type: ignore[attr-defined]


async def test_changes_of_others_while_searching(
    app_on: AppOn, many: Session, somebody: Session, polls: list[object]
) -> None:
    async with at(app_on(many), (120, 24)) as person:
        await _search(person, "smi")
        await person.see("150 of 303", "► P001 Smith", "P003 Smith")
        await person.until(lambda: bool(polls), "for the app to follow")
        first, second = contacts.listing(many, ContactQuery(search="smi")).ids()[:2]
        contacts.edit(somebody, second, {"last_name": "Brown"})
        await person.see("149 of 303", "► P001 Smith", "P005 Smith")
        await person.type("th")
        await person.see("149 of 303", "P001 Smith")
        contacts.delete(somebody, first)
        contacts.add(somebody, {"first_name": "Aaron", "last_name": "Smith", "email": "aaron@q.example"})
        await person.see("149 of 303", "Aaron Smith", "P005 Smith")
        await person.press("backspace", "backspace", "backspace", "backspace", "backspace")
        await person.see("303 contacts", "Aaron Smith", "P003 Brown")


async def test_a_newer_key_stops_the_older_search(
    app_on: AppOn, many: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, released = threading.Event(), threading.Event()
    arrange = KnownOrder.arrange

    def slow(order: KnownOrder, matches: "array[int]") -> "array[int]":
        if not entered.is_set():
            entered.set()
            released.wait(5)
        return arrange(order, matches)

    async with at(app_on(many), (120, 24)) as person:
        await _search(person, "")
        monkeypatch.setattr(KnownOrder, "arrange", slow)
        await person.pilot.press("j")
        await person.until(entered.is_set, "for the first search to run")
        await person.pilot.press("o", "n", "e")
        await person.see("150 of 303", "► P000 Jones")
        released.set()
        await person.settle()
        await person.see("150 of 303", "► P000 Jones")
        assert "Smith" not in person.screen


async def test_a_failure_to_read_the_order_leaves_the_search_as_it_is(
    app_on: AppOn, many: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordered_search, "_state_of", lambda *_: None)
    async with at(app_on(many), (120, 24)) as person:
        await _search(person, "smith")
        await person.see("150 of 303", "► P001 Smith")
        await person.press("escape")
        await person.see("303 contacts")
