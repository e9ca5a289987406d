"""Only changed cells are sent to the terminal, and it shows what it would show if everything were sent."""

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from segtui.tui.widgets.terminal.changed_cells import ChangedCells

pytestmark = pytest.mark.fast

WIDTH, HEIGHT = 16, 3
SYSTEM = ColorSystem.TRUECOLOR
STYLES = st.sampled_from(
    [
        None,
        Style(),
        Style(color="red"),
        Style(color="#5fafd7", bgcolor="#1c1c1c"),
        Style(color="#5fafd7", bgcolor="#262626"),
        Style(bgcolor="#262626", bold=True),
        Style(reverse=True, color="#5fafd7"),
        Style(bold=True, underline=True),
    ]
)
TEXTS = st.lists(st.sampled_from([*"ab  é─█東京", "e\u0301"]), max_size=WIDTH).map("".join)


@st.composite
def pieces(draw: st.DrawFn) -> tuple[int, int, Strip]:
    """Return a part of a line that fits into it."""
    x = draw(st.integers(0, WIDTH - 1))
    segments = [Segment(draw(TEXTS), draw(STYLES)) for _ in range(draw(st.integers(1, 3)))]
    return draw(st.integers(0, HEIGHT - 1)), x, Strip(segments).crop(0, WIDTH - x)


def everything(update: list[tuple[int, int, Strip]]) -> str:
    """Textual's own way to send an update."""
    return "".join(
        f"\x1b[{y + 1};{x + 1}H"
        + "".join(Strip.render_style(style or Style(), text, SYSTEM) for text, style, _ in strip)
        for y, x, strip in update
    )


@given(st.lists(st.lists(pieces(), min_size=1, max_size=3), min_size=1, max_size=4))
def test_the_terminal_shows_the_same(updates: list[list[tuple[int, int, Strip]]]) -> None:
    # pyte breaks the line before a mark in the last cell.
    screens = [pyte.Screen(WIDTH + 1, HEIGHT) for _ in range(2)]
    whole, changed = [pyte.Stream(screen) for screen in screens]
    memory = ChangedCells()
    for update in updates:
        whole.feed(everything(update))
        changed.feed(memory.changes(update, SYSTEM))
        assert not memory.changes(update[-1:], SYSTEM)
    for line in range(HEIGHT):
        ours, theirs = [[screen.buffer[line][cell] for cell in range(WIDTH)] for screen in (screens[1], screens[0])]
        assert ours == theirs


def test_one_changed_word_is_sent_alone_until_the_terminal_is_forgotten() -> None:
    memory = ChangedCells()
    dim, bold = Style(color="#888888"), Style(bold=True)

    def line(word: str) -> list[tuple[int, int, list[Segment]]]:
        return [(0, 0, [Segment("status of the campaign   ", dim), Segment(word, bold)])]

    first = memory.changes(line("active"), SYSTEM)
    assert first == "\x1b[1;1H\x1b[38;2;136;136;136mstatus of the campaign   \x1b[0;1mactive\x1b[0m"
    assert memory.changes(line("active"), SYSTEM) == ""
    assert memory.changes(line("paused"), SYSTEM) == "\x1b[1;26H\x1b[0;1mpaused\x1b[0m"
    memory.forget()
    assert memory.changes(line("paused"), SYSTEM) == first.replace("active", "paused")
