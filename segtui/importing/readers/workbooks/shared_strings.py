"""Texts of an XLSX workbook: of one cell, as far as it is read, and those that cells share.

The shared ones lie in a file: millions of them take a few bytes of memory each.
"""

import mmap
import re
import tempfile
from array import array
from collections.abc import Sequence
from typing import Final, overload

from segtui.errors import UnreadableFile

MAX_STRINGS = 8 << 20
"""Strings a workbook may have; a full sheet with eight different texts in every row has as many."""


MAX_CELL_CHARS: Final = 1 << 16
"""Characters that are read of a cell. No spreadsheet program writes so many; what has more is rejected with its row."""
# A character that XML cannot hold, as Excel writes it: `_x000D_` is a carriage return.
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


def plain(text: str) -> str:
    """Return a text with the characters that XML cannot hold in the place of their escapes."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


class CellText:
    """The text of a cell as it comes in pieces, as far as it is read (MAX_CELL_CHARS and one more)."""

    __slots__ = ("_length", "_pieces")

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0

    def clear(self) -> None:
        """Forget it."""
        self._pieces.clear()
        self._length = 0

    def add(self, piece: str) -> None:
        """Add a piece."""
        if self._length <= MAX_CELL_CHARS:
            self._pieces.append(piece)
            self._length += len(piece)

    def joined(self) -> str:
        """Return what came, "" where nothing did."""
        return "".join(self._pieces)[: MAX_CELL_CHARS + 1]


class SharedStrings(Sequence[str]):
    """Texts by their number, written once and then read. Raises UnreadableFile for more than MAX_STRINGS."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="segtui-")  # noqa: SIM115  # open for as long as the object lives
        self._ends = array("Q", [0])
        self._map: mmap.mmap | None = None

    def append(self, text: str) -> None:
        """Add a text behind the last one."""
        if len(self) >= MAX_STRINGS:
            raise UnreadableFile(f"The workbook has more than {MAX_STRINGS:,} different texts; save the sheet as CSV.")
        # Half of a surrogate pair can be written in a workbook.
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
    """Collects the shared texts while expat reads them."""

    def __init__(self) -> None:
        self.found = SharedStrings()
        self._text = CellText()
        self._wanted = self._phonetic = False

    def start(self, name: str, _: dict[str, str]) -> None:
        """Begin an element."""
        if name == "si":
            self._text.clear()
        elif name == "rPh":
            self._phonetic = True
        elif name == "t":
            self._wanted = not self._phonetic

    def end(self, name: str) -> None:
        """End an element."""
        if name == "t":
            self._wanted = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "si":
            self.found.append(plain(self._text.joined()))

    def text(self, data: str) -> None:
        """Take text."""
        if self._wanted:
            self._text.add(data)
