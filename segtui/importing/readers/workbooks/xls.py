"""Workbooks of Excel 97 to 2003 (XLS), read by xlrd: their sheets, row by row, as people see them."""

import gc
import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from segtui.errors import UnreadableFile
from segtui.importing.readers.workbooks.number_formats import GENERAL, shown

_MAX_SIZE = 256 << 20
"""Bytes; the workbook is read as a whole. A full sheet of Excel 97 has 65,536 rows and takes a tenth of it."""
_DAMAGED = "The workbook is damaged; open it in a spreadsheet program and save it again."


class Xls:
    """An open XLS workbook. Raises UnreadableFile for a damaged one."""

    kind = "XLS"

    def __init__(self, file: BinaryIO) -> None:
        import xlrd

        self._xlrd = xlrd
        if file.seek(0, io.SEEK_END) > _MAX_SIZE:
            raise UnreadableFile(f"An XLS workbook may have {_MAX_SIZE >> 20} MB; save this one as XLSX or as CSV.")
        file.seek(0)
        try:
            # Ragged: a cell far to the right does not lengthen every row. On demand: one sheet in memory at a time.
            self._book: Any = xlrd.open_workbook(
                file_contents=file.read(), formatting_info=True, ragged_rows=True, on_demand=True, logfile=_NullLog()
            )
        except MemoryError:
            raise
        except xlrd.XLRDError as error:
            if "encrypted" in str(error).lower():
                raise UnreadableFile("The workbook is protected by a password; save it without one.") from error
            raise UnreadableFile(_DAMAGED) from error
        except Exception as error:  # the library trusts the content of the file
            raise UnreadableFile(_DAMAGED) from error
        self.hidden: set[int] = set()
        self.uncomputed: set[int] = set()  # Excel 97 stores every value

    @property
    def sheets(self) -> list[str]:
        """The names of the sheets with cells, in their order, the visible ones first."""
        # Publicly, the library reports the visibility of loaded sheets only.
        hidden = [bool(state) for state in self._book._sheet_visibility]  # noqa: SLF001
        names: list[str] = self._book.sheet_names()
        return [name for _, name in sorted(zip(hidden, names, strict=True), key=lambda pair: pair[0])]

    def rows(self, sheet: str) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows of a sheet that are not blank: their number from 1, and their cells."""
        self.hidden.clear()
        try:
            loaded = self._sheet(sheet)
            for index in range(loaded.nrows):
                cells = [self._value(cell) for cell in loaded.row(index)]
                while cells and not cells[-1]:
                    cells.pop()
                if cells:
                    if index in loaded.rowinfo_map and loaded.rowinfo_map[index].hidden:
                        self.hidden.add(index + 1)
                    yield index + 1, cells
        except (self._xlrd.XLRDError, IndexError, KeyError, ValueError, OverflowError) as error:
            raise UnreadableFile(_DAMAGED) from error

    def _sheet(self, name: str) -> Any:  # noqa: ANN401  the library has no types
        """Load a sheet, and unload all others."""
        for other in self._book.sheet_names():
            if other != name:
                self._book.unload_sheet(other)
        gc.collect()  # a sheet and its book refer to each other
        try:
            return self._book.sheet_by_name(name)
        except (MemoryError, self._xlrd.XLRDError):
            raise
        except Exception as error:  # the library trusts the content of the file
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
        number_format = self._book.format_map.get(self._book.xf_list[style].format_key)
        return str(number_format.format_str) if number_format else GENERAL


class _NullLog:
    """A log file that discards the library's remarks."""

    def write(self, _: str) -> None:
        """Write nothing."""

    def flush(self) -> None:
        """Do nothing."""
