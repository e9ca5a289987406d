"""Folded, search and JSON text of whole columns. A test compares it with `text.fold` and `search_terms.contact_text`.

ASCII and the accented letters of Latin are computed by Polars: their folded form does not depend on adjacent letters.
Every other value goes through the one definition, once per distinct value. No cell is null, and none has control
characters.
"""

import string
from collections.abc import Callable, Sequence
from json.encoder import encode_basestring
from typing import Final

import polars as pl

from segtui.domain.search_terms import PART_START
from segtui.domain.text import fold
from segtui.importing.rows.folding import cut_and_trunk

_SIGN: Final = r"[^\w ]|_"
_ASCII_SIGNS: Final = list(string.punctuation)
_APOSTROPHES: Final = "['`]"
_UNEVEN: Final = "  |^ | $"
_LATIN: Final = [chr(code) for code in range(0xC0, 0x180) if chr(code).isalpha()]
# Rows per distinct value in a column from which on it is faster to compute each value once and look it up.
_ROWS_PER_VALUE: Final = 3
_IN_LATIN: Final = f"^[\\x00-\\x7f{''.join(_LATIN)}]*$"


class _Cache(dict[str, str]):
    """A bounded cache of a function's results."""

    _MAX_SIZE: Final = 100_000

    def __init__(self, function: Callable[[str], str]) -> None:
        super().__init__()
        self._function = function

    def letters(self, column: pl.Series) -> pl.Series:
        """Return the column with each letter of ASCII and Latin mapped; other letters are lost."""
        lower = column.str.to_lowercase()
        if _is_ascii(column).all():
            return lower
        return column.str.replace_many(_LATIN, [self[letter] for letter in _LATIN]).str.to_lowercase()

    def __missing__(self, value: str) -> str:
        if len(self) >= self._MAX_SIZE:
            self.clear()
        made = self[value] = self._function(value)
        return made


class ColumnText:
    """Computes texts of columns, with a cache for values beyond ASCII."""

    def __init__(self) -> None:
        self._folded = _Cache(fold)
        self._casefolded = _Cache(str.casefold)
        self._trunks: dict[str, tuple[int, str]] = {}

    def folded(self, column: pl.Series) -> pl.Series:
        """Return `fold` of each value."""
        return _by_value(column, self._each_folded)

    def _each_folded(self, column: pl.Series) -> pl.Series:
        made = self._folded.letters(column)
        if made.str.contains(_APOSTROPHES).any():
            made = made.str.replace_all(_APOSTROPHES, "")
        if made.str.contains(_UNEVEN).any():
            made = made.str.replace_all(" +", " ").str.strip_chars(" ")
        return _corrected(made, column, _is_foreign(column), self._folded)

    def casefolded(self, column: pl.Series) -> pl.Series:
        """Return each value without regard to case."""
        return _corrected(self._casefolded.letters(column), column, _is_foreign(column), self._casefolded)

    def name_keys(self, first: pl.Series, last: pl.Series) -> pl.Series:
        """Return `fold` of each full name."""
        one, other = self.folded(first), self.folded(last)
        between = pl.when((pl.col("one") != "") & (pl.col("other") != "")).then(pl.lit(" ")).otherwise(pl.lit(""))
        frame = pl.DataFrame([one.alias("one"), other.alias("other")])
        return frame.select(pl.concat_str("one", between, "other")).to_series()

    def search_texts(
        self, name_keys: pl.Series, phones: pl.Series, email_keys: pl.Series, others: Sequence[pl.Series]
    ) -> pl.Series:
        """Return the search text of each row; `others` are the columns of SEARCHED_FIELDS after the e-mail."""
        lines = [
            _line(name_keys),
            self._phone_lines(phones),
            self._field_lines(email_keys),
            *(self._field_lines(column) for column in others),
        ]
        frame = pl.DataFrame([line.alias(str(position)) for position, line in enumerate(lines)])
        return frame.select(pl.concat_str(pl.all(), separator="\n")).to_series()

    def _field_lines(self, column: pl.Series) -> pl.Series:
        """Return `field_text` of each value."""
        return _by_value(column, lambda values: _line(self._each_folded(values)))

    def _phone_lines(self, phones: pl.Series) -> pl.Series:
        """Return `phone_text` of each number; numbers with the same beginning share its computation."""
        begins = phones.str.slice(0, 4)
        shapes: dict[tuple[int, str], list[str]] = {}
        for begin in begins.unique().to_list():
            if not begin:
                continue
            if begin not in self._trunks:
                self._trunks[begin] = cut_and_trunk(phones.filter(begins == begin)[0])
            shapes.setdefault(self._trunks[begin], []).append(begin)
        made = pl.lit("")
        for (cut, trunk), begun in shapes.items():
            line = pl.concat_str(
                pl.lit("  "), pl.col("phone").str.slice(1), pl.lit("  " + trunk), pl.col("phone").str.slice(cut)
            )
            made = pl.when(pl.col("begin").is_in(begun)).then(line).otherwise(made)
        frame = pl.DataFrame([phones.alias("phone"), begins.alias("begin")])
        return frame.select(pl.when(pl.col("phone") == "").then(pl.lit("")).otherwise(made)).to_series()


def has_text(column: pl.Series) -> bool:
    """Tell whether a cell of a column is not blank."""
    return bool((column != "").any())


def json_objects(columns: Sequence[tuple[str, pl.Series]], count: int) -> pl.Series:
    """Return `count` JSON objects of the columns' cells by the columns' names, without blank ones.

    Each column has a cell that is not blank (`has_text`).
    """
    if not columns:
        return pl.repeat("{}", count, dtype=pl.String, eager=True)
    members = []
    for position, (name, column) in enumerate(columns):
        text = pl.col(str(position))
        if column.str.contains(r'["\\]').any():
            text = text.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
        member = pl.concat_str(pl.lit(f',{encode_basestring(name)}:"'), text, pl.lit('"'))
        members.append(pl.when(pl.col(str(position)) == "").then(pl.lit("")).otherwise(member))
    frame = pl.DataFrame([column.alias(str(position)) for position, (_, column) in enumerate(columns)])
    return frame.select(
        pl.concat_str(pl.lit("{"), pl.concat_str(members).str.strip_prefix(","), pl.lit("}"))
    ).to_series()


def _by_value(column: pl.Series, compute: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Return `compute(column)`, computed from the distinct values alone where they are few."""
    values = column.unique()
    if len(values) * _ROWS_PER_VALUE > len(column):
        return compute(column)
    return column.replace_strict(values, compute(values), return_dtype=pl.String)


def mapped(column: pl.Series, values: dict[str, str]) -> pl.Series:
    """Return a column with each value replaced by its entry in `values`, which has all of them."""
    return column.replace_strict(list(values), list(values.values()), return_dtype=pl.String)


def _corrected(made: pl.Series, column: pl.Series, mask: pl.Series, cache: _Cache) -> pl.Series:
    """Return `made`, with the values of `column` in `mask` replaced by their entry in `cache`."""
    if not mask.any():
        return made
    different = column.filter(mask).unique().to_list()
    texts = column.replace_strict(different, [cache[value] for value in different], default="", return_dtype=pl.String)
    return texts.zip_with(mask, made)


def _is_foreign(column: pl.Series) -> pl.Series:
    """Return a mask of the values with letters beyond ASCII and Latin."""
    other = ~_is_ascii(column)
    return other & ~column.str.contains(_IN_LATIN) if other.any() else other


def _is_ascii(column: pl.Series) -> pl.Series:
    return column.str.len_bytes() == column.str.len_chars()


def _line(folded: pl.Series) -> pl.Series:
    """Return `search_terms.folded_line` of each folded text."""
    words = pl.concat_str(pl.lit("  "), pl.col("folded").str.replace_all(" ", "  ", literal=True))
    if folded.str.contains(PART_START).any():
        # The whole match is extracted: the sign before each part becomes its two blanks.
        starts = folded.str.extract_all(PART_START).list.join("").str.replace_many(_ASCII_SIGNS, ["  "])
        if not _is_ascii(starts).all():
            starts = starts.str.replace_all(_SIGN, "  ")
        words = pl.concat_str(words, starts)
    frame = pl.DataFrame([folded.alias("folded")])
    return frame.select(pl.when(pl.col("folded") == "").then(pl.lit("")).otherwise(words)).to_series()
