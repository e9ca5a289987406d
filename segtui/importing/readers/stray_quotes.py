"""Quotes that somebody opened by mistake: telling them from cells with line breaks, and reading their line."""

import csv
import re
from collections.abc import Sequence
from functools import lru_cache

from segtui.importing.rows.cells import looks_like_contact


def swallows(lines: Sequence[str], row: Sequence[str], delimiter: str, width: int) -> bool:
    """Tell whether a record of several lines is really one line with a stray quote, and others after it.

    `lines` are its lines with their line ends, `row` its cells, `width` how many cells a record should have (0: not
    known). In order are quotes that enclose whole cells. A record whose quotes are in order and whose cells are as many
    as they should be is believed, unless a line in it is a whole record with a phone or an e-mail of its own. One whose
    quotes are not in order, or whose cells are too few or too many, is not believed once a line in it has as many cells
    as a record.
    """
    in_order = _in_order(delimiter)
    later = lines[1:]
    if in_order.fullmatch("".join(lines)) is None:
        return len(row) != width or any(_may_be_record(line, delimiter, width) for line in later)
    if not width:
        return False
    # A line in which quotes are not in order is the end of one cell and the beginning of another.
    whole = [line for line in later if line.count('"') % 2 == 0 and in_order.fullmatch(line)]
    alone = [cells for line in whole if len(cells := _alone(line, delimiter)) == width]
    return any(map(looks_like_contact, alone)) if len(row) == width or width < 3 else bool(alone)


def _may_be_record(line: str, delimiter: str, width: int) -> bool:
    return line.count(delimiter) + 1 == width or len(_alone(line, delimiter)) == width


@lru_cache(maxsize=16)
def _in_order(delimiter: str) -> re.Pattern[str]:
    stop = re.escape(delimiter)
    # Blanks that are also the delimiter could be read in two ways at each cell, in time that doubles with each.
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
    """Return the cells of a line with a quote that is never closed; that quote is left out.

    Cells that are quoted as they should be are unquoted where that gives the right number of cells.
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
