"""State of the filter form, without a screen: criteria, counts, narrowing, days, text."""

from collections.abc import Sequence
from datetime import date

import pytest

from segtui.domain.criteria.fields import FIELDS, CriteriaField, custom_field
from segtui.domain.criteria.tree import AllOf, AnyOf, Comparison, Criteria
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria.facets import Facet, FacetValue
from segtui.tui.screens.filters.field_choice import equals
from segtui.tui.screens.filters.filter_context import FilterContext
from segtui.tui.screens.filters.filter_state import FilterState
from segtui.tui.screens.filters.offered_values import FieldValues

WEBINAR, FAIR, BLANK = equals("source", "Webinar"), equals("source", "Fair"), equals("source", "")
NEW = equals("status", "NEW")
SOURCES = [FacetValue(WEBINAR, "Webinar", 7), FacetValue(FAIR, "Fáir trade", 4), FacetValue(BLANK, "none", 2)]
TODAY = Comparison("added", "in last", ("1",))


class Fields:
    """Catalog of all contacts, with two custom fields."""

    region = "US"

    def find(self, name: str) -> CriteriaField | None:
        """Return a field by its name."""
        if name.startswith("custom."):
            return custom_field(name.removeprefix("custom."))
        return FIELDS.get(name)

    def names(self) -> Sequence[str]:
        """Return all names but that of the segment's own field."""
        return [*(name for name in FIELDS if name != "joined"), "custom.Plan type", "custom.Shoe"]


def state_of(criteria: Criteria | None = None) -> FilterState:
    """Return the state of a form on all contacts."""
    return FilterState(ContactQuery(criteria=criteria), FilterContext(Fields(), None, date(2026, 3, 31)))


def load(state: FilterState, values: list[FacetValue], rarer_values: int = 0, rarer_contacts: int = 0) -> None:
    """Put values of the open field into the state."""
    facet = Facet(tuple(values), rarer_values, rarer_contacts)
    state.set_values(FieldValues.from_facet(state.field, state.others, facet))


def labels(state: FilterState) -> list[str]:
    """Return the labels of the lines on the screen."""
    return [value.label for value in state.values]


@pytest.fixture
def state() -> FilterState:
    """Return a state with the sources loaded."""
    state = state_of()
    load(state, SOURCES)
    return state


def test_the_total_follows_from_the_values(state: FilterState) -> None:
    assert state.total == 13
    state.toggle(WEBINAR)
    assert state.total == 7
    state.toggle(BLANK)
    assert state.total == 9
    state.toggle(WEBINAR)
    assert state.total == 2
    state.clear()
    state.toggle_exclusion(FAIR)
    assert state.total == 9
    state.clear()
    assert state.total == 13
    assert not state.uncounted


def test_values_are_narrowed_without_accents_and_case(state: FilterState) -> None:
    state.typed = "FAI"
    assert labels(state) == ["Fáir trade", "contains “FAI”", "begins with “FAI”"]
    state.typed = "trade fa"
    assert labels(state)[0] == "Fáir trade"
    state.typed = "xyz"
    assert labels(state) == ["contains “xyz”", "begins with “xyz”"]
    assert state.note(2).sentence == "No value contains that."


def test_the_number_of_values_is_noted(state: FilterState) -> None:
    assert state.note(3).sentence == "3 values"
    state.typed = "fai"
    assert state.note(3).sentence == "1 of 3 values"


def test_typed_lines_are_counted_under_the_other_criteria(state: FilterState) -> None:
    state.typed = "fai"
    contains, begins = Comparison("source", "~", ("fai",)), Comparison("source", "^", ("fai",))
    assert state.uncounted == [contains, begins]
    state.set_counts({contains: 5, begins: 4})
    assert [value.count for value in state.values] == [4, 5, 4]
    state.toggle(contains)
    assert state.total == 5


def test_the_rarest_of_very_many_are_left_out_but_counted() -> None:
    rare = equals("source", "rare")
    state = state_of(rare)
    values = [FacetValue(equals("source", f"v{number}"), f"v{number}", 2) for number in range(20_000)]
    load(state, values, 10_001, 20_002)
    assert (len(state.values), state.values[0].label) == (20_001, "rare")
    assert state.uncounted == [rare]
    assert state.note(20_001).sentence == "20,000 values, and 10,001 rarer ones"
    state.clear()
    assert state.total == 60_002


def test_further_parts_on_the_field_are_counted(state: FilterState) -> None:
    both = AllOf((Comparison("source", "in", ("Webinar", "Fair")), Comparison("source", "~", ("web",))))
    state.read_text("source in (Webinar, Fair) and source ~ web", both)
    load(state, SOURCES)
    assert (state.total, state.uncounted) == (None, [both])


def test_old_values_stay_readable_while_new_ones_are_counted(state: FilterState) -> None:
    state.open_field("status")
    load(state, [FacetValue(NEW, "NEW", 5)])
    state.toggle(NEW)
    state.open_field("source")
    assert not state.is_counted
    assert labels(state) == ["Webinar", "Fáir trade", "none"]
    assert state.total == 5


def test_a_chosen_value_that_no_contact_has_can_be_taken_away() -> None:
    gone = equals("source", "Gone")
    state = state_of(gone)
    assert [(value.label, value.count) for value in state.values] == [("Gone", None)]
    load(state, SOURCES)
    assert state.values[0].label == "Gone"
    assert state.uncounted == [gone]
    state.set_counts({gone: 0})
    assert (state.values[0].count, state.total) == (0, 0)
    state.toggle(gone)
    assert labels(state) == ["Webinar", "Fáir trade", "none"]


def test_the_same_value_in_another_spelling_is_the_same(state: FilterState) -> None:
    state.toggle(equals("source", "WÉBINAR"))
    assert len(state.values) == 3
    assert state.total == 7
    state.toggle(WEBINAR)
    assert not state.changed


def test_days_are_counted_apart() -> None:
    state = state_of()
    state.open_field("added")
    load(state, [FacetValue(TODAY, "today", 3)])
    assert state.uncounted == [None]
    state.set_counts({None: 20})
    state.typed = "2026-01-01..2026-01-31"
    [value] = state.values
    assert (value.label, value.count) == ("from 2026-01-01 to 2026-01-31", None)
    [january] = state.uncounted
    state.set_counts({january: 12})
    assert state.values[0].count == 12
    state.toggle(value.line)
    assert state.total == 12
    state.typed = ""
    assert labels(state) == ["from 2026-01-01 to 2026-01-31", "today"]
    state.toggle(TODAY)
    assert january is not None
    assert state.uncounted == [AnyOf((january, TODAY))]


def test_a_typed_day_keeps_its_lines_when_it_is_chosen() -> None:
    state = state_of()
    state.open_field("added")
    load(state, [FacetValue(TODAY, "today", 3)])
    state.typed = "2026-01-31"
    lines = labels(state)
    state.toggle(state.values[1].line)
    assert labels(state) == lines == ["on 2026-01-31", "since 2026-01-31", "before 2026-01-31"]


def test_a_typed_word_narrows_the_periods() -> None:
    state = state_of()
    state.open_field("added")
    month = Comparison("added", "in last", ("30",))
    load(state, [FacetValue(TODAY, "today", 3), FacetValue(month, "in the last 30 days", 9)])
    for typed in ("30d", "last"):
        state.typed = typed
        assert labels(state) == ["in the last 30 days"]
        assert not state.note(1).sentence


def test_fields_are_found_by_part_of_their_name() -> None:
    state = state_of()
    assert [field.name for field in state.fields[:5]] == ["source", "status", "state", "do_not_call", "added"]
    state.typed_field = "plan"
    assert [field.name for field in state.fields_shown] == ["custom.Plan type"]
    assert state.step(1) == "custom.Plan type"
    state.open_field("custom.Plan type")
    assert (state.step(1), state.step(-1)) == (None, None)
    state.typed_field = ""
    assert state.step(1) == "custom.Shoe"
    state.typed_field = "xyz"
    assert state.fields_shown == []


def test_a_field_with_too_many_values_is_typed() -> None:
    state = state_of()
    state.open_field("email")
    assert (labels(state), state.note(1).sentence) == (["none"], "Type a value, or a part of it.")
    state.typed = "ada@"
    assert labels(state) == ["ada@", "contains “ada@”", "begins with “ada@”"]


def test_text_and_choices_follow_each_other(state: FilterState) -> None:
    state.toggle(WEBINAR)
    assert state.text == "source = Webinar"
    criteria = AllOf((Comparison("source", "in", ("Webinar", "Fair")), AnyOf((NEW, TODAY))))
    state.read_text("source in (Webinar, Fair) and (status = NEW or added in last 1 day)", criteria)
    assert state.choice.included == (WEBINAR, FAIR)
    [part] = state.further_parts
    state.refuse_text("source in (Webinar", "At character 19: a parenthesis is missing.")
    assert state.changed
    assert state.criteria == criteria
    state.remove(part.criteria)
    assert (state.text, state.problem) == ("source in (Webinar, Fair)", "")
