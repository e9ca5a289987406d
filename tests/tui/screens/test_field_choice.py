"""Choices of the filter form, read from criteria and written back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segtui.domain.criteria.tree import AllOf, AnyOf, Comparison, Criteria, Not, all_of
from segtui.tui.screens.filters.field_choice import (
    FieldChoice,
    Line,
    choice_of,
    chosen_counts,
    equals,
    further_parts,
    key_of,
    outside_field,
    with_choice,
    without_part,
)

WEBINAR, FAIR, BLANK = equals("source", "Webinar"), equals("source", "Fair"), equals("source", "")
EITHER = Comparison("source", "in", ("Webinar", "Fair"))
NEW = Comparison("status", "=", ("NEW",))
SINCE, UNTIL = Comparison("added", ">=", ("2026-01-01",)), Comparison("added", "<=", ("2026-01-31",))


@pytest.mark.parametrize(
    ("criteria", "included", "excluded"),
    [
        (None, (), ()),
        (NEW, (), ()),
        (WEBINAR, (WEBINAR,), ()),
        (EITHER, (WEBINAR, FAIR), ()),
        (AnyOf((EITHER, BLANK)), (WEBINAR, FAIR, BLANK), ()),
        (Comparison("source", "!=", ("Fair",)), (), (FAIR,)),
        (Comparison("source", "is not blank"), (), (BLANK,)),
        (Comparison("source", "!~", ("fa",)), (), (Comparison("source", "~", ("fa",)),)),
        (Not(EITHER), (), (WEBINAR, FAIR)),
        (Not(AnyOf((EITHER, BLANK))), (), (WEBINAR, FAIR, BLANK)),
        (AllOf((EITHER, Comparison("source", "!=", ("Ad",)))), (WEBINAR, FAIR), (equals("source", "Ad"),)),
    ],
)
def test_a_choice_is_read(criteria: Criteria | None, included: tuple[Line, ...], excluded: tuple[Line, ...]) -> None:
    choice = choice_of(criteria, "source")
    assert choice == FieldChoice("source", included, excluded)
    assert len(choice) == len(included) + len(excluded)


@pytest.mark.parametrize("order", [(SINCE, UNTIL), (UNTIL, SINCE), (SINCE, NEW, UNTIL)])
def test_two_bounds_are_one_range(order: tuple[Criteria, ...]) -> None:
    assert choice_of(all_of(order), "added").included == (AllOf((SINCE, UNTIL)),)
    assert outside_field(all_of(order), "added") == (NEW if NEW in order else None)


def test_what_no_pane_can_edit_is_a_further_part() -> None:
    either_field = AnyOf((WEBINAR, NEW))
    again = Comparison("source", "~", ("web",))
    criteria = all_of((WEBINAR, either_field, again, NEW))
    assert further_parts(criteria) == (either_field, again)
    assert chosen_counts(criteria) == {"source": 1, "status": 1}
    assert without_part(criteria, either_field) == AllOf((WEBINAR, again, NEW))


def test_a_choice_is_written_to_its_position() -> None:
    criteria = all_of((SINCE, WEBINAR, NEW, UNTIL))
    changed = with_choice(criteria, choice_of(criteria, "source").toggled(FAIR))
    assert changed == AllOf((SINCE, EITHER, NEW, UNTIL))
    assert with_choice(criteria, FieldChoice("source")) == AllOf((SINCE, NEW, UNTIL))
    assert with_choice(NEW, FieldChoice("source", (WEBINAR,))) == AllOf((NEW, WEBINAR))
    assert with_choice(criteria, FieldChoice("added", (SINCE,))) == AllOf((SINCE, WEBINAR, NEW))


def test_a_line_is_included_or_excluded_never_both() -> None:
    choice = FieldChoice("source").toggled(WEBINAR)
    choice = choice.toggled_exclusion(equals("source", "webinar"))
    assert choice == FieldChoice("source", (), (equals("source", "webinar"),))
    choice = choice.toggled(FAIR).toggled(WEBINAR)
    assert choice == FieldChoice("source", (FAIR, WEBINAR))
    assert choice.toggled(FAIR).toggled(WEBINAR).criteria is None


def test_names_of_segments_differ_by_an_accent_values_do_not() -> None:
    assert key_of(equals("source", "Café")) == key_of(equals("source", "cafe"))
    assert key_of(equals("segment", "Café")) != key_of(equals("segment", "cafe"))


_LINES = st.one_of(
    st.builds(equals, st.just("source"), st.sampled_from(["", "a", "A", "b", "ß", "ss"])),
    st.builds(Comparison, st.just("source"), st.sampled_from(["~", "^", ">", "<="]), st.sampled_from([("1",), ("2",)])),
    st.just(AllOf((Comparison("source", ">=", ("1",)), Comparison("source", "<=", ("2",))))),
)
_OTHERS = st.lists(st.sampled_from([NEW, SINCE, Not(NEW), AnyOf((NEW, WEBINAR))]), max_size=3, unique=True)


@given(st.lists(_LINES, max_size=5), st.lists(_LINES, max_size=3), _OTHERS)
def test_what_is_written_is_read_again(chosen: list[Line], without: list[Line], others: list[Criteria]) -> None:
    choice = FieldChoice("source")
    for line in chosen:
        choice = choice.toggled(line)
    for line in without:
        choice = choice.toggled_exclusion(line)
    criteria = with_choice(all_of(others), choice)
    read = choice_of(criteria, "source")
    assert (read.included_keys, read.excluded_keys) == (choice.included_keys, choice.excluded_keys)
    assert outside_field(criteria, "source") == all_of(others)
    assert with_choice(criteria, read) == criteria


@given(st.lists(_LINES, max_size=5), _LINES)
def test_choosing_twice_changes_nothing(chosen: list[Line], line: Line) -> None:
    choice = FieldChoice("source", tuple({key_of(line): line for line in chosen}.values()))
    assert choice.toggled(line).toggled(line).included_keys == choice.included_keys


def test_a_segment_is_told_from_no_segment_by_its_name() -> None:
    # fold() leaves nothing of an apostrophe; the name of a segment may be one.
    either = Comparison("segment", "in", ("'", "Leads"))
    assert choice_of(either, "segment").criteria == either
