"""Table cells: text cleaned, cut or padded to its width, with styled ranges.

Everything is measured in terminal cells, not characters: a CJK letter or an emoji takes two.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal
from unicodedata import category, normalize

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from segtui.domain.text import clean
from segtui.tui.widgets.chrome.glyphs import Glyphs

# Terminals, and the libraries that measure for them, disagree about the width of the characters beside these: joiner,
# variation selectors, the enclosing character of keycaps, skin tones. Without them each emoji takes two cells
# everywhere, and the columns stay aligned. The two characters of a flag become its two letters.
_AMBIGUOUS: dict[int, str | None] = {
    **dict.fromkeys([0x200D, 0x20E3, *range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400), *range(0xE0100, 0xE01F0)]),
    **{0x1F1E6 + letter: chr(0x41 + letter) for letter in range(26)},
}
_MAX_PER_CELL = 4  # characters per cell of width: a text of combining marks alone has no width and would never end


def shown(text: str, glyphs: Glyphs) -> str:
    """Return an outside text as a table shows it: one harmless line of a width that all terminals agree on."""
    if text.isascii() and text.isprintable():
        return text
    text = clean(text).translate(_AMBIGUOUS)
    if not text.isprintable():
        # The width of a character that is newer than this Python is unknown.
        text = "".join(char if category(char) != "Cn" else "\N{REPLACEMENT CHARACTER}" for char in text)
    return glyphs.writable(normalize("NFC", text))


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text of an exact width. Its characters from `start` to before `stop` are the first ones of the original."""

    text: str
    start: int
    stop: int
    cut: bool


def fit(text: str, width: int, glyphs: Glyphs, align: Literal["left", "right"] = "left") -> Fitted:
    """Return `text`, which was `shown`, padded or cut to `width` cells; a cut text ends in the `cut` glyph."""
    plain = text.isascii()
    crowded = not plain and len(text) > width * _MAX_PER_CELL + _MAX_PER_CELL
    if crowded:
        text = text[: width * _MAX_PER_CELL]
    length = len(text) if plain else cell_len(text)
    if length > width or crowded:
        return _cut(text, width, glyphs)
    pad = " " * (width - length)
    if align == "right":
        return Fitted(pad + text, len(pad), len(pad) + len(text), cut=False)
    return Fitted(text + pad, 0, len(text), cut=False)


def _cut(text: str, width: int, glyphs: Glyphs) -> Fitted:
    if width <= 0:
        return Fitted("", 0, 0, cut=True)
    head = set_cell_size(text, width - 1)
    # In place of half a wide character there is a blank: count the characters of the original.
    stop = 0
    while stop < len(head) and stop < len(text) and head[stop] == text[stop]:
        stop += 1
    return Fitted(head + glyphs.cut, 0, stop, cut=True)


@dataclass(slots=True)
class Line:
    """A line that grows to the right: its text, and styles on ranges of its characters."""

    text: str = ""
    marks: list[tuple[int, int, Style]] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Append text of the program's own."""
        self.text += text

    def add_cell(self, cell: Fitted, marks: Iterable[tuple[int, int, Style]]) -> None:
        """Append a cell. `marks` are styled ranges of its original text; the part that was cut off has none."""
        offset = len(self.text) + cell.start
        seen = cell.stop - cell.start
        for start, end, style in marks:
            if start < seen:
                self.marks.append((offset + start, offset + min(end, seen), style))
        self.text += cell.text

    def segments(self, base: Style) -> list[Segment]:
        """Return the line as the fewest segments possible: every change of style costs bytes on the wire."""
        if not self.marks:
            return [Segment(self.text, base)]
        edges = sorted({0, len(self.text), *(edge for start, end, _ in self.marks for edge in (start, end))})
        pieces: list[Segment] = []
        for start, end in pairwise(edges):
            style = _style_at(self.marks, start, base)
            if pieces and pieces[-1].style == style:
                pieces[-1] = Segment(pieces[-1].text + self.text[start:end], style)
            else:
                pieces.append(Segment(self.text[start:end], style))
        return pieces


def _style_at(marks: Sequence[tuple[int, int, Style]], index: int, base: Style) -> Style:
    for start, end, style in marks:
        if start <= index < end:
            base += style
    return base
