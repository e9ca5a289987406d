"""Orders and columns of every field: sorted as displayed, blanks last in both directions, on both databases."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, update

from segtui.database.tables.core_tables import contact_calls, import_changes, imports, memberships
from segtui.database.tables.core_tables import contacts as contact_table
from segtui.domain.criteria.fields import CONTACT_SORTS, CUSTOM, FIELDS
from segtui.domain.criteria.numbers import number_of
from segtui.domain.text import fold, name_key
from segtui.errors import InvalidInput
from segtui.services import campaigns
from segtui.services.contacts import contacts, field_columns
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.contacts import Contact
from segtui.services.criteria import facets, field_names
from segtui.services.segments import segments
from segtui.services.session import Session, moment, stored
from tests.conftest import TwoCompanies
from tests.services.campaigns.support import draft, people
from tests.support.custom_names import know_custom_fields

pytestmark = pytest.mark.search

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
EVERY = (*CONTACT_SORTS, "custom.plan", "custom.nothing")

_TEXTS = st.sampled_from(["", "Åre", "are", "b", "B b", "10", "9", "2.5", "-3", "1e3", "é'x", "Ω", " 7"])
_PERSON = st.fixed_dictionaries(
    {
        "first_name": _TEXTS,
        "last_name": _TEXTS,
        "postal_code": _TEXTS,
        "custom.Plan": _TEXTS,
        "custom.PLAN": _TEXTS,
        "do_not_call": st.sampled_from(["yes", "no"]),
    }
)


def _import(session: Session, file: str) -> int:
    with session.write() as tx:
        values = {"company_id": tx.company_id, "status": "completed", "file": file, "user": "x", "started_at": 1}
        (key,) = tx.execute(imports.insert().values(**values).returning(imports.c.id)).one()
        return int(key)


def _add(session: Session, segment_id: int, number: int, values: dict[str, str], data: st.DataObject) -> int:
    """Add a contact whose further values are drawn; they are written as they are stored."""
    contact = contacts.add(session, {"email": f"{number}@Example.com", **values}, segment_id)
    times = st.integers(0, 3).map(lambda day: stored(AT + timedelta(days=day)))
    mine = contact_table.c.id == contact.id
    with session.write() as tx:
        region = data.draw(st.sampled_from([None, "US", "GB"]))
        change = {"region": region, "updated_at": data.draw(times)}
        tx.execute(update(contact_table).where(tx.scope(contact_table), mine).values(**change))
        in_segment = (memberships.c.segment_id == segment_id, memberships.c.contact_id == contact.id)
        joined = update(memberships).where(tx.scope(memberships), *in_segment)
        tx.execute(joined.values(added_at=data.draw(times)))
        if data.draw(st.booleans()):
            outcome = data.draw(st.sampled_from(["answered", "no_answer", "busy"]))
            calls = {"calls": data.draw(st.integers(1, 12)), "last_called": data.draw(times), "last_outcome": outcome}
            tx.execute(contact_calls.insert().values(company_id=tx.company_id, contact_id=contact.id, **calls))
    return contact.id


def _display_key(contact: Contact, field: str) -> Any:
    """Return what a field is sorted by as displayed; None for a blank."""
    value = field_columns.value_of(contact, field)
    if value is None:
        return None
    if isinstance(value, tuple):
        return int(value[0].split(" ")[0]) if field == "import" else fold(value[0])
    if field.startswith(CUSTOM):
        assert isinstance(value, str)
        number = number_of(value)
        return ((1, 0.0) if number is None else (0, number), fold(value)) if fold(value) else None
    if field in FIELDS and FIELDS[field].kind == "text" and isinstance(value, str):
        return (value.casefold() if field == "email" else fold(value)) or None
    return value


def _sorted(rows: Sequence[Contact], field: str, *, descending: bool) -> list[int]:
    keys = {row.id: _display_key(row, field) for row in rows}
    valued = sorted((row.id for row in rows if keys[row.id] is not None), key=lambda key: (keys[key], key))
    blank = sorted(row.id for row in rows if keys[row.id] is None)
    return [*reversed(valued), *reversed(blank)] if descending else valued + blank


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(_PERSON, min_size=2, max_size=6), data=st.data())
def test_every_order_is_that_of_the_displayed_values(
    session: Session, rows: Sequence[dict[str, str]], data: st.DataObject
) -> None:
    known = contacts.total(session)
    segment = segments.create(session, f"Segment {known}")
    other = segments.create(session, f"Other {known}")
    ids = [_add(session, segment.id, known + number, values, data) for number, values in enumerate(rows)]
    segments.add_contacts(session, other.id, ids[::2])
    know_custom_fields(session, "Plan", "PLAN")
    for field in EVERY:
        for descending in (False, True):
            query = ContactQuery(segment.id, sort=field, descending=descending)
            listing = contacts.listing(session, query, columns=EVERY)
            order = listing.ids()
            shown = listing.rows(order)
            assert sorted(shown) == sorted(ids)
            assert list(order) == _sorted(list(shown.values()), field, descending=descending), field
            assert listing.first(2) == [shown[key] for key in order[:2]]
    # Of all contacts, and of a search, the names of groups are computed at once and not contact by contact.
    for search in ("", "example"):
        for field in ("segment", "campaign", "import", "custom.plan"):
            query = ContactQuery(search=search, sort=field)
            listing = contacts.listing(session, query, columns=(field,))
            order = listing.ids()
            assert list(order) == _sorted(list(listing.rows(order).values()), field, descending=False), field


def test_columns_show_what_stands_in_other_tables(session: Session) -> None:
    segment_id, ids = people(session, "Webinar", 3)
    segments.add_contacts(session, segments.create(session, "älter").id, ids[:1])
    campaigns.launch(session, draft(session, segment_id).id)
    first, second = _import(session, "leads.csv"), _import(session, "more.csv")
    joined = stored(AT)
    with session.write() as tx:
        company = {"company_id": tx.company_id}
        tx.execute(
            update(contact_table).where(tx.scope(contact_table), contact_table.c.id == ids[0]).values(import_id=first)
        )
        change = {"import_id": second, "before": "{}", "after": "{}", **company}
        tx.execute(import_changes.insert(), [{"contact_id": ids[0], **change}, {"contact_id": ids[1], **change}])
        tx.execute(update(memberships).where(tx.scope(memberships)).values(added_at=joined))
        calls = {"calls": 2, "last_called": joined, "last_outcome": "no_answer", **company}
        tx.execute(contact_calls.insert().values(contact_id=ids[0], **calls))
    rows = contacts.listing(session, ContactQuery(segment_id), columns=EVERY).rows(ids)

    def texts(field: str) -> list[str]:
        return [field_columns.text_of(rows[key], field, lambda time: time) for key in ids]

    assert texts("segment") == ["älter, Webinar", "Webinar", "Webinar"]
    assert texts("import") == [f"{first} leads.csv, {second} more.csv", f"{second} more.csv", ""]
    assert texts("campaign") == ["Spring"] * 3
    assert texts("last_outcome") == ["no answer", "", ""]
    assert texts("last_called") == ["2026-03-02 09:30", "", ""]
    assert texts("calls") == ["2", "0", "0"]
    assert texts("joined") == ["2026-03-02"] * 3
    assert texts("do_not_call") == ["no"] * 3
    assert field_columns.value_of(rows[ids[0]], "joined") == moment(joined)
    bare = contacts.listing(session, ContactQuery(segment_id)).rows(ids)
    assert bare[ids[0]].extra == {}


def test_a_page_costs_the_same_statements_for_any_number_of_contacts(session: Session) -> None:
    segment_id, ids = people(session, "Webinar", 6)
    statements: list[str] = []
    event.listen(session.database.engine, "before_cursor_execute", lambda *context: statements.append(context[2]))
    listing = contacts.listing(session, ContactQuery(segment_id), columns=EVERY)
    counts = []
    for page in (ids[:1], ids):
        statements.clear()
        listing.rows(page)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_names_of_columns_are_read_with_the_nearest_in_the_error(session: Session) -> None:
    know_custom_fields(session, "Plan type", 'a,"b', "PLAN TYPE")
    read = field_names.parse_columns(session, 'Name, custom."plan type",custom.Plan type,PHONE,custom."A,\\"B"')
    assert read == ("name", "custom.PLAN TYPE", "phone", 'custom.a,"b')
    assert field_names.parse_columns(session, "joined", in_segment=True) == ("joined",)
    assert field_names.parse_sort(session, "Custom.plan TYPE") == "custom.PLAN TYPE"
    assert field_names.parse_sort(session, 'custom.a,"b') == 'custom.a,"b'
    for text, sentence in (
        ("name,phnoe", "no field “phnoe”. Did you mean “phone”"),
        ("plan type", "Did you mean “custom.PLAN TYPE”"),
        ("custom.plan typ", "Did you mean “custom.PLAN TYPE”"),
        ("", "fields with commas between them"),
        ("name,,phone", "fields with commas between them"),
        ('custom."plan', "quotation mark is not closed"),
        ("joined", "only in the list of one segment"),
        ("x" * 5_000, "no field"),
    ):
        with pytest.raises(InvalidInput) as refused:
            field_names.parse_columns(session, text)
        assert sentence in str(refused.value) or len(text) > 4_000
        assert refused.value.field == "columns"
        assert len(str(refused.value)) < 400
    with pytest.raises(InvalidInput, match="Contacts are sorted by one of their fields"):
        contacts.listing(session, ContactQuery(sort="size"))
    with pytest.raises(InvalidInput, match="only in the list of one segment"):
        contacts.listing(session, ContactQuery(sort="joined"))


def test_the_fields_on_offer_are_the_declared_ones_and_the_custom_ones_by_name(session: Session) -> None:
    know_custom_fields(session, "zip", "Alpha", "ZIP", "éclair")
    names = [field.name for field in field_names.every(session)]
    assert names == [
        *(name for name in CONTACT_SORTS if name != "joined"),
        "custom.Alpha",
        "custom.éclair",
        "custom.ZIP",
    ]
    assert "joined" in [field.name for field in field_names.every(session, in_segment=True)]
    assert {name_key(name) for name in names} == set(map(name_key, names))


def test_fields_are_suggested_with_the_contacts_that_have_a_value(session: Session) -> None:
    first = contacts.add(session, {"email": "a@example.com", "custom.Plan": "pro", "custom.PLAN": "x"})
    contacts.add(session, {"email": "b@example.com", "custom.PLAN": "y", 'custom.a"b': "1"})
    know_custom_fields(session, "Plan", "PLAN", 'a"b')

    def suggested(typed: str, **options: Any) -> list[tuple[str, int | None]]:
        every = field_names.suggestions(session, typed, **options)
        return [(suggestion.field.name, suggestion.contacts) for suggestion in every]

    assert suggested("pl", counts_contacts=True) == [("custom.PLAN", 2)]
    assert suggested("LAST", limit=3) == [("last_name", None), ("last_outcome", None), ("last_called", None)]
    assert suggested("join") == []
    assert suggested("join", in_segment=True) == [("joined", None)]
    assert suggested("custom.", counts_contacts=True) == [('custom.a"b', 1), ("custom.PLAN", 2)]
    contacts.delete(session, first.id)
    assert suggested("plan", counts_contacts=True) == [("custom.PLAN", 1)]


def test_an_admin_sorts_counts_and_shows_contacts_of_all_companies(two_companies: TwoCompanies) -> None:
    ids = []
    for session in (two_companies.main, two_companies.other):
        segment = segments.create(session, "Leads")
        ids.append(contacts.add(session, {"email": "a@example.com", "custom.Plan": "pro"}, segment.id).id)
        know_custom_fields(session, "Plan")
    both = two_companies.both
    known = {row.id for row in contacts.listing(both, ContactQuery()).first(99)}
    fields = [name for name in EVERY if name != "joined"]
    for field in fields:
        listing = contacts.listing(both, ContactQuery(sort=field), columns=fields)
        assert set(listing.ids()) == known
        facet = facets.facet(both, ContactQuery(), field)
        assert max(value.count for value in facet) <= len(known)
    rows = contacts.listing(both, ContactQuery(), columns=("segment",)).rows(ids)
    assert [field_columns.value_of(rows[key], "segment") for key in ids] == [("Leads",)] * 2
    leads = next(value for value in facets.facet(both, ContactQuery(), "segment") if value.label == "Leads")
    assert leads.count == 2
    assert list(contacts.listing(both, ContactQuery(criteria=leads.criteria)).ids()) == ids
