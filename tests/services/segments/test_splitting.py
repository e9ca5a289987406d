"""Splits of a segment: every contact in exactly one part, the same every time."""

import re
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segtui.domain.vocabulary import Role
from segtui.errors import InvalidInput, NameTaken, NotAllowed
from segtui.services import campaigns
from segtui.services.campaigns import Campaign
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import expressions
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments, splitting
from segtui.services.segments.partition import SplitWay
from segtui.services.segments.segments import Segment, SegmentQuery
from segtui.services.session import Session
from segtui.services.undo import UndoStack
from tests.services.campaigns.support import draft

_STATES = ("AZ", "az", "Québec", "QUEBEC", "", "CA", "“x\x1b[2J”", "A" * 119)
_FIELDS = ("state", "phone", "email", "name", "do_not_call", "region", "added", "joined", "calls", "last_outcome",
           "last_called", "custom.plan")  # fmt: skip
WAYS = st.one_of(
    st.builds(SplitWay, st.just("into"), st.integers(-1, 14)),
    st.builds(SplitWay, st.just("size"), st.integers(-1, 14)),
    st.builds(SplitWay, st.just("random"), st.integers(-1, 14), seed=st.integers(-9, 9)),
    st.builds(SplitWay, st.just("by"), field=st.sampled_from(_FIELDS)),
)


@pytest.fixture
def people(session: Session) -> list[int]:
    """Add twelve contacts and return their ids."""
    return [
        contacts.add(
            session,
            {
                **({"phone": f"+1602555{number:04}"} if number % 4 else {"email": f"p{number}@example.com"}),
                "state": _STATES[number % len(_STATES)],
                "first_name": f"Ann {number % 3}",
                "do_not_call": "yes" if number % 5 == 1 else "",
                **({"custom.plan": "Pro"} if number % 2 else {}),
            },
        ).id
        for number in range(12)
    ]


def members(session: Session, segment_id: int) -> list[int]:
    """Return the ids of the contacts of a segment, in their order."""
    return sorted(contacts.listing(session, ContactQuery(segment_id)).ids())


def _segment(session: Session, name: str, ids: list[int]) -> Segment:
    return segments.create_with(session, name, ids)[0]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ways=st.tuples(WAYS, WAYS), places=st.sets(st.integers(0, 11)), others=st.sets(st.integers(0, 11)))
def test_every_contact_is_in_exactly_one_part(
    session: Session, people: list[int], ways: tuple[SplitWay, ...], places: set[int], others: set[int]
) -> None:
    session = replace(session, history=UndoStack())
    ids = [people[place] for place in sorted(places)]
    whole = _segment(session, "Whole", ids)
    further = _segment(session, "Further", [people[place] for place in sorted(others)])
    excluded = _segment(session, "Excluded", people[:2])
    for way in ways:
        _check_segment(session, whole, way, ids)
        calling = draft(session, whole.id, further=[further.id], excluded=[excluded.id])
        _check_campaign(session, calling, way, len(places | others))
    for segment in (whole, further, excluded):
        segments.delete(session, segment.id)
    assert maintenance.check(session.database) == []


def _check_segment(session: Session, whole: Segment, way: SplitWay, ids: list[int]) -> None:
    """Split a segment, check the parts, and undo it."""
    before = segments.find(session, SegmentQuery())
    try:
        previewed = splitting.preview(session, whole.id, way)
    except InvalidInput as error:
        with pytest.raises(InvalidInput, match=f"^{re.escape(str(error))}$"):
            splitting.split(session, whole.id, way)
    else:
        made = splitting.split(session, whole.id, way)
        assert [(part.name, part.contacts) for part in made] == [(part.name, part.contacts) for part in previewed]
        parts = [members(session, part.id) for part in made]
        assert sorted(contact_id for part in parts for contact_id in part) == ids
        assert all(parts)
        if way.kind != "by":
            assert max(map(len, parts)) - min(map(len, parts)) <= 1
            assert len(parts) == (-(-len(ids) // way.number) if way.kind == "size" else way.number)
            assert way.kind != "size" or max(map(len, parts)) <= way.number
        assert session.history is not None
        assert session.history.undo_last(session)
    assert segments.find(session, SegmentQuery()) == before


def _check_campaign(session: Session, calling: Campaign, way: SplitWay, total: int) -> None:
    """Split a draft, compare what is forecast of its parts with what is forecast of it, and delete them."""
    before = {segment.id for segment in segments.find(session, SegmentQuery())}
    ahead = campaigns.forecast(session, calling.id)
    drafts = [calling]
    with suppress(InvalidInput):
        drafts = campaigns.split(session, calling.id, way)
    forecasts = [campaigns.forecast(session, part.id) for part in drafts]
    assert sum(part.total for part in forecasts) == ahead.total == total
    assert sum(part.callable for part in forecasts) == ahead.callable
    for reason, count in ahead.skipped.items():
        assert sum(part.skipped[reason] for part in forecasts) == count
    for part in drafts:
        campaigns.delete(session, part.id)
    for segment in segments.find(session, SegmentQuery()):
        if segment.id not in before:
            segments.delete(session, segment.id)


def test_parts_have_their_names_and_say_what_they_are(session: Session, people: list[int]) -> None:
    whole = _segment(session, "N" * 119, people)
    parts = splitting.split(session, whole.id, SplitWay("into", 5))
    assert [(part.name[-6:], part.contacts) for part in parts] == [
        (f"NN {number}/5", 2 + (number in {3, 5})) for number in range(1, 6)
    ]
    assert parts[0].description == f"Part 1 of 5 of “{whole.name}”."
    leads = _segment(session, "Leads", people)
    by_state = splitting.split(session, leads.id, SplitWay("by", field="state"))
    assert {part.name[8:12]: part.contacts for part in by_state} == {
        "az": 4, "Québ": 4, "AAAA": 1, "CA": 1, "“x [": 1, "none": 1,
    }  # fmt: skip
    assert by_state[0].description == "State az of “Leads”."
    with pytest.raises(NameTaken, match=r"already segments “Leads – az”, “.* and 3 more\. Nothing was created"):
        splitting.split(session, leads.id, SplitWay("by", field="state"))


def test_random_parts_are_the_same_on_every_database(session: Session, people: list[int]) -> None:
    assert people == list(range(people[0], people[0] + 12))
    leads = _segment(session, "Leads", people)
    parts = splitting.split(session, leads.id, SplitWay("random", 3, seed=7))
    assert [[contact_id - people[0] for contact_id in members(session, part.id)] for part in parts] == [
        [1, 4, 9, 10],
        [0, 3, 5, 8],
        [2, 6, 7, 11],
    ]
    assert parts[2].description == "Random part 3 of 3 of “Leads”, seed 7."


def test_a_live_segment_has_fixed_parts(session: Session, people: list[int]) -> None:
    live = segments.create(session, "Live", rule=expressions.parse(session, "custom.plan = pro"))
    parts = splitting.split(session, live.id, SplitWay("size", 4))
    assert [(part.live, part.contacts) for part in parts] == [(False, 3), (False, 3)]
    assert segments.get(session, live.id) == live
    contacts.edit(session, people[1], {"custom.plan": ""})
    assert people[1] in members(session, parts[0].id)


@pytest.mark.parametrize(
    ("way", "sentence"),
    [
        (SplitWay("into", 1), "Split it into 2 to 1,000 parts, not 1."),
        (SplitWay("into", 13), "“Leads” has only 12 contacts, too few for 13 parts."),
        (SplitWay("random", 13), "“Leads” has only 12 contacts"),
        (SplitWay("size", 0), "A part has at least 1 contact, not 0."),
        (SplitWay("size", 12), "“Leads” has 12 contacts: that is one part, nothing to split."),
        (SplitWay("by", field="segment"), "A contact can have several values of Segment"),
        (SplitWay("by", field="city"), "“Leads” has one value of City: there is nothing to split."),
        (SplitWay("by", field="nonsense"), "nonsense"),
    ],
)
def test_a_wrong_way_is_one_sentence(session: Session, people: list[int], way: SplitWay, sentence: str) -> None:
    leads = _segment(session, "Leads", people)
    with pytest.raises(InvalidInput, match=sentence):
        splitting.split(session, leads.id, way)
    viewer = replace(session, actor=replace(session.actor, role=Role.VIEWER, company_id=1))
    with pytest.raises(NotAllowed):
        splitting.split(viewer, leads.id, SplitWay("into", 2))
