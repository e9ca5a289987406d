"""Search, filter and sort agree with a naive model on random contacts, whatever strategy answers."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from segtui.database.backends import sqlite_search
from segtui.database.tables.core_tables import contacts as table
from segtui.domain import search_terms
from segtui.domain.text import fold
from segtui.services import search_index
from segtui.services.contacts import access_path, contact_query, contact_values, contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.contacts import Contact
from segtui.services.criteria import expressions
from segtui.services.segments import segments
from segtui.services.session import Session

pytestmark = pytest.mark.search

_NAMES = ["Zoë", "zoe", "Åse", "O'Brien", "Smith", "Blacksmith", "smi", "李", "ß", "", "Anna-Lena", "%_", 'a"b', "54"]
_PHONES = ["+16025550199", "+16025550142", "+442079460018", "+442079460042", ""]
_SEARCHES = [
    "", "zoe", "smith", "smi", "sm", "s", "602", "602 555", "602 5", "0199", "020 7946", "(602) 555", "obrien", "李",
    "ss", "anna-l", "%_", 'a"b', "example", "1.x",
    "ex", "co", "e", "x", "le", "an", "zoe smith", "ex le", "smith web", "54", "5", "nothing",
]  # fmt: skip

_people = st.lists(
    st.fixed_dictionaries(
        {
            "first_name": st.sampled_from(_NAMES),
            "last_name": st.sampled_from(_NAMES),
            "phone": st.sampled_from(_PHONES),
            "city": st.sampled_from(["Oslo", "oslo", "", "Ålesund", "Zürich"]),
            "source": st.sampled_from(["Web", "Fair", ""]),
        }
    ),
    max_size=12,
)


def _filled(session: Session, people: list[dict[str, str]]) -> list[Contact]:
    """Replace all contacts by these, in one transaction, and return them."""
    phones = set[str]()
    with session.write() as tx:
        contacts.delete_contacts(tx, list(tx.execute(select(table.c.id).where(tx.scope(table))).scalars()))
        for number, person in enumerate(people):
            values = {name: value for name, value in person.items() if value and value not in phones}
            phones.add(values.get("phone", ""))
            row = contact_values.checked(
                values | {"email": f"{number}.x@example.com"}, "US", contacts.empty(), "tester"
            )
            tx.execute(insert(table), row | {"company_id": tx.company_id, "created_at": 1 + number, "updated_at": 1})
        search_index.after_change(tx)
        rows = tx.execute(select(table).where(tx.scope(table)).order_by(table.c.id)).all()
    return [contacts.get(session, row.id) for row in rows]


def _text(contact: Contact) -> str:
    fields = (contact.phone, contact.email, contact.organization, contact.city, contact.state)
    return search_terms.contact_text([contact.name, *fields, contact.source, contact.status])


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=_people, search=st.sampled_from(_SEARCHES), common=st.booleans())
@pytest.mark.parametrize("small", [True, False])
def test_a_search_finds_what_the_definition_says(
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    people: list[dict[str, str]],
    search: str,
    *,
    common: bool,
    small: bool,
) -> None:
    made = _filled(session, people)
    segment = segments.create(session, f"S{len(segments.find(session, segments.SegmentQuery()))}")
    segments.add_contacts(session, segment.id, [contact.id for contact in made[::2]])
    monkeypatch.setattr(access_path, "FEW", -1 if common else 5_000)
    monkeypatch.setattr(contact_query, "WALK", 20_000 if small else 1)
    parsed = search_terms.parse(search)
    for segment_id, there in ((None, made), (segment.id, made[::2])):
        expected = {contact.id for contact in there if search_terms.matches(parsed, _text(contact))}
        for sort in ("name", "phone", "city", "added"):
            assert set(contacts.listing(session, ContactQuery(segment_id, search, sort=sort)).ids()) == expected


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=_people, descending=st.booleans())
def test_an_order_is_that_of_the_folded_text(
    session: Session, people: list[dict[str, str]], *, descending: bool
) -> None:
    made = _filled(session, people)
    for sort in ("name", "phone", "email", "city", "source"):
        valued = [c for c in made if fold(getattr(c, sort))]
        blank = [c for c in made if not fold(getattr(c, sort))]
        valued.sort(key=lambda c: (fold(getattr(c, sort)) if sort != "phone" else c.phone, c.id), reverse=descending)
        blank.sort(key=lambda c: c.id, reverse=descending)
        listing = contacts.listing(session, ContactQuery(sort=sort, descending=descending))
        assert list(listing.ids()) == [c.id for c in (*valued, *blank)]
        assert [c.id for c in listing.first(5)] == [c.id for c in (*valued, *blank)][:5]


@pytest.mark.parametrize(
    ("typed", "value", "shown"),
    [
        ("ex", "ada@example.com", ["ex"]),
        ("co", "ada@example.co.uk", ["co"]),
        ("le", "Anna-Lena", ["Le"]),
        ("lo", "ada_lovelace.long/lot", ["lo", "lo", "lo"]),
        ("in", "Berlin (Inner city)", ["In"]),
        ("e", "ada@example.com", ["e"]),
        ("am", "ada@example.com", []),
        ("xa", "ada@example.com", []),
        ("42", "Example-42 Ltd", ["42"]),
    ],
)
def test_two_letters_find_the_beginning_of_every_part_of_a_word(
    session: Session, typed: str, value: str, shown: list[str]
) -> None:
    contacts.add(session, {"email": "b@q.de", "organization": value})
    segments.create(session, value)
    search = search_terms.parse(typed)
    assert len(contacts.listing(session, ContactQuery(search=typed)).ids()) == bool(shown)
    assert len(segments.find(session, segments.SegmentQuery(search=typed))) == bool(shown)
    assert [value[start:end] for start, end in search_terms.spans(value, search)] == shown
    assert search_terms.matches(search, search_terms.field_text(value)) == bool(shown)


@given(value=st.text(alphabet="aAbé1 .-_@'/(", max_size=14), typed=st.text(alphabet="aAbé1", min_size=1, max_size=4))
def test_what_is_highlighted_is_what_matches(value: str, typed: str) -> None:
    search = search_terms.parse(typed)
    if typed.isdigit():  # a number is compared with phones too
        return
    assert bool(search_terms.spans(value, search)) == search_terms.matches(search, search_terms.field_text(value))


def test_the_index_may_lag_behind_and_nothing_is_missed(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_search, "_INDEX_AT_ONCE", -1)
    contact = contacts.add(session, {"phone": "+16025550199", "first_name": "Zoë"})
    assert list(contacts.listing(session, ContactQuery(search="zoe")).ids()) == [contact.id]
    list(search_index.catch_up(session))
    contacts.edit(session, contact.id, {"first_name": "Anna"})
    assert list(contacts.listing(session, ContactQuery(search="zoe")).ids()) == []
    assert list(contacts.listing(session, ContactQuery(search="anna")).ids()) == [contact.id]
    contacts.delete(session, contact.id)
    list(search_index.catch_up(session))
    assert list(contacts.listing(session, ContactQuery(search="anna")).ids()) == []


def test_filters_combine_and_the_same_field_twice_means_either(session: Session) -> None:
    for number, (source, status) in enumerate([("Web", "new"), ("Fair", "new"), ("web", "old"), ("", "")]):
        contacts.add(session, {"email": f"{number}@example.com", "source": source, "status": status})

    def found(*texts: str) -> int:
        return len(contacts.listing(session, ContactQuery(criteria=expressions.parse_filters(session, texts))).ids())

    assert found("source=WEB") == 2
    assert found("source=web", "source=fair") == 3
    assert found("source=web", "status=new") == 1
    assert found("source=") == 1
    assert found("do_not_call=no") == 4
    assert found("added=today") == found("added=7d") == found("added=year") == 4
    assert found("added=2000-01-01..2000-12-31") == 0
    assert found("added=2000-01-01..") == 4
    assert found("segment=none") == 4
