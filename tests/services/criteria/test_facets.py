"""Facets count what a plain look at every contact counts, on both databases, for every field."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segtui.domain.criteria.fields import CONTACT_SORTS, FIELDS
from segtui.domain.criteria.tree import AllOf, Comparison, all_of
from segtui.domain.text import fold
from segtui.errors import Cancelled, InvalidInput
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import facets
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments
from segtui.services.session import Session
from tests.support.custom_names import know_custom_fields

pytestmark = pytest.mark.search

PEOPLE = (
    ("Ann", "Webinar", "NEW", "AZ", False, "pro"),
    ("Bo", "webinar", "NEW", "", False, "Pro"),
    ("Cy", "Webinar", "Called", "AZ", True, "9"),
    ("Dee", "", "new", "CA", False, ""),
    ("Eve", "Fáir", "", "ca", True, "10"),
    ("Finn", "Fair", "NEW", "AZ", False, "Pro"),
)
EVERYBODY = ContactQuery()
PARTITIONED = [
    *(name for name, field in FIELDS.items() if field.kind not in ("day", "membership")),
    "custom.plan",
    "custom.nothing",
]
"""Fields of which every contact has one value, or none."""


@pytest.fixture
def segment_id(session: Session) -> int:
    """Make the contacts; all but Finn are in a segment."""
    segment = segments.create(session, "Leads")
    for number, (name, source, status, state, never, plan) in enumerate(PEOPLE):
        values = {"phone": f"+1602555{100 + number:04}", "first_name": name, "source": source, "status": status}
        values |= {"state": state, "do_not_call": "yes" if never else "no", "custom.Plan": plan}
        contacts.add(session, values, segment.id if name != "Finn" else None)
    know_custom_fields(session, "Plan")
    return segment.id


def counts(session: Session, query: ContactQuery, field: str) -> list[tuple[str, int]]:
    return [(value.label, value.count) for value in facets.facet(session, query, field)]


def test_values_with_their_counts_the_most_frequent_first_and_none_last(session: Session, segment_id: int) -> None:
    assert counts(session, EVERYBODY, "source") == [("Webinar", 3), ("Fáir", 2), ("none", 1)]
    assert counts(session, EVERYBODY, "status") == [("NEW", 4), ("Called", 1), ("none", 1)]
    assert counts(session, EVERYBODY, "do_not_call") == [("do not call", 2), ("no do-not-call mark", 4)]
    assert counts(session, EVERYBODY, "segment") == [("Leads", 5), ("in no segment", 1)]
    assert counts(session, EVERYBODY, "custom.PLAN") == [("Pro", 3), ("10", 1), ("9", 1), ("none", 1)]
    assert counts(session, EVERYBODY, "calls") == [("0", 6)]
    assert counts(session, EVERYBODY, "import") == [("in no import", 6)]
    assert counts(session, EVERYBODY, "last_called")[-1] == ("never called", 6)
    assert counts(session, EVERYBODY, "last_outcome")[0] == ("answered", 0)
    assert [count for _, count in counts(session, EVERYBODY, "added")] == [6, 6, 6, 6]
    within = ContactQuery(segment_id)
    assert counts(session, within, "source") == [("Webinar", 3), ("Fáir", 1), ("none", 1)]
    assert [count for _, count in counts(session, within, "joined")] == [5, 5, 5, 5]


def test_the_search_and_the_criteria_of_other_fields_count(session: Session, segment_id: int) -> None:
    query = ContactQuery(
        segment_id, criteria=all_of([Comparison("status", "=", ("new",)), Comparison("source", "=", ("Fair",))])
    )
    assert counts(session, query, "source") == [("webinar", 2), ("none", 1)]
    assert counts(session, query, "status") == [("none", 1)]
    assert counts(session, replace(query, search="dee", criteria=None), "state") == [("CA", 1)]
    assert counts(session, ContactQuery(search="nobody"), "source") == []
    # A part that compares several fields is no choice of one of them.
    either = Comparison("source", "=", ("fair",)), Comparison("state", "=", ("CA",))
    mixed = ContactQuery(criteria=AllOf((Comparison("do_not_call", "=", ("no",)), *either)))
    assert counts(session, mixed, "source") == [("none", 1)]


@pytest.mark.parametrize("field", [*CONTACT_SORTS, "custom.plan"])
def test_each_value_selects_as_many_as_it_says(session: Session, segment_id: int, field: str) -> None:
    for query in (ContactQuery(segment_id), *(() if field == "joined" else (EVERYBODY, ContactQuery(search="602")))):
        facet = facets.facet(session, query, field)
        assert facet
        for value in facet:
            chosen = replace(query, criteria=value.criteria)
            assert len(contacts.listing(session, chosen).ids()) == value.count, value


def test_of_many_values_the_most_frequent_are_listed_and_the_others_counted(session: Session, segment_id: int) -> None:
    facet = facets.facet(session, EVERYBODY, "source", limit=2)
    assert [(value.label, value.count) for value in facet] == [("Webinar", 3), ("none", 1)]
    assert (facet.rarer_values, facet.rarer_contacts) == (1, 2)
    phones = facets.facet(session, EVERYBODY, "phone", limit=4)
    assert (len(phones), phones.rarer_values, phones.rarer_contacts) == (4, 2, 2)


def suggested(session: Session, field: str, typed: str, query: ContactQuery | None = None) -> list[tuple[str, int]]:
    return [(value.label, value.count) for value in facets.suggestions(session, query, field, typed)]


def test_suggestions_begin_with_what_is_typed_or_contain_it(session: Session, segment_id: int) -> None:
    assert suggested(session, "source", "IN") == [("Webinar", 3)]
    assert suggested(session, "first_name", "n") == [("Ann", 1), ("Finn", 1)]
    assert suggested(session, "status", "") == [("NEW", 4), ("Called", 1)]
    assert suggested(session, "custom.plan", "PR") == [("Pro", 3)]
    assert suggested(session, "phone", "(602) 555-0103") == [("+16025550103", 1)]
    assert suggested(session, "segment", "lea") == [("Leads", 5)]
    assert suggested(session, "last_outcome", "an") == [("answered", 0), ("no answer", 0)]
    assert suggested(session, "do_not_call", "mark") == [("no do-not-call mark", 4)]
    assert suggested(session, "added", "2026") == []
    assert suggested(session, "source", "f", ContactQuery(segment_id)) == [("Fáir", 1)]
    assert suggested(session, "source", "zzz") == []


def test_an_unknown_field_and_an_interrupt(session: Session) -> None:
    with pytest.raises(InvalidInput, match=r"no field “citty”\. Did you mean “city”"):
        facets.facet(session, EVERYBODY, "citty")
    with pytest.raises(InvalidInput, match="only in the list of one segment"):
        facets.facet(session, EVERYBODY, "joined")
    stopped = Interrupt()
    stopped.cancel()
    with pytest.raises(Cancelled):
        facets.facet(session, EVERYBODY, "source", stopped)


_VALUES = st.sampled_from(["", "Ann", "ann", "ÁNN", "Bo", "10", "9", "x"])


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(_VALUES, _VALUES, _VALUES), min_size=1, max_size=6), data=st.data())
def test_facets_add_up(session: Session, rows: Sequence[tuple[str, str, str]], data: st.DataObject) -> None:
    segment = segments.create(session, f"S{contacts.total(session)}")
    for name, city, plan in rows:
        email = f"{contacts.total(session)}@example.com"
        contacts.add(session, {"email": email, "first_name": name, "city": city, "custom.plan": plan}, segment.id)
    know_custom_fields(session, "plan")
    query = ContactQuery(segment.id, criteria=data.draw(st.sampled_from([None, Comparison("state", "is blank")])))
    for field in PARTITIONED:
        limit = data.draw(st.integers(1, 3))
        facet = facets.facet(session, query, field, limit=limit)
        assert sum(value.count for value in facet) + facet.rarer_contacts == len(rows), field
    for field, position in (("first_name", 0), ("city", 1), ("custom.plan", 2)):
        plain = Counter(fold(row[position]) for row in rows)
        facet = facets.facet(session, query, field)
        labels = {"" if value.label == "none" else fold(value.label): value.count for value in facet}
        assert labels == plain
