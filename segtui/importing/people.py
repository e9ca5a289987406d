"""A table of cells to the columns of contacts: every field of every row, found in the columns that were matched."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from segtui.contact import TEXT_FIELDS
from segtui.importing import synonyms
from segtui.importing.addresses import take_addresses
from segtui.importing.cells import is_honorific, is_withdrawal, says_no, says_yes
from segtui.importing.columns import OWN, Column
from segtui.importing.countries import phone_region, region_of, regions_calling
from segtui.importing.customs import CustomColumn, custom_fields, members_of
from segtui.importing.folding import Folding, casefolded
from segtui.importing.names import split_name
from segtui.importing.numbers import Numbers
from segtui.importing.reading import Cells, Taken, in_preference, take_emails, take_phones
from segtui.importing.results import quoted
from segtui.importing.spelling import compact
from segtui.importing.table import Table
from segtui.text import fold
from segtui.timezones.meaning import is_understood


@dataclass
class People:
    """The contacts of a table, column by column; "" is a blank."""

    fields: dict[str, list[str]]
    withdrawn: list[int]
    custom_fields: list[str]
    name_keys: list[str]
    email_keys: list[str]
    search: list[str]

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

    @property
    def count(self) -> int:
        return len(self.table.rows)

    def keep(self, column: Column, row: int, text: str) -> None:
        """Keep a text as a custom field of the column's name."""
        self.custom.setdefault(column.position, CustomColumn(column.header)).some[row] = text


class Reader:
    """Reads the tables of one file with one set of columns."""

    def __init__(self, columns: Sequence[Column], region: str) -> None:
        self._columns = [column for column in columns if column.target != "ignore"]
        self._region = region
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
        self._read_phones(work, self._regions(work))
        self._read_emails(work)
        withdrawn = self._withdrawn(work)
        self._read_customs(work)
        customs = [work.custom[position] for position in sorted(work.custom)]
        fields = work.fields
        keys = self._folding.name_keys(fields["first_name"], fields["last_name"])
        emails = casefolded(fields["email"])
        others = [fields[name] for name in ("organization", "city", "state", "source", "status")]
        search = self._folding.search_texts(keys, fields["phone"], emails, others)
        return People(fields, withdrawn, custom_fields(customs, work.count), keys, emails, search)

    def _read_plain_fields(self, work: _Work) -> None:
        for name in TEXT_FIELDS:
            found = self._of(name)
            work.fields[name] = work.cells[found[0].position] if found else [""] * work.count
        for column in self._of("job_title")[:1]:
            if compact(column.header) in synonyms.AMBIGUOUS_TITLES and column.confidence < 1:
                titles = work.fields["job_title"] = list(work.fields["job_title"])
                for row, title in enumerate(titles):
                    if title and is_honorific(title):
                        work.keep(column, row, title)
                        titles[row] = ""

    def _read_addresses(self, work: _Work) -> None:
        taken, kept = take_addresses(self._columns, work.cells, work.count)
        work.fields.update(taken)
        self._keep(work, kept)

    @staticmethod
    def _warn_of_zones(work: _Work) -> None:
        zones = work.fields["timezone"]
        unknown = {zone for zone in set(zones) if zone and not is_understood(zone)}
        for row, zone in enumerate(zones if unknown else ()):
            if zone in unknown:
                warning = f"{quoted(zone)} is no time zone: the address or the phone decides when to call"
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
                    first[row], last[row] = split_name(name)
                elif fold(name) not in (fold(f"{first[row]} {last[row]}"), fold(f"{last[row]} {first[row]}")):
                    work.keep(column, row, name)

    def _regions(self, work: _Work) -> Sequence[str]:
        """Return the region for which each row's phones are read."""
        codes = next((work.cells[column.position] for column in self._of("country_code")), [""] * work.count)
        countries = work.fields["country"]
        known: dict[tuple[str, str], str] = {}
        for pair in set(zip(codes, countries, strict=True)):
            known[pair] = phone_region(*pair, self._region)
        for column in self._of("country_code")[:1]:
            unknown = {code for code in set(codes) if code and not regions_calling(code) and not region_of(code)}
            for row, code in enumerate(codes if unknown else ()):
                if code in unknown:
                    work.keep(column, row, code)
        return [known[pair] for pair in zip(codes, countries, strict=True)]

    def _read_phones(self, work: _Work, regions: Sequence[str]) -> None:
        labels = {column.group: work.cells[column.position] for column in self._of("phone_label") if column.group}
        found = [
            (Cells(column.position, work.cells[column.position]), labels.get(column.group))
            for column in self._of("phone")
        ]
        wanted, never = in_preference(found)
        taken = take_phones(wanted, regions, self._numbers)
        for cells in never:
            for row, text in enumerate(cells.cells):
                if text and (cells.allowed is None or cells.allowed[row]):
                    taken.keep(cells.position, row, text)
        self._settle(work, "phone", taken)
        work.table.defects.phones = taken.defects

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
        # An export of ours says so in its own column: who was cleared by hand stays cleared.
        is_own = any(column.reason == OWN for column in self._of("do_not_call"))
        statuses = [""] * work.count if is_own else work.fields["status"]
        leaving = {status for status in set(statuses) if status and is_withdrawal(status)}
        withdrawn = [int(status in leaving) for status in statuses] if leaving else [0] * work.count
        for column in self._of("do_not_call"):
            cells = work.cells[column.position]
            meaning = {cell: (not says_no(cell), says_yes(cell)) for cell in set(cells) if cell}
            for row, cell in enumerate(cells):
                if not cell or not meaning[cell][0]:
                    continue
                withdrawn[row] = 1
                if not meaning[cell][1]:
                    warning = f"{quoted(cell)} in {quoted(column.header)} was taken as do not call"
                    work.table.defects.others.setdefault(row, []).append(warning)
                if not cell.isalpha() and len(cell) > 3:
                    work.keep(column, row, cell)
        return withdrawn

    def _read_customs(self, work: _Work) -> None:
        for column in self._columns:
            if column.target in ("custom", "phone_label"):
                work.custom[column.position] = CustomColumn(column.header, work.cells[column.position])
            elif column.target == "custom_fields":
                self._read_objects(work, column)

    def _read_objects(self, work: _Work, column: Column) -> None:
        custom = work.custom[column.position] = CustomColumn(column.header)
        for row, cell in enumerate(work.cells[column.position]):
            if not cell:
                continue
            members = members_of(cell)
            if members is None:
                custom.some[row] = cell
            else:
                custom.objects[row] = members
