"""Phones and e-mails of many rows: selects the cell to use, keeps the others, and reports defects."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from segtui.importing.columns import header_synonyms
from segtui.importing.columns.header_normalisation import words_of
from segtui.importing.row_results import CellReading, quoted
from segtui.importing.rows.email_cells import read_email
from segtui.importing.rows.phones.phone_cells import Numbers
from segtui.importing.rows.vectorized_cells import settled_emails, settled_phones


@dataclass(slots=True)
class Taken:
    """The selected value of each row ("" for none), the cells kept as custom fields by column, and the defects."""

    values: list[str]
    kept: dict[int, dict[int, str]] = field(default_factory=dict)
    defects: dict[int, list[str]] = field(default_factory=dict)
    withdrawn: set[int] = field(default_factory=set)
    """Rows with words beside the value that say that the contact must not be called."""

    def remark(self, row: int, sentence: str) -> None:
        """Add a sentence about a row."""
        if sentence:
            self.defects.setdefault(row, []).append(sentence)

    def keep(self, position: int, row: int, text: str) -> None:
        """Keep a text of a column as the row's custom field."""
        if text:
            self.kept.setdefault(position, {})[row] = text


@dataclass(frozen=True, slots=True)
class Cells:
    """A column's cells and its position. `allowed` is a mask of rows, None for all.

    `regions` are the regions of this column's phones, None for those of all columns.
    """

    position: int
    cells: Sequence[str]
    allowed: Sequence[bool] | None = None
    regions: Sequence[str] | None = None


@lru_cache(maxsize=1024)
def kind_of_label(label: str) -> str:
    """Return `mobile`, `never` (a fax, a pager) or `other` for the label of a phone."""
    words = set(words_of(label))
    if words & header_synonyms.NOT_THE_PHONE or words & header_synonyms.SOMEBODY_ELSE:
        return "never"
    return "mobile" if words & header_synonyms.MOBILE_WORDS else "other"


def in_preference(columns: Sequence[tuple[Cells, Sequence[str] | None]]) -> tuple[list[Cells], list[Cells]]:
    """Return phone columns with the cells labelled as mobiles first, and separately the cells of faxes.

    Each column comes with the labels of its rows, or None.
    """
    mobiles: list[Cells] = []
    others: list[Cells] = []
    never: list[Cells] = []
    for cells, labels in columns:
        if labels is None or not any(labels):
            others.append(cells)
            continue
        kinds = [kind_of_label(label) for label in labels]
        for kind, group in (("mobile", mobiles), ("other", others), ("never", never)):
            if kind in kinds:
                group.append(replace(cells, allowed=[label_kind == kind for label_kind in kinds]))
    return mobiles + others, never


def take_phones(columns: Sequence[Cells], regions: Sequence[str], numbers: Numbers) -> Taken:
    """Return the first valid phone of each row, in the order of `columns`, read for the row's region."""

    def read(column: Cells, text: str, row: int) -> CellReading:
        return numbers.reading(text, (column.regions or regions)[row])

    def same(column: Cells, text: str, row: int, value: str) -> bool:
        return numbers.reads_as(text, (column.regions or regions)[row], value)

    settled = settled_phones(columns[0].cells, columns[0].regions or regions) if _is_whole(columns) else None
    return _take(columns, settled or [""] * len(regions), read, same)


def take_emails(columns: Sequence[Cells], count: int) -> Taken:
    """Return the first valid e-mail of each of `count` rows, in the order of `columns`."""

    def read(column: Cells, text: str, row: int) -> CellReading:  # noqa: ARG001  # every row alike
        return read_email(text)

    def same(column: Cells, text: str, row: int, value: str) -> bool:  # noqa: ARG001  # every row alike
        return text.casefold() == value.casefold()

    settled = settled_emails(columns[0].cells) if _is_whole(columns) else None
    return _take(columns, settled or [""] * count, read, same)


def _is_whole(columns: Sequence[Cells]) -> bool:
    """Return True if the first column counts for every row: then it is read at once."""
    return bool(columns) and columns[0].allowed is None


def _take(
    columns: Sequence[Cells],
    settled: list[str],
    read: Callable[[Cells, str, int], CellReading],
    same: Callable[[Cells, str, int, str], bool],
) -> Taken:
    """Take the first valid cell; keep the cells of other columns, unless equal, and those that cannot be read.

    `settled` are the values that were read from the first column already.
    """
    taken = Taken(settled)
    values = taken.values
    for index, column in enumerate(columns):
        position, allowed = column.position, column.allowed
        for row, text in enumerate(column.cells):
            if not text or (allowed is not None and not allowed[row]) or (index == 0 and values[row]):
                continue
            if values[row] and same(column, text, row, values[row]):
                continue
            reading = read(column, text, row)
            if reading.is_withdrawn:
                taken.withdrawn.add(row)
                taken.remark(row, f"{quoted(text)} was taken as do not call")
            if values[row]:
                taken.keep(position, row, text)
                continue
            taken.remark(row, reading.remark)
            values[row] = reading.value or ""
            # A person may still be able to read what no rule could.
            taken.keep(position, row, reading.rest if reading.value else text)
    return taken
