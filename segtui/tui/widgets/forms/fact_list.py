"""Fact list: labels with their values, in one widget for any number of them."""

from collections.abc import Iterator, Sequence
from typing import Final

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from segtui.tui.widgets.chrome.glyphs import Glyphs, glyphs_for
from segtui.tui.widgets.table.table_cells import shown

Facts = Sequence[tuple[str, str]]
"""Labels with their values, not cleaned. A blank label continues the one before."""

_MIN_LABEL: Final = 12  # cells
_GAP: Final = 2
_MAX_VALUE: Final = 4_000
"""Characters of a value that are shown; a longer one says how many more there are."""


class FactList(Widget):
    """Shows facts below a heading. Long labels and values wrap, each under itself; a dash stands for an empty value."""

    DEFAULT_CSS = """
    FactList { width: 1fr; height: auto; }
    """

    def __init__(self, *, heading: str = "", id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 -- Textual's name
        super().__init__(id=id, classes=classes)
        self._heading = heading
        self._facts: Facts = ()

    @property
    def facts(self) -> Facts:
        """The facts; without any the widget is hidden."""
        return self._facts

    @facts.setter
    def facts(self, facts: Facts) -> None:
        if list(facts) != list(self._facts):
            self._facts = tuple(facts)
            self.display = bool(facts)
            self.refresh(layout=True)

    def on_mount(self) -> None:
        """Hide the widget without facts."""
        self.display = bool(self._facts)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 -- Textual's
        """Return the number of lines."""
        return len(self._lines(width))

    def render(self) -> RenderResult:
        """Draw the facts."""
        return Content("\n").join(self._lines(self.size.width))

    def _lines(self, width: int) -> list[Content]:
        heading = [Content.styled(self._heading, "bold $primary")] if self._heading else []
        return [*heading, *_arranged(self._facts, width, glyphs_for(self.app))]


def _arranged(facts: Facts, width: int, glyphs: Glyphs) -> Iterator[Content]:
    """Yield the lines of facts: the labels in a column as wide as they need, up to a third of the width."""
    labels = [shown(label, glyphs) for label, _ in facts]
    widest = max((Content(label).cell_length for label in labels), default=0)
    column = max(1, min(max(_MIN_LABEL, widest), width // 3))
    room = max(1, width - column - _GAP)
    for label, (_, value) in zip(labels, facts, strict=True):
        left = _wrapped(Content.styled(label, "$foreground-muted"), column)
        right = _wrapped(_value(value, glyphs), room)
        for index in range(max(len(left), len(right))):
            start = left[index] if index < len(left) else Content("")
            line = Content.assemble(start, " " * (column - start.cell_length + _GAP))
            yield line + right[index] if index < len(right) else line


def _value(value: str, glyphs: Glyphs) -> Content:
    if not value.strip():
        return Content.styled("-", "$foreground-muted")
    text = shown(value[:_MAX_VALUE], glyphs)
    if len(value) > _MAX_VALUE:
        return Content.assemble(text, (f" (and {len(value) - _MAX_VALUE:,} more characters)", "$foreground-muted"))
    return Content(text)


def _wrapped(text: Content, width: int) -> list[Content]:
    return text.wrap(width) if text.plain else [text]
