"""Packed lines: short texts beside each other; a text that does not fit goes whole to the next line."""

from collections.abc import Iterator, Sequence
from typing import Final

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

_GAP: Final = 3

Groups = Sequence[Sequence[Content]]
"""Groups of texts; each group begins a line."""


class PackedLines(Widget):
    """Shows groups of texts. Only a text longer than a line is broken. The texts must have passed `clean`."""

    DEFAULT_CSS = """
    PackedLines { width: 1fr; height: auto; }
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002 -- Textual's name
        super().__init__(id=id)
        self._groups: Groups = ()

    def show(self, groups: Groups) -> None:
        """Show other texts; the same texts again are not painted."""
        if groups != self._groups:
            before, self._groups = len(self._lines(self.size.width)), groups
            self.refresh(layout=len(self._lines(self.size.width)) != before)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 -- Textual's
        """Return the number of lines."""
        return len(self._lines(width))

    def render(self) -> RenderResult:
        """Draw the lines."""
        return Content("\n").join(self._lines(self.size.width))

    def _lines(self, width: int) -> list[Content]:
        return [line for group in self._groups for line in _packed(group, max(1, width))]


def _packed(texts: Sequence[Content], width: int) -> Iterator[Content]:
    line = Content("")
    for text in texts:
        if line.plain and line.cell_length + _GAP + text.cell_length <= width:
            line = Content.assemble(line, " " * _GAP, text)
            continue
        if line.plain:
            yield line
        *whole, line = text.wrap(width)
        yield from whole
    if line.plain:
        yield line
