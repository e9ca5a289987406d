"""The rule of a live segment that is made of a filtered list, and the description of a fixed one."""

from datetime import UTC, datetime

import pytest

from segtui.domain.criteria.tree import AllOf, AnyOf, Comparison, Criteria
from segtui.domain.names import DESCRIPTION_LENGTH
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.segments.segments import Segment
from segtui.tui.screens.contacts.list_rule import ListRule, description_of, rule_of

WEBINAR = Comparison("source", "=", ("Webinar",))
ARIZONA = Comparison("state", "=", ("AZ",))
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def segment(name: str) -> Segment:
    """Return a fixed segment."""
    return Segment(1, 1, "Main", name, "", 0, NOW, NOW, archived=False)


@pytest.mark.parametrize("criteria", [WEBINAR, AllOf((WEBINAR, ARIZONA)), AnyOf((WEBINAR, ARIZONA))])
def test_the_filters_of_all_contacts_are_the_rule(criteria: Criteria) -> None:
    assert rule_of(ContactQuery(criteria=criteria), None, is_partial=False) == ListRule(criteria)


def test_in_a_segment_the_rule_names_the_segment() -> None:
    rule = rule_of(ContactQuery(1, criteria=AllOf((WEBINAR, ARIZONA))), segment("Fair"), is_partial=False)
    assert rule.criteria == AllOf((Comparison("segment", "=", ("Fair",)), WEBINAR, ARIZONA))


def test_without_filters_nothing_is_offered_and_nothing_is_said() -> None:
    assert rule_of(ContactQuery(search="ada"), None, is_partial=True) == ListRule()


@pytest.mark.parametrize(
    ("query", "is_partial", "words"),
    [
        (ContactQuery(search=" ada ", criteria=WEBINAR), False, "the search “ada” cannot be part of a rule"),
        (ContactQuery(criteria=Comparison("joined", "=", ("2026-01-01",))), False, "when a contact joined"),
        (ContactQuery(criteria=WEBINAR), True, "only some are marked"),
    ],
)
def test_what_cannot_be_a_rule_is_said(query: ContactQuery, words: str, *, is_partial: bool) -> None:
    rule = rule_of(query, None, is_partial=is_partial)
    assert rule.criteria is None
    assert words in rule.refusal


def test_a_fixed_segment_is_described_by_filters_search_and_exclusions() -> None:
    assert description_of("source is Webinar", ContactQuery(), 0) == "Source is Webinar"
    query = ContactQuery(search="ada ")
    assert description_of("source is Webinar", query, 2) == "Source is Webinar; search “ada”; without 2 of them"
    assert len(description_of("x" * 2_000, query, 2)) == DESCRIPTION_LENGTH
