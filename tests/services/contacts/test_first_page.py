"""The first page of every order is the beginning of the whole order, on both databases, whatever plan answers."""

from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from segtui.database.tables.core_tables import contact_calls, import_changes, imports, memberships
from segtui.database.tables.core_tables import contacts as table
from segtui.domain.criteria.fields import CONTACT_SORTS
from segtui.domain.criteria.tree import Criteria
from segtui.domain.text import fold
from segtui.services import search_index
from segtui.services.contacts import access_path, contact_query, contact_values, contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import expressions
from segtui.services.segments import segments
from segtui.services.segments.segments import SegmentQuery
from segtui.services.session import Session
from tests.support.custom_names import know_custom_fields

pytestmark = pytest.mark.search

_EVERY = (*CONTACT_SORTS, "custom.plan", "custom.nothing")
_VALUES = [
    "", "Åre", "are", "b", "B b", "'b", "  b", "ab", "Zz", "zz top", "[x", "{x", "@", "10", "9", "2.5", "-3", "1e3",
    "é'x", "Ω", "李", "ß", "Kelvin", "ﬁn", "aͤ", "_a",
]  # fmt: skip
_FIELDS = ("first_name", "last_name", "organization", "city", "postal_code", "custom.Plan")
_person = st.fixed_dictionaries({field: st.sampled_from(_VALUES) for field in _FIELDS})
_number = st.integers(0, 3)
_facts = st.tuples(_number, _number, _number, _number)


def _fill(session: Session, people: list[dict[str, str]], facts: list[tuple[int, int, int, int]]) -> tuple[int, int]:
    """Replace all contacts by these, with calls, imports and memberships; return two segments."""
    known = {segment.name: segment.id for segment in segments.find(session, SegmentQuery())}
    first, second = (known.get(name) or segments.create(session, name).id for name in ("Ä", "b"))
    with session.write() as tx:
        tx.execute(delete(import_changes).where(tx.scope(import_changes)))
        contacts.delete_contacts(tx, list(tx.execute(select(table.c.id).where(tx.scope(table))).scalars()))
        company = {"company_id": tx.company_id}
        run = {**company, "status": "completed", "file": "a.csv", "user": "x", "started_at": 1}
        (import_id,) = tx.execute(imports.insert().values(**run).returning(imports.c.id)).one()
        ids = []
        for number, (person, (days, calls, region, _)) in enumerate(zip(people, facts, strict=True)):
            values = {name: value for name, value in person.items() if value} | {"email": f"{number}@example.com"}
            row = contact_values.checked(values, "US", contacts.empty(), "tester")
            times = {"created_at": days, "updated_at": calls}
            made = tx.execute(insert(table).values(**row, **company, **times).returning(table.c.id))
            ids.append(made.scalar_one())
            region_ = [None, "US", "GB", "us"][region]
            mark = {"region": region_, "do_not_call": calls % 2}
            tx.execute(update(table).where(tx.scope(table), table.c.id == ids[-1]).values(**mark))
        for key, (days, calls, _, change) in zip(ids, facts, strict=True):
            if calls:
                outcome = ["answered", "busy", "failed"][calls - 1]
                made_calls = {"calls": calls, "last_called": days, "last_outcome": outcome}
                tx.execute(insert(contact_calls).values(**company, contact_id=key, **made_calls))
            if change == 1:
                changed = {"import_id": import_id, "contact_id": key, "before": "{}", "after": "{}"}
                tx.execute(insert(import_changes).values(**company, **changed))
        tx.upkeep.created(ids)
        tx.upkeep.changed(ids, "calls")
        tx.upkeep.changed(ids, "import")
        search_index.after_change(tx)
    segments.add_contacts(session, first, [key for key, fact in zip(ids, facts, strict=True) if fact[3] != 2])
    segments.add_contacts(session, second, ids[::2])
    with session.write() as tx:
        for key, fact in zip(ids, facts, strict=True):
            joined = update(memberships).where(tx.scope(memberships), memberships.c.contact_id == key)
            tx.execute(joined.values(added_at=fact[0]))
    know_custom_fields(session, "Plan")
    return first, second


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(st.tuples(_person, _facts), min_size=8, max_size=24), data=st.data())
def test_the_first_page_begins_the_whole_order(
    session: Session, people: list[tuple[dict[str, str], tuple[int, int, int, int]]], data: st.DataObject
) -> None:
    first, second = _fill(session, [person for person, _ in people], [facts for _, facts in people])
    some: Criteria | None = expressions.parse(session, "email = *example* and do_not_call = no")
    places = [
        {},
        {"segment_id": first},
        {"segment_id": first, "other_segments": (second,)},
        {"search": "example"},
        {"criteria": some},
        {"segment_id": second, "search": "example", "criteria": some},
    ]
    few = data.draw(st.sampled_from([-1, 5_000]))
    sample = data.draw(st.sampled_from([3, 6, 5_000]))
    with patch.object(access_path, "FEW", few), patch.object(contact_query, "_BOUND_SAMPLE", sample):
        for sort in _EVERY:
            for descending in (False, True):
                place = data.draw(st.sampled_from(places if sort != "joined" else [places[1], places[5]]))
                query = ContactQuery(sort=sort, descending=descending, **place)  # type: ignore[arg-type]
                order = list(contacts.listing(session, query).ids())
                limit = data.draw(st.sampled_from([1, 3, 40]))
                page = [row.id for row in contacts.listing(session, query).first(limit)]
                assert page == order[:limit], (query, limit)


@given(st.text(min_size=1), st.sampled_from("aZ5k"))
def test_a_letter_or_digit_in_front_stays_there(rest: str, sign: str) -> None:
    assert fold(sign + rest)[0] == sign.lower()
