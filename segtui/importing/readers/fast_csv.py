"""Fast CSV: blocks that Polars may read, because each line is proven to be one record of the right shape.

Polars pads short rows, fails on long ones and lets a stray quote swallow what follows. So it gets only certain lines:
a line is *regular* if it has exactly as many cells as the file is wide, nothing that a cell would have to be cleaned
of, and quotes only around whole cells. A block with a line that may not end outside of quotes is not proven at all, and
Python's csv reads it (`records`). Irregular lines are split here one by one, for the validation row by row.
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

# Signs that may have to be removed from a cell: control characters, signs that wrap a value, piles of combining marks
# (see `text.MAYBE_PILE`).
_PILE: Final = rf"[^\p{{L}}\p{{N}}_\x00-\x7f]{{{MAX_MARKS + 1}}}|[\x{{ff9e}}\x{{ff9f}}]"
_UNCLEAN: Final = rf"[\x00-\x08\x0b-\x1f\x7f-\x{{9f}}]|{WRAPPED}|{_PILE}"
_UNCLEAN_OR_TAB: Final = rf"\t|{_UNCLEAN}"
_UNCLEAN_CELL: Final = rf"[\t\n]|{_UNCLEAN}"
# Bytes; Python's csv refuses longer cells.
_MAX_CELL: Final = 131_072
# Columns; the pattern of a quoted row grows with them.
_MAX_QUOTED_WIDTH: Final = 120
_BOM: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Piece:
    """Successive records of a file, each of them in `cells` or in `others`.

    `cells` are the regular ones as a frame of text columns called `0`, `1`, …, without nulls: as they are in the file,
    and in need of trimming at most. `lines` are the lines on which they begin.
    """

    lines: pl.Series
    cells: pl.DataFrame
    others: Chunk

    def with_others(self, which: pl.Series | None = None) -> Chunk:
        """Return `others` with the regular records `which`, all if it is None, in file order."""
        cells, lines = self.cells, self.lines
        if which is not None:
            cells, lines = cells.filter(which), lines.filter(which)
        if not cells.height:
            return self.others
        others = self.others
        rows = [*map(list, cells.rows()), *others.rows]
        numbers = [*lines.to_list(), *others.lines]
        # The text is searched later for delimiters and other characters, so it has to hold all cells.
        text = "\n".join(['"', others.text, *map("\n".join, rows)])
        order = sorted(range(len(rows)), key=numbers.__getitem__)
        return Chunk(
            [numbers[index] for index in order],
            [rows[index] for index in order],
            text,
            others.delimiter,
            others.has_breaks,
            others.stray,
        )


def prove_block(block: str, number: int, *, delimiter: str, width: int) -> Iterator[Piece] | None:
    """Return a block of whole lines, beginning with line `number`, in pieces; None if it cannot be proven."""
    quoted = '"' in block
    if not width or (quoted and not _may_be_quoted(block, delimiter, width)):
        return None
    try:
        lines = pl.Series([block.removesuffix("\n")], dtype=pl.String).str.split("\n").explode()
    except UnicodeEncodeError:  # half of a surrogate pair, which some encodings let through
        return None
    regular = _stops(lines, delimiter) == width - 1
    if quoted:
        in_quotes = lines.str.contains('"', literal=True)
        enclosing = lines.filter(in_quotes)
        if not enclosing.str.contains(_enclosed(delimiter)).all() or (lines.str.len_bytes() > _MAX_CELL).any():
            return None
        by_quotes = lines.str.contains(_enclosed(delimiter, width))
        # If tabs separate cells, a tab inside a cell changes their number.
        regular = (by_quotes & regular if delimiter == "\t" else by_quotes).zip_with(in_quotes, regular)
    # A cell of a longer line may be too long; `cell_table` reports it.
    regular &= lines.str.len_bytes() <= MAX_VALUE_LENGTH
    regular &= ~lines.str.contains(_UNCLEAN if delimiter == "\t" else _UNCLEAN_OR_TAB)
    numbers = pl.int_range(number, number + len(lines), eager=True)
    return _pieces(
        pl.DataFrame([numbers.alias("line"), lines.alias("text"), regular.alias("regular")]), delimiter, width
    )


def _may_be_quoted(block: str, delimiter: str, width: int) -> bool:
    """Return True if Polars reads quotes in a block as Python's csv does; Polars drops a leading byte-order mark."""
    return 2 <= width <= _MAX_QUOTED_WIDTH and delimiter.isascii() and not block.startswith(_BOM)


def _stops(lines: pl.Series, delimiter: str) -> pl.Series:
    return lines.str.count_matches(delimiter, literal=True)


@lru_cache(maxsize=16)
def _enclosed(delimiter: str, width: int = 0) -> str:
    """Return the pattern of a line with quotes around whole cells only, and `width` cells (0: any number)."""
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
    names = [str(position) for position in range(width)]
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


def piece_of_records(chunk: Chunk, width: int) -> Piece:
    """Return records read by Python's csv as a piece: those of the right length, with clean cells, as a frame."""
    names = [str(position) for position in range(width)]
    shaped = [
        index
        for index, (line, row) in enumerate(zip(chunk.lines, chunk.rows, strict=True))
        if len(row) == width and line not in chunk.stray
    ]
    try:
        columns = zip(*(chunk.rows[index] for index in shaped), strict=True) if shaped else [()] * width
        cells = pl.DataFrame(list(map(list, columns)), schema=dict.fromkeys(names, pl.String), orient="col")
    except UnicodeEncodeError:
        shaped, cells = [], pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    is_odd = pl.all().str.contains(_UNCLEAN_CELL) | (pl.all().str.len_bytes() > MAX_VALUE_LENGTH)
    clean = cells.select(~pl.any_horizontal(is_odd)).to_series()
    regular = {index for index, is_clean in zip(shaped, clean, strict=True) if is_clean}
    odd = [index for index in range(len(chunk.rows)) if index not in regular]
    others = Chunk(
        [chunk.lines[index] for index in odd],
        [chunk.rows[index] for index in odd],
        chunk.text,
        chunk.delimiter,
        chunk.has_breaks,
        chunk.stray,
    )
    return Piece(
        pl.Series([chunk.lines[index] for index in sorted(regular)], dtype=pl.Int64), cells.filter(clean), others
    )
