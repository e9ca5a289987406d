"""A search in the known order of a list finds the same as one without it, whatever changes meanwhile."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from segtui.database.backends import sqlite_search
from segtui.database.engine import open_database
from segtui.database.tables.core_tables import contacts as table
from segtui.errors import Cancelled
from segtui.services import search_index
from segtui.services.contacts import bulk, contact_query, contact_values, contacts, ordered_search
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.known_order import KnownOrder, OrderMemory
from segtui.services.contacts.ordered_search import KnownOrderListing
from segtui.services.criteria import expressions
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments
from segtui.services.session import Session, open_session

pytestmark = pytest.mark.search

_NAMES = ["Zoë", "zoe", "Åse", "O'Brien", "Smith", "Blacksmith", "smi", "李", "ß", "Anna-Lena", "%_", 'a"b', "54"]
_SEARCHES = [
    "zoe", "smith", "smi", "sm", "s", "602", "602 555", "602 5", "0199", "(602) 555", "obrien", "李", "ss", "anna-l",
    "%_", 'a"b', "example", "1.x", "ex", "e", "an", "zoe smith", "smith web", "54", "5", "nothing", "smith  ",
]  # fmt: skip
_SORTS = ["name", "phone", "email", "city", "added"]
_CHANGES = ["add", "edit", "delete", "join", "leave", "mark", "nothing", "nothing"]


@pytest.fixture(autouse=True)
def small_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a dozen contacts be many."""
    monkeypatch.setattr(ordered_search, "FEW", 0)
    monkeypatch.setattr(ordered_search, "_FEW_CANDIDATES", (1, 1_000))
    monkeypatch.setattr(ordered_search, "_MANY_CANDIDATES", (4, 1_000))
    monkeypatch.setattr(ordered_search, "_FEW_COMPARED", 2)
    monkeypatch.setattr(ordered_search, "_MOST_COMPARED", 6)


@pytest.fixture
def somebody(session: Session) -> Iterator[Session]:
    """Yield the session of somebody else, on a connection of their own."""
    database = open_database(session.database.url.render_as_string(hide_password=False), create=False)
    yield open_session(database, source="test")
    database.close()


def _listing(session: Session, query: ContactQuery, memory: OrderMemory) -> KnownOrderListing:
    return KnownOrderListing(contacts.listing(session, query), session, query, None, (), memory)


def _values(number: int, name: str) -> dict[str, str]:
    values = {"first_name": name, "last_name": _NAMES[number * 7 % len(_NAMES)], "source": ("Web", "Fair")[number % 2]}
    return values | ({"phone": f"+1602555{number:04}"} if number % 3 else {"email": f"{number}.x@example.com"})


def _filled(session: Session, names: Sequence[str]) -> list[int]:
    """Replace all contacts by some with these names, in one transaction, and return their ids."""
    with session.write() as tx:
        contacts.delete_contacts(tx, list(tx.execute(select(table.c.id).where(tx.scope(table))).scalars()))
        for number, name in enumerate(names):
            row = contact_values.checked(_values(number, name), "US", contacts.empty(), "tester")
            tx.execute(insert(table), row | {"company_id": tx.company_id, "created_at": 1 + number, "updated_at": 1})
        search_index.after_change(tx)
        return list(tx.execute(select(table.c.id).where(tx.scope(table)).order_by(table.c.id)).scalars())


def _change(session: Session, change: str, made: list[int], contact: int, segment_id: int, number: int) -> None:
    """Change something. `made` are the contacts."""
    match change:
        case "add":
            made.append(contacts.add(session, _values(number, _NAMES[number % len(_NAMES)])).id)
        case "edit":
            contacts.edit(session, contact, {"first_name": _NAMES[number % len(_NAMES)]})
        case "delete" if len(made) > 1:
            contacts.delete(session, contact)
            made.remove(contact)
        case "join":
            segments.add_contacts(session, segment_id, [contact])
        case "leave":
            segments.remove_contacts(session, segment_id, [contact])
        case "mark":
            bulk.set_do_not_call(session, [contact], do_not_call=True)
        case _:
            list(search_index.catch_up(session))


def _read(listing: KnownOrderListing, limit: int = 3) -> tuple[list[int], list[int]]:
    """Return the first ids and all ids, read as a table reads them."""
    first = [row.id for row in listing.first(limit)]
    ids = list(listing.ids())
    listing.prepare_next()
    return first, ids


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.parametrize("is_indexed", [True, False])
def test_it_finds_the_same_as_without_the_order(
    session: Session, monkeypatch: pytest.MonkeyPatch, data: st.DataObject, *, is_indexed: bool
) -> None:
    monkeypatch.setattr(sqlite_search, "_INDEX_AT_ONCE", 200 if is_indexed else -1)
    draw = data.draw
    made = _filled(session, draw(st.lists(st.sampled_from(_NAMES), min_size=4, max_size=9)))
    number = iter(range(20, 1_000))
    segment = segments.create(session, f"S{len(segments.find(session, segments.SegmentQuery()))}")
    segments.add_contacts(session, segment.id, made[::2])
    web = expressions.parse(session, "source = Web")
    memory = OrderMemory()
    memory.begin_search()
    query = ContactQuery()
    for _ in range(4):
        change = draw(st.sampled_from(_CHANGES))
        _change(session, change, made, draw(st.sampled_from(made)), segment.id, next(number))
        if draw(st.booleans()):
            query = ContactQuery(
                draw(st.sampled_from([None, segment.id])),
                sort=draw(st.sampled_from(_SORTS)),
                descending=draw(st.booleans()),
                criteria=draw(st.sampled_from([None, web])),
            )
        for search in ("", *draw(st.lists(st.sampled_from(_SEARCHES), min_size=1, max_size=3))):
            searched = replace(query, search=search)
            expected = list(contacts.listing(session, searched).ids())
            assert _read(_listing(session, searched, memory)) == (expected[:3], expected)


@pytest.fixture
def learned(session: Session) -> OrderMemory:
    """Return the memory of the list of thirty contacts by name."""
    _filled(session, [_NAMES[number % len(_NAMES)] for number in range(30)])
    memory = OrderMemory()
    memory.begin_search()
    _read(_listing(session, ContactQuery(), memory))
    assert memory.order_of((session.company, ContactQuery())) is not None
    return memory


def _forbid_the_usual_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def unexpected(*_: object) -> None:
        raise AssertionError("the usual way was taken")

    monkeypatch.setattr(contact_query, "first", unexpected)
    monkeypatch.setattr(contact_query, "ids", unexpected)


def test_the_usual_way_is_not_taken_while_nothing_changes(
    session: Session, learned: OrderMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    searches = ("s", "smi", "smit", "smith", "602 555", "")
    expected = {search: list(contacts.listing(session, ContactQuery(search=search)).ids()) for search in searches}
    _forbid_the_usual_way(monkeypatch)
    for search in searches:
        assert _read(_listing(session, ContactQuery(search=search), learned)) == (
            expected[search][:3],
            expected[search],
        )


def test_first_rows_bring_the_order_along_where_the_index_has_the_answer(
    session: Session, learned: OrderMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordered_search, "_FEW_CANDIDATES", (5_000, 1))
    monkeypatch.setattr(ordered_search, "_MOST_COMPARED", 1_500)
    listing = _listing(session, ContactQuery(search="smi"), learned)
    assert listing.ready_ids() is None
    listing.first(2)
    on_sqlite = session.database.backend.search.is_deferred
    assert (listing.ready_ids() is not None) == on_sqlite
    assert list(listing.ids()) == list(contacts.listing(session, ContactQuery(search="smi")).ids())


def _change_during(monkeypatch: pytest.MonkeyPatch, change: Sequence[str], session: Session, row_id: int) -> None:
    """Let somebody change a contact while matches are put in order."""
    arrange = KnownOrder.arrange
    pending = list(change)

    def arrange_late(order: KnownOrder, matches: "array[int]") -> "array[int]":
        if pending:
            contacts.edit(session, row_id, {"first_name": pending.pop()})
        return arrange(order, matches)

    monkeypatch.setattr(KnownOrder, "arrange", arrange_late)


def test_a_change_while_matches_are_read_is_noticed(
    session: Session, somebody: Session, learned: OrderMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    smiths = ContactQuery(search="smi")
    last = contacts.listing(session, smiths).ids()[-1]
    _change_during(monkeypatch, ["Aaron"], somebody, last)
    listing = _listing(session, smiths, learned)
    first, ids = _read(listing)
    if session.database.backend.name == "sqlite":  # one snapshot: the answer is from before the change
        first, ids = _read(_listing(session, smiths, learned))
    expected = list(contacts.listing(session, smiths).ids())
    assert (first, ids) == (expected[:3], expected)
    # The order was read again behind it.
    order = learned.order_of((session.company, ContactQuery()))
    assert order is not None
    assert list(order.ids) == list(contacts.listing(session, ContactQuery()).ids())


def test_a_newer_request_stops_it(session: Session, learned: OrderMemory) -> None:
    interrupt = Interrupt()
    query = ContactQuery(search="smi")
    inner = contacts.listing(session, query, interrupt)
    listing = KnownOrderListing(inner, session, query, interrupt, (), learned)
    interrupt.cancel()
    with pytest.raises(Cancelled):
        listing.first(3)
    with pytest.raises(Cancelled):
        listing.ids()
    contacts.edit(session, contacts.listing(session, query).ids()[0], {"first_name": "Aaron"})
    _read(_listing(session, ContactQuery(search="smith", sort="phone"), learned))
    listing.prepare_next()  # it ends without an answer


def test_a_newer_search_does_not_stop_the_reading_of_an_order(session: Session) -> None:
    _filled(session, ["Smith", "Zoë", "Åse"])
    interrupt, query, memory = Interrupt(), ContactQuery(search="smi"), OrderMemory()
    memory.is_searching = True
    listing = KnownOrderListing(contacts.listing(session, query), session, query, interrupt, (), memory)
    interrupt.cancel()
    assert memory.begin_reading() is not None
    listing.prepare_next()  # another thread reads the order
    assert memory.order_of((session.company, ContactQuery())) is None
    memory.end_reading()
    listing.prepare_next()
    order = memory.order_of((session.company, ContactQuery()))
    assert order is not None
    assert (len(order.ids), order.is_indexed) == (3, True)


@pytest.mark.parametrize("sort", ["joined", "calls", "campaign"])
def test_an_order_of_other_tables_is_never_kept(session: Session, learned: OrderMemory, sort: str) -> None:
    segment = segments.create(session, "S")
    segments.add_contacts(session, segment.id, list(contacts.listing(session, ContactQuery()).ids()))
    query = ContactQuery(segment.id, sort=sort)
    _read(_listing(session, query, learned))
    assert learned.order_of((session.company, query)) is None


def test_a_segment_that_is_deleted_has_no_order(session: Session, learned: OrderMemory) -> None:
    segment = segments.create(session, "S")
    segments.add_contacts(session, segment.id, list(contacts.listing(session, ContactQuery()).ids()))
    query = ContactQuery(segment.id)
    _read(_listing(session, query, learned))
    segments.delete(session, segment.id)
    assert _read(_listing(session, replace(query, search="smi"), learned)) == ([], [])


@pytest.mark.parametrize("sort", ["name", "city"])
def test_a_contact_deleted_while_a_page_is_read_ends_no_list(
    session: Session, somebody: Session, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    made = _filled(session, _NAMES)
    memory, query = OrderMemory(), ContactQuery(sort=sort)
    memory.begin_search()
    if sort == "name":
        _read(_listing(session, query, memory))
    place, name = (ordered_search, "_state_of") if sort == "name" else (contact_query, "first_ids")
    original, going = getattr(place, name), made[:]

    def deleting(*arguments: object) -> object:
        answer = original(*arguments)
        if len(going) == len(made) and not session.database.backend.has_single_writer:
            first = _listing(session, query, OrderMemory()).inner.first(1)[0].id if name == "_state_of" else answer[0]
            going.remove(first)
            contacts.delete(somebody, first)
        return answer

    monkeypatch.setattr(place, name, deleting)
    assert len(_listing(session, query, memory).first(3)) == 3
