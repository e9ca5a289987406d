"""Stray quotes: distinguishes them from cells with line breaks, and reads their line."""

import csv
import re
from collections.abc import Sequence
from functools import lru_cache

from segtui.importing.rows.cells import looks_like_contact


def swallows(lines: Sequence[str], row: Sequence[str], delimiter: str, width: int) -> bool:
    """Return True if a record of several lines is really one line with a stray quote, and other records after it.

    `lines` are its lines with their line ends, `row` its cells, `width` the expected number of cells (0: unknown).
    Quotes are in order if they enclose whole cells. A record with quotes in order and the expected number of cells is
    accepted, unless one of its lines is a whole record with a phone or an e-mail of its own. A record with other
    quotes, or another number of cells, is not accepted if one of its lines has the expected number of cells.
    """
    in_order = _in_order(delimiter)
    later = lines[1:]
    if in_order.fullmatch("".join(lines)) is None:
        return len(row) != width or any(_may_be_record(line, delimiter, width) for line in later)
    if not width:
        return False
    # A line with quotes out of order is the end of one cell and the beginning of another.
    whole = [line for line in later if line.count('"') % 2 == 0 and in_order.fullmatch(line)]
    alone = [cells for line in whole if len(cells := _alone(line, delimiter)) == width]
    return any(map(looks_like_contact, alone)) if len(row) == width or width < 3 else bool(alone)


def _may_be_record(line: str, delimiter: str, width: int) -> bool:
    return line.count(delimiter) + 1 == width or len(_alone(line, delimiter)) == width


@lru_cache(maxsize=16)
def _in_order(delimiter: str) -> re.Pattern[str]:
    stop = re.escape(delimiter)
    # Blanks that are also the delimiter would match in two ways at each cell, in exponential time.
    blanks = " \t".replace(delimiter, "")
    cell = rf'(?:"[^"]*+(?:""[^"]*+)*+"[{blanks}]*+|(?!")[^{stop}\n]*+)'
    return re.compile(rf"{cell}(?:{stop}{cell})*\n?")


def _alone(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line read on its own."""
    line = line.removesuffix("\n")
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def literal_cells(line: str, delimiter: str, width: int) -> list[str]:
    """Return the cells of a line with a quote that is never closed; that quote is removed.

    Properly quoted cells are unquoted if that gives the expected number of cells.
    """
    split = line.split(delimiter)
    if len(split) != width:
        stop = re.escape(delimiter)
        cell = rf'"[^"]*+(?:""[^"]*+)*+"(?={stop}|$)|[^{stop}]*'
        paired = re.findall(rf"(?:^|(?<={stop}))(?:{cell})", line)
        if len(paired) == width:
            split = paired
    return [_unquoted(cell) for cell in split]


def _unquoted(cell: str) -> str:
    if not cell.startswith('"'):
        return cell
    if len(cell) > 1 and cell.endswith('"'):
        return cell[1:-1].replace('""', '"')
    return cell[1:]
