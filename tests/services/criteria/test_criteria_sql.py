"""Criteria select the same contacts on SQLite, on PostgreSQL, and in the plain definition."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from segtui.database.tables.core_tables import contacts
from segtui.domain.criteria.canonical import text_of
from segtui.domain.criteria.evaluation import holds
from segtui.domain.criteria.tree import Criteria, Not, fields_of
from segtui.services.contacts import access_path, contact_query
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import criteria_names, criteria_sql
from segtui.services.criteria.criteria_columns import ContactColumns, computed
from segtui.services.session import Session, Transaction
from tests.support.criteria import TODAY, sample_criteria
from tests.support.criteria_contacts import CAMPAIGNS, IMPORTS, SEGMENTS, VIEWED, StoredContact, fill

pytestmark = pytest.mark.search

_CRITERIA = sample_criteria(segments=SEGMENTS, imports=IMPORTS, campaigns=CAMPAIGNS, in_segment=True, max_leaves=8)


def _selected(tx: Transaction, criteria: Criteria) -> set[int]:
    condition = criteria_sql.condition(tx, criteria, segment_id=VIEWED, today=TODAY)
    return set(tx.execute(select(contacts.c.id).where(tx.scope(contacts), condition)).scalars())


def _selected_from_computed(tx: Transaction, criteria: Criteria) -> set[int]:
    query, names = computed(tx, [criteria], contacts.c.id > 0)
    source = query.subquery()
    columns = ContactColumns(tx, source, names)
    condition = criteria_sql.condition(tx, criteria, segment_id=VIEWED, today=TODAY, columns=columns)
    return set(tx.execute(select(source.c.id).where(condition)).scalars())


def _agree(session: Session, examples: int, count: int) -> None:
    people = fill(session, count)

    @settings(max_examples=examples, suppress_health_check=list(HealthCheck))
    @given(criteria=_CRITERIA)
    def agree(criteria: Criteria) -> None:
        expected = _expected(people, criteria)
        with session.read() as tx:
            assert _selected(tx, criteria) == expected, text_of(criteria)
            assert _selected_from_computed(tx, criteria) == expected, text_of(criteria)
            assert _selected(tx, Not(criteria)) == {person.id for person in people} - expected

    agree()


@pytest.mark.parametrize("few", [5_000, -1])
def test_lists_hold_what_the_definition_says_on_every_way_to_it(
    session: Session, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    people = fill(session, 120)
    monkeypatch.setattr(access_path, "FEW", few)
    monkeypatch.setattr(contact_query, "WALK", 20)
    existing = sample_criteria(segments=SEGMENTS[:-1], imports=IMPORTS, campaigns=CAMPAIGNS, in_segment=True)

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(criteria=existing, segment_id=st.sampled_from([VIEWED, None]))
    def agree(criteria: Criteria, segment_id: int | None) -> None:
        if segment_id is None and "joined" in fields_of(criteria):
            return
        listed = people if segment_id is None else [person for person in people if str(VIEWED) in _segments(person)]
        with session.read() as tx:
            query = ContactQuery(segment_id, criteria=criteria_names.unbind(tx, criteria))
            expected = _expected(listed, criteria)
            ids = contact_query.ids(tx, query)
            assert set(ids) == expected, text_of(criteria)
            page = contact_query.first(tx, query, select(contacts.c.id), 10)
            assert [row.id for row in page] == list(ids[:10]), text_of(criteria)
            matching = select(contacts.c.id).where(tx.scope(contacts), contact_query.condition(tx, query))
            assert set(tx.execute(matching).scalars()) == expected, text_of(criteria)

    agree()


def _segments(person: StoredContact) -> frozenset[str]:
    segments = person.facts("segment")
    assert isinstance(segments, frozenset)
    return segments


def _expected(people: list[StoredContact], criteria: Criteria) -> set[int]:
    return {person.id for person in people if holds(criteria, person.facts, TODAY)}


def test_criteria_select_what_the_definition_says(session: Session) -> None:
    _agree(session, 150, 120)


@pytest.mark.long
def test_ten_thousand_criteria_select_what_the_definition_says(session: Session) -> None:
    _agree(session, 10_000, 300)
