"""Text to records: the lines of each record, its cells, and quotes that were opened by mistake.

Python's csv module splits the records as long as quotes are in order. A quote that is never closed would make it
swallow the lines that follow, so a record of several lines is accepted only if those lines do not look like records
themselves (`stray_quotes.swallows`), and if it is no larger than MAX_RECORD_CHARS and MAX_RECORD_LINES; otherwise its
first line is read on its own, and so are the others.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TextIO, TypeVar

from segtui.errors import UnreadableFile
from segtui.importing.readers.mending import repaired
from segtui.importing.readers.stray_quotes import literal_cells, swallows

CHUNK = 1 << 21
"""Characters read at a time."""
MAX_ROWS = 30_000
"""Records in one chunk at most."""
MAX_LINE = 1 << 22
"""Maximum number of characters of a line: a longer one is not from a table of contacts."""
MAX_RECORD_CHARS = 1 << 20
MAX_RECORD_LINES = 1_000
"""Maximum size of a record of several lines. Beyond it, the quote in its first line is a mistake."""
# Characters of a block that may be read in vain: an initial budget, and a supplement for each character that is
# consumed. So the time for a file of nothing but stray quotes is linear in its length, not quadratic.
_REREAD_AT_FIRST = 4 * MAX_RECORD_CHARS
_REREAD_PER_CHAR = 4

T = TypeVar("T")

# Fed after the last line: only an incomplete record swallows it.
_SENTINEL = "end\n"


@dataclass(slots=True)
class Chunk:
    """Successive records. `lines[i]` is the line, as an editor counts, on which `rows[i]` begins."""

    lines: Sequence[int]
    rows: list[list[str]]
    text: str
    """Text that contains them, for fast searches for a character."""
    delimiter: str
    has_breaks: bool = False
    """True if a cell may have a line break in it."""
    stray: set[int] = field(default_factory=set)
    """Lines with a quote that is opened and never closed; it was left out."""


def records(text: TextIO, delimiter: str, width: int = 0, skip: int = 0) -> Iterator[Chunk]:
    r"""Yield the records of `text` (line ends `\n`) after `skip` lines, in chunks of bounded size.

    `width` is the expected number of cells of a record; 0 if it is not known yet. Empty lines are not records.
    Raises UnreadableFile for a line that is too long.
    """
    return records_or_blocks(lambda _block, _number: None, text, delimiter, width, skip)


def records_or_blocks(
    read_block: Callable[[str, int], Iterator[T] | None], text: TextIO, delimiter: str, width: int = 0, skip: int = 0
) -> Iterator[Chunk | T]:
    """Yield the records, but for blocks of whole lines that `read_block` reads, its own results.

    `read_block` gets a block and the number of its first line, and returns None for a block it does not read.
    """
    number, carried = skip + 1, ""
    for block in repaired(_blocks(text, skip), delimiter):
        whole = carried + block
        read = read_block(whole, number)
        if read is not None:
            yield from read
            number, carried = number + whole.count("\n"), ""
        elif '"' in whole:
            quoted = _Quoted(whole, delimiter, width)
            yield from quoted.chunks(number)
            carried = "".join(quoted.lines[quoted.consumed :])
            number += quoted.consumed
        else:
            yield from _plain(whole, delimiter, number)
            number += whole.count("\n")
    if carried:
        yield from _Quoted(carried, delimiter, width, final=True).chunks(number)


def _blocks(text: TextIO, skip: int) -> Iterator[str]:
    """Yield the text after `skip` lines in blocks of whole lines; each block ends in a line end."""
    for _ in range(skip):
        text.readline(MAX_LINE)
    parts: list[str] = []
    while piece := text.read(CHUNK):
        cut = piece.rfind("\n") + 1
        if cut:
            parts.append(piece[:cut])
            yield "".join(parts)
            parts = [piece[cut:]] if cut < len(piece) else []
        else:
            parts.append(piece)
        if sum(map(len, parts)) > MAX_LINE:
            raise UnreadableFile(f"A line is longer than {MAX_LINE:,} characters: this is not a table of contacts.")
    if parts:
        yield "".join(parts) + "\n"


def _plain(block: str, delimiter: str, number: int) -> Iterator[Chunk]:
    """Yield the records of a block without any quote: each line is one."""
    lines = block.split("\n")
    lines.pop()
    gaps = "" in lines
    for start in range(0, len(lines), MAX_ROWS):
        part = lines[start : start + MAX_ROWS]
        numbers: Sequence[int] = range(number + start, number + start + len(part))
        if gaps:
            numbers = [line_number for line_number, line in zip(numbers, part, strict=True) if line]
            part = [line for line in part if line]
        yield Chunk(numbers, [line.split(delimiter) for line in part], block, delimiter)


class _TooLarge(Exception):
    """A record exceeds the maximum size."""


class _Quoted:
    """Reads the records of a block with quotes."""

    def __init__(self, block: str, delimiter: str, width: int, *, final: bool = False) -> None:
        self.lines = [line + "\n" for line in block.split("\n")]
        self.lines.pop()
        self.consumed = 0
        """Number of lines read; the others are the beginning of a record that continues after this block."""
        self._block = block
        self._delimiter = delimiter
        self._width = width
        self._final = final
        self._rows: list[list[str]] = []
        self._starts: Sequence[int] = []
        self._stray: set[int] = set()
        self._may_reread = _REREAD_AT_FIRST

    def chunks(self, number: int) -> Iterator[Chunk]:
        """Read the block, whose first line is line `number`, and yield its records."""
        at_once = self._read_at_once()
        if not at_once:
            self._read_with_care()
        filled = [index for index, row in enumerate(self._rows) if row]
        starts, rows = self._starts, self._rows
        for first in range(0, len(filled), MAX_ROWS):
            part = filled[first : first + MAX_ROWS]
            lines = [number + starts[index] for index in part]
            stray = {number + index for index in self._stray}
            yield Chunk(lines, [rows[index] for index in part], self._block, self._delimiter, not at_once, stray)

    def _read_at_once(self) -> bool:
        """Read everything if every record takes exactly one line; else read nothing."""
        reader = csv.reader(chain(self.lines, (_SENTINEL,)), delimiter=self._delimiter)
        try:
            rows = list(reader)
        except csv.Error:
            return False
        if len(rows) != len(self.lines) + 1:
            return False
        rows.pop()
        self._rows, self._starts, self.consumed = rows, range(len(rows)), len(rows)
        return True

    def _read_with_care(self) -> None:
        starts: list[int] = []
        self._starts = starts
        while self.consumed < len(self.lines):
            if not self._read_until_stray(starts):
                return
            line = self.lines[self.consumed]
            starts.append(self.consumed)
            self._rows.append(literal_cells(line[:-1], self._delimiter, self._width))
            self._stray.add(self.consumed)
            self._consume(self.consumed + 1)

    def _consume(self, end: int) -> None:
        """Count the lines before `end` as read."""
        chars = sum(map(len, self.lines[self.consumed : end]))
        self._may_reread = min(self._may_reread + _REREAD_PER_CHAR * chars, _REREAD_AT_FIRST)
        self.consumed = end

    def _bounded(self) -> Iterator[str]:
        """Yield the following lines; raise _TooLarge when the record they belong to is too large."""
        start = chars = 0
        for index in range(self.consumed, len(self.lines)):
            if start != self.consumed:
                start, chars = self.consumed, 0
            chars += len(self.lines[index])
            is_large = chars > MAX_RECORD_CHARS or index - start >= MAX_RECORD_LINES
            if index > start and (is_large or chars > self._may_reread):
                self._may_reread -= chars
                raise _TooLarge
            yield self.lines[index]

    def _read_until_stray(self, starts: list[int]) -> bool:
        """Continue reading; return True before a line with a stray quote, False at the end of the block."""
        origin = self.consumed
        reader = csv.reader(chain(self._bounded(), (_SENTINEL,)), delimiter=self._delimiter)
        try:
            for row in reader:
                end = origin + reader.line_num
                if self.consumed == len(self.lines):
                    return False
                if end > len(self.lines):
                    self._may_reread -= sum(map(len, self.lines[self.consumed :])) if self._final else 0
                    return self._final
                if end - self.consumed > 1 and self._swallows(row, end):
                    self._may_reread -= sum(map(len, self.lines[self.consumed : end]))
                    return True
                starts.append(self.consumed)
                self._rows.append(row)
                self._consume(end)
        except (csv.Error, _TooLarge):  # csv.Error: a cell longer than 131,072 characters; its quote is a mistake too
            return True
        return False

    def _swallows(self, row: list[str], end: int) -> bool:
        return swallows(self.lines[self.consumed : end], row, self._delimiter, self._width)
