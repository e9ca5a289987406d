"""Criteria select the same contacts on SQLite, on PostgreSQL, and in the plain definition."""

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import select

from segtui.database.tables.core_tables import contacts
from segtui.domain.criteria.canonical import text_of
from segtui.domain.criteria.evaluation import holds
from segtui.domain.criteria.tree import Criteria, Not
from segtui.services.contacts import criteria_sql
from segtui.services.contacts.criteria_columns import ContactColumns, computed
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


def _expected(people: list[StoredContact], criteria: Criteria) -> set[int]:
    return {person.id for person in people if holds(criteria, person.facts, TODAY)}


def test_criteria_select_what_the_definition_says(session: Session) -> None:
    _agree(session, 300, 120)


@pytest.mark.long
def test_ten_thousand_criteria_select_what_the_definition_says(session: Session) -> None:
    _agree(session, 10_000, 300)
