"""Whatever a cell holds, every line is exactly as wide as the table, and every column begins where it should."""

from dataclasses import replace
from itertools import accumulate, pairwise
from unicodedata import combining

import hypothesis.strategies as st
import pyte
import pytest
from hypothesis import given
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from wcwidth import wcwidth

from segtui.domain import search_terms
from segtui.tui.widgets.chrome.glyphs import ASCII, UNICODE, Glyphs
from segtui.tui.widgets.table.highlight import Highlighter
from segtui.tui.widgets.table.painting import Painter
from segtui.tui.widgets.table.render_style import Palette, RenderStyle
from segtui.tui.widgets.table.table_cells import shown
from segtui.tui.widgets.table.table_columns import TableColumn, Width
from tests.support.listings import Person

PALETTE = Palette(*(Style(bold=True) if number % 2 else Style() for number in range(8)))
PIECES = [
    "王小明", "日本語", "한국어", "한국어", "👩‍💻", "👨‍👩‍👧‍👦", "👍🏽", "🏳️‍🌈", "🇩🇪", "🇺🇸", "❤️", "1️⃣", "ｆｕｌｌ",
    "e\u0301", "n\u0303o", "Zoë", "Åsa", "עברית", "العربية", "شُكْرًا", "ไทย", "กำ", "क्षत्रिय", "ﷺ", "\u202eabc", "a\tb",
    "Z" + "\u0301" * 30, "Ann", "Smith", "602 555", "+16025550199", " ", "",
]  # fmt: skip
TEXT = st.lists(st.sampled_from(PIECES), max_size=8).map("".join) | st.text(max_size=30)
TYPED = st.sampled_from(["", "ann", "王", "e", "smith 602", "עב", "日本 語", "x", "👍", "क", "한국"])


def columns(label: str) -> list[TableColumn[Person]]:
    return [
        TableColumn("name", label, lambda row: row.name, Width(8, 20, flex=2), sort="name"),
        TableColumn("phone", "Phone", lambda row: row.phone, Width(6, 16), 2, align="right", sort="phone"),
        TableColumn("email", label, lambda row: row.email, Width(9, 20, flex=1), 3),
        TableColumn("city", label, lambda row: row.city, Width(9, 12), 4),
    ]


PEOPLE = st.builds(Person, st.just(1), TEXT, TEXT, TEXT, TEXT)
PAINTERS = st.builds(
    lambda label, width, signs, typed, sort, found: Painter(
        RenderStyle(width, PALETTE, signs, Highlighter.of(search_terms.parse(typed)), sort, descending=False),
        columns(label),
        style_of=lambda _: Style(),
        tells_matches=True,
        match_column=found,
    ),
    st.sampled_from(["Name", "名前", "שם", "E-mail address"]),
    st.integers(30, 140),
    st.sampled_from([UNICODE, ASCII]),
    TYPED,
    st.sampled_from(["name", "phone", "city", ""]),
    st.booleans(),
)


def measured(text: str) -> list[int]:
    """Return after how many cells each letter begins, as a terminal counts, and where the text ends."""
    return [0, *accumulate(max(0, wcwidth(char)) for char in text)]


def check(painter: Painter[Person], strip: Strip) -> None:
    width = painter.style.width
    assert strip.cell_length == width
    assert sum(segment.cell_length for segment in strip) == width
    places = measured(strip.text)
    assert places[-1] == width
    assert {there.start for there in painter.columns} <= set(places)


@given(PAINTERS, PEOPLE, st.booleans(), st.booleans())
def test_a_line_has_the_width_of_the_table(painter: Painter[Person], row: Person, cursor: bool, marked: bool) -> None:
    check(painter, painter.row(row, cursor=cursor, marked=marked))
    check(painter, painter.header)
    painter.announce_order(("email", True))
    check(painter, painter.header)
    for there in painter.columns:
        painter.full_text(row, there.start)


@given(PAINTERS, PEOPLE)
def test_what_is_highlighted_is_what_matches(painter: Painter[Person], row: Person) -> None:
    match = Style(underline2=True)
    style = replace(painter.style, palette=replace(PALETTE, match=match))
    strip = Painter(style, columns("Name"), style_of=lambda _: Style(), tells_matches=True).row(
        row, cursor=False, marked=False
    )
    search = style.highlighter.search
    texts = [shown(text, style.glyphs) for text in (row.name, row.phone, row.email, row.city)]
    matches = [text[start:end] for text in texts for start, end in search_terms.spans(text, search)]
    for segment, after in pairwise([*strip, Segment("")]):
        if segment.style and segment.style.underline2:
            is_cut = after.text.startswith(("…", "~")) and any(match.startswith(segment.text) for match in matches)
            assert search_terms.spans(segment.text, search) or segment.text.startswith(("…", "~")) or is_cut


@pytest.mark.parametrize("signs", [UNICODE, ASCII])
@pytest.mark.parametrize("typed", ["", "ann", "王"])
def test_a_terminal_paints_them_so(signs: Glyphs, typed: str) -> None:
    look = RenderStyle(79, PALETTE, signs, Highlighter.of(search_terms.parse(typed)), "name", descending=True)
    painter = Painter(look, columns("名前"), style_of=lambda _: Style(), tells_matches=True)
    screen = pyte.Screen(200, 2)
    stream = pyte.Stream(screen)
    for first in PIECES:
        for second in ("", "王", "👍🏽", "עברית", "Ann"):
            row = Person(len(first), first + second, second + first, first * 3, second)
            strip = painter.row(row, cursor=False, marked=True)
            # It stops at a sign without a width that is no accent.
            text = "".join(char for char in strip.text if wcwidth(char) > 0 or combining(char))
            screen.reset()
            stream.feed(text)
            assert screen.cursor.x == 79
            assert all(screen.buffer[0][there.start - 1].data == " " for there in painter.columns[1:])
