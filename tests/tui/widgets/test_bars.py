"""Bars of block characters, and of # in ASCII."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segtui.tui.widgets.charts.bars import bar, progress, progress_bar
from segtui.tui.widgets.chrome.glyphs import ASCII, UNICODE

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("share", "width", "blocks", "signs"),
    [
        (0, 4, "", ""),
        (1, 4, "████", "####"),
        (0.5, 4, "██", "##"),
        (0.53125, 4, "██▏", "##"),
        (0.0001, 4, "▏", "#"),
        (0.9999, 4, "███▉", "###"),
        (1.5, 2, "██", "##"),
        (-1, 2, "", ""),
        (0.5, 0, "", ""),
    ],
)
def test_a_share_is_a_bar(share: float, width: int, blocks: str, signs: str) -> None:
    assert bar(share, width) == blocks
    assert bar(share, width, ascii=True) == signs


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 200), st.booleans())
def test_bars_tell_more_from_less(one: float, other: float, width: int, ascii_only: bool) -> None:
    less, more = sorted((one, other))
    shorter, longer = bar(less, width, ascii_only), bar(more, width, ascii_only)
    # The parts of a cell are in the order of their code points, from the whole one down.
    assert (len(shorter), *(-ord(sign) for sign in shorter)) <= (len(longer), *(-ord(sign) for sign in longer))
    assert bool(longer) == (more > 0)
    assert len(progress(more, width, ascii_only)) == width
    assert not ascii_only or progress(more, width, ascii_only).isascii()


@pytest.mark.parametrize(
    ("done", "blocks", "signs"),
    [
        (0.0, "░░░░   0%", "....   0%"),
        (0.5, "██░░  50%", "##..  50%"),
        (0.999, "███▉  99%", "###.  99%"),
        (2.0, "████ 100%", "#### 100%"),
    ],
)
def test_progress_has_a_percentage_and_never_overflows(done: float, blocks: str, signs: str) -> None:
    assert progress_bar(done, 9, UNICODE) == blocks
    assert progress_bar(done, 9, ASCII) == signs
