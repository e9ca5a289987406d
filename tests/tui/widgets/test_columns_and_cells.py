"""Which columns fit, how wide they are, and how a text fills its cells exactly."""

from dataclasses import replace
from itertools import pairwise

import hypothesis.strategies as st
from hypothesis import given
from rich.cells import cell_len
from rich.style import Style
from wcwidth import wcwidth

from segtui.domain import search_terms
from segtui.tui.widgets.chrome.glyphs import ASCII, UNICODE
from segtui.tui.widgets.table.highlight import Highlighter
from segtui.tui.widgets.table.table_cells import Line, fit, shown
from segtui.tui.widgets.table.table_columns import GAP, GUTTER, TableColumn, Width, place
from tests.support.listings import Person

TEXT = st.text(st.characters(), max_size=40) | st.text(
    st.sampled_from("ab 王👩\u200d💻🏽\ufe0f\u0301é…🇩🇪\u20e3각ᄀ\u1161क्षि\u200fעا"), max_size=40
)


def column(key: str, priority: int, width: Width) -> TableColumn[Person]:
    return TableColumn(key, key.title(), lambda row: row.name, width, priority=priority)


def widths() -> st.SearchStrategy[Width]:
    return st.builds(
        lambda least, more, most, flex: Width(least, least + more, least + more + most if most else None, flex),
        st.integers(1, 30), st.integers(0, 20), st.integers(0, 20), st.integers(0, 3),
    )  # fmt: skip


@given(st.lists(st.tuples(widths(), st.integers(1, 9)), min_size=1, max_size=12), st.integers(40, 250))
def test_columns_fill_the_terminal_and_never_more(rules: list[tuple[Width, int]], width: int) -> None:
    columns = [column(f"c{place}", priority, rule) for place, (rule, priority) in enumerate(rules)]
    placed = place(columns, width)
    assert placed
    assert [there.column.key for there in placed] == sorted(
        (there.column.key for there in placed), key=lambda key: int(key[1:])
    )
    assert placed[0].start == GUTTER
    for left, right in pairwise(placed):
        assert right.start == left.start + left.width + GAP
    assert placed[-1].start + placed[-1].width <= width
    for there in placed:
        assert there.width >= there.column.width.minimum
        if not there.column.width.flex:
            assert there.width <= there.column.width.ideal
    dropped = {there.key for there in columns} - {there.column.key for there in placed}
    kept_least = max(there.column.priority for there in placed)
    assert all(there.priority >= kept_least for there in columns if there.key in dropped)


def test_one_column_stands_for_two_that_have_no_room() -> None:
    two = [column("a", 1, Width(10, 10)), column("b", 4, Width(10, 10)), column("c", 5, Width(10, 10))]
    both = replace(column("b or c", 2, Width(12, 12)), stands_for=("b", "c"))
    columns = [*two, both]
    assert [there.column.key for there in place(columns, GUTTER + 30 + 2 * GAP)] == ["a", "b", "c"]
    assert [there.column.key for there in place(columns, GUTTER + 29 + 2 * GAP)] == ["a", "b or c"]
    # Where somebody does without one of them, the other needs nobody to stand for it.
    assert [there.column.key for there in place([two[0], two[1], both], GUTTER + 25 + GAP)] == ["a", "b"]
    assert [there.column.key for there in place([two[0], both], 80)] == ["a"]


def test_what_is_left_goes_to_the_ideal_first_and_then_to_flex() -> None:
    columns = [column("a", 1, Width(10, 20, flex=1)), column("b", 2, Width(10, 30)), column("c", 3, Width(5, 5))]
    assert [there.width for there in place(columns, GUTTER + 2 * GAP + 25)] == [10, 10, 5]
    assert [there.width for there in place(columns, GUTTER + 2 * GAP + 55)] == [20, 30, 5]
    assert [there.width for there in place(columns, GUTTER + 2 * GAP + 100)] == [65, 30, 5]


@given(TEXT, st.integers(1, 30), st.sampled_from(["left", "right"]))
def test_a_text_fills_its_cells_exactly(text: str, width: int, align: str) -> None:
    seen = shown(text, UNICODE)
    fitted = fit(seen, width, UNICODE, "right" if align == "right" else "left")
    assert cell_len(fitted.text) == width
    assert fitted.cut == fitted.text.endswith("…") or seen.endswith("…")
    assert fitted.text[fitted.start : fitted.stop] == seen[: fitted.stop - fitted.start]


@given(TEXT)
def test_what_is_shown_is_one_printable_line(text: str) -> None:
    seen = shown(text, UNICODE)
    assert shown(seen, UNICODE) == seen
    assert not any(char in seen for char in "\x1b\x9b\n\r\t\u202e\u2028\ufe0f")
    assert shown(text, ASCII).isascii()


def test_a_text_without_width_is_cut_too() -> None:
    fitted = fit("\u0301" * 100_000, 10, UNICODE)
    assert cell_len(fitted.text) == 10
    assert len(fitted.text) < 100


def test_a_cut_wide_letter_leaves_no_half() -> None:
    assert fit("王王王王", 6, UNICODE).text == "王王 …"
    assert fit("王王王", 6, UNICODE).text == "王王王"


def test_what_terminals_measure_differently_is_shown_as_what_they_agree_on() -> None:
    assert shown("👩‍💻", UNICODE) == "👩💻"
    assert shown("👍🏽", UNICODE) == "👍"
    assert shown("🇩🇪", UNICODE) == "DE"
    assert shown("1️⃣", UNICODE) == "1"
    assert shown("❤️", UNICODE) == "❤"
    assert shown("Zoe\u0308", UNICODE) == "Zoë"
    assert shown("각", UNICODE) == "각"
    # How it is joined is lost, its letters are not.
    assert shown("क्‍ष", UNICODE) == "क्ष"


@given(TEXT)
def test_a_terminal_that_measures_letter_by_letter_measures_the_same(text: str) -> None:
    seen = shown(text, UNICODE)
    assert sum(max(0, wcwidth(char)) for char in seen) == cell_len(seen)


def test_a_line_has_one_segment_per_change_of_style() -> None:
    line = Line()
    line.add_cell(fit("abcdef", 4, UNICODE), [(1, 2, Style(bold=True)), (2, 6, Style(bold=True))])
    line.add_cell(fit("9", 4, UNICODE, "right"), [(0, 1, Style(underline=True))])
    assert [(segment.text, bool(segment.style and segment.style.bold)) for segment in line.segments(Style())] == [
        ("a", False), ("bc", True), ("…   ", False), ("9", False),
    ]  # fmt: skip


@given(st.sampled_from(["ada", "finn 602", "(602) 555", "o'neil", "é", "x y"]), TEXT | st.just("+16025550199"))
def test_highlighting_says_the_same_as_terms(typed: str, text: str) -> None:
    search = search_terms.parse(typed)
    seen = shown(text, UNICODE)
    assert list(Highlighter.of(search).matches(seen)) == search_terms.spans(seen, search)
