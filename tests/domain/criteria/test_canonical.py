"""Canonical and stored forms: both give back the criteria they were made of."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segtui.domain.criteria import stored
from segtui.domain.criteria.canonical import text_of
from segtui.domain.criteria.fields import custom_field
from segtui.domain.criteria.operands import comparison
from segtui.domain.criteria.parser import parse
from segtui.domain.criteria.tree import Comparison, Criteria
from segtui.domain.text import without_controls
from tests.support.criteria import SampleCatalog, sample_criteria

GROUPS = ("Called in May", "VIP", "and", 'a "b" \\', "“x”")
ANY_CRITERIA = sample_criteria(segments=GROUPS, campaigns=GROUPS, imports=("1", "17"), in_segment=True, max_leaves=12)


@given(ANY_CRITERIA)
def test_the_canonical_text_parses_back_to_the_same_criteria(criteria: Criteria) -> None:
    text = text_of(criteria)
    assert parse(text, SampleCatalog(in_segment=True)) == criteria
    assert text_of(parse(text.swapcase(), SampleCatalog(in_segment=True))).casefold() == text.casefold()


STORED_TEXT = st.text(min_size=1).map(without_controls).map(str.strip).filter(bool)


@given(STORED_TEXT, st.text(min_size=1))
def test_any_name_and_any_value_can_be_written(name: str, value: str) -> None:
    field = custom_field(name)
    criteria = comparison(field, "=", (value,), region="US")
    catalog = SampleCatalog((name,))
    assert parse(text_of(criteria), catalog) == criteria


@given(ANY_CRITERIA)
def test_the_stored_form_gives_back_the_same_criteria(criteria: Criteria) -> None:
    assert stored.load(stored.dump(criteria)) == criteria


@pytest.mark.parametrize("text", ["", "1", "null", "{}", '{"not": 1}', '["a"]', '{"all": {}}', '{"maybe": []}'])
def test_other_text_is_no_stored_form(text: str) -> None:
    with pytest.raises(ValueError):
        stored.load(text)


def test_the_stored_form_is_short() -> None:
    assert json.loads(stored.dump(Comparison("source", "=", ("Web",)))) == ["source", "=", "Web"]
