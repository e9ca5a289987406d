"""Texts of whole columns are those of each value, however often a value occurs in the column."""

import polars as pl
from hypothesis import example, given
from hypothesis import strategies as st

from segtui.domain.search_terms import field_text
from segtui.domain.text import fold
from segtui.importing.rows.column_text import ColumnText

# Polars knows letters that are not assigned yet in Python's version of Unicode.
_LETTERS = st.characters(exclude_categories=["Cc", "Cs", "Cn"])
_VALUES = st.lists(
    st.sampled_from(["", "Ann-Lena", "a.b@c-d.example", "ÅNGSTRÖM", "ß", "İst", "a–b", "日本", "Ann `` O'Hara", "x_y"])
    | st.text(_LETTERS, max_size=6),
    min_size=1,
    max_size=8,
)


@given(values=_VALUES, times=st.integers(1, 9))
@example(values=["a.-b –c @d", "a_b+c¿d"], times=3)
def test_repeated_values_are_computed_alike(values: list[str], times: int) -> None:
    text, rows = ColumnText(), values * times
    column, blank = pl.Series(rows, dtype=pl.String), pl.Series([""] * len(rows), dtype=pl.String)
    assert text.folded(column).to_list() == [fold(value) for value in rows]
    lines = text.search_texts(blank, blank, blank, [column]).to_list()
    assert lines == [f"\n\n\n{field_text(value)}" for value in rows]
