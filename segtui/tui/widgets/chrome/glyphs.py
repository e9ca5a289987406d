"""Glyphs: the special characters of a table, and ASCII ones for terminals that have no others."""

from dataclasses import dataclass

from segtui.tui.widgets.terminal.plain_ascii import spelled_in_ascii


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Characters of one cell, but the last. A word or a position repeats the meaning of each but `cut`."""

    cursor: str
    mark: str
    ascending: str
    descending: str
    cut: str
    ascii_only: bool
    ellipsis: str = "…"
    """Behind words for something that is loading; not of one cell everywhere."""

    def writable(self, text: str) -> str:
        """Return text as this terminal can show it: the plain letter for one with an accent, `?` for other ones."""
        return text if not self.ascii_only or text.isascii() else spelled_in_ascii(text)


# The triangles are in the fonts of the bare Linux console too.
UNICODE = Glyphs("►", "*", "▲", "▼", "…", ascii_only=False)
ASCII = Glyphs(">", "*", "^", "v", "~", ascii_only=True, ellipsis="...")


def glyphs_for(app: object) -> Glyphs:
    """Return the glyphs for an app: ASCII where its attribute `ascii_only` is true."""
    return ASCII if getattr(app, "ascii_only", False) else UNICODE
