"""Plain ASCII: replaces other characters for a terminal that cannot show them, by ASCII of the same width."""

import re
from functools import lru_cache
from unicodedata import normalize

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
_LETTERS = dict(zip("øłđðħıŧßæœþØŁĐÐĦŦẞÆŒÞ", "olddhitsaotOLDDHTSAOT", strict=True))
"""Letters that Unicode does not decompose."""
_PAIRS = dict(zip("ßæœþẞÆŒÞ", ["ss", "ae", "oe", "th", "SS", "AE", "OE", "TH"], strict=True))
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
    """Return `text` in ASCII, with the same width in cells: `Ile-de-France`, `Quinones`."""
    return _NOT_ASCII.sub(_replaced, text)


def spelled_in_ascii(text: str) -> str:
    """Return `text` in ASCII, a letter as two where it is usual: `Strasse`. The width may be another."""
    return "".join(char if char.isascii() else _PAIRS.get(char) or _plain(char) for char in normalize("NFC", text))


def _replaced(match: re.Match[str]) -> str:
    width = cell_len(match[0])
    signs = "".join(map(_plain, normalize("NFC", match[0])))
    # Marks without a width and characters of two cells: the text behind them must not move.
    return signs if len(signs) == width else "?" * width


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    """Return the sign or letter of ASCII that looks like a character, else `?`."""
    if char in _SIGNS:
        return _SIGNS[char]
    letter = normalize("NFD", char)[0]
    letter = _LETTERS.get(letter, letter)
    return letter if letter.isascii() and letter.isprintable() else "?"
