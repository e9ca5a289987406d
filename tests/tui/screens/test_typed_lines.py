"""Lines that typed text stands for in the filter form."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segtui.domain.criteria.fields import FIELDS, custom_field
from segtui.tui.screens.filters.field_choice import key_of
from segtui.tui.screens.filters.typed_lines import line_words, typed_lines

TODAY = date(2026, 3, 31)


def words(field: str, text: str) -> list[str]:
    """Return the typed lines in words."""
    declared = FIELDS.get(field) or custom_field(field)
    typed = typed_lines(declared, text, region="US", today=TODAY)
    return [line_words(line, declared) for line in typed.lines] or [typed.sentence]


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("source", "web", ["contains “web”", "begins with “web”"]),
        ("source", "  ", [""]),
        ("address", "main", ["main", "contains “main”", "begins with “main”"]),
        ("Shoe", "44", ["contains “44”", "begins with “44”", "at least 44", "at most 44"]),
        ("Shoe", "> 44.5", ["more than 44.5"]),
        ("phone", "602 555", ["begins with “602555”", "contains “602555”"]),
        ("phone", "(602) 555-0199", ["+16025550199", "begins with “6025550199”", "contains “6025550199”"]),
        ("calls", "3", ["3", "at least 3", "at most 3"]),
        ("calls", "2..5", ["from 2 to 5"]),
        ("calls", "..5", ["at most 5"]),
        ("calls", "<5", ["less than 5"]),
        ("calls", "5..2", ["The first number is more than the last."]),
        ("calls", "few", ["Write a number as 3, a range as 2..5, more or fewer as > 3 or < 3."]),
        ("added", "today", ["today"]),
        ("added", "14d", ["in the last 14 days"]),
        ("added", "99999d", ["A period has 1 to 36,500 days."]),
        ("added", "year", ["since 2026-01-01"]),
        ("added", "2026-01-31", ["on 2026-01-31", "since 2026-01-31", "before 2026-01-31"]),
        ("added", "2026-01-01..2026-01-31", ["from 2026-01-01 to 2026-01-31"]),
        ("added", "2026-01", ["from 2026-01-01 to 2026-01-31"]),
        ("added", "> 2026-01", ["Write 2026-01-31, a month as 2026-01, or FROM..TO."]),
        ("added", "2026-01-01..", ["since 2026-01-01"]),
        ("added", "> 2026-01-01", ["after 2026-01-01"]),
        ("added", "2026-02-30", ["There is no day 2026-02-30."]),
        ("do_not_call", "y", [""]),
    ],
)
def test_typed_text_is_offered_as_lines(field: str, text: str, expected: list[str]) -> None:
    assert words(field, text) == expected


@given(st.sampled_from([*FIELDS, "custom"]), st.text(max_size=30))
def test_anything_may_be_typed(field: str, text: str) -> None:
    declared = FIELDS.get(field) or custom_field(field)
    typed = typed_lines(declared, text, region="US", today=TODAY)
    assert not (typed.lines and typed.sentence)
    assert len({key_of(line) for line in typed.lines}) == len(typed.lines)
    assert all(line_words(line, declared) for line in typed.lines)
