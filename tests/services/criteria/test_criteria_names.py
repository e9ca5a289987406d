"""Names in criteria become ids, and ids names; custom fields are those of the company."""

import pytest

from segtui.domain.criteria.canonical import text_of
from segtui.domain.criteria.tree import AllOf, Comparison, Criteria, Not
from segtui.errors import InvalidInput
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import criteria_names, expressions
from segtui.services.segments import segments
from segtui.services.session import Session
from tests.conftest import TwoCompanies

pytestmark = pytest.mark.search


def _bound(session: Session, parsed: Criteria) -> Criteria:
    with session.read() as tx:
        return criteria_names.bind(tx, parsed)


def _unbound(session: Session, bound: Criteria) -> Criteria:
    with session.read() as tx:
        return criteria_names.unbind(tx, bound)


def test_a_name_becomes_an_id_and_follows_the_segment_when_it_is_renamed(session: Session) -> None:
    segment = segments.create(session, "Called in May")
    parsed = expressions.parse(session, 'segment = "CALLED in may" and not segment is blank')
    bound = _bound(session, parsed)
    assert bound == AllOf((Comparison("segment", "=", (str(segment.id),)), Not(Comparison("segment", "is blank"))))
    segments.edit(session, segment.id, name="Called in June")
    assert text_of(_unbound(session, bound)) == 'segment = "Called in June" and not segment is blank'


def test_an_unknown_name_is_refused_with_the_nearest_one(session: Session) -> None:
    segments.create(session, "Called in May")
    with pytest.raises(InvalidInput, match="Did you mean “Called in May”") as refused:
        expressions.parse(session, 'segment = "Caled in May"')
    assert refused.value.field == "where"
    with pytest.raises(InvalidInput, match="At character 12: there is no campaign “Spring”"):
        expressions.parse(session, "campaign = Spring")
    with pytest.raises(InvalidInput, match="there is no import 17"):
        expressions.parse(session, "import = 17")


def test_a_deleted_segment_is_named_as_such_and_holds_nobody(session: Session) -> None:
    segment = segments.create(session, "Leads")
    segments.add_contacts(session, segment.id, [contacts.add(session, {"email": "a@example.com"}).id])
    bound = _bound(session, Comparison("segment", "=", ("Leads",)))
    segments.delete(session, segment.id)
    unbound = _unbound(session, bound)
    assert unbound == Comparison("segment", "=", (f"(deleted segment {segment.id})",))
    with pytest.raises(InvalidInput, match=r"(?i)there is no segment"):
        contacts.listing(session, ContactQuery(criteria=unbound)).ids()
    segments.create(session, f"(Deleted segment {segment.id})")
    with pytest.raises(InvalidInput, match="There is no segment"):
        contacts.listing(session, ContactQuery(criteria=unbound)).ids()
    assert len(contacts.listing(session, ContactQuery(criteria=Comparison("segment", "is blank"))).ids()) == 1


def test_a_name_stands_for_every_segment_that_has_it_in_all_companies(two_companies: TwoCompanies) -> None:
    ids = []
    for session in (two_companies.main, two_companies.other):
        segment = segments.create(session, "Leads")
        contact = contacts.add(session, {"email": "a@example.com"})
        segments.add_contacts(session, segment.id, [contact.id])
        contacts.add(session, {"email": "b@example.com"})
        ids.append(contact.id)
    both = two_companies.both
    inside = expressions.parse(both, "segment = leads")
    assert list(contacts.listing(both, ContactQuery(criteria=inside, sort="added")).ids()) == ids
    outside = expressions.parse(both, "segment != leads")
    assert len(contacts.listing(both, ContactQuery(criteria=outside)).ids()) == 2


def test_custom_fields_are_found_regardless_of_case_and_unknown_ones_refused(session: Session) -> None:
    first = contacts.add(session, {"email": "a@example.com", "custom.Plan type": "Gold"})
    second = contacts.add(session, {"email": "b@example.com", "custom.plan TYPE": "gold"})
    contacts.add(session, {"email": "c@example.com", 'custom.the "best"': "gold"})
    parsed = expressions.parse(session, 'CUSTOM."PLAN type" = GOLD')
    assert parsed == Comparison("custom.Plan type", "=", ("GOLD",))
    assert set(contacts.listing(session, ContactQuery(criteria=parsed)).ids()) == {first.id, second.id}
    assert [name for name in expressions.catalog(session).names() if name.startswith("custom.")] == [
        "custom.Plan type",
        'custom.the "best"',
    ]
    with pytest.raises(InvalidInput, match="Plan type"):
        expressions.parse(session, 'custom."Plan typ" = gold')


def test_custom_fields_of_another_company_are_none_of_this_one(two_companies: TwoCompanies) -> None:
    contacts.add(two_companies.other, {"email": "a@example.com", "custom.Plan": "Gold"})
    assert expressions.catalog(two_companies.main).find("custom.plan") is None
    assert expressions.catalog(two_companies.other).find("custom.PLAN") is not None
    assert expressions.catalog(two_companies.both).find("custom.plan") is not None


def test_filters_combine_and_the_same_field_twice_means_either(session: Session) -> None:
    for number, (source, status) in enumerate([("Web", "new"), ("Fair", "new"), ("web", "old"), ("", "")]):
        contacts.add(session, {"email": f"{number}@example.com", "source": source, "status": status})

    def count(*texts: str) -> int:
        query = ContactQuery(criteria=expressions.parse_filters(session, texts))
        return len(contacts.listing(session, query).ids())

    assert count("source=WEB") == 2
    assert count("source=web", "source=fair") == 3
    assert count("source=web", "status=new") == 1
    assert count("source=") == 1
    assert count("do_not_call=no") == 4
    assert count("added=today") == count("added=7d") == count("added=year") == 4
    assert count("added=2000-01-01..2000-12-31") == 0
    assert count("added=2000-01-01..") == 4
    assert count("segment=none") == 4
    assert count() == 4


def test_joined_exists_only_in_the_list_of_one_segment(session: Session) -> None:
    segment = segments.create(session, "Leads")
    segments.add_contacts(session, segment.id, [contacts.add(session, {"email": "a@example.com"}).id])
    with pytest.raises(InvalidInput):
        expressions.parse(session, "joined in last 7 days")
    parsed = expressions.parse(session, "joined in last 7 days", in_segment=True)
    assert len(contacts.listing(session, ContactQuery(segment.id, criteria=parsed)).ids()) == 1
    with pytest.raises(InvalidInput, match="joined is the day"):
        contacts.listing(session, ContactQuery(criteria=parsed)).ids()
