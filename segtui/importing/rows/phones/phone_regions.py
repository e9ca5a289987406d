"""Regions of whole columns of phones: Polars decides nearly all of them, `domain.phones.region_of` the others."""

from typing import Final

import polars as pl

from segtui.domain.phones import (
    NO_REGION,
    PREFIX_LENGTH,
    SHARED_CODES,
    USUAL_NORTH_AMERICAN,
    region_of,
    region_of_prefix,
)
from segtui.importing.rows.phones.phone_patterns import Territory, shared_code

# Phones of one calling code below which libphonenumber is faster than its patterns are to compile.
_MIN_PHONES: Final = 200
_UNDECIDED: Final = "?"


def regions_of(phones: pl.Series) -> pl.Series:
    """Return the region of each phone (E.164), "" for a blank one and for one of no country."""
    prefixes = phones.str.head(PREFIX_LENGTH)
    decided = {prefix: _of_prefix(prefix) for prefix in prefixes.unique().to_list()}
    regions = prefixes.replace_strict(decided, return_dtype=pl.String)
    if any(prefix.startswith("+1") for prefix in decided):
        odd = phones.str.starts_with("+1") & ~phones.str.contains(f"^{USUAL_NORTH_AMERICAN}$")
        regions = pl.select(pl.when(odd).then(pl.lit(_UNDECIDED)).otherwise(regions)).to_series()
    left = regions == _UNDECIDED
    if not left.any():
        return regions
    numbers = phones.filter(left).unique()
    by_number = dict(zip(numbers.to_list(), _of_numbers(numbers), strict=True))
    others = phones.replace_strict(by_number, default=NO_REGION, return_dtype=pl.String)
    return others.zip_with(left, regions)


def _of_prefix(prefix: str) -> str:
    region = region_of_prefix(prefix) if prefix else NO_REGION
    return _UNDECIDED if region is None else region


def _of_numbers(numbers: pl.Series) -> list[str]:
    """Return the regions of distinct numbers whose beginning does not decide."""
    regions = pl.repeat(_UNDECIDED, len(numbers), dtype=pl.String, eager=True)
    for code in SHARED_CODES:
        begins = numbers.str.starts_with(f"+{code}")
        if begins.sum() >= _MIN_PHONES:
            regions = _claimed(numbers.str.slice(len(code) + 1), code).zip_with(begins, regions)
    pairs = zip(numbers.to_list(), regions.to_list(), strict=True)
    return [region_of(number) or NO_REGION if region == _UNDECIDED else region for number, region in pairs]


def _claimed(national: pl.Series, code: str) -> pl.Series:
    """Return for each national number the first region of its calling code that claims it.

    libphonenumber's own patterns decide, unless it might remove a national prefix first.
    """
    shared = shared_code(code)
    column = pl.col("national")
    region = pl.lit(_UNDECIDED)
    for name, territory in reversed(shared.territories):
        region = pl.when(_claims(column, territory)).then(pl.lit(name)).otherwise(region)
    if shared.trunk:
        region = pl.when(column.str.contains(f"^(?:{shared.trunk})")).then(pl.lit(_UNDECIDED)).otherwise(region)
    return pl.DataFrame([national.alias("national")]).select(region).to_series()


def _claims(national: pl.Expr, territory: Territory) -> pl.Expr:
    if territory.leading is not None:
        return national.str.contains(f"^(?:{territory.leading.pattern})")
    of_any_length = pl.lit(value=False)
    for length, kinds in territory.kinds.items():
        of_any_length |= (national.str.len_bytes() == length) & national.str.contains(f"^(?:{kinds})$")
    return of_any_length & national.str.contains(f"^(?:{territory.general})$")
