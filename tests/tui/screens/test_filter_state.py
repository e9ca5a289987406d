"""What the form of the filters knows, without a screen: choice, counts, narrowing, days."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segtui.domain.day_ranges import typed_days
from segtui.services.contacts import filters
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.filter_facets import FacetValue
from segtui.services.contacts.filter_fields import FILTER_NAMES
from segtui.services.contacts.filters import Filter
from segtui.tui.screens.filters.filter_choice import MAX_VALUES, FieldValues, Selection, key_of, ordered
from segtui.tui.screens.filters.filter_state import FilterState

WEBINAR, FAIR, NONE = Filter("source", "Webinar"), Filter("source", "Fair"), Filter("source", "")
NEW = Filter("status", "NEW")


SOURCES = [FacetValue(WEBINAR, "Webinar", 7), FacetValue(FAIR, "Fáir trade", 4), FacetValue(NONE, "none", 2)]


def found(state: FilterState, facets: list[FacetValue]) -> None:
    """Let the values of the field that is looked at be these."""
    state.set_values(state.field, FieldValues.from_facet(state.other_keys, facets))


def labels(state: FilterState) -> list[str]:
    """Return what is listed."""
    return [value.label for value in state.values]


@pytest.fixture
def state() -> FilterState:
    """Return a state in which the sources are known."""
    state = FilterState(ContactQuery(), FILTER_NAMES)
    found(state, SOURCES)
    return state


def test_what_matches_follows_from_the_values(state: FilterState) -> None:
    assert state.total == 13
    state.toggle(WEBINAR)
    assert state.total == 7
    state.toggle(NONE)
    assert state.total == 9
    state.toggle(WEBINAR)
    assert state.total == 2
    state.clear()
    assert state.total == 13
    assert not state.uncounted


def test_values_are_narrowed_without_accents_and_case(state: FilterState) -> None:
    state.typed = "FAI"
    assert labels(state) == ["Fáir trade"]
    state.typed = "trade fa"
    assert labels(state) == ["Fáir trade"]
    state.typed = "xyz"
    assert labels(state) == []
    assert state.note(0).sentence == "No value has that in it."


def test_it_is_said_how_many_values_there_are(state: FilterState) -> None:
    assert state.note(3).sentence == "3 values"
    state.typed = "fai"
    assert state.note(1).sentence == "1 of 3 values"


def test_the_rarest_of_very_many_are_left_out_but_counted() -> None:
    state = FilterState(ContactQuery(filters=(Filter("source", "v30000"),)), FILTER_NAMES)
    facets = [FacetValue(Filter("source", f"v{place}"), f"v{place}", 2) for place in range(30_001)]
    state.set_values("source", FieldValues.from_facet(state.other_keys, facets, state.query.filters))
    assert len(state.values) == MAX_VALUES + 1
    assert state.total == 2
    assert state.note(len(state.values)).sentence == "20,001 values, and 10,000 rarer ones"
    state.clear()
    assert state.total == 60_002


def test_old_values_stay_readable_while_new_ones_are_counted(state: FilterState) -> None:
    state.open_field("status")
    found(state, [FacetValue(NEW, "NEW", 5)])
    state.toggle(NEW)
    state.open_field("source")
    assert not state.is_counted
    assert labels(state) == ["Webinar", "Fáir trade", "none"]
    assert state.total == 5


def test_what_is_chosen_but_had_by_nobody_can_be_taken_away() -> None:
    gone = Filter("source", "Gone")
    state = FilterState(ContactQuery(filters=(gone,)), FILTER_NAMES)
    assert [(value.label, value.count) for value in state.values] == [("Gone", None)]
    found(state, SOURCES)
    assert (state.values[0].label, state.values[0].count) == ("Gone", 0)
    state.toggle(gone)
    assert labels(state) == ["Webinar", "Fáir trade", "none"]


def test_the_same_value_in_another_spelling_is_the_same(state: FilterState) -> None:
    state.toggle(Filter("source", "WÉBINAR"))
    assert len(state.values) == 3
    assert state.total == 7
    state.toggle(WEBINAR)
    assert not state.changed


def test_days_are_counted_apart() -> None:
    state = FilterState(ContactQuery(), FILTER_NAMES)
    state.open_field("added")
    today = Filter("added", "today")
    found(state, [FacetValue(today, "today", 3)])
    assert [choice.filters for choice in state.uncounted] == [()]
    state.set_counts({frozenset(): 20})
    state.typed = "2026-01-01..2026-01-31"
    [value] = state.values
    assert (value.label, value.count) == ("from 2026-01-01 to 2026-01-31", None)
    [january] = state.uncounted
    state.set_counts({january.keys: 12})
    assert state.values[0].count == 12
    state.toggle(value.filter)
    assert state.total == 12
    state.typed = ""
    assert labels(state) == ["from 2026-01-01 to 2026-01-31", "today"]
    state.toggle(today)
    assert [set(choice.keys) for choice in state.uncounted] == [{key_of(today), key_of(value.filter)}]


def test_a_typed_word_finds_a_period() -> None:
    state = FilterState(ContactQuery(), FILTER_NAMES)
    state.open_field("added")
    found(
        state,
        [
            FacetValue(Filter("added", "today"), "today", 3),
            FacetValue(Filter("added", "30d"), "in the last 30 days", 9),
        ],
    )
    for typed in ("30", "30d", "last"):
        state.typed = typed
        assert labels(state) == ["in the last 30 days"]
        assert not state.note(1).sentence


@pytest.mark.parametrize(
    ("typed", "sentence", "wrong"),
    [
        ("2026-0", "Write a day as 2026-01-31, a range as FROM..TO.", False),
        ("2026-01-01..2026", "Write a day as 2026-01-31, a range as FROM..TO.", False),
        ("yesterday", "Write a day as 2026-01-31, a range as FROM..TO.", True),
        ("2026-02-30", "There is no day 2026-02-30.", True),
        ("2026-01-01..2026-02-30", "There is no day 2026-02-30.", True),
        ("2026-02-01..2026-01-01", "The first day comes after the last.", True),
        ("", "", False),
    ],
)
def test_days_that_are_none_are_said(typed: str, sentence: str, wrong: bool) -> None:
    days = typed_days(typed, "added")
    assert days.value is None
    assert (days.sentence, days.wrong) == (sentence, wrong)


@pytest.mark.parametrize("typed", ["2026-02-01", "2026-02-01..2026-03-01", "2026-02-01..", "..2026-02-01", " 7d "])
def test_days_that_are_some_are_a_filter(typed: str) -> None:
    wanted = typed_days(typed, "added").value
    assert wanted is not None
    assert filters.parse(f"added={typed}") == Filter("added", wanted)


@given(st.text(max_size=40))
def test_anything_may_be_typed_as_days(text: str) -> None:
    days = typed_days(text, "added")
    assert (days.value is None) or not days.sentence


_FILTERS = st.builds(
    Filter, st.sampled_from(["source", "status", "state"]), st.sampled_from(["", "a", "A", "á", "b", "ß", "ss"])
)


@given(st.lists(_FILTERS, max_size=8), _FILTERS)
def test_choosing_twice_changes_nothing(filters: list[Filter], wanted: Filter) -> None:
    choice = Selection(ordered(filters))
    assert choice.toggled(wanted).toggled(wanted).keys == choice.keys
    assert key_of(wanted) in choice.toggled(wanted).keys or key_of(wanted) in choice.keys


@given(st.lists(_FILTERS, max_size=8))
def test_values_of_one_field_stand_beside_each_other_once(filters: list[Filter]) -> None:
    once = ordered(filters)
    assert len({key_of(each) for each in once}) == len(once)
    assert [FILTER_NAMES.index(each.field) for each in once] == sorted(FILTER_NAMES.index(each.field) for each in once)
    assert {key_of(each) for each in once} == {key_of(each) for each in filters}
