"""Set operations on segments: exact counts, equal to the lists of their criteria, and the segments made of them."""

from array import array
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segtui.domain.criteria.canonical import text_of
from segtui.errors import Cancelled, InvalidInput, NameTaken, NotFound
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import expressions
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments, set_counts, set_operations
from segtui.services.segments.segments import Segment
from segtui.services.segments.set_operations import Overlap, SegmentSet, SetLine
from segtui.services.session import Session
from segtui.services.undo import UndoStack
from tests.conftest import TwoCompanies

ID_LISTS = st.lists(st.sets(st.one_of(st.integers(1, 60), st.integers(1, 10**13)), max_size=40), min_size=2, max_size=6)


@given(ID_LISTS)
@settings(max_examples=200)
def test_counts_are_those_of_sets_however_far_ids_are_apart(groups: list[set[int]]) -> None:
    counts = set_counts.counted([array("q", sorted(ids)) for ids in groups], lambda: None)
    assert counts.union == len(set().union(*groups))
    assert counts.intersection == len(groups[0].intersection(*groups))
    assert counts.pairs == {
        (first, second): len(groups[first] & groups[second]) for first, second in combinations(range(len(groups)), 2)
    }
    others = [set().union(*groups[:position], *groups[position + 1 :]) for position in range(len(groups))]
    assert counts.only == [len(ids - rest) for ids, rest in zip(groups, others, strict=True)]


def filled(session: Session, *groups: Sequence[int]) -> list[Segment]:
    """Return segments `S0`, `S1`, … of these contacts."""
    made = [segments.create_with(session, f"S{number}", list(ids))[0] for number, ids in enumerate(groups)]
    return [segments.get(session, segment.id) for segment in made]


def people(session: Session, count: int) -> list[int]:
    """Return the ids of new contacts."""
    return [contacts.add(session, {"phone": f"+160255501{number:02}"}).id for number in range(count)]


def by_title(overlap: Overlap) -> dict[str, SetLine]:
    """Return the lines of a comparison by their titles."""
    lines = {line.title: line for line in overlap.lines()}
    assert len(lines) == len(overlap.lines())
    return lines


def listed(session: Session, overlap: Overlap, line: SetLine) -> list[int]:
    """Return the ids of the contacts that a line's criteria list."""
    criteria = line.set.criteria(overlap.names)
    assert expressions.parse(session, text_of(criteria)) == criteria
    return sorted(contacts.listing(session, ContactQuery(criteria=criteria)).ids())


@given(
    memberships=st.lists(st.lists(st.booleans(), min_size=8, max_size=8), min_size=2, max_size=4),
    chosen=st.integers(0, 99),
)
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_line_counts_its_list_and_becomes_a_segment_of_it(
    session: Session, memberships: list[list[bool]], chosen: int
) -> None:
    session = replace(session, history=(history := UndoStack()))
    everybody = list(contacts.listing(session, ContactQuery(sort="added")).ids()) or people(session, 8)
    groups = [[key for key, inside in zip(everybody, row, strict=True) if inside] for row in memberships]
    made = filled(session, *groups)
    overlap = set_operations.overlap(session, [segment.id for segment in made])
    assert list(overlap.sizes.values()) == [segment.contacts for segment in made]
    lines = overlap.lines()
    for line in lines:
        assert len(listed(session, overlap, line)) == line.contacts
    line = lines[chosen % len(lines)]
    for live in (False, True):
        created = set_operations.create(session, line.set, "New", live=live)
        assert (created.contacts, created.live) == (line.contacts, live)
        members = contacts.listing(session, ContactQuery(created.id)).ids()
        assert sorted(members) == listed(session, overlap, line)
        history.undo_last(session)
        with pytest.raises(NotFound):
            segments.by_name(session, "New")
    for segment in made:
        segments.delete(session, segment.id)


def test_two_segments_have_six_lines(session: Session) -> None:
    one, two, three, four = people(session, 4)
    a, b = filled(session, [one, two, three], [three, four])
    lines = by_title(set_operations.overlap(session, [a.id, b.id]))
    assert {title: (line.kind, line.contacts) for title, line in lines.items()} == {
        "S0": ("segment", 3),
        "S1": ("segment", 2),
        "S0 or S1": ("union", 4),
        "S0 and S1": ("intersection", 1),
        "S0 without S1": ("difference", 2),
        "S1 without S0": ("difference", 1),
    }
    assert [line.id for line in lines.values()] == list(range(6))


def test_twenty_segments_are_compared_archived_live_and_empty_ones_too(session: Session) -> None:
    ids = people(session, 20)
    made = filled(session, *([key, ids[0]] for key in ids[1:18]))
    segments.archive(session, made[0].id)
    live = segments.create(session, "Live", rule=expressions.parse(session, 'segment in ("S1", "S2")'))
    empty = segments.create(session, "Empty")
    last = segments.create_with(session, "Last", ids[18:])[0]
    every = [*(segment.id for segment in made), live.id, empty.id, last.id]
    overlap = set_operations.overlap(session, every)
    assert list(overlap.sizes.values()) == [2] * 17 + [3, 0, 2]
    assert (overlap.union, overlap.intersection) == (20, 0)
    assert overlap.pairs[made[1].id, live.id] == 2
    assert overlap.only[made[0].id] == 1
    assert overlap.only[made[1].id] == 0
    assert len(overlap.pairs) == 190
    assert len(overlap.lines()) == 20 + 2 + 190 + 20 + 380
    lines = by_title(overlap)
    assert lines["S0 without 19 others"].contacts == 1
    with pytest.raises(InvalidInput, match="At most 20 segments are compared; these are 21"):
        set_operations.overlap(session, [*every, segments.create(session, "One more").id])


def test_a_rule_follows_its_segments_and_keeps_them(session: Session) -> None:
    one, two, three = people(session, 3)
    a, b = filled(session, [one, two], [two])
    live = set_operations.create(session, SegmentSet((a.id,), (b.id,)), "Rest", live=True)
    fixed = set_operations.create(session, SegmentSet((a.id, b.id)), "All")
    assert live.rule == "segment = S0 and not segment = S1"
    assert (live.description, fixed.description) == ("", "in “S0” or “S1”")
    segments.add_contacts(session, a.id, [three])
    assert segments.get(session, live.id).contacts == 2
    assert segments.get(session, fixed.id).contacts == 2
    assert segments.rules_naming(session, a.id) == ["Rest"]
    with pytest.raises(NameTaken):
        set_operations.create(session, SegmentSet((a.id, b.id)), "rest")
    described = set_operations.create(session, SegmentSet((a.id, b.id), is_common=True), "Both", "of the fair")
    assert (described.description, described.contacts) == ("of the fair", 1)


def test_the_state_changes_with_every_change_that_the_counts_show(session: Session) -> None:
    one, two, three = people(session, 3)
    a, b = filled(session, [one, two], [three])
    live = segments.create(session, "Live", rule=expressions.parse(session, "city = Phoenix"))
    other = segments.create(session, "Other")
    state = partial(set_operations.state_of, session, [a.id, b.id, live.id])
    for change, matters in (
        (lambda: segments.add_contacts(session, a.id, [three]), True),
        (lambda: segments.remove_contacts(session, a.id, [three]), True),
        (lambda: contacts.edit(session, one, {"city": "Phoenix"}), True),
        (lambda: contacts.delete(session, three), True),
        (lambda: segments.edit(session, b.id, name="B"), True),
        (lambda: segments.add_contacts(session, other.id, [one]), False),
        (lambda: contacts.edit(session, two, {"city": "Tucson"}), False),
        (lambda: segments.delete(session, b.id), True),
    ):
        before = state()
        change()
        assert (state() != before) == matters


def test_what_cannot_be_compared_is_refused_in_a_sentence(session: Session) -> None:
    a, b = filled(session, [], [])
    for wrong, says in (([a.id], "Give two segments or more"), ([a.id, b.id, a.id], "given twice")):
        with pytest.raises(InvalidInput, match=says):
            set_operations.overlap(session, wrong)
    with pytest.raises(InvalidInput, match="given twice"):
        set_operations.create(session, SegmentSet((a.id,), (a.id,)), "New")
    segments.delete(session, b.id)
    with pytest.raises(NotFound, match="One of these segments no longer exists"):
        set_operations.overlap(session, [a.id, b.id])
    with pytest.raises(NotFound, match="One of these segments no longer exists"):
        set_operations.create(session, SegmentSet((a.id,), (b.id,)), "New")
    interrupt = Interrupt()
    interrupt.cancel()
    with pytest.raises(Cancelled):
        set_operations.overlap(session, [a.id, segments.create(session, "Other").id], interrupt)


def test_segments_of_several_companies_have_nothing_in_common(two_companies: TwoCompanies) -> None:
    first, second, everywhere = two_companies.main, two_companies.other, two_companies.both
    mine = filled(first, people(first, 2), [])
    theirs = filled(second, [])
    assert set_operations.overlap(everywhere, [segment.id for segment in mine]).union == 2
    with pytest.raises(InvalidInput, match="belong to several companies"):
        set_operations.overlap(everywhere, [mine[0].id, theirs[0].id])
    with pytest.raises(InvalidInput, match="belong to several companies"):
        set_operations.create(everywhere, SegmentSet((mine[0].id, theirs[0].id)), "New")
    with pytest.raises(NotFound):
        set_operations.overlap(first, [mine[0].id, theirs[0].id])
