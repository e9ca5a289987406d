"""Blocks of text whose records Polars may read: proven line by line that each line is one record of the right shape.

Polars pads short rows, fails on long ones and lets a stray quote swallow what follows. So nothing is left to it that is
not certain: a line is *regular* if it holds exactly as many cells as the file is wide, nothing that a cell would have
to be cleaned of, and quotes only around whole cells. A block in which some line may not end outside of quotes is not
proven at all, and Python's csv reads it (`records`). Lines that are not regular are split here one by one, for the code
that judges row by row.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import polars as pl

from segtui.domain.text import MAX_MARKS, MAX_VALUE_LENGTH
from segtui.importing.readers.records import MAX_ROWS, Chunk
from segtui.importing.rows.cells import WRAPPED

# Signs that a cell has to be cleaned of, or may have to be: control characters, signs that wrap a value, piles of
# combining marks (see `text.MAYBE_PILE`).
_PILE: Final = rf"[^\p{{L}}\p{{N}}_\x00-\x7f]{{{MAX_MARKS + 1}}}|[\x{{ff9e}}\x{{ff9f}}]"
_UNCLEAN: Final = rf"[\x00-\x08\x0b-\x1f\x7f-\x{{9f}}]|{WRAPPED}|{_PILE}"
_UNCLEAN_OR_TAB: Final = rf"\t|{_UNCLEAN}"
_UNCLEAN_CELL: Final = rf"[\t\n]|{_UNCLEAN}"
# A longer cell is no cell for Python's csv.
_MAX_CELL: Final = 131_072
# The pattern of a quoted row grows with the columns.
_MAX_QUOTED_WIDTH: Final = 120
_BOM: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some records of a file in a row, each of them in `cells` or in `others`.

    `cells` are the regular ones as a frame of text columns called `0`, `1`, …, without nulls: as they are in the file,
    in need of nothing but trimming. `lines` are the lines on which they begin.
    """

    lines: pl.Series
    cells: pl.DataFrame
    others: Chunk

    def with_others(self, which: pl.Series | None = None) -> Chunk:
        """Return `others` with the regular records `which`, all where it is None, in the order of the file."""
        cells, lines = self.cells, self.lines
        if which is not None:
            cells, lines = cells.filter(which), lines.filter(which)
        if not cells.height:
            return self.others
        others = self.others
        rows = [*map(list, cells.rows()), *others.rows]
        numbers = [*lines.to_list(), *others.lines]
        # That a cell may hold a delimiter, and what else it may hold, is asked of its text.
        text = "\n".join(['"', others.text, *map("\n".join, rows)])
        order = sorted(range(len(rows)), key=numbers.__getitem__)
        return Chunk(
            [numbers[at] for at in order], [rows[at] for at in order], text, others.delimiter, others.has_breaks,
            others.stray,
        )  # fmt: skip


def proven(block: str, number: int, *, delimiter: str, width: int) -> Iterator[Piece] | None:
    """Return a block of whole lines, the first of which is line `number`, in pieces; None where it is not proven."""
    quoted = '"' in block
    if not width or (quoted and not _may_be_quoted(block, delimiter, width)):
        return None
    try:
        lines = pl.Series([block.removesuffix("\n")], dtype=pl.String).str.split("\n").explode()
    except UnicodeEncodeError:  # half a character, which some encodings let through
        return None
    regular = _stops(lines, delimiter) == width - 1
    if quoted:
        in_quotes = lines.str.contains('"', literal=True)
        enclosing = lines.filter(in_quotes)
        if not enclosing.str.contains(_enclosed(delimiter)).all() or (lines.str.len_bytes() > _MAX_CELL).any():
            return None
        by_quotes = lines.str.contains(_enclosed(delimiter, width))
        # Where tabs separate cells, a tab inside of one is told by their number.
        regular = (by_quotes & regular if delimiter == "\t" else by_quotes).zip_with(in_quotes, regular)
    # A cell of a longer line may be too long; `table` says so.
    regular &= lines.str.len_bytes() <= MAX_VALUE_LENGTH
    regular &= ~lines.str.contains(_UNCLEAN if delimiter == "\t" else _UNCLEAN_OR_TAB)
    numbers = pl.int_range(number, number + len(lines), eager=True)
    return _pieces(
        pl.DataFrame([numbers.alias("line"), lines.alias("text"), regular.alias("regular")]), delimiter, width
    )


def _may_be_quoted(block: str, delimiter: str, width: int) -> bool:
    """Tell whether Polars reads quotes in such a block as Python's csv does; it takes a mark at the beginning away."""
    return 2 <= width <= _MAX_QUOTED_WIDTH and delimiter.isascii() and not block.startswith(_BOM)


def _stops(lines: pl.Series, delimiter: str) -> pl.Series:
    return lines.str.count_matches(delimiter, literal=True)


@lru_cache(maxsize=16)
def _enclosed(delimiter: str, width: int = 0) -> str:
    """Return the pattern of a line in which quotes enclose whole cells, of which there are `width` (0: any number)."""
    stop = rf"\x{{{ord(delimiter):x}}}"
    cell = rf'(?:"[^"]*(?:""[^"]*)*"|[^"{stop}]*)'
    return rf"^{cell}(?:{stop}{cell})" + (f"{{{width - 1}}}$" if width else "*$")


def _pieces(lines: pl.DataFrame, delimiter: str, width: int) -> Iterator[Piece]:
    for start in range(0, lines.height, MAX_ROWS):
        part = lines.slice(start, MAX_ROWS)
        regular = part.filter("regular")
        odd = part.filter(~pl.col("regular") & (pl.col("text") != ""))
        if not regular.height + odd.height:
            continue
        texts = odd["text"].to_list()
        rows = [_cells(text, delimiter) for text in texts]
        others = Chunk(odd["line"].to_list(), rows, "\n".join(texts), delimiter)
        yield Piece(regular["line"], _split(regular["text"], delimiter, width), others)


def _cells(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line that ends outside of quotes."""
    return next(csv.reader([line], delimiter=delimiter)) if '"' in line else line.split(delimiter)


def _split(lines: pl.Series, delimiter: str, width: int) -> pl.DataFrame:
    """Return the cells of regular lines."""
    names = [str(place) for place in range(width)]
    if width == 1:
        return pl.DataFrame([lines.alias(names[0])])
    if not lines.str.contains('"', literal=True).any():
        return lines.str.split_exact(delimiter, width - 1).struct.rename_fields(names).struct.unnest()
    return pl.read_csv(
        lines.str.join("\n").item().encode(),
        has_header=False,
        schema=dict.fromkeys(names, pl.String),
        separator=delimiter,
        empty_string_is_null=False,
        extra_columns="raise",
    )


def of_records(chunk: Chunk, width: int) -> Piece:
    """Return records that Python's csv has read as a piece: those of the right length, with clean cells, as a frame."""
    names = [str(place) for place in range(width)]
    shaped = [
        at
        for at, (line, row) in enumerate(zip(chunk.lines, chunk.rows, strict=True))
        if len(row) == width and line not in chunk.stray
    ]
    try:
        columns = zip(*(chunk.rows[at] for at in shaped), strict=True) if shaped else [()] * width
        cells = pl.DataFrame(list(map(list, columns)), schema=dict.fromkeys(names, pl.String), orient="col")
    except UnicodeEncodeError:
        shaped, cells = [], pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    is_odd = pl.all().str.contains(_UNCLEAN_CELL) | (pl.all().str.len_bytes() > MAX_VALUE_LENGTH)
    clean = cells.select(~pl.any_horizontal(is_odd)).to_series()
    kept = {at for at, is_clean in zip(shaped, clean, strict=True) if is_clean}
    odd = [at for at in range(len(chunk.rows)) if at not in kept]
    others = Chunk(
        [chunk.lines[at] for at in odd], [chunk.rows[at] for at in odd], chunk.text, chunk.delimiter, chunk.has_breaks,
        chunk.stray,
    )  # fmt: skip
    return Piece(pl.Series([chunk.lines[at] for at in sorted(kept)], dtype=pl.Int64), cells.filter(clean), others)
