"""Plain ASCII: replaces other characters for a terminal that cannot show them, by ASCII of the same width."""

import re

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_LOOKALIKES = {
    "-": "─━╌╍┄┅┈┉═–—−▁▂▔‾",
    "|": "│┃╎╏┆┇┊┋║▌▐▎▏▕▊▍",
    "+": "┌┐└┘├┤┬┴┼╭╮╰╯╔╗╚╝╠╣╦╩╬┏┓┗┛┣┫┳┻╋",
    "#": "█▓▇▆▅",
    ":": "▒░",
    "=": "▄▀▃",
    "^": "▲△↑",
    "v": "▼▽↓",
    ">": "►▶▸→»›",
    "<": "◄◀◂←«‹",
    "~": "…",
    "*": "•●○◉✱✓✔",
    "x": "×✕✖✗✘",
    ".": "·",
    '"': "“”„",
    "'": "‘’‚",
    " ": "\N{NO-BREAK SPACE}\N{EN SPACE}\N{EM SPACE}\N{THIN SPACE}",
}
_SIGNS = {sign: plain for plain, signs in _LOOKALIKES.items() for sign in signs}


class PlainAscii(LineFilter):
    """Replaces characters that are not ASCII in every line before it is sent; by `?` where nothing looks alike."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 -- Textual's signature
        """Return the segments of a line in ASCII."""
        return [
            segment if segment.text.isascii() else Segment(plain_ascii(segment.text), segment.style, segment.control)
            for segment in segments
        ]


def plain_ascii(text: str) -> str:
    """Return `text` in ASCII, with the same width in cells."""
    return _NOT_ASCII.sub(_replaced, text)


def _replaced(match: re.Match[str]) -> str:
    width = cell_len(match[0])
    signs = "".join(_SIGNS.get(char, "?") for char in match[0])
    # Marks without a width and characters of two cells: the text behind them must not move.
    return signs if len(signs) == width else "?" * width
