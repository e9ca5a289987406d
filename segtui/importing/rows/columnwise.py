"""Whole columns of cells to whole columns of contacts, wherever what a row holds is beyond doubt.

`people.Reader` says what a row means, row by row. Here the same is said of all rows at once that hold nothing
unusual: every phone and e-mail is settled (`vectors`), there is nothing to warn of, no JSON object, no name of many
words. The other rows are left to the reader; a test demands that both say the same of each.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from segtui.domain.contact import SEARCHED_FIELDS, TEXT_FIELDS
from segtui.domain.countries import is_unknown_country, phone_region
from segtui.domain.timezones.zone_meaning import is_understood
from segtui.importing.columns import header_synonyms
from segtui.importing.columns.column_matching import KEPT_WHOLE, LAST_FIRST, OWN, Column, doubtful_columns
from segtui.importing.columns.header_normalisation import compact
from segtui.importing.row_results import STAGED_COLUMNS
from segtui.importing.rows.cells import DECIMALS_OF_CODE, is_honorific
from segtui.importing.rows.column_text import ColumnText, json_objects, mapped
from segtui.importing.rows.opt_out_answers import answer_of, has_withdrawal, is_withdrawal
from segtui.importing.rows.reachability import kind_of_label
from segtui.importing.rows.vectorized_cells import emails_of, phones_of

STAGED_SCHEMA = {name: pl.Int64 if name in ("line", "do_not_call") else pl.String for name in STAGED_COLUMNS}
"""The types of the columns of staged rows in a frame."""
_BETWEEN = "\x1f"
# A name in one word, and one in two: neither is turned round, and no particle or suffix can be in it.
_ONE_WORD, _TWO_WORDS = r"^[^\s,]+$", r"^([^\s,]+) ([^\s,]+)$"


@dataclass
class _Work:
    """What is found so far about some rows. `unsure` are those that are left to the reader of rows."""

    cells: Mapping[int, pl.Series]
    blank: pl.Series
    unsure: pl.Series
    fields: dict[str, pl.Series] = field(default_factory=dict)
    custom: dict[int, pl.Series] = field(default_factory=dict)

    def doubt(self, rows: pl.Series) -> None:
        """Leave some rows to the reader of rows."""
        self.unsure |= rows

    def keep(self, position: int, texts: pl.Series) -> None:
        """Keep texts of a column as custom fields; no row is given two."""
        before = self.custom.get(position, self.blank)
        self.custom[position] = texts.zip_with(texts != "", before)

    def where(self, rows: pl.Series, texts: pl.Series) -> pl.Series:
        """Return texts in some rows and blanks in the others."""
        return texts.zip_with(rows, self.blank)


class ColumnReader:
    """Reads the regular records of one file with one set of columns. With `needs_phone` an e-mail is not enough."""

    def __init__(self, columns: Sequence[Column], region: str, *, needs_phone: bool = False) -> None:
        self._columns = [column for column in columns if column.target != "ignore"]
        self._region = region
        self._needs_phone = needs_phone
        self._text = ColumnText()

    def _of(self, target: str) -> list[Column]:
        found = [column for column in self._columns if column.target == target]
        return sorted(found, key=lambda column: (column.rank, column.position))

    def read(self, lines: pl.Series, cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
        """Return the contacts of all rows that are beyond doubt, with STAGED_COLUMNS, and which rows are not.

        `cells` are those of a `regular.Piece`, `lines` the lines of its rows.
        """
        places = [column.position for column in self._columns]
        trimmed = cells.select(pl.col(str(place)).str.strip_chars() for place in dict.fromkeys(places))
        count = cells.height
        blank = pl.repeat("", count, dtype=pl.String, eager=True)
        none = pl.repeat(value=False, n=count, dtype=pl.Boolean, eager=True)
        work = _Work({place: trimmed[str(place)] for place in places}, blank, none)
        self._read_plain_fields(work)
        self._read_addresses(work)
        work.doubt(_those(work.fields["timezone"], lambda zone: not is_understood(zone)))
        self._read_names(work)
        wanted, never = self._read_phones(work)
        self._read_emails(work)
        withdrawn = self._withdrawn(work)
        self._doubt_further_phones(work, wanted, never, withdrawn)
        self._read_customs(work)
        useful = work.fields["phone"] != ""
        if not self._needs_phone:
            useful |= work.fields["email"] != ""
        work.doubt(~useful)
        return self._staged(work, lines, withdrawn), work.unsure

    def _staged(self, work: _Work, lines: pl.Series, withdrawn: pl.Series) -> pl.DataFrame:
        """Return the rows without doubt as they are staged."""
        sure = ~work.unsure
        is_some = not sure.all()

        def of(column: pl.Series) -> pl.Series:
            return column.filter(sure) if is_some else column

        fields = {name: of(work.fields[name]) for name in TEXT_FIELDS}
        customs = [(column.header, work.custom.get(column.position)) for column in self._columns]
        objects = json_objects([(name, of(texts)) for name, texts in customs if texts is not None], int(sure.sum()))
        keys = self._text.name_keys(fields["first_name"], fields["last_name"])
        emails = self._text.casefolded(fields["email"])
        others = [fields[name] for name in SEARCHED_FIELDS[3:]]
        search = self._text.search_texts(keys, fields["phone"], emails, others)
        columns = [of(lines), *fields.values(), of(withdrawn), objects, keys, emails, search]
        frame = pl.DataFrame([column.alias(name) for name, column in zip(STAGED_COLUMNS, columns, strict=True)])
        blanks = [
            pl.when(pl.col(name) != "").then(pl.col(name)).alias(name)
            for name in (*TEXT_FIELDS, "name_key", "email_key")
        ]
        return frame.with_columns(pl.col("line", "do_not_call").cast(pl.Int64), *blanks)

    def _read_plain_fields(self, work: _Work) -> None:
        for name in TEXT_FIELDS:
            found = self._of(name)
            work.fields[name] = work.cells[found[0].position] if found else work.blank
        for column in self._of("job_title")[:1]:
            if compact(column.header) in header_synonyms.AMBIGUOUS_TITLES and column.confidence < 1:
                titles = work.fields["job_title"]
                addressing = _those(titles, is_honorific)
                work.keep(column.position, work.where(addressing, titles))
                work.fields["job_title"] = work.where(~addressing, titles)

    def _read_addresses(self, work: _Work) -> None:
        """Take the one address that a row has; which of several it is, the reader of rows decides."""
        parts = [column for column in self._columns if column.target in header_synonyms.ADDRESS_FIELDS]
        filled = {part.position: work.cells[part.position] != "" for part in parts}
        for target in header_synonyms.ADDRESS_FIELDS:
            own = [part.position for part in parts if part.target == target]
            work.fields[target] = _first(work, [work.cells[place] for place in own])
            if target == "postal_code":
                work.doubt(work.fields[target].str.contains(DECIMALS_OF_CODE))
            work.doubt(_several(work, [filled[place] for place in own]))
        if len({part.target for part in parts}) == len(parts):
            return  # then it is one address, whatever its columns are called
        groups = dict.fromkeys(part.group for part in parts if part.group)
        used = [_any(work, [filled[part.position] for part in parts if part.group == group]) for group in groups]
        work.doubt(_several(work, used))

    def _read_names(self, work: _Work) -> None:
        for column in self._of("full_name"):
            name, first, last = work.cells[column.position], work.fields["first_name"], work.fields["last_name"]
            given = name != ""
            is_free = (first == "") & (last == "")
            one, two = name.str.contains(_ONE_WORD), name.str.contains(_TWO_WORDS)
            work.doubt(given & is_free & ~one & (~two if column.group != LAST_FIRST else given))
            work.doubt(given & ~is_free & (name != first + " " + last) & (name != last + " " + first))
            words = name.str.split_exact(" ", 1).struct.unnest()
            work.fields["first_name"] = words["field_0"].zip_with(is_free & (one | two), first)
            work.fields["last_name"] = words["field_1"].zip_with(is_free & two, last)

    def _regions(self, work: _Work) -> pl.Series | str:
        """Return the region for which each row's phones are read, one word where it is the same for all."""
        codes = next((work.cells[column.position] for column in self._of("country_code")), work.blank)
        countries = work.fields["country"]
        work.doubt(_those(codes, lambda code: is_unknown_country(code, is_code=True)))
        work.doubt(_those(countries, is_unknown_country))
        pairs = codes + _BETWEEN + countries
        regions: dict[str, str] = {}
        for pair in pairs.unique().to_list():
            code, country = pair.split(_BETWEEN)
            regions[pair] = phone_region(code, country, self._region)
        different = set(regions.values())
        return different.pop() if len(different) == 1 else mapped(pairs, regions)

    def _read_phones(self, work: _Work) -> tuple[list[tuple[int, pl.Series]], list[tuple[int, pl.Series]]]:
        """Read the phone of each row. Return the phone columns as `_by_preference` does."""
        regions = self._regions(work)
        wanted, never = self._by_preference(work)
        self._doubt_phones(work)
        work.fields["phone"] = _taken(work, wanted, lambda cells: phones_of(cells, regions), lambda number: number)
        for position, cells in never:
            work.keep(position, cells)
        return wanted, never

    def _doubt_further_phones(
        self,
        work: _Work,
        wanted: Sequence[tuple[int, pl.Series]],
        never: Sequence[tuple[int, pl.Series]],
        withdrawn: pl.Series,
    ) -> None:
        """Leave the rows to the reader of rows that have further phones to be read: where every phone counts."""
        opting_out = withdrawn == 1
        if (len(wanted) < 2 and not never) or not (self._needs_phone or opting_out.any()):
            return
        faxes = [cells != "" for _, cells in never]
        further = _several(work, [*(cells != "" for _, cells in wanted), *faxes]) | _any(work, faxes)
        work.doubt(further if self._needs_phone else further & opting_out)

    def _doubt_phones(self, work: _Work) -> None:
        """Leave phones with an area code, and those that may be somebody else's, to the reader of rows."""
        columns = self._of("phone")
        for column in (*self._of("area_code"), *self._of("country_code")[1:]):
            work.doubt(work.cells[column.position] != "")
        doubtful = doubtful_columns(columns)
        own = _any(work, [work.cells[column.position] != "" for column in columns if column.position not in doubtful])
        for position in doubtful:
            work.doubt((work.cells[position] != "") & ~own)

    def _by_preference(self, work: _Work) -> tuple[list[tuple[int, pl.Series]], list[tuple[int, pl.Series]]]:
        """Return the cells of phone columns, those called mobiles first, and apart from them those of faxes."""
        labels = {column.group: work.cells[column.position] for column in self._of("phone_label") if column.group}
        kinds: dict[str, list[tuple[int, pl.Series]]] = {"mobile": [], "other": [], "never": []}
        for column in self._of("phone"):
            cells, label = work.cells[column.position], labels.get(column.group)
            if label is None or not (label != "").any():
                kinds["other"].append((column.position, cells))
                continue
            kind = mapped(label, {text: kind_of_label(text) for text in label.unique().to_list()})
            for name, group in kinds.items():
                if (kind == name).any():
                    group.append((column.position, work.where(kind == name, cells)))
        return kinds["mobile"] + kinds["other"], kinds["never"]

    def _read_emails(self, work: _Work) -> None:
        columns = [(column.position, work.cells[column.position]) for column in self._of("email")]
        work.fields["email"] = _taken(work, columns, emails_of, lambda email: email.str.to_lowercase())

    def _withdrawn(self, work: _Work) -> pl.Series:
        """Return 1 for each row of a person who must not be called."""
        withdrawn = work.blank != ""
        # As in `people`: an export of ours says so in its own column.
        if not any(column.reason == OWN for column in self._of("do_not_call")):
            for column in self._of("status")[:1]:
                withdrawn |= _those(work.cells[column.position], is_withdrawal)
            for column in self._columns:
                if column.may_withdraw:
                    withdrawn |= _those(work.cells[column.position], has_withdrawal)
        for column in (*self._of("do_not_call"), *self._of("consent")):
            cells = work.cells[column.position]
            answer = answer_of(column.target, column.header)
            answers = {cell: answer(cell) for cell in cells.unique().to_list() if cell}
            leaving = cells.is_in([cell for cell, is_opt_out in answers.items() if is_opt_out])
            withdrawn |= leaving
            work.doubt(cells.is_in([cell for cell, is_opt_out in answers.items() if is_opt_out is None]))
            if column.target == "do_not_call":
                work.keep(column.position, work.where(leaving & _those(cells, _says_more), cells))
        return withdrawn.cast(pl.Int64)

    def _read_customs(self, work: _Work) -> None:
        for column in self._columns:
            if column.target in KEPT_WHOLE:
                work.custom[column.position] = work.cells[column.position]
            elif column.target == "custom_fields":
                work.doubt(work.cells[column.position] != "")


def _says_more(cell: str) -> bool:
    """Tell whether a cell of a do-not-call column is worth keeping."""
    return not cell.isalpha() and len(cell) > 3


def _those(column: pl.Series, test: Callable[[str], object]) -> pl.Series:
    """Return which cells are not blank and pass `test`, which is asked once for each different one."""
    return column.is_in([value for value in column.unique().to_list() if value and test(value)])


def _taken(
    work: _Work,
    columns: Iterable[tuple[int, pl.Series]],
    settle: Callable[[pl.Series], pl.Series],
    key: Callable[[pl.Series], pl.Series],
) -> pl.Series:
    """Return the value of the first column that has one; what others have is kept, unless its `key` is the same.

    A row with a cell that is not settled is in doubt.
    """
    values = work.blank
    for position, cells in columns:
        settled = settle(cells)
        work.doubt((cells != "") & (settled == ""))
        is_taken = values != ""
        work.keep(position, work.where(is_taken & (key(settled) != key(values)), cells))
        values = values.zip_with(is_taken, settled)
    return values


def _first(work: _Work, columns: Sequence[pl.Series]) -> pl.Series:
    """Return the only cell of each row that is not blank."""
    found = work.blank
    for column in columns:
        found = column.zip_with(column != "", found)
    return found


def _any(work: _Work, masks: Sequence[pl.Series]) -> pl.Series:
    found = work.blank != ""
    for mask in masks:
        found |= mask
    return found


def _several(work: _Work, masks: Sequence[pl.Series]) -> pl.Series:
    """Return the rows in which more than one of the masks is set."""
    one = several = work.blank != ""
    for mask in masks:
        several, one = several | (one & mask), one | mask
    return several
