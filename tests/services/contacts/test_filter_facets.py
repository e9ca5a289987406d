"""Facets count what a plain look at every contact counts, on both databases."""

from collections import Counter
from dataclasses import replace

import pytest

from segtui.domain.text import fold
from segtui.errors import Cancelled, InvalidInput
from segtui.services.contacts import contacts
from segtui.services.contacts import filter_facets as facets
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.filters import Filter
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments
from segtui.services.session import Session

pytestmark = pytest.mark.search

PEOPLE = (
    ("Ann", "Webinar", "NEW", "AZ", False),
    ("Bo", "webinar", "NEW", "", False),
    ("Cy", "Webinar", "Called", "AZ", True),
    ("Dee", "", "new", "CA", False),
    ("Eve", "Fáir", "", "ca", True),
    ("Finn", "Fair", "NEW", "AZ", False),
)


@pytest.fixture
def segment_id(session: Session) -> int:
    """Make the contacts; all but Finn are in a segment."""
    segment = segments.create(session, "Leads")
    for number, (name, source, status, state, never) in enumerate(PEOPLE):
        values = {"phone": f"+1602555{100 + number:04}", "first_name": name, "source": source, "status": status}
        values |= {"state": state, "do_not_call": "yes" if never else "no"}
        contacts.add(session, values, segment.id if name != "Finn" else None)
    return segment.id


def counts(session: Session, query: ContactQuery, field: str) -> list[tuple[str, int]]:
    return [(each.label, each.count) for each in facets.facet(session, query, field)]


def test_values_with_their_counts_the_most_frequent_first_and_none_last(session: Session, segment_id: int) -> None:
    everybody = ContactQuery()
    assert counts(session, everybody, "source") == [("Webinar", 3), ("Fáir", 2), ("none", 1)]
    assert counts(session, everybody, "status") == [("NEW", 4), ("Called", 1), ("none", 1)]
    assert counts(session, everybody, "do_not_call") == [("do not call", 2), ("may be called", 4)]
    assert counts(session, everybody, "segment") == [("in no segment", 1)]
    assert [count for _, count in counts(session, everybody, "added")] == [6, 6, 6, 6]
    assert counts(session, ContactQuery(segment_id), "source") == [("Webinar", 3), ("Fáir", 1), ("none", 1)]


def test_the_search_and_the_filters_of_other_fields_count(session: Session, segment_id: int) -> None:
    query = ContactQuery(segment_id, filters=(Filter("status", "new"), Filter("source", "Fair")))
    assert counts(session, query, "source") == [("webinar", 2), ("none", 1)]
    assert counts(session, query, "status") == [("none", 1)]
    assert counts(session, replace(query, search="dee", filters=()), "state") == [("CA", 1)]
    assert counts(session, ContactQuery(search="nobody"), "source") == []


@pytest.mark.parametrize("field", ["source", "status", "state"])
def test_each_value_filters_as_many_as_it_says(session: Session, segment_id: int, field: str) -> None:
    place = {"source": 1, "status": 2, "state": 3}[field]
    plain = Counter(fold(str(person[place])) for person in PEOPLE)
    found = facets.facet(session, ContactQuery(), field)
    assert {fold(each.filter.value): each.count for each in found} == plain
    for each in found:
        assert len(contacts.listing(session, ContactQuery(filters=(each.filter,))).ids()) == each.count


def test_an_unknown_field_and_an_interrupt(session: Session) -> None:
    with pytest.raises(InvalidInput, match="not by “city”"):
        facets.facet(session, ContactQuery(), "city")
    stopped = Interrupt()
    stopped.cancel()
    with pytest.raises(Cancelled):
        facets.facet(session, ContactQuery(), "source", stopped)
