"""Bars: a share as a horizontal bar of block characters with eighths of a cell, or of `#` in ASCII."""

from typing import Final

from segtui.tui.widgets.chrome.glyphs import Glyphs

_BLOCKS: Final = " ▏▎▍▌▋▊▉█"
"""Eighths of a cell, by their number."""
_EIGHTHS: Final = 8


def bar(share: float, width: int, ascii: bool = False) -> str:  # noqa: A002
    """Return a bar of at most `width` cells for a share between 0 and 1, without blanks behind it.

    A share above 0 has a part of a cell at least, and one below 1 leaves a part of one free, as far as there are two.
    """
    units = 1 if ascii else _EIGHTHS
    steps = _steps(share, width * units)
    full, rest = divmod(steps, units)
    return ("#" if ascii else "█") * full + (_BLOCKS[rest] if rest else "")


def progress(share: float, width: int, ascii: bool = False) -> str:  # noqa: A002
    """Return a bar of exactly `width` cells that shows how much is left as well."""
    return bar(share, width, ascii).ljust(width, "." if ascii else "░")


def percent(share: float) -> str:
    """Return a share between 0 and 1 as whole percents: `33%`. Only nothing is 0%, and only everything is 100%."""
    rounded = round(100 * share)
    if rounded == 0 and share > 0:
        return "<1%"
    return ">99%" if rounded == 100 and share < 1 else f"{rounded}%"


def progress_bar(share: float, width: int, glyphs: Glyphs) -> str:
    """Return how much of something is done in `width` cells: a bar, and the percentage behind it."""
    share = min(max(share, 0.0), 1.0)
    return f"{progress(share, max(width - 5, 1), glyphs.ascii_only)} {int(share * 100):3d}%"


def _steps(share: float, steps: int) -> int:
    """Return the share in whole steps: none only for nothing, all only for everything."""
    if share <= 0 or steps <= 0:
        return 0
    if share >= 1:
        return steps
    return min(max(round(share * steps), 1), max(steps - 1, 1))
