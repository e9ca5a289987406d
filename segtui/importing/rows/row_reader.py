"""A table of cells to the columns of contacts: every field of every row, found in the columns that were matched."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from segtui.domain.contact import SEARCHED_FIELDS, TEXT_FIELDS
from segtui.domain.countries import is_unknown_country, phone_region
from segtui.domain.text import fold
from segtui.domain.timezones.zone_meaning import is_understood
from segtui.importing.columns import header_synonyms
from segtui.importing.columns.column_matching import (
    KEPT_WHOLE,
    LAST_FIRST,
    OWN,
    Column,
    code_column_of,
    doubtful_columns,
    is_opt_out,
)
from segtui.importing.columns.header_normalisation import compact
from segtui.importing.readers.cell_table import Table
from segtui.importing.row_results import quoted
from segtui.importing.rows.addresses import take_addresses
from segtui.importing.rows.area_codes import with_area_code
from segtui.importing.rows.cells import is_honorific, without_decimals
from segtui.importing.rows.custom_fields import CustomColumn, custom_fields, members_of
from segtui.importing.rows.folding import Folding, casefolded
from segtui.importing.rows.full_names import split_name
from segtui.importing.rows.opt_out_answers import answer_of, has_withdrawal, is_withdrawal
from segtui.importing.rows.phone_cells import Numbers
from segtui.importing.rows.phone_notation import LEAST_DIGITS
from segtui.importing.rows.reachability import Cells, Taken, in_preference, take_emails, take_phones


@dataclass
class People:
    """The contacts of a table, column by column; "" is a blank."""

    fields: dict[str, list[str]]
    withdrawn: list[int]
    custom_fields: list[str]
    name_keys: list[str]
    email_keys: list[str]
    search: list[str]
    further_phones: dict[int, list[str]] = field(default_factory=dict)
    """By row, the valid phones beside the one that was taken: of rows that opt out, or where every phone counts."""

    @property
    def phones(self) -> list[str]:
        """The phone of each row."""
        return self.fields["phone"]

    @property
    def emails(self) -> list[str]:
        """The e-mail of each row."""
        return self.fields["email"]

    def columns(self) -> Iterator[Sequence[object]]:
        """Yield the columns of a staged row behind its line."""
        for name in TEXT_FIELDS:
            yield _with_none(self.fields[name])
        yield self.withdrawn
        yield self.custom_fields
        yield _with_none(self.name_keys)
        yield _with_none(self.email_keys)
        yield self.search


def _with_none(values: Sequence[str]) -> Sequence[str | None]:
    """Return values with None for the blanks, at once where there are none or nothing else."""
    if "" not in values:
        return values
    return [value or None for value in values] if any(values) else [None] * len(values)


@dataclass
class _Work:
    """What is found so far about the rows of one table."""

    table: Table
    cells: dict[int, list[str]]
    fields: dict[str, list[str]] = field(default_factory=dict)
    custom: dict[int, CustomColumn] = field(default_factory=dict)
    withdrawn: set[int] = field(default_factory=set)
    """Rows whose phone cell says that the person must not be called."""
    further_phones: dict[int, list[str]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.table.rows)

    def warn(self, row: int, sentence: str) -> None:
        """Add a warning to a row."""
        self.table.defects.others.setdefault(row, []).append(sentence)

    def keep(self, column: Column, row: int, text: str) -> None:
        """Keep a text as a custom field of the column's name."""
        self.custom.setdefault(column.position, CustomColumn(column.header)).some[row] = text


class Reader:
    """Reads the tables of one file with one set of columns.

    All phones of a row are read where it opts out, and with `every_phone` in all rows.
    """

    def __init__(self, columns: Sequence[Column], region: str, *, every_phone: bool = False) -> None:
        self._columns = [column for column in columns if column.target != "ignore"]
        self._region = region
        self._every_phone = every_phone
        self._numbers = Numbers()
        self._folding = Folding()
        self._named = {column.position: column for column in self._columns}

    def _of(self, target: str) -> list[Column]:
        found = [column for column in self._columns if column.target == target]
        return sorted(found, key=lambda column: (column.rank, column.position))

    def read(self, table: Table) -> People:
        """Return the contacts of a table; what is wrong with a row is added to the table's defects."""
        work = _Work(table, {column.position: table.column(column.position) for column in self._columns})
        self._read_plain_fields(work)
        self._read_addresses(work)
        self._warn_of_zones(work)
        self._read_names(work)
        taken, regions = self._read_phones(work)
        self._read_emails(work)
        self._read_customs(work)
        withdrawn = self._withdrawn(work)
        if self._every_phone or 1 in withdrawn:
            self._read_further_phones(work, taken, regions, withdrawn)
        customs = [work.custom[position] for position in sorted(work.custom)]
        fields = work.fields
        keys = self._folding.name_keys(fields["first_name"], fields["last_name"])
        emails = casefolded(fields["email"])
        others = [fields[name] for name in SEARCHED_FIELDS[3:]]
        search = self._folding.search_texts(keys, fields["phone"], emails, others)
        objects = custom_fields(customs, work.count)
        return People(fields, withdrawn, objects, keys, emails, search, work.further_phones)

    def _read_plain_fields(self, work: _Work) -> None:
        for name in TEXT_FIELDS:
            found = self._of(name)
            work.fields[name] = work.cells[found[0].position] if found else [""] * work.count
        for column in self._of("job_title")[:1]:
            if compact(column.header) in header_synonyms.AMBIGUOUS_TITLES and column.confidence < 1:
                titles = work.fields["job_title"] = list(work.fields["job_title"])
                for row, title in enumerate(titles):
                    if title and is_honorific(title):
                        work.keep(column, row, title)
                        titles[row] = ""

    def _read_addresses(self, work: _Work) -> None:
        taken, kept = take_addresses(self._columns, work.cells, work.count)
        work.fields.update(taken)
        work.fields["postal_code"] = list(map(without_decimals, work.fields["postal_code"]))
        self._keep(work, kept)

    @staticmethod
    def _warn_of_zones(work: _Work) -> None:
        zones = work.fields["timezone"]
        unknown = {zone for zone in set(zones) if zone and not is_understood(zone)}
        for row, zone in enumerate(zones if unknown else ()):
            if zone in unknown:
                warning = f"{quoted(zone)} is not a time zone: the address or the phone decides when to call"
                work.table.defects.others.setdefault(row, []).append(warning)

    def _keep(self, work: _Work, kept: dict[int, dict[int, str]]) -> None:
        for position, rows in kept.items():
            for row, text in rows.items():
                work.keep(self._named[position], row, text)

    def _read_names(self, work: _Work) -> None:
        for column in self._of("full_name"):
            first = work.fields["first_name"] = list(work.fields["first_name"])
            last = work.fields["last_name"] = list(work.fields["last_name"])
            for row, name in enumerate(work.cells[column.position]):
                if not name:
                    continue
                if not first[row] and not last[row]:
                    first[row], last[row] = split_name(name, last_name_first=column.group == LAST_FIRST)
                elif fold(name) not in (fold(f"{first[row]} {last[row]}"), fold(f"{last[row]} {first[row]}")):
                    work.keep(column, row, name)

    def _regions(self, work: _Work, code_column: Column | None) -> Sequence[str]:
        """Return the region for which each row's phones are read, by the codes of a column and by the country."""
        codes = work.cells[code_column.position] if code_column else [""] * work.count
        pairs = list(zip(codes, work.fields["country"], strict=True))
        region_of = {pair: phone_region(*pair, self._region) for pair in set(pairs)}
        return [region_of[pair] for pair in pairs]

    def _tell_unknown_countries(self, work: _Work, regions: Sequence[str]) -> None:
        """Warn of each country and country code that is not understood; the codes are kept."""
        columns = [(work.cells[column.position], column) for column in self._of("country_code")]
        for texts, column in (*columns, (work.fields["country"], None)):
            unknown = {text for text in set(texts) if is_unknown_country(text, is_code=column is not None)}
            for row, text in enumerate(texts if unknown else ()):
                if text in unknown:
                    assumption = f"phones without a country code were read for {regions[row]}"
                    work.warn(row, f"{quoted(text)} is not understood as a country; {assumption}")
                    if column is not None:
                        work.keep(column, row, text)

    def _phone_columns(self, work: _Work, regions: Sequence[str]) -> list[tuple[Cells, Sequence[str] | None]]:
        """Return the cells of the phone columns and their labels; with regions where they have codes of their own."""
        labels = {column.group: work.cells[column.position] for column in self._of("phone_label") if column.group}
        codes = self._of("country_code")
        columns: list[tuple[Cells, Sequence[str] | None]] = []
        for column in self._of("phone"):
            code_column = code_column_of(column, codes)
            own = None if code_column in codes[:1] else self._regions(work, code_column)
            cells = self._with_area_codes(work, column, own or regions)
            columns.append((Cells(column.position, cells, regions=own), labels.get(column.group)))
        return columns

    def _read_phones(self, work: _Work) -> tuple[Taken, Mapping[int, Sequence[str]]]:
        """Read the phone of each row. Return what was taken, and by column the regions for which it was read."""
        regions = self._regions(work, next(iter(self._of("country_code")), None))
        self._tell_unknown_countries(work, regions)
        phone_columns = self._phone_columns(work, regions)
        columns = [cells for cells, _ in phone_columns]
        preferred, never = in_preference(phone_columns)
        taken = take_phones(preferred, regions, self._numbers)
        self._tell_doubtful_phones(work, preferred, taken, regions)
        for cells in never:
            for row, text in enumerate(cells.cells):
                if text and (cells.allowed is None or cells.allowed[row]):
                    taken.keep(cells.position, row, text)
        self._settle(work, "phone", taken)
        work.table.defects.phones = taken.defects
        work.withdrawn = taken.withdrawn
        return taken, {cells.position: cells.regions or regions for cells in columns}

    def _read_further_phones(
        self, work: _Work, taken: Taken, regions: Mapping[int, Sequence[str]], withdrawn: Sequence[int]
    ) -> None:
        """Read every phone that is kept beside the one that was taken; warn of what looks like a phone and is none.

        The numbers of faxes and those marked as not to be called count too: nobody dials a listed number.
        """
        for position, rows in taken.kept.items():
            for row, text in rows.items():
                if not self._every_phone and not withdrawn[row]:
                    continue
                numbers = self._numbers.every_of(text, regions[position][row])
                further = work.further_phones.setdefault(row, [])
                further += [number for number in numbers if number != taken.values[row] and number not in further]
                if taken.values[row] and not numbers and sum(map(str.isdecimal, text)) >= LEAST_DIGITS:
                    work.warn(row, f"{quoted(text)} is not a valid phone number: it is not put on the list")

    def _with_area_codes(self, work: _Work, column: Column, regions: Sequence[str]) -> Sequence[str]:
        """Return the cells of a phone column, with the row's area code before those that have none."""
        cells = work.cells[column.position]
        areas = next((work.cells[area.position] for area in self._of("area_code")), None)
        if areas is None:
            return cells
        return [
            with_area_code(area, text, region, self._numbers.read) if area and text else text
            for area, text, region in zip(areas, cells, regions, strict=True)
        ]

    def _tell_doubtful_phones(
        self, work: _Work, columns: Sequence[Cells], taken: Taken, regions: Sequence[str]
    ) -> None:
        """Warn of each phone that comes from a column that may be somebody else's, where another is the contact's."""
        doubtful = doubtful_columns(self._of("phone"))
        for index, column in enumerate(columns):
            header = doubtful.get(column.position)
            for row, text in enumerate(column.cells if header is not None else ()):
                number = taken.values[row]
                if not text or not number or (column.allowed is not None and not column.allowed[row]):
                    continue
                sources = (before.cells[row] for before in columns[: index + 1])
                first = next(
                    (cell for cell in sources if self._numbers.first_of(cell, regions[row])[0] == number), None
                )
                if first == text:
                    work.warn(row, f"the phone is from {quoted(header or '')}, which may be somebody else's")

    def _read_emails(self, work: _Work) -> None:
        found = [Cells(column.position, work.cells[column.position]) for column in self._of("email")]
        taken = take_emails(found, work.count)
        self._settle(work, "email", taken)
        work.table.defects.emails = taken.defects

    def _settle(self, work: _Work, name: str, taken: Taken) -> None:
        work.fields[name] = taken.values
        self._keep(work, taken.kept)

    def _withdrawn(self, work: _Work) -> list[int]:
        """Return 1 for each row of a person who must not be called."""
        withdrawn = [int(row in work.withdrawn) for row in range(work.count)]
        for column, is_withdrawn in self._statuses():
            cells = work.cells[column.position]
            leaving = {cell for cell in set(cells) if cell and is_withdrawn(cell)}
            for row, cell in enumerate(cells if leaving else ()):
                if cell in leaving:
                    withdrawn[row] = 1
        for column in (*self._of("do_not_call"), *self._of("consent")):
            cells = work.cells[column.position]
            answer = answer_of(column.target, column.header)
            answers = {cell: answer(cell) for cell in set(cells) if cell}
            for row, cell in enumerate(cells):
                if not cell or answers[cell] is False:
                    continue
                withdrawn[row] = 1
                if answers[cell] is None:
                    work.warn(row, f"{quoted(cell)} in {quoted(column.header)} was taken as do not call")
                if column.target == "do_not_call" and not cell.isalpha() and len(cell) > 3:
                    work.keep(column, row, cell)
        return withdrawn

    def _statuses(self) -> Iterator[tuple[Column, Callable[[str], bool]]]:
        """Yield the columns that may hold an opt-out, each with the test for it."""
        # An export of ours says so in its own column: who was cleared by hand stays cleared.
        if any(column.reason == OWN for column in self._of("do_not_call")):
            return
        yield from ((column, is_withdrawal) for column in self._of("status")[:1])
        yield from ((column, has_withdrawal) for column in self._columns if column.may_withdraw)

    def _read_customs(self, work: _Work) -> None:
        for column in self._columns:
            if column.target in KEPT_WHOLE:
                work.custom[column.position] = CustomColumn(column.header, work.cells[column.position])
            elif column.target == "custom_fields":
                self._read_objects(work, column)

    def _read_objects(self, work: _Work, column: Column) -> None:
        custom = work.custom[column.position] = CustomColumn(column.header)
        is_own = column.reason == OWN
        for row, cell in enumerate(work.cells[column.position]):
            if not cell:
                continue
            members = members_of(cell)
            if members is None:
                custom.some[row] = cell
                continue
            custom.objects[row] = members
            if not is_own and any(map(is_opt_out, members, members.values())):
                work.withdrawn.add(row)
