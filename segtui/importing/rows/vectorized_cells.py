"""Whole columns at once: the phones and e-mails that nearly every cell holds are settled by Polars.

What is said here is certain: the patterns are libphonenumber's own, and where a cell is anything but a usual spelling
of a number of its region, or of an everyday address, nothing is said and `phone_cells` or `emails` look at it. A test
compares both ways.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from segtui.importing.rows.phone_patterns import MAX_USUAL_DIGITS, UNUSUAL, usual_patterns

# Fewer cells are read faster one by one.
_WORTH_IT: Final = 64
# As in `numbers`: what may stand between the digits of a usual spelling.
_SEPARATORS: Final = [" ", "-", "(", ")", ".", "\N{NO-BREAK SPACE}"]
# A part of what `emails.is_email` takes: Latin letters and few dots in a local part that has at most 64 characters by
# its pattern, ASCII in the domain.
_LOCAL: Final = r"[A-Za-z0-9_+\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{17E}-]"
_EVERYDAY: Final = (
    rf"^(?:{_LOCAL}{{1,16}}(?:\.{_LOCAL}{{1,15}}){{0,3}}|{_LOCAL}{{1,31}}(?:\.{_LOCAL}{{1,32}})?)@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]$"
)


def settled_phones(cells: Sequence[str], regions: Sequence[str]) -> list[str]:
    """Return for each cell its number in E.164 as `Numbers.read` would for its region, or "", which says nothing."""
    count = len(cells)
    if count < _WORTH_IT:
        return [""] * count
    cell, region = pl.Series(cells, dtype=pl.String), pl.Series(regions, dtype=pl.String)
    return phones_of(cell, region).to_list()


def phones_of(cells: pl.Series, regions: pl.Series | str) -> pl.Series:
    """Return what `settled_phones` does; one region may be that of all cells."""
    if isinstance(regions, str):
        number = _number(regions)
        found = pl.lit("") if number is None else number
        frame = pl.DataFrame([cells.alias("cell")])
    else:
        found = pl.lit("")
        for region in regions.unique().to_list():
            number = _number(region)
            if number is not None:
                found = pl.when(pl.col("region") == region).then(number).otherwise(found)
        frame = pl.DataFrame([cells.alias("cell"), regions.alias("region")])
    # The longest cell that can be settled; a cell of a megabyte is nobody's phone.
    is_short = (pl.col("cell").str.len_bytes() <= 32) & ~pl.col("cell").str.contains(UNUSUAL)
    digits = pl.when(is_short).then(pl.col("cell").str.replace_many(_SEPARATORS, [""])).otherwise(pl.lit(""))
    # Where nothing can be said of any cell, it is said of each.
    of_each = pl.when(pl.col("cell").is_null()).then(pl.lit("")).otherwise(found)
    return frame.with_columns(digits=digits).select(of_each).to_series().fill_null("")


def _number(region: str) -> pl.Expr | None:
    """Return the number of the column `digits` where it is a valid one of the region, "" elsewhere."""
    known = usual_patterns(region)
    if known is None:
        return None
    digits = pl.col("digits")
    bare = digits.str.strip_prefix("+")
    code, national = known.code, bare.str.strip_prefix(known.code)
    plain = bare.str.contains(f"^[0-9]{{4,{MAX_USUAL_DIGITS}}}$")

    def valid(number: pl.Expr) -> pl.Expr:
        of_any_length = pl.lit(value=False)
        for length, kinds in known.kinds.items():
            of_any_length |= (number.str.len_bytes() == length) & number.str.contains(f"^(?:{kinds})$")
        fits = ~number.str.starts_with("00") & of_any_length
        for general in known.general:
            fits &= number.str.contains(f"^(?:{general})$")
        return fits

    def begins(number: pl.Expr, prefix: str) -> pl.Expr:
        return number.str.contains(f"^(?:{prefix})") if prefix else pl.lit(value=False)

    local = ~digits.str.starts_with("+") & ~begins(bare, known.special) & valid(bare)
    with_code = bare.str.starts_with(code) & ~begins(national, known.trunk) & valid(national)
    international = digits.str.starts_with("+") & with_code
    # `1 602 555 0199`: no national number is as long, and it is no prefix of a call abroad.
    without_plus = (
        ~digits.str.starts_with("+")
        & with_code
        & ~begins(bare, known.abroad)
        & ~bare.str.contains(f"^(?:{known.general[0]})$")
    )
    return (
        pl.when(plain & local)
        .then(pl.lit(f"+{code}") + bare)
        .when(plain & (international | without_plus))
        .then(pl.lit(f"+{code}") + national)
        .otherwise(pl.lit(""))
    )


def settled_emails(cells: Sequence[str]) -> list[str]:
    """Return for each cell itself where it is certainly an e-mail address, or "", which says nothing."""
    if len(cells) < _WORTH_IT:
        return [""] * len(cells)
    return emails_of(pl.Series(cells, dtype=pl.String)).to_list()


def emails_of(cells: pl.Series) -> pl.Series:
    """Return what `settled_emails` does."""
    certain = cells.str.contains(_EVERYDAY) & (cells.str.len_bytes() <= 254)
    return cells.zip_with(certain, pl.repeat("", len(cells), dtype=pl.String, eager=True))
