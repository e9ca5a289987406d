"""Texts of an XLSX workbook: of one cell, up to a limit, and the shared strings.

The shared strings are stored in a file: millions of them take a few bytes of memory each.
"""

import mmap
import re
import tempfile
from array import array
from collections.abc import Sequence
from typing import Final, overload

from segtui.errors import UnreadableFile

MAX_STRINGS = 8 << 20
"""Maximum number of shared strings; a full sheet with eight different texts in every row has as many."""


MAX_CELL_CHARS: Final = 1 << 16
"""Maximum number of characters of a cell. No spreadsheet program writes as many; a longer cell rejects its row."""
# Excel's escape for a character that XML cannot hold: `_x000D_` is a carriage return.
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


def plain(text: str) -> str:
    """Return a text with the escapes of characters that XML cannot hold resolved."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


class CellText:
    """The text of a cell, collected in pieces up to MAX_CELL_CHARS and one more character."""

    __slots__ = ("_length", "_pieces")

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0

    def clear(self) -> None:
        """Start a new text."""
        self._pieces.clear()
        self._length = 0

    def add(self, piece: str) -> None:
        """Add a piece."""
        if self._length <= MAX_CELL_CHARS:
            self._pieces.append(piece)
            self._length += len(piece)

    def joined(self) -> str:
        """Return the collected text, "" if there is none."""
        return "".join(self._pieces)[: MAX_CELL_CHARS + 1]


class SharedStrings(Sequence[str]):
    """Texts by number, written once and then read. Raises UnreadableFile for more than MAX_STRINGS."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="segtui-")  # noqa: SIM115  # open for as long as the object lives
        self._ends = array("Q", [0])
        self._map: mmap.mmap | None = None

    def append(self, text: str) -> None:
        """Append a text."""
        if len(self) >= MAX_STRINGS:
            raise UnreadableFile(f"The workbook has more than {MAX_STRINGS:,} different texts; save the sheet as CSV.")
        # A workbook may contain half of a surrogate pair.
        written = self._file.write(text.encode("utf-8", "surrogatepass"))
        self._ends.append(self._ends[-1] + written)

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[str]: ...
    def __getitem__(self, number: int | slice) -> str | Sequence[str]:
        if isinstance(number, slice):
            return [self[index] for index in range(*number.indices(len(self)))]
        if not 0 <= number < len(self):
            raise IndexError(number)
        start, end = self._ends[number], self._ends[number + 1]
        if start == end:
            return ""
        if self._map is None:
            self._file.flush()
            self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        return self._map[start:end].decode("utf-8", "surrogatepass")


class StringsReader:
    """Collects the shared strings while expat reads them."""

    def __init__(self) -> None:
        self.strings = SharedStrings()
        self._text = CellText()
        self._takes_text = self._phonetic = False

    def start(self, name: str, _: dict[str, str]) -> None:
        """Begin an element."""
        if name == "si":
            self._text.clear()
        elif name == "rPh":
            self._phonetic = True
        elif name == "t":
            self._takes_text = not self._phonetic

    def end(self, name: str) -> None:
        """End an element."""
        if name == "t":
            self._takes_text = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "si":
            self.strings.append(plain(self._text.joined()))

    def text(self, data: str) -> None:
        """Take text."""
        if self._takes_text:
            self._text.add(data)
