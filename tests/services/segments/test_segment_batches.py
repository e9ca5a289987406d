"""Batches of segments: all are created or none, and one undo takes all of them away again."""

from array import array
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from segtui.database.tables import core_tables
from segtui.domain.criteria.tree import Comparison
from segtui.domain.vocabulary import Role
from segtui.errors import Conflict, InvalidInput, NameTaken, NotAllowed
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.segments import purge, segment_batches, segments
from segtui.services.segments.segment_batches import NewSegment
from segtui.services.segments.segments import SegmentQuery
from segtui.services.session import Actor, Session
from segtui.services.undo import UndoStack

_CITIES = ("Oslo", "Rome", "")


def _with_history(session: Session) -> Session:
    return replace(session, history=UndoStack())


def _people(session: Session) -> list[int]:
    """Add four contacts: two in Oslo, one in Rome, one without a city."""
    cities = ("Oslo", "Rome", "", "oslo")
    return [
        contacts.add(session, {"phone": f"+4721{number:06}", "city": city}).id for number, city in enumerate(cities)
    ]


def _create(session: Session, *new: NewSegment) -> list[segments.Segment]:
    return segment_batches.create_many(session, lambda _: new, "segments were created")


def _contents(session: Session) -> dict[str, tuple[str, str | None, int, list[int]]]:
    return {
        segment.name: (
            segment.description,
            segment.rule,
            segment.callable,
            sorted(contacts.listing(session, ContactQuery(segment.id)).ids()),
        )
        for segment in segments.find(session, SegmentQuery())
    }


def _undo(session: Session) -> str:
    assert session.history is not None
    return session.history.undo_last(session)


def _redo(session: Session) -> str:
    assert session.history is not None
    return session.history.redo_last(session)


def test_members_are_a_query_ids_or_a_rule_and_a_rule_may_name_another_of_them(session: Session) -> None:
    people = _people(session)
    in_oslo = select(core_tables.contacts.c.id).where(func.lower(core_tables.contacts.c.city) == "oslo")
    made = _create(
        session,
        NewSegment("Both", rule=Comparison("segment", "=", ("Query", "Ids"))),
        NewSegment("Query", "by a query", members=in_oslo),
        NewSegment("Ids", members=array("q", [people[1], people[2], 999_999])),
        NewSegment("Empty"),
        NewSegment("Rome", rule=Comparison("city", "=", ("rome",))),
    )
    assert [(segment.name, segment.contacts, segment.callable) for segment in made] == [
        ("Both", 4, 4),
        ("Query", 2, 2),
        ("Ids", 2, 2),
        ("Empty", 0, 0),
        ("Rome", 1, 1),
    ]
    assert made[1].description == "by a query"
    assert made[4].rule == "city = rome"


def test_all_taken_names_are_reported_before_anything_is_written(session: Session) -> None:
    for name in ("One", "Two"):
        segments.create(session, name)
    before = _contents(session)
    with pytest.raises(NameTaken, match="“ONE”, “two”"):
        _create(session, NewSegment("New"), NewSegment("ONE"), NewSegment("two"))
    with pytest.raises(NameTaken, match="Several new segments would be called “Same”, “same”"):
        _create(session, NewSegment("Same"), NewSegment("Other"), NewSegment("same"))
    with session.read() as tx:
        taken = segment_batches.taken_names(tx, ["one", "x", "X", "new"])
    assert {name: holder and holder.name for name, holder in taken.items()} == {"one": "One", "x": None, "X": None}
    assert _contents(session) == before


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ([], "no segment"),
        ([NewSegment("A"), NewSegment(" ")], "needs a name"),
        ([NewSegment("A"), NewSegment("x" * 121)], "120"),
        ([NewSegment(str(number)) for number in range(segment_batches.MAX_SEGMENTS + 1)], "At most 1,000"),
        ([NewSegment("A"), NewSegment("B", rule=Comparison("segment", "=", ("Nowhere",)))], "Nowhere"),
    ],
)
def test_wrong_input_creates_nothing(session: Session, new: Sequence[NewSegment], says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        _create(session, *new)
    assert _contents(session) == {}


def test_viewers_and_sessions_of_all_companies_create_nothing(session: Session) -> None:
    company = session.one_company
    viewer = Session(session.database, Actor("vera", "Vera", Role.VIEWER, company.id, "test"), company)
    with pytest.raises(NotAllowed):
        _create(viewer, NewSegment("A"))
    with pytest.raises(InvalidInput):
        _create(session.bound_to(None), NewSegment("A"))


def test_an_undo_takes_all_or_nothing(session: Session) -> None:
    mine, people = _with_history(session), _people(session)
    first, second = _create(mine, NewSegment("First", members=people[:2]), NewSegment("Second"))
    segments.edit(session, second.id, name="Changed")
    before = _contents(session)
    with pytest.raises(Conflict, match="“Changed” stays: it was edited meanwhile"):
        _undo(mine)
    assert _contents(session) == before
    assert segments.get(session, first.id).contacts == 2


def test_members_that_others_added_stay_and_the_sentence_says_so(session: Session) -> None:
    mine, people = _with_history(session), _people(session)
    first, _ = _create(mine, NewSegment("First", members=people[:2]), NewSegment("Second", members=people))
    segments.add_contacts(session, first.id, [people[3]])
    assert _undo(mine) == (
        "Done, but not entirely: 2 contacts were taken out of “First” again;"
        " the segment stays: 1 contact was added to it meanwhile."
    )
    assert {name: members for name, (*_, members) in _contents(session).items()} == {"First": [people[3]]}
    _redo(mine)
    assert {name: members for name, (*_, members) in _contents(session).items()} == {
        "First": [people[0], people[1], people[3]],
        "Second": people,
    }


_new_segments = st.lists(
    st.tuples(
        st.sampled_from(("query", "ids", "rule", "empty", "names")), st.sampled_from(_CITIES), st.integers(0, 15)
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=_new_segments, large=st.booleans())
def test_an_undo_restores_exactly_and_a_redo_too(
    session: Session, kinds: list[tuple[str, str, int]], *, large: bool
) -> None:
    mine = _with_history(session)
    people = sorted(contacts.listing(session, ContactQuery()).ids()) or _people(session)

    def new_segment(number: int, kind: str, city: str, bits: int) -> NewSegment:
        name = f"S{number}"
        if kind == "query":
            return NewSegment(
                name, members=select(core_tables.contacts.c.id).where(core_tables.contacts.c.city == city)
            )
        if kind == "ids":
            return NewSegment(name, members=[key for position, key in enumerate(people) if bits >> position & 1])
        if kind == "rule":
            rule = Comparison("city", "=", (city,)) if city else Comparison("city", "is blank")
            return NewSegment(name, rule=rule)
        if kind == "names" and number:
            return NewSegment(name, rule=Comparison("segment", "=", ("S0",)))
        return NewSegment(name, city)

    with pytest.MonkeyPatch.context() as patch:
        if large:
            patch.setattr(purge, "AT_ONCE", 0)
        before = _contents(session)
        _create(mine, *(new_segment(number, *kind) for number, kind in enumerate(kinds)))
        after = _contents(session)
        assert len(after) == len(before) + len(kinds)
        for _ in range(2):
            _undo(mine)
            assert _contents(session) == before
            _redo(mine)
            assert _contents(session) == after
        _undo(mine)
        assert _contents(session) == before
