"""Whole columns at once: the phones and e-mails that nearly every cell holds are settled by Polars.

What is said here is certain: the patterns are libphonenumber's own, and where a cell is anything but a usual spelling
of a number of its region, or of an everyday address, nothing is said and `numbers` or `emails` look at it. A test
compares both ways.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from segtui.importing.numbers import usual_patterns

# Fewer cells are read faster one by one.
_WORTH_IT: Final = 64
# As in `numbers`: what may stand between the digits of a usual spelling.
_SEPARATORS: Final = r"[ \-().\x{A0}]"
# A part of what `emails.is_email` takes: ASCII, few dots in a local part that has at most 64 characters by its pattern.
_EVERYDAY: Final = (
    r"^(?:[A-Za-z0-9_+-]{1,16}(?:\.[A-Za-z0-9_+-]{1,15}){0,3}|[A-Za-z0-9_+-]{1,31}(?:\.[A-Za-z0-9_+-]{1,32})?)@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]$"
)


def settled_phones(cells: Sequence[str], regions: Sequence[str]) -> list[str]:
    """Return for each cell its number in E.164 as `Numbers.read` would for its region, or "", which says nothing."""
    count = len(cells)
    if count < _WORTH_IT:
        return [""] * count
    frame = pl.DataFrame({"cell": cells, "region": regions}, schema={"cell": pl.String, "region": pl.String})
    found = pl.when(pl.col("cell").is_null()).then(pl.lit("")).otherwise(pl.lit(""))  # as long as the column
    for region in frame["region"].unique().to_list():
        number = _number(region)
        if number is not None:
            found = pl.when(pl.col("region") == region).then(number).otherwise(found)
    # The longest cell that can be settled; a cell of a megabyte is nobody's phone.
    short = pl.col("cell").str.len_bytes() <= 32
    digits = pl.when(short).then(pl.col("cell").str.replace_all(_SEPARATORS, "")).otherwise(pl.lit(""))
    return frame.with_columns(digits=digits).select(found.fill_null("")).to_series().to_list()


def _number(region: str) -> pl.Expr | None:
    """Return the number of the column `digits` where it is a valid one of the region, "" elsewhere."""
    known = usual_patterns(region)
    if known is None:
        return None
    digits = pl.col("digits")
    bare = digits.str.strip_prefix("+")
    code, national = known.code, bare.str.strip_prefix(known.code)
    plain = bare.str.contains("^[0-9]{4,17}$")

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
    column = pl.Series(cells, dtype=pl.String)
    certain = column.str.contains(_EVERYDAY) & (column.str.len_bytes() <= 254)
    return [cell if yes else "" for cell, yes in zip(cells, certain.to_list(), strict=True)]
