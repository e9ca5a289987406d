"""Any text is criteria or one sentence with a position, after a time in proportion to its length."""

import re
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from segtui.domain.criteria import filters
from segtui.domain.criteria.canonical import text_of
from segtui.domain.criteria.fields import Catalog
from segtui.domain.criteria.limits import MAX_LENGTH, nesting
from segtui.domain.criteria.parser import parse
from segtui.domain.criteria.tree import Criteria
from segtui.domain.text import clean
from segtui.errors import InvalidInput
from tests.support.criteria import SampleCatalog, sample_criteria
from tests.support.growth import demand_linear

CATALOG = SampleCatalog()
_PIECES = st.sampled_from(
    (
        "source", "state", "added", "calls", "phone", "custom.plan", 'custom."Plan type"', "joined", "sorce", "custom",
        "=", "!=", "~", "!~", "^", "<", "<=", ">", ">=", "==", "&&", "||", "!", "'", "in", "not", "and", "or", "is",
        "blank", "last", "days", "7", "(", ")", ",", "AZ", '"Trade Show"', '"', "“", "”", "\\", "2026-01-01", "week",
        "\u200b", "\x00", "\n", "[", "]", ":", "like", "the", "x:y", "no_answer", "+16025550199", "ﷺ" * 3,
        "e\u0301" * 9,
    )
)  # fmt: skip


def outcome(read: Callable[[str, Catalog], Criteria], text: str) -> tuple[Criteria | None, InvalidInput | None]:
    """Return the criteria of a text, or the error."""
    try:
        return read(text, CATALOG), None
    except InvalidInput as error:
        return None, error


def demand_criteria_or_one_sentence(text: str) -> None:
    criteria, error = outcome(parse, text)
    if error is not None:
        message = str(error)
        assert error.field == "where"
        assert re.match(r"At character [\d,]+: \S.*[.?]$|An expression has at most", message), message
        assert clean(message) == message
        assert len(message) < 400
        position = re.match(r"At character ([\d,]+):", message)
        assert position is None or 1 <= int(position[1].replace(",", "")) <= len(text) + 1
    if criteria is not None:
        assert parse(text_of(criteria), CATALOG) == criteria
        assert nesting(criteria) <= 30


@given(st.text())
@example("custom.\u0130 = x")
@example('source = "\\')
@example('custom . "x')
def test_any_text(text: str) -> None:
    demand_criteria_or_one_sentence(text)


@given(st.lists(_PIECES, max_size=25), st.sampled_from((" ", "", "  ")))
def test_any_words_of_the_language(pieces: list[str], blank: str) -> None:
    demand_criteria_or_one_sentence(blank.join(pieces))


@given(sample_criteria(max_leaves=6), st.data())
def test_expressions_with_a_slip(criteria: Criteria, data: st.DataObject) -> None:
    text = text_of(criteria)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 3)))
    demand_criteria_or_one_sentence(text[:start] + data.draw(_PIECES | st.just("") | st.characters()) + text[end:])


@given(st.text() | st.tuples(st.sampled_from(CATALOG.names()), st.text()).map("=".join))
def test_any_filter(text: str) -> None:
    criteria, error = outcome(filters.parse_filter, text)
    if error is not None:
        assert error.field == "filter"
        assert clean(str(error)) == str(error)
    if criteria is not None:
        assert parse(text_of(criteria), CATALOG) == criteria


@pytest.mark.parametrize(
    "piece",
    [
        "(",
        "not ",
        ")",
        '"',
        "“",
        "a ",
        "a = b and ",
        "in (",
        "\\",
        'custom."',
        "x,",
        "source in (a",
        "'",
        "=",
        "!",
        "\u200b",
    ],
)
def test_a_long_text_takes_no_more_time_than_its_length(piece: str) -> None:
    def refuse(text: str) -> None:
        with pytest.raises(InvalidInput):
            parse(text, CATALOG)

    demand_linear(refuse, lambda length: (piece * length)[:length], length=MAX_LENGTH // 12)
