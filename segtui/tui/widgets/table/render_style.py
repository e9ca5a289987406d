"""What all lines of a result table have in common: styles, signs, the search, the order."""

from dataclasses import dataclass

from rich.style import Style

from segtui.tui.widgets.chrome.glyphs import Signs
from segtui.tui.widgets.table.highlight import Highlighter


@dataclass(frozen=True, slots=True)
class Palette:
    """The styles of a table. `base` and `cursor` are whole lines, `header` too; the others lie upon them."""

    base: Style
    header: Style
    ordered: Style
    cursor: Style
    mark: Style
    match: Style
    action: Style
    dim: Style

    def on(self, style: Style, *, cursor: bool) -> Style:
        """Return a style for the line it lies on: on the cursor's only what is readable on any colour."""
        return style.without_color if cursor else style


@dataclass(frozen=True, slots=True)
class Look:
    """What all lines share: the width in cells, styles, signs, search, and the order that is shown."""

    width: int
    palette: Palette
    signs: Signs
    highlighter: Highlighter
    sort: str = ""
    descending: bool = False
