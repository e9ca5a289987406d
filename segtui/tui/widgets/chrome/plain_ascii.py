"""What goes to a terminal that shows nothing but ASCII: for every other character one that it has, as wide."""

import re

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_OTHERS = re.compile(r"[^\x00-\x7f]+")
_LOOKS = {
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
_SIGNS = {sign: plain for plain, signs in _LOOKS.items() for sign in signs}


class PlainAscii(LineFilter):
    """Replaces what is not ASCII in every line before it is sent. Letters and whatever has no like become a `?`."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 -- Textual's signature
        """Return the segments of a line as such a terminal can show them."""
        return [
            each if each.text.isascii() else Segment(plain_ascii(each.text), each.style, each.control)
            for each in segments
        ]


def plain_ascii(text: str) -> str:
    """Return `text` in ASCII, in as many cells."""
    return _OTHERS.sub(_replaced, text)


def _replaced(found: re.Match[str]) -> str:
    width = cell_len(found[0])
    signs = "".join(_SIGNS.get(char, "?") for char in found[0])
    # Marks without a width and signs of two cells: what stands behind them must not move.
    return signs if len(signs) == width else "?" * width
