"""Render style: the styles, glyphs, search and order that all lines of a result table share."""

from dataclasses import dataclass
from typing import Final

from rich.style import Style
from textual.style import Style as VisualStyle
from textual.widget import Widget

from segtui.tui.widgets.chrome.glyphs import Glyphs
from segtui.tui.widgets.table.highlight import Highlighter

_COMPONENT: Final = "result-table--"


@dataclass(frozen=True, slots=True)
class Palette:
    """The styles of a table. `base`, `cursor` and `header` are whole lines; the others lie upon them."""

    base: Style
    header: Style
    ordered: Style
    cursor: Style
    mark: Style
    match: Style
    action: Style
    dim: Style

    def on(self, style: Style, *, cursor: bool) -> Style:
        """Return a style for a line: on the cursor's line without colour, which is readable on any background."""
        return style.without_color if cursor else style


@dataclass(frozen=True, slots=True)
class RenderStyle:
    """The width of a line in cells, its styles and glyphs, the search to highlight, and the order that is shown."""

    width: int
    palette: Palette
    glyphs: Glyphs
    highlighter: Highlighter
    sort: str = ""
    descending: bool = False


class ThemeStyles:
    """The styles of a table in the app's current theme, computed once until `reset`."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._palette: Palette | None = None
        self._of_spans: dict[object, Style] = {}

    def reset(self) -> None:
        """Forget the styles: the theme has changed."""
        self._palette = None
        self._of_spans = {}

    @property
    def palette(self) -> Palette:
        """The styles of the table's parts."""
        if self._palette is None:
            self._palette = self._new_palette()
        return self._palette

    def of_span(self, style: object) -> Style:
        """Return the style of a Content span as part of a line: `$warning` and the like come from the theme."""
        if style not in self._of_spans:
            variables = self._widget.app.theme_variables
            visual = style if isinstance(style, VisualStyle) else VisualStyle.parse(str(style), variables)
            self._of_spans[style] = visual.rich_style
        return self._of_spans[style]

    def _new_palette(self) -> Palette:
        widget = self._widget

        def foreground(name: str) -> Style:
            style = widget.get_component_rich_style(_COMPONENT + name)
            return style.without_color + Style(color=style.color)

        return Palette(
            base=widget.rich_style,
            header=widget.get_component_rich_style(f"{_COMPONENT}header"),
            ordered=foreground("ordered"),
            cursor=widget.get_component_rich_style(f"{_COMPONENT}cursor"),
            mark=foreground("mark"),
            match=foreground("match"),
            action=foreground("action"),
            dim=foreground("dim"),
        )
