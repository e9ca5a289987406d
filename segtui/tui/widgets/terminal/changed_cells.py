"""Changed cells: a memory of what the terminal shows, so that only the cells that differ are sent.

Textual paints a screen several times while its widgets are laid out, and whole lines for one changed word: opening the
help sent 102 kB at 160×48 for a screen that holds 8.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from segtui.tui.textual_internals import OwnOutput, Pieces
from segtui.tui.widgets.terminal.readable_colors import COLOR_SYSTEMS

_MAX_RESENT: Final = 8
"""Unchanged cells between two changed ones that are sent again: a jump over them takes as many bytes."""
_TAIL: Final = ""
"""The text of the second cell of a wide character."""

Looks = tuple[str, str, str]
"""Attributes, colour of the text and colour behind it, as numbers in `ESC [ 1;38;5;110 m`; blank for the usual ones."""

Cell = tuple[str, Looks]
"""A character, with the marks upon it, and its looks."""

_PLAIN: Final[Looks] = ("", "", "")
_UNKNOWN: Final[Cell] = (" ", ("unknown", "", ""))
"""A cell with unknown content. It differs from all others."""


class ChangedCells:
    """The cells of a terminal as they were last sent."""

    def __init__(self) -> None:
        self._lines: dict[int, list[Cell]] = {}

    def forget(self) -> None:
        """Forget everything: the terminal may show something else, such as after a change of its size."""
        self._lines.clear()

    def changes(self, pieces: Pieces, system: ColorSystem) -> str:
        """Return the control sequences that draw `pieces` of lines, which are (line, first cell, segments)."""
        parts: list[str] = []
        looks = _PLAIN
        for y, x, segments in pieces:
            cells = _cells(segments, system)
            for start, end in self._changed_ranges(y, x, cells):
                parts.append(f"\x1b[{y + 1};{x + start + 1}H")
                for text, new_looks in cells[start:end]:
                    if new_looks != looks:
                        parts.append(_switch(looks, new_looks))
                        looks = new_looks
                    parts.append(text)
        if looks != _PLAIN:
            parts.append(_switch(looks, _PLAIN))
        return "".join(parts)

    def _changed_ranges(self, y: int, x: int, cells: list[Cell]) -> Sequence[tuple[int, int]]:
        """Return the ranges of `cells` that differ from the line's, and take them over."""
        line = self._lines.setdefault(y, [])
        end = x + len(cells)
        if len(line) < end:
            line.extend([_UNKNOWN] * (end - len(line)))
        before = line[x:end]
        if before == cells:
            return ()
        _forget_halves(line, x, end)
        line[x:end] = cells
        changed = [index for index, (old, new) in enumerate(zip(before, cells, strict=True)) if old != new]
        return _ranges(changed, before, cells)


def _ranges(changed: Sequence[int], before: Sequence[Cell], cells: Sequence[Cell]) -> Sequence[tuple[int, int]]:
    """Return ranges around the changed cells. None begins or ends inside of a wide character, old or new."""
    ranges: list[tuple[int, int]] = []
    for index in changed:
        start, end = index, index + 1
        while start and _TAIL in (before[start][0], cells[start][0]):
            start -= 1
        while end < len(cells) and _TAIL in (before[end][0], cells[end][0]):
            end += 1
        if ranges and start - ranges[-1][1] <= _MAX_RESENT:
            ranges[-1] = (ranges[-1][0], max(end, ranges[-1][1]))
        else:
            ranges.append((start, end))
    return ranges


def _forget_halves(line: list[Cell], start: int, end: int) -> None:
    """Forget the other halves of wide characters that are cut at the ends of a range."""
    if start and line[start][0] == _TAIL:
        line[start - 1] = _UNKNOWN
    if end < len(line) and line[end][0] == _TAIL:
        line[end] = _UNKNOWN


@lru_cache(maxsize=4096)
def _switch(looks: Looks, new_looks: Looks) -> str:
    """Return the shortest sequence from one look to another: few terminals can take attributes back one by one."""
    (attributes, text, behind), (new_attributes, new_text, new_behind) = looks, new_looks
    if attributes != new_attributes or new_looks == _PLAIN:
        numbers = ["0", *filter(None, new_looks)]
    else:
        numbers = [new_text or "39"] if text != new_text else []
        numbers += [new_behind or "49"] if behind != new_behind else []
    return f"\x1b[{';'.join(numbers)}m"


def _cells(segments: Iterable[Segment], system: ColorSystem) -> list[Cell]:
    cells: list[Cell] = []
    for text, style, control in segments:
        if control:
            continue
        looks = _looks(style, system) if style is not None else _PLAIN
        if text.isascii():
            cells += [(char, looks) for char in text]
        else:
            _add_wide(cells, text, looks)
    return cells


def _add_wide(cells: list[Cell], text: str, looks: Looks) -> None:
    """Append the cells of a text with characters of two cells, or of none: these belong to the one before them."""
    for char in text:
        width = cell_len(char)
        if width:
            cells += [(char, looks), *[(_TAIL, looks)] * (width - 1)]
            continue
        last = next((index for index in range(len(cells) - 1, -1, -1) if cells[index][0] != _TAIL), None)
        if last is not None:
            cells[last] = (cells[last][0] + char, cells[last][1])


@lru_cache(maxsize=4096)
def _looks(style: Style, system: ColorSystem) -> Looks:
    """Return the looks of a style. No text of the interface is a link of the terminal's."""
    text, behind = (color and color.downgrade(system) for color in (style.color, style.bgcolor))
    return (
        Strip.render_ansi(style.without_color, system),
        ";".join(text.get_ansi_codes()) if text else "",
        ";".join(behind.get_ansi_codes(foreground=False)) if behind else "",
    )


class ChangesOnly(OwnOutput, inherit_bindings=False):
    """An app that sends the terminal only the cells that changed."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  those of App
        super().__init__(**options)
        self._terminal_cells = ChangedCells()

    def forget_terminal(self) -> None:
        """Send the next painting whole: others may have written to the terminal, or its size changed."""
        self._terminal_cells.forget()

    def output_for(self, pieces: Pieces) -> str:
        """Return the control sequences that draw what differs."""
        system = COLOR_SYSTEMS.get(self.console.color_system or "", ColorSystem.TRUECOLOR)
        return self._terminal_cells.changes(pieces, system)
