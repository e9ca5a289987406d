"""The glyphs a table is drawn with, and the ASCII ones for terminals that know no others."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One cell each but the last. All but `cut` are told by a word or a place too: no meaning hangs on a sign alone."""

    cursor: str
    mark: str
    ascending: str
    descending: str
    cut: str
    ascii_only: bool
    ellipsis: str = "…"
    """Behind what is on its way; not of one cell everywhere."""

    def writable(self, text: str) -> str:
        """Return text as this terminal can show it: a `?` for each character it cannot."""
        return text if not self.ascii_only or text.isascii() else text.encode("ascii", "replace").decode("ascii")


# The triangles are in the fonts of the bare Linux console too.
UNICODE = Glyphs("►", "*", "▲", "▼", "…", ascii_only=False)
ASCII = Glyphs(">", "*", "^", "v", "~", ascii_only=True, ellipsis="...")


def glyphs_for(app: object) -> Glyphs:
    """Return the glyphs for an app: ASCII where its attribute `ascii_only` is true."""
    return ASCII if getattr(app, "ascii_only", False) else UNICODE
