"""The first valid phone of a row, mobiles first; other phones are custom fields."""

from collections.abc import Sequence

import polars as pl

from segtui.domain.countries import is_unknown_country, phone_region
from segtui.importing.columns.column_matching import Column, code_column_of, doubtful_columns
from segtui.importing.row_results import quoted
from segtui.importing.rows.column_text import mapped
from segtui.importing.rows.phones.area_codes import with_area_code
from segtui.importing.rows.phones.phone_notation import LEAST_DIGITS
from segtui.importing.rows.reachability import Cells, Taken, in_preference, kind_of_label, take_phones
from segtui.importing.rows.rules.work import ColumnCells, ColumnWork, FieldRule, RowWork, cells_that
from segtui.importing.rows.vectorized_cells import phones_of

_SEPARATOR = "\x1f"


# Row form


def _read_rows(work: RowWork) -> None:
    regions = _regions(work, next(iter(work.columns.of("country_code")), None))
    _warn_of_unknown_countries(work, regions)
    phone_columns = _phone_columns(work, regions)
    preferred, faxes = in_preference(phone_columns)
    phones = take_phones(preferred, regions, work.numbers)
    _warn_of_doubtful_phones(work, preferred, phones, regions)
    for cells in faxes:
        for row, text in enumerate(cells.cells):
            if text and (cells.allowed is None or cells.allowed[row]):
                phones.keep(cells.position, row, text)
    work.fields["phone"] = phones.values
    work.keep_all(phones.kept)
    work.table.defects.phones = phones.defects
    work.opt_out_rows = phones.withdrawn
    work.phones = phones
    work.phone_regions = {cells.position: cells.regions or regions for cells, _ in phone_columns}


def _regions(work: RowWork, code_column: Column | None) -> Sequence[str]:
    """Return the region for which each row's phones are read, by the codes of a column and by the country."""
    codes = work.cells[code_column.position] if code_column else [""] * work.count
    pairs = list(zip(codes, work.fields["country"], strict=True))
    region_of = {pair: phone_region(*pair, work.region) for pair in set(pairs)}
    return [region_of[pair] for pair in pairs]


def _warn_of_unknown_countries(work: RowWork, regions: Sequence[str]) -> None:
    """Warn of each country and country code that is not understood; the codes are kept."""
    columns = [(work.cells[column.position], column) for column in work.columns.of("country_code")]
    for texts, column in (*columns, (work.fields["country"], None)):
        unknown = {text for text in set(texts) if is_unknown_country(text, is_code=column is not None)}
        for row, text in enumerate(texts if unknown else ()):
            if text in unknown:
                assumption = f"phones without a country code were read for {regions[row]}"
                work.warn(row, f"{quoted(text)} is not understood as a country; {assumption}")
                if column is not None:
                    work.keep(column, row, text)


def _phone_columns(work: RowWork, regions: Sequence[str]) -> list[tuple[Cells, Sequence[str] | None]]:
    """Return the cells of the phone columns and their labels; with regions where they have codes of their own."""
    labels = {column.group: work.cells[column.position] for column in work.columns.of("phone_label") if column.group}
    codes = work.columns.of("country_code")
    columns: list[tuple[Cells, Sequence[str] | None]] = []
    for column in work.columns.of("phone"):
        code_column = code_column_of(column, codes)
        own_regions = None if code_column in codes[:1] else _regions(work, code_column)
        cells = _with_area_codes(work, column, own_regions or regions)
        columns.append((Cells(column.position, cells, regions=own_regions), labels.get(column.group)))
    return columns


def _with_area_codes(work: RowWork, column: Column, regions: Sequence[str]) -> Sequence[str]:
    """Return the cells of a phone column, with the row's area code before those that have none."""
    cells = work.cells[column.position]
    area_codes = next((work.cells[area.position] for area in work.columns.of("area_code")), None)
    if area_codes is None:
        return cells
    return [
        with_area_code(area, text, region, work.numbers.read) if area and text else text
        for area, text, region in zip(area_codes, cells, regions, strict=True)
    ]


def _warn_of_doubtful_phones(work: RowWork, columns: Sequence[Cells], phones: Taken, regions: Sequence[str]) -> None:
    """Warn of each phone from a column that may belong to another person, if another column is the contact's."""
    doubtful = doubtful_columns(work.columns.of("phone"))
    for index, column in enumerate(columns):
        header = doubtful.get(column.position)
        for row, text in enumerate(column.cells if header is not None else ()):
            number = phones.values[row]
            if not text or not number or (column.allowed is not None and not column.allowed[row]):
                continue
            sources = (source.cells[row] for source in columns[: index + 1])
            first = next((cell for cell in sources if work.numbers.first_of(cell, regions[row])[0] == number), None)
            if first == text:
                work.warn(row, f"the phone is from {quoted(header or '')}, which may belong to another person")


def _read_further_rows(work: RowWork) -> None:
    """Read the other phones of rows that opt out; warn of text that looks like a phone and is none.

    The numbers of faxes and those marked as not to be called count too: nobody dials a listed number.
    """
    phones = work.phones
    if phones is None or not (work.every_phone or 1 in work.opt_outs):
        return
    for position, rows in phones.kept.items():
        for row, text in rows.items():
            if not work.every_phone and not work.opt_outs[row]:
                continue
            numbers = work.numbers.every_of(text, work.phone_regions[position][row])
            further = work.further_phones.setdefault(row, [])
            further += [number for number in numbers if number != phones.values[row] and number not in further]
            if phones.values[row] and not numbers and sum(map(str.isdecimal, text)) >= LEAST_DIGITS:
                work.warn(row, f"{quoted(text)} is not a valid phone number: it is not put on the list")


# Column form


def _read_columns(work: ColumnWork) -> None:
    regions = _column_regions(work)
    work.phone_columns, work.fax_columns = _by_preference(work)
    _doubt_phones(work)
    work.fields["phone"] = work.first_valid(
        work.phone_columns, lambda cells: phones_of(cells, regions), lambda number: number
    )
    for position, cells in work.fax_columns:
        work.keep(position, cells)


def _column_regions(work: ColumnWork) -> pl.Series | str:
    """Return the region for which each row's phones are read, one word where it is the same for all."""
    codes = next((work.cells[column.position] for column in work.columns.of("country_code")), work.blank)
    countries = work.fields["country"]
    work.doubt(cells_that(codes, lambda code: is_unknown_country(code, is_code=True)))
    work.doubt(cells_that(countries, is_unknown_country))
    pairs = codes + _SEPARATOR + countries
    regions: dict[str, str] = {}
    for pair in pairs.unique().to_list():
        code, country = pair.split(_SEPARATOR)
        regions[pair] = phone_region(code, country, work.region)
    different = set(regions.values())
    return different.pop() if len(different) == 1 else mapped(pairs, regions)


def _doubt_phones(work: ColumnWork) -> None:
    """Leave phones with an area code, and those that may belong to another person, to the row form."""
    columns = work.columns.of("phone")
    for column in (*work.columns.of("area_code"), *work.columns.of("country_code")[1:]):
        work.doubt(work.cells[column.position] != "")
    doubtful = doubtful_columns(columns)
    certain = [work.cells[column.position] != "" for column in columns if column.position not in doubtful]
    has_certain = work.any_of(certain)
    for position in doubtful:
        work.doubt((work.cells[position] != "") & ~has_certain)


def _by_preference(work: ColumnWork) -> tuple[list[ColumnCells], list[ColumnCells]]:
    """Return the cells of phone columns, those called mobiles first, and apart from them those of faxes."""
    labels = {column.group: work.cells[column.position] for column in work.columns.of("phone_label") if column.group}
    kinds: dict[str, list[ColumnCells]] = {"mobile": [], "other": [], "never": []}
    for column in work.columns.of("phone"):
        cells, label = work.cells[column.position], labels.get(column.group)
        if label is None or not (label != "").any():
            kinds["other"].append((column.position, cells))
            continue
        kind = mapped(label, {text: kind_of_label(text) for text in label.unique().to_list()})
        for name, group in kinds.items():
            if (kind == name).any():
                group.append((column.position, work.where(kind == name, cells)))
    return kinds["mobile"] + kinds["other"], kinds["never"]


def _read_further_columns(work: ColumnWork) -> None:
    """Leave rows with further phones to the row form, where every phone counts."""
    opts_out = work.opt_outs == 1
    if (len(work.phone_columns) < 2 and not work.fax_columns) or not (work.needs_phone or opts_out.any()):
        return
    faxes = [cells != "" for _, cells in work.fax_columns]
    further = work.several_of([*(cells != "" for _, cells in work.phone_columns), *faxes]) | work.any_of(faxes)
    work.doubt(further if work.needs_phone else further & opts_out)


PHONE = FieldRule(_read_rows, _read_columns)
FURTHER_PHONES = FieldRule(_read_further_rows, _read_further_columns)
"""The other phones of contacts who must not be called. It needs the opt-outs."""
