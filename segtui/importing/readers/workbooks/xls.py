"""Workbooks of Excel 97 to 2003 (XLS), read by xlrd: their sheets, row by row, as people see them."""

import gc
import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from segtui.errors import UnreadableFile
from segtui.importing.readers.workbooks.number_formats import GENERAL, shown

_LARGEST = 256 << 20
"""Bytes of a workbook that is read as a whole. A full sheet of Excel 97 has 65,536 rows and takes a tenth of it."""
_DAMAGED = "The workbook is damaged; open it in a spreadsheet program and save it again."


class Xls:
    """An XLS workbook that was opened. Raises UnreadableFile for one that is damaged."""

    kind = "XLS"

    def __init__(self, file: BinaryIO) -> None:
        import xlrd

        self._xlrd = xlrd
        if file.seek(0, io.SEEK_END) > _LARGEST:
            raise UnreadableFile(f"An XLS workbook may have {_LARGEST >> 20} MB; save this one as XLSX or as CSV.")
        file.seek(0)
        try:
            # Ragged: a cell far off does not make every row as long. On demand: one sheet in memory at a time.
            self._book: Any = xlrd.open_workbook(
                file_contents=file.read(), formatting_info=True, ragged_rows=True, on_demand=True, logfile=_Nowhere()
            )
        except MemoryError:
            raise
        except xlrd.XLRDError as error:
            if "encrypted" in str(error).lower():
                raise UnreadableFile("The workbook is protected by a password; save it without one.") from error
            raise UnreadableFile(_DAMAGED) from error
        except Exception as error:  # the library trusts what a file says of itself
            raise UnreadableFile(_DAMAGED) from error
        self.hidden: set[int] = set()
        self.uncomputed: set[int] = set()  # Excel 97 stores every value

    @property
    def sheets(self) -> list[str]:
        """The names of the sheets with cells, in their order, the visible ones first."""
        # The library knows whether a sheet is visible, and tells it only of a sheet that is loaded.
        hidden = [bool(state) for state in self._book._sheet_visibility]  # noqa: SLF001
        names: list[str] = self._book.sheet_names()
        return [name for _, name in sorted(zip(hidden, names, strict=True), key=lambda pair: pair[0])]

    def rows(self, sheet: str) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows of a sheet that have something in them: their number from 1, and their cells."""
        self.hidden.clear()
        try:
            found = self._sheet(sheet)
            for place in range(found.nrows):
                cells = [self._value(cell) for cell in found.row(place)]
                while cells and not cells[-1]:
                    cells.pop()
                if cells:
                    if place in found.rowinfo_map and found.rowinfo_map[place].hidden:
                        self.hidden.add(place + 1)
                    yield place + 1, cells
        except (self._xlrd.XLRDError, IndexError, KeyError, ValueError, OverflowError) as error:
            raise UnreadableFile(_DAMAGED) from error

    def _sheet(self, name: str) -> Any:  # noqa: ANN401  the library has no types
        """Load a sheet, and nothing but this sheet."""
        for other in self._book.sheet_names():
            if other != name:
                self._book.unload_sheet(other)
        gc.collect()  # a sheet and its book refer to each other
        try:
            return self._book.sheet_by_name(name)
        except (MemoryError, self._xlrd.XLRDError):
            raise
        except Exception as error:  # the library trusts what a file says of itself
            raise UnreadableFile(_DAMAGED) from error

    def _value(self, cell: Any) -> str:  # noqa: ANN401  the library has no types
        kind = cell.ctype
        if kind == self._xlrd.XL_CELL_TEXT:
            return str(cell.value)
        if kind in (self._xlrd.XL_CELL_NUMBER, self._xlrd.XL_CELL_DATE):
            return shown(float(cell.value), self._code(cell.xf_index), since_1904=self._book.datemode == 1)
        if kind == self._xlrd.XL_CELL_BOOLEAN:
            return "TRUE" if cell.value else "FALSE"
        if kind == self._xlrd.XL_CELL_ERROR:
            return str(self._xlrd.error_text_from_code.get(cell.value, "#N/A"))
        return ""

    def _code(self, style: int | None) -> str:
        if style is None:
            return GENERAL
        known = self._book.format_map.get(self._book.xf_list[style].format_key)
        return str(known.format_str) if known else GENERAL


class _Nowhere:
    """Where the library's remarks go: a screen is no place for them."""

    def write(self, _: str) -> None:
        """Write nothing."""

    def flush(self) -> None:
        """Do nothing."""
