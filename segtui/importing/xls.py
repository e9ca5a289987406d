"""Workbooks of Excel 97 to 2003 (XLS), read by xlrd: their sheets, row by row, as people see them."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from segtui.errors import UnreadableFile
from segtui.importing.number_formats import GENERAL, shown

_DAMAGED = "The workbook is damaged; open it in a spreadsheet program and save it again."


class Xls:
    """An XLS workbook that was opened. Raises UnreadableFile for one that is damaged."""

    kind = "XLS"

    def __init__(self, file: BinaryIO) -> None:
        import xlrd

        self._xlrd = xlrd
        try:
            self._book: Any = xlrd.open_workbook(file_contents=file.read(), formatting_info=True, logfile=_Nowhere())
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
        return [sheet.name for sheet in sorted(self._book.sheets(), key=lambda sheet: bool(sheet.visibility))]

    def rows(self, sheet: str) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows of a sheet that have something in them: their number from 1, and their cells."""
        self.hidden.clear()
        try:
            found = self._book.sheet_by_name(sheet)
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
