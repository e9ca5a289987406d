"""Evaluation of criteria: examples of every kind, and laws that hold for any criteria and any contact."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segtui.domain.criteria.evaluation import holds
from segtui.domain.criteria.fields import CUSTOM, FIELDS
from segtui.domain.criteria.parser import parse
from segtui.domain.criteria.tree import AllOf, AnyOf, Comparison, Criteria, Not, Operator, mapped, relative_days
from segtui.domain.text import fold
from tests.support.criteria import (
    CALLS,
    DAYS,
    PHONES,
    TEXTS,
    TODAY,
    SampleCatalog,
    SampleContact,
    sample_contacts,
    sample_criteria,
)

GROUPS = ("1", "2", "3")
ANY_CRITERIA = sample_criteria(segments=GROUPS, imports=GROUPS, campaigns=GROUPS, in_segment=True)
ANY_CONTACT = sample_contacts(segments=GROUPS, imports=GROUPS, campaigns=GROUPS)
CATALOG = SampleCatalog(in_segment=True)


def selects(expression: str, **values: Any) -> bool:
    """Return True if the expression holds for a contact with these values; all others are blank."""
    blanks: dict[str, Any] = {"flag": False, "day": None, "number": 0, "membership": frozenset()}

    def facts(name: str) -> Any:
        return values.get(name.removeprefix(CUSTOM), blanks.get(FIELDS[name].kind, "") if name in FIELDS else "")

    return holds(parse(expression, CATALOG), facts, TODAY)


@pytest.mark.parametrize(
    ("expression", "values", "expected"),
    [
        ("source = webinar", {"source": " WÉBINAR "}, True),
        ("source = web", {"source": "Webinar"}, False),
        ("source != web", {}, True),
        ("source ~ BIN", {"source": "Webinar"}, True),
        ("source !~ bin", {}, True),
        ("source ^ web", {"source": "Webinar"}, True),
        ("source ^ bin", {"source": "Webinar"}, False),
        ("source is blank", {"source": " ' "}, True),
        ('source in ("", a)', {}, True),
        ("source in (a, b)", {"source": "B"}, True),
        ("custom.score > 9", {"Score": "12"}, True),
        ("custom.score < 9", {"Score": "12 000"}, False),
        ("custom.score < 9", {"Score": " 7.5 "}, True),
        ("custom.score <= 9", {}, False),
        ("custom.score >= 9 or custom.score < 9", {"Score": "1e3"}, False),
        ("phone = 6025550199", {"phone": "+16025550199"}, True),
        ("phone ~ 602555", {"phone": "+16025550199"}, True),
        ("phone ^ 602", {"phone": "+16025550199"}, False),
        ("phone !~ 602", {}, True),
        ("do_not_call = no", {}, True),
        ("do_not_call in (yes)", {"do_not_call": True}, True),
        ("region in (us, gb)", {"region": "GB"}, True),
        ("last_outcome != busy", {}, True),
        ("calls = 0", {}, True),
        ("calls in (1, 2)", {"calls": 2}, True),
        ("calls >= 2", {"calls": 1}, False),
        ("last_called is blank", {}, True),
        ("last_called != 2026-11-30", {}, True),
        ("last_called < 2027-01-01", {}, False),
        ("not last_called < 2027-01-01", {}, True),
        ("added = 2026-11-30", {"added": TODAY}, True),
        ("added in last 1 day", {"added": TODAY}, True),
        ("added in last 7 days", {"added": TODAY - timedelta(days=6)}, True),
        ("added in last 7 days", {"added": TODAY - timedelta(days=7)}, False),
        ("added in last 7 days", {"added": TODAY + timedelta(days=1)}, False),
        ("segment is blank", {}, True),
        ("segment = a", {"segment": frozenset(("a", "b"))}, True),
        ("segment in (c, b)", {"segment": frozenset(("a", "b"))}, True),
        ("segment != a", {}, True),
        ("import = 17", {"import": frozenset(("17",))}, True),
    ],
)
def test_each_kind_compares_as_it_should(expression: str, values: dict[str, Any], expected: bool) -> None:
    assert selects(expression, **values) is expected


@given(ANY_CRITERIA, ANY_CONTACT)
def test_a_part_and_its_opposite_never_agree(criteria: Criteria, contact: SampleContact) -> None:
    assert holds(Not(criteria), contact.facts, TODAY) != holds(criteria, contact.facts, TODAY)


@given(st.lists(ANY_CRITERIA, min_size=2, max_size=4), ANY_CONTACT)
def test_all_and_any_are_what_they_say(parts: list[Criteria], contact: SampleContact) -> None:
    results = [holds(part, contact.facts, TODAY) for part in parts]
    assert holds(AllOf(tuple(parts)), contact.facts, TODAY) == all(results)
    assert holds(AnyOf(tuple(parts)), contact.facts, TODAY) == any(results)


@given(ANY_CRITERIA, ANY_CONTACT)
def test_negative_operators_are_opposites_and_lists_are_alternatives(
    criteria: Criteria, contact: SampleContact
) -> None:
    positive: dict[Operator, Operator] = {"!=": "=", "!~": "~", "is not blank": "is blank"}

    def rewritten(comparison: Comparison) -> Criteria:
        field, operator, values = comparison.field, comparison.operator, comparison.values
        if operator in positive:
            return Not(Comparison(field, positive[operator], values))
        if operator == "in" and len(values) > 1:
            return AnyOf(tuple(Comparison(field, "=", (value,)) for value in values))
        return comparison

    assert holds(mapped(criteria, rewritten), contact.facts, TODAY) == holds(criteria, contact.facts, TODAY)


@given(ANY_CRITERIA, ANY_CONTACT)
def test_only_relative_days_change_with_the_day(criteria: Criteria, contact: SampleContact) -> None:
    results = {holds(criteria, contact.facts, TODAY + timedelta(days=days)) for days in (0, 1, 30, 400)}
    assert len(results) == 1 or relative_days(criteria)


@given(st.sampled_from(TEXTS), st.sampled_from([text for text in TEXTS if text]))
def test_texts_compare_as_they_are_folded(value: str, operand: str) -> None:
    def compares(operator: Operator) -> bool:
        return holds(Comparison("city", operator, (operand,)), lambda _: value, TODAY)

    assert compares("=") == (fold(value) == fold(operand))
    assert compares("~") == (re.search(re.escape(fold(operand)), fold(value)) is not None)
    assert compares("^") == (re.match(re.escape(fold(operand)), fold(value)) is not None)


@given(st.sampled_from(PHONES), st.sampled_from(("602", "1602", "0199", "44", "4930901820")))
def test_parts_of_phones_are_digits(value: str, operand: str) -> None:
    digits = value.removeprefix("+")
    assert holds(Comparison("phone", "~", (operand,)), lambda _: value, TODAY) == (operand in digits)
    assert holds(Comparison("phone", "^", (operand,)), lambda _: value, TODAY) == digits.startswith(operand)


@given(st.sampled_from(DAYS), st.sampled_from(DAYS), st.sampled_from(CALLS), st.sampled_from(CALLS))
def test_days_and_numbers_are_in_order(day: date, other_day: date, count: int, other_count: int) -> None:
    for field, value, operand in (("added", day, other_day), ("calls", count, other_count)):
        results = {
            operator
            for operator in ("<", "<=", ">", ">=", "=", "!=")
            if holds(Comparison(field, operator, (str(operand),)), lambda _, value=value: value, TODAY)  # type: ignore[misc]
        }
        less, equal = value < operand, value == operand  # type: ignore[operator]
        assert results == ({"<", "<=", "!="} if less else {"<=", ">=", "="} if equal else {">", ">=", "!="})
