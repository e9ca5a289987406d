"""Vectorized reading of whole columns: Polars settles the phones and e-mails of nearly every cell.

A result is certain: the patterns are libphonenumber's own, and a cell that is not a usual spelling of a number of its
region, or an everyday address, has no result and is left to `phone_cells` or `email_cells`. A test compares both ways.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from segtui.importing.rows.phones.phone_patterns import MAX_USUAL_DIGITS, UNUSUAL, usual_patterns

# Cells below which reading one by one is faster.
_MIN_CELLS: Final = 64
# The separators of a usual spelling, as in `phone_patterns`.
_SEPARATORS: Final = [" ", "-", "(", ")", ".", "\N{NO-BREAK SPACE}"]
# A subset of `emails.is_email`: Latin letters and few dots in a local part of at most 64 characters, ASCII in the
# domain.
_LOCAL: Final = r"[A-Za-z0-9_+\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{17E}-]"
_EVERYDAY: Final = (
    rf"^(?:{_LOCAL}{{1,16}}(?:\.{_LOCAL}{{1,15}}){{0,3}}|{_LOCAL}{{1,31}}(?:\.{_LOCAL}{{1,32}})?)@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]$"
)


def settled_phones(cells: Sequence[str], regions: Sequence[str]) -> list[str]:
    """Return for each cell its number in E.164 as `Numbers.read` would for its region, or "" if undecided."""
    count = len(cells)
    if count < _MIN_CELLS:
        return [""] * count
    cell, region = pl.Series(cells, dtype=pl.String), pl.Series(regions, dtype=pl.String)
    return phones_of(cell, region).to_list()


def phones_of(cells: pl.Series, regions: pl.Series | str) -> pl.Series:
    """Return the same as `settled_phones`; one region may be given for all cells."""
    if isinstance(regions, str):
        number = _number(regions)
        expression = pl.lit("") if number is None else number
        frame = pl.DataFrame([cells.alias("cell")])
    else:
        expression = pl.lit("")
        for region in regions.unique().to_list():
            number = _number(region)
            if number is not None:
                expression = pl.when(pl.col("region") == region).then(number).otherwise(expression)
        frame = pl.DataFrame([cells.alias("cell"), regions.alias("region")])
    # Longer cells cannot be settled; a cell of a megabyte is not a phone.
    is_short = (pl.col("cell").str.len_bytes() <= 32) & ~pl.col("cell").str.contains(UNUSUAL)
    digits = pl.when(is_short).then(pl.col("cell").str.replace_many(_SEPARATORS, [""])).otherwise(pl.lit(""))
    # Without any pattern the literal "" still has to give one value per cell.
    value = pl.when(pl.col("cell").is_null()).then(pl.lit("")).otherwise(expression)
    return frame.with_columns(digits=digits).select(value).to_series().fill_null("")


def _number(region: str) -> pl.Expr | None:
    """Return the number of the column `digits` if it is a valid one of the region, else ""."""
    patterns = usual_patterns(region)
    if patterns is None:
        return None
    digits = pl.col("digits")
    bare = digits.str.strip_prefix("+")
    code, national = patterns.code, bare.str.strip_prefix(patterns.code)
    plain = bare.str.contains(f"^[0-9]{{4,{MAX_USUAL_DIGITS}}}$")

    def valid(number: pl.Expr) -> pl.Expr:
        of_any_length = pl.lit(value=False)
        for length, kinds in patterns.kinds.items():
            of_any_length |= (number.str.len_bytes() == length) & number.str.contains(f"^(?:{kinds})$")
        fits = ~number.str.starts_with("00") & of_any_length
        for general in patterns.general:
            fits &= number.str.contains(f"^(?:{general})$")
        return fits

    def begins(number: pl.Expr, prefix: str) -> pl.Expr:
        return number.str.contains(f"^(?:{prefix})") if prefix else pl.lit(value=False)

    local = ~digits.str.starts_with("+") & ~begins(bare, patterns.special) & valid(bare)
    with_code = bare.str.starts_with(code) & ~begins(national, patterns.trunk) & valid(national)
    international = digits.str.starts_with("+") & with_code
    # `1 602 555 0199`: no national number is as long, and it has no international prefix.
    without_plus = (
        ~digits.str.starts_with("+")
        & with_code
        & ~begins(bare, patterns.abroad)
        & ~bare.str.contains(f"^(?:{patterns.general[0]})$")
    )
    return (
        pl.when(plain & local)
        .then(pl.lit(f"+{code}") + bare)
        .when(plain & (international | without_plus))
        .then(pl.lit(f"+{code}") + national)
        .otherwise(pl.lit(""))
    )


def settled_emails(cells: Sequence[str]) -> list[str]:
    """Return each cell that is certainly an e-mail address, or "" if undecided."""
    if len(cells) < _MIN_CELLS:
        return [""] * len(cells)
    return emails_of(pl.Series(cells, dtype=pl.String)).to_list()


def emails_of(cells: pl.Series) -> pl.Series:
    """Return the same as `settled_emails`."""
    certain = cells.str.contains(_EVERYDAY) & (cells.str.len_bytes() <= 254)
    return cells.zip_with(certain, pl.repeat("", len(cells), dtype=pl.String, eager=True))
