"""One line of a table as text: cells cleaned, cut or padded to their width, with the marks that lie on them.

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

# Terminals, and the libraries that measure for them, disagree about how wide these make what is beside them: joiner,
# variation selectors, the enclosing sign of keycaps, skin tones. Without them each emoji takes two cells everywhere,
# and the columns stay aligned. The two glyphs of a flag become its two letters, of which nobody doubts the width.
_UNSTEADY: dict[int, str | None] = {
    **dict.fromkeys([0x200D, 0x20E3, *range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400), *range(0xE0100, 0xE01F0)]),
    **{0x1F1E6 + place: chr(0x41 + place) for place in range(26)},
}
# Characters looked at per cell of width: a text of nothing but combining marks has no width and would never end.
_DENSITY = 4


def shown(text: str, glyphs: Glyphs) -> str:
    """Return what of an outside text may stand in a table: one harmless line of a width all terminals agree on."""
    if text.isascii() and text.isprintable():
        return text
    text = clean(text).translate(_UNSTEADY)
    if not text.isprintable():
        # Of a character that is newer than this Python nobody can say how wide it is.
        text = "".join(char if category(char) != "Cn" else "\N{REPLACEMENT CHARACTER}" for char in text)
    return glyphs.writable(normalize("NFC", text))


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text of exactly some width. Characters `start` to before `stop` of it are the first ones of the original."""

    text: str
    start: int
    stop: int
    cut: bool


def fit(text: str, width: int, glyphs: Glyphs, align: Literal["left", "right"] = "left") -> Fitted:
    """Return `text`, which was `shown`, padded or cut to `width` cells; what is cut ends in a sign that says so."""
    plain = text.isascii()
    crowded = not plain and len(text) > width * _DENSITY + _DENSITY
    if crowded:
        text = text[: width * _DENSITY]
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
    # Where half of a wide character would be left it is a blank instead: count what is the original's.
    kept = 0
    while kept < len(head) and kept < len(text) and head[kept] == text[kept]:
        kept += 1
    return Fitted(head + glyphs.cut, 0, kept, cut=True)


@dataclass(slots=True)
class Line:
    """A line that grows to the right: its text, and styles on ranges of its characters."""

    text: str = ""
    marks: list[tuple[int, int, Style]] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Append text of ours."""
        self.text += text

    def add_cell(self, cell: Fitted, marks: Iterable[tuple[int, int, Style]]) -> None:
        """Append a cell. `marks` are ranges of its original text; of what was cut off nothing is marked."""
        offset = len(self.text) + cell.start
        seen = cell.stop - cell.start
        for start, end, style in marks:
            if start < seen:
                self.marks.append((offset + start, offset + min(end, seen), style))
        self.text += cell.text

    def segments(self, base: Style) -> list[Segment]:
        """Return the line as few segments as can be: every change of style costs bytes on the wire."""
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


def _style_at(marks: Sequence[tuple[int, int, Style]], place: int, base: Style) -> Style:
    for start, end, style in marks:
        if start <= place < end:
            base += style
    return base
