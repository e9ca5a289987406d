"""Random changes, by oneself and by others, and undos among them: compared with a naive model."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from segtui.database.tables import core_tables
from segtui.errors import Conflict, NotFound, SegtuiError
from segtui.services import search_index
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.maintenance import maintenance
from segtui.services.segments import memberships, purge, segments
from segtui.services.session import Session
from segtui.services.undo import UndoStack

_PEOPLE, _CITIES, _NAMES = 3, ("Oslo", "Rome", ""), ("Red", "Green", "red")
# What is done, by whom, and two numbers that say to what.
_MEMBERS = ("add", "remove", "add all", "remove all", "undo", "undo")
_VALUES = ("rename", "describe", "archive", "edit", "mark", "undo", "undo")
_THINGS = ("create", "make", "add", "rename", "remove all", "delete segment", "delete contact", "undo", "undo")


def _steps(
    *changes: str, segments_: int = 2, people: int = 3, most: int = 10
) -> st.SearchStrategy[list[tuple[str, bool, int, int]]]:
    """Return steps: what is done, whether by oneself, and two numbers that say to what. Few, so that they collide."""
    what = st.sampled_from(changes)
    which = st.integers(0, segments_ - 1), st.integers(0, people - 1)
    return st.lists(st.tuples(what, st.booleans(), *which), max_size=most)


Pair = tuple[int, int]
Undo = Callable[[], bool]
"""Undoes a step in the model, and tells whether it could be undone."""


@dataclass
class _Model:
    """What there should be, by position: segments as [name, description, archived], contacts as [city, marked]."""

    segments: dict[int, list[object]] = field(default_factory=dict)
    people: dict[int, list[object]] = field(default_factory=dict)
    members: dict[Pair, object] = field(default_factory=dict)
    """Who is in which segment, each with a token of its own for as long as it lasts."""
    undos: list[Undo] = field(default_factory=list)

    def put(self, segment: int, people: list[int]) -> Undo | None:
        pairs = {(segment, each): object() for each in people if (segment, each) not in self.members}
        self.members |= pairs

        def undo() -> bool:
            there = [pair for pair, token in pairs.items() if self.members.get(pair) is token]
            for pair in there:
                del self.members[pair]
            return bool(there)

        return undo if pairs else None

    def take(self, segment: int, people: list[int]) -> Undo | None:
        gone = {pair: self.members.pop(pair) for each in people if (pair := (segment, each)) in self.members}

        def undo() -> bool:
            back = {pair: token for pair, token in gone.items() if pair not in self.members and self.has(pair)}
            self.members |= back
            return bool(back)

        return undo if gone else None

    def has(self, pair: Pair) -> bool:
        return pair[0] in self.segments and pair[1] in self.people

    def set(self, rows: dict[int, list[object]], key: int, at: int, value: object) -> Undo | None:
        before = rows[key][at]
        rows[key][at] = value

        def undo() -> bool:
            if key not in rows or rows[key][at] != value or not (rows is self.people or self.is_free(before, key, at)):
                return False
            rows[key][at] = before
            return True

        return undo if before != value else None

    def is_free(self, name: object, key: int, at: int) -> bool:
        others = [each[0] for other, each in self.segments.items() if other != key]
        return at != 0 or str(name).casefold() not in [str(each).casefold() for each in others]

    def make(self, key: int, name: str, people: list[int]) -> Undo:
        self.segments[key] = [name, "", False]
        take_out = self.put(key, people)

        def undo() -> bool:
            if key not in self.segments:
                return False
            taken_out = take_out is not None and take_out()
            used = any(segment == key for segment, _ in self.members) or self.segments[key][:2] != [name, ""]
            if not used:
                self.drop(key)
            return taken_out or not used

        return undo

    def drop(self, key: int) -> None:
        del self.segments[key]
        self.members = {pair: token for pair, token in self.members.items() if pair[0] != key}

    def lose(self, key: int) -> None:
        del self.people[key]
        self.members = {pair: token for pair, token in self.members.items() if pair[1] != key}


class _World:
    """The model and the database side by side; every step is done to both."""

    def __init__(self, session: Session) -> None:
        _clear(session)
        self.theirs = session
        self.mine = replace(session, history=UndoStack())
        self.model = _Model()
        self.contact_ids: list[int] = []
        self.segment_ids: list[int] = []
        for number in range(_PEOPLE):
            contact = contacts.add(session, {"email": f"{number}@example.com", "first_name": f"P{number}"})
            self.contact_ids.append(contact.id)
            self.model.people[number] = ["", False]
        for name in ("First", "Second"):
            self.segment_ids.append(segments.create(session, name).id)
            self.model.segments[len(self.segment_ids) - 1] = [name, "", False]

    def step(self, what: str, a: int, b: int, *, by_me: bool) -> None:
        if what == "undo":
            self.undo()
            return
        session = self.mine if by_me else self.theirs
        undo = getattr(self, f"_{what.replace(' ', '_')}")(session, a % len(self.segment_ids), b)
        if by_me and undo is not None:
            self.model.undos.append(undo)

    def undo(self) -> None:
        assert self.mine.history is not None
        try:
            self.mine.history.undo_last(self.mine, confirmed=True)
        except NotFound:
            assert not self.model.undos
        except Conflict:
            assert not self.model.undos.pop()()
        else:
            assert self.model.undos.pop()()

    def _people(self) -> list[int]:
        return list(self.model.people)

    def _add(self, session: Session, segment: int, person: int) -> Undo | None:
        return self._changing(
            segment,
            lambda key: segments.add_contacts(session, key, [self.contact_ids[person]]),
            lambda: self.model.put(segment, self._there(person)),
        )

    def _add_all(self, session: Session, segment: int, person: int) -> Undo | None:
        besides = [each for each in self._people() if each != person]
        return self._changing(
            segment,
            lambda key: segments.add_contacts(session, key, ContactQuery(), besides=[self.contact_ids[person]]),
            lambda: self.model.put(segment, besides),
        )

    def _remove(self, session: Session, segment: int, person: int) -> Undo | None:
        return self._changing(
            segment,
            lambda key: segments.remove_contacts(session, key, [self.contact_ids[person]]),
            lambda: self.model.take(segment, self._there(person)),
        )

    def _remove_all(self, session: Session, segment: int, _: int) -> Undo | None:
        return self._changing(
            segment,
            lambda key: segments.remove_contacts(session, key, ContactQuery(key)),
            lambda: self.model.take(segment, self._people()),
        )

    def _rename(self, session: Session, segment: int, name: int) -> Undo | None:
        def done() -> Undo | None:
            assert self.model.is_free(_NAMES[name], segment, 0)
            return self.model.set(self.model.segments, segment, 0, _NAMES[name])

        return self._changing(segment, lambda key: segments.edit(session, key, name=_NAMES[name]), done)

    def _describe(self, session: Session, segment: int, text: int) -> Undo | None:
        return self._changing(
            segment,
            lambda key: segments.edit(session, key, description=_CITIES[text % 3]),
            lambda: self.model.set(self.model.segments, segment, 1, _CITIES[text % 3]),
        )

    def _archive(self, session: Session, segment: int, number: int) -> Undo | None:
        change = segments.archive if number % 2 else segments.restore
        return self._changing(
            segment,
            lambda key: change(session, key),
            lambda: self.model.set(self.model.segments, segment, 2, bool(number % 2)),
        )

    def _edit(self, session: Session, city: int, person: int) -> Undo | None:
        values = {"city": _CITIES[city % 3]}
        if person not in self.model.people:
            return None
        contacts.edit(session, self.contact_ids[person], values)
        return self.model.set(self.model.people, person, 0, values["city"])

    def _mark(self, session: Session, number: int, person: int) -> Undo | None:
        if person not in self.model.people:
            return None
        marked = bool(number % 2)
        contacts.edit(session, self.contact_ids[person], {"do_not_call": "yes" if marked else "no"})
        return self.model.set(self.model.people, person, 1, marked)

    def _create(self, session: Session, _: int, name: int) -> Undo | None:
        return self._made(lambda: segments.create(session, _NAMES[name]).id, _NAMES[name], [])

    def _make(self, session: Session, _: int, name: int) -> Undo | None:
        def make() -> int:
            return segments.create_with(session, _NAMES[name], ContactQuery())[0].id

        return self._made(make, _NAMES[name], self._people())

    def _made(self, make: Callable[[], int], name: str, people: list[int]) -> Undo | None:
        try:
            key = make()
        except SegtuiError:
            assert not self.model.is_free(name, -1, 0)
            return None
        self.segment_ids.append(key)
        return self.model.make(len(self.segment_ids) - 1, name, people)

    def _delete_segment(self, _: Session, segment: int, __: int) -> None:
        self._changing(segment, lambda key: segments.delete(self.theirs, key), lambda: self.model.drop(segment))

    def _delete_contact(self, _: Session, __: int, person: int) -> None:
        if person in self.model.people:
            contacts.delete(self.theirs, self.contact_ids[person])
            self.model.lose(person)

    def _there(self, person: int) -> list[int]:
        return [person] if person in self.model.people else []

    def _changing(self, segment: int, change: Callable[[int], object], done: Callable[[], Undo | None]) -> Undo | None:
        try:
            change(self.segment_ids[segment])
        except NotFound:
            assert segment not in self.model.segments
            return None
        except SegtuiError:
            return None  # a name that is taken
        return done()

    def shown(self) -> object:
        """Return what there is, as the model has it."""
        numbers = {key: number for number, key in enumerate(self.segment_ids)}
        found = segments.find(self.theirs, segments.SegmentQuery(archived=True))
        people = contacts.listing(self.theirs, ContactQuery()).first(50)
        members = {
            (numbers[segment.id], self.contact_ids.index(key))
            for segment in found
            for key in contacts.listing(self.theirs, ContactQuery(segment.id)).ids()
        }
        assert [each.contacts for each in found] == [
            sum(pair[0] == numbers[each.id] for pair in members) for each in found
        ]
        assert [len(contacts.listing(self.theirs, ContactQuery(search=city)).ids()) for city in ("oslo", "rome")] == [
            sum(each.city == city for each in people) for city in ("Oslo", "Rome")
        ]
        return (
            {numbers[each.id]: [each.name, each.description, each.archived] for each in found},
            {self.contact_ids.index(each.id): [each.city, each.do_not_call] for each in people},
            members,
        )

    def expected(self) -> object:
        """Return the same of the model."""
        return self.model.segments, self.model.people, set(self.model.members)


def _clear(session: Session) -> None:
    for segment in segments.find(session, segments.SegmentQuery(archived=True)):
        segments.delete(session, segment.id)
    with session.write() as tx:
        ids = tx.execute(select(core_tables.contacts.c.id).where(tx.scope(core_tables.contacts))).scalars()
        contacts.delete_contacts(tx, list(ids))
        search_index.after_change(tx)


def _agree(session: Session, steps: list[tuple[str, bool, int, int]]) -> None:
    world = _World(session)
    for what, by_me, a, b in (*steps, *[("undo", True, 0, 0)] * 2):
        world.step(what, a, b, by_me=by_me)
    assert world.shown() == world.expected()
    assert maintenance.check(session.database) == []


def _let_little_be_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let additions be found by their time alone, removals be in several packs, and segments go in slices."""
    monkeypatch.setattr(memberships, "_FEW", 0)
    monkeypatch.setattr(memberships, "_PACK", 1)
    monkeypatch.setattr(purge, "AT_ONCE", 0)
    monkeypatch.setattr(purge, "SLICE", 2)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_steps(*_MEMBERS, segments_=1, people=2))
@pytest.mark.parametrize("large", [False, True])
def test_memberships_are_put_back_that_the_change_changed_and_no_others(
    session: Session, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[str, bool, int, int]], *, large: bool
) -> None:
    if large:
        _let_little_be_large(monkeypatch)
    _agree(session, steps)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_steps(*_VALUES))
def test_values_are_put_back_where_they_are_still_what_the_change_made_them(
    session: Session, steps: list[tuple[str, bool, int, int]]
) -> None:
    _agree(session, steps)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_steps(*_THINGS))
def test_an_undo_is_right_where_things_come_and_go(
    session: Session, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[str, bool, int, int]]
) -> None:
    _let_little_be_large(monkeypatch)
    _agree(session, steps)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_steps(*sorted({*_MEMBERS, *_VALUES, "create", "make"} - {"undo"}), most=19))
def test_undoing_everything_leaves_nothing_of_it(session: Session, steps: list[tuple[str, bool, int, int]]) -> None:
    world = _World(session)
    before = _rows(session)
    for what, _, a, b in steps:
        world.step(what, a, b, by_me=True)
    while world.model.undos:
        world.undo()
    assert _rows(session) == before
    assert maintenance.check(session.database) == []


def _rows(session: Session) -> list[object]:
    """Return all that contacts, segments and memberships hold, but when a segment was last changed."""
    found: list[object] = []
    with session.read() as tx:
        for table in (core_tables.contacts, core_tables.segments, core_tables.memberships):
            columns = [each for each in table.c if not (table is core_tables.segments and each.name == "updated_at")]
            found.append([tuple(row) for row in tx.execute(select(*columns).where(tx.scope(table)).order_by(*columns))])
    return found


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_steps(*sorted({*_MEMBERS, *_VALUES, "create", "make", "rename"} - {"undo"}), most=15))
def test_redoing_everything_brings_all_of_it_back(session: Session, steps: list[tuple[str, bool, int, int]]) -> None:
    world = _World(session)
    for what, _, a, b in steps:
        world.step(what, a, b, by_me=True)
    history, before = world.mine.history, world.shown()
    assert history is not None
    for _ in range(2):
        while history.last is not None:
            history.undo_last(world.mine, confirmed=True)
        while history.next_redo is not None:
            history.redo_last(world.mine, confirmed=True)
        assert world.shown() == before
        assert maintenance.check(session.database) == []
