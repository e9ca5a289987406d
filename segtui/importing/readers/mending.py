r"""Repair of text that CSV readers would misread, line for line.

* Marks between files that were joined: byte-order marks and the end-of-file sign of DOS (0x1A) are removed.
* Quotes with a backslash inside a quoted cell, as databases write them: `\"` becomes `""`.
* Blanks before the quote that opens a cell are removed.
* Whole lines in quotes, as a spreadsheet saves CSV that it opened as one column, are unpacked.

A file counts as written in one of these ways once it has a whole line that is valid only that way. Lines that are
valid as they are keep their form: `"C:\"` is a cell that ends with a backslash.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

MAX_LINES = 50
"""Maximum number of lines of a cell with such quotes; beyond it, its quote is a mistake."""

MAX_LINE = 100_000
"""Maximum number of characters of a line that is quoted as a whole."""

# Also a byte-order mark that was read as Windows-1252 and saved again, which is three letters.
_MARKS = re.compile("^[\x00\x1a]+$|^(?:\ufeff|\x1a|ï»¿)+|\x1a+$", re.MULTILINE)
_ESCAPE = re.compile(r'\\(["\\])')
_ANY_ESCAPE = re.compile(r"\\.")
_CLOSING = re.compile(r'[^"]*+(?:""[^"]*+)*+"(?!")')


def repaired(blocks: Iterable[str], delimiter: str) -> Iterator[str]:
    """Yield blocks of whole lines in the form CSV readers expect; every line keeps its number."""
    backslashes, blanks, lines = _Backslashes(delimiter), _Blanks(delimiter), _QuotedLines(delimiter)
    for block in blocks:
        text = block
        if "\x1a" in text or "\ufeff" in text or "\x00" in text or "ï»¿" in text:
            text = _MARKS.sub("", text)
        if '"' in text:
            text = lines.repaired(text)
            text = blanks.repaired(backslashes.repaired(text))
        yield text


class _Backslashes:
    """Doubles quotes with a backslash before them."""

    def __init__(self, delimiter: str) -> None:
        self._patterns = _patterns(delimiter)
        self._is_certain = False

    def repaired(self, block: str) -> str:
        """Return a block with such quotes doubled."""
        if '\\"' not in block:
            return block
        lines = block.split("\n")
        self._is_certain = self._is_certain or any('\\"' in line and self._is_escaped(line) for line in lines)
        return "\n".join(self._lines(lines)) if self._is_certain else block

    def _is_escaped(self, line: str) -> bool:
        return self._patterns.spaced.fullmatch(line) is None and self._patterns.escaped.fullmatch(line) is not None

    def _lines(self, lines: list[str]) -> list[str]:
        """Return lines with such quotes doubled, also in cells of several lines."""
        repaired = list(lines)
        start: int | None = None  # of the cell that is open
        for index, line in enumerate(lines):
            is_odd = '"' in line and _ANY_ESCAPE.sub("", line).count('"') % 2 == 1
            if start is not None:
                repaired[index] = _ESCAPE.sub(_doubled, line)
                if is_odd:
                    start = None
                elif index - start > MAX_LINES:
                    repaired[start : index + 1] = lines[start : index + 1]
                    start = None
            elif '\\"' in line and self._is_escaped(line):
                repaired[index] = self._patterns.cell.sub(lambda cell: _ESCAPE.sub(_doubled, cell[0]), line)
            elif is_odd and self._patterns.spaced.fullmatch(line) is None:
                repaired[index] = _ESCAPE.sub(_doubled, line)
                start = index
        if start is not None:
            repaired[start:] = lines[start:]
        return repaired


def _doubled(escape: re.Match[str]) -> str:
    return '""' if escape[1] == '"' else "\\"


class _Blanks:
    """Removes blanks before the quotes that open cells."""

    def __init__(self, delimiter: str) -> None:
        self._patterns = _patterns(delimiter)
        self._is_certain = False

    def repaired(self, block: str) -> str:
        """Return a block without such blanks."""
        # Searching for two characters is a hundred times as fast as the pattern.
        if not any(f'{blank}"' in block for blank in self._patterns.blanks):
            return block
        if self._patterns.blank_before_quote.search(block) is None:
            return block
        lines = block.split("\n")
        self._is_certain = self._is_certain or any(map(self._is_spaced, lines))
        return "\n".join(self._lines(lines)) if self._is_certain else block

    def _is_spaced(self, line: str) -> bool:
        patterns = self._patterns
        return (
            patterns.blank_before_quote.search(line) is not None
            and patterns.plain.fullmatch(line) is None
            and patterns.spaced.fullmatch(line) is not None
        )

    def _lines(self, lines: list[str]) -> Iterator[str]:
        open_for = 0  # number of lines of the open cell so far
        for line in lines:
            if '"' not in line:
                open_for = open_for and (open_for + 1) % MAX_LINES
                yield line
                continue
            inside = ""
            if open_for:
                closing = _CLOSING.match(line)
                if closing is None:
                    open_for = (open_for + 1) % MAX_LINES
                    yield line
                    continue
                inside = closing[0]
            rest = self._patterns.opening.sub(lambda match: match[1] or "", line[len(inside) :])
            is_open = _QUOTED.sub("", rest).count('"') % 2 == 1
            open_for = 1 if is_open else 0
            yield inside + rest


class _QuotedLines:
    """Unpacks lines that are quoted as a whole, if the first lines of a file all are, and are rows of one width."""

    def __init__(self, delimiter: str) -> None:
        self._delimiter = delimiter
        self._is_certain: bool | None = None

    def repaired(self, block: str) -> str:
        """Return a block with such lines unpacked."""
        if self._is_certain is None:
            self._is_certain = self._are_quoted([line for line in block.split("\n", 50)[:50] if line.strip()])
        if not self._is_certain:
            return block
        return "\n".join(_WHOLE_LINE.sub(_unpacked, line) for line in block.split("\n"))

    def _are_quoted(self, lines: list[str]) -> bool:
        widths = set()
        for line in lines:
            if len(line) > MAX_LINE or _WHOLE_LINE.fullmatch(line) is None:
                return False
            cells = next(csv.reader([_WHOLE_LINE.sub(_unpacked, line)], delimiter=self._delimiter), [])
            widths.add(len(cells))
        return len(lines) > 1 and len(widths) == 1 and min(widths) > 1


_WHOLE_LINE = re.compile(r'^"([^"\n]*+(?:""[^"\n]*+)*+)"[ \t]*$')


def _unpacked(line: re.Match[str]) -> str:
    return line[1].replace('""', '"')


_QUOTED = re.compile(r'"[^"]*+(?:""[^"]*+)*+"(?!")')


@dataclass(frozen=True, slots=True)
class _Patterns:
    """Patterns of lines that are valid as they are, with blanks before quotes, with backslashes; and of parts."""

    blanks: str
    plain: re.Pattern[str]
    spaced: re.Pattern[str]
    escaped: re.Pattern[str]
    cell: re.Pattern[str]
    blank_before_quote: re.Pattern[str]
    opening: re.Pattern[str]


@lru_cache(maxsize=16)
def _patterns(delimiter: str) -> _Patterns:
    stop = re.escape(delimiter)
    blanks = " \t\u00a0".replace(delimiter, "")
    blank = f"[{blanks}]"
    quoted, backslashed = r'"[^"]*+(?:""[^"]*+)*+"', r'"[^"\\]*+(?:(?:\\.|"")[^"\\]*+)*+"'
    literal, unquoted = rf'(?!")[^{stop}\n"]*+', rf'(?!{blank}*+")[^{stop}\n]*+'

    def line(cell: str) -> re.Pattern[str]:
        return re.compile(rf"(?:{cell})(?:{stop}(?:{cell}))*+")

    return _Patterns(
        blanks,
        line(rf"{quoted}{blank}*+|{literal}"),
        line(rf"{blank}*+{quoted}{blank}*+|{unquoted}"),
        line(rf"{blank}*+{backslashed}{blank}*+|{unquoted}"),
        re.compile(backslashed),
        re.compile(rf'(?:^|{stop}){blank}+"', re.MULTILINE),
        re.compile(rf'({quoted}(?!"))|(?:(?<={stop})|^){blank}++(?=")'),
    )
