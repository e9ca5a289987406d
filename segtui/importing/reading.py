"""Phones and e-mails of many rows: which column's cell is taken, what is kept beside it, what is wrong."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from segtui.emails import is_email
from segtui.importing import synonyms
from segtui.importing.cells import is_scientific
from segtui.importing.emails import email_in
from segtui.importing.numbers import Numbers
from segtui.importing.results import quoted
from segtui.importing.spelling import words_of
from segtui.importing.vectors import settled_emails, settled_phones

# Between several e-mails in one cell. A comma or semicolon cannot be in one.
_SEVERAL_EMAILS = re.compile(r":::|[;,|]")


@dataclass(slots=True)
class Taken:
    """The value of each row ("" for none), what of which column is kept as a custom field, and what is wrong."""

    values: list[str]
    kept: dict[int, dict[int, str]] = field(default_factory=dict)
    defects: dict[int, list[str]] = field(default_factory=dict)
    unread: list[tuple[int, int, str]] = field(default_factory=list)
    """Position, row and text of each cell that could not be read."""

    def keep(self, position: int, row: int, text: str) -> None:
        """Keep a text of a column as the row's custom field."""
        if text:
            self.kept.setdefault(position, {})[row] = text


@dataclass(frozen=True, slots=True)
class Cells:
    """A column's cells in its position. `allowed` leaves rows out, None leaves out none."""

    position: int
    cells: Sequence[str]
    allowed: Sequence[bool] | None = None


@lru_cache(maxsize=1024)
def kind_of_label(label: str) -> str:
    """Return `mobile`, `never` (a fax, a pager) or `other` for the label of a phone."""
    words = set(words_of(label))
    if words & synonyms.NOT_THE_PHONE or words & synonyms.SOMEBODY_ELSE:
        return "never"
    return "mobile" if words & synonyms.MOBILE_WORDS else "other"


def in_preference(columns: Sequence[tuple[Cells, Sequence[str] | None]]) -> tuple[list[Cells], list[Cells]]:
    """Return phone columns with the cells their labels call mobiles first, and apart from them those of faxes.

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
                group.append(Cells(cells.position, cells.cells, [each == kind for each in kinds]))
    return mobiles + others, never


def take_phones(columns: Sequence[Cells], regions: Sequence[str], numbers: Numbers) -> Taken:
    """Return the first valid phone of each row, in the order of `columns`, read for the row's region."""

    def read(text: str, row: int) -> tuple[str | None, str]:
        return numbers.first_of(text, regions[row])

    def same(text: str, row: int, value: str) -> bool:
        return numbers.reads_as(text, regions[row], value)

    settled = settled_phones(columns[0].cells, regions) if _is_whole(columns) else None
    taken = _take(
        columns, settled or [""] * len(regions), read, same, lambda text, row: phone_defect(text, regions[row])
    )
    # A person may still make a number of what no rule could: it is kept where an e-mail keeps the row.
    for position, row, text in taken.unread:
        taken.keep(position, row, text)
    return taken


def take_emails(columns: Sequence[Cells], count: int) -> Taken:
    """Return the first valid e-mail of each of `count` rows, in the order of `columns`."""

    def same(text: str, row: int, value: str) -> bool:  # noqa: ARG001  # every row alike
        return text.casefold() == value.casefold()

    settled = settled_emails(columns[0].cells) if _is_whole(columns) else None
    return _take(columns, settled or [""] * count, _read_email, same, lambda text, row: email_defect(text))  # noqa: ARG005  # likewise


def _is_whole(columns: Sequence[Cells]) -> bool:
    """Tell whether the column looked at first counts for every row: then it is read at once."""
    return bool(columns) and columns[0].allowed is None


def _read_email(text: str, row: int) -> tuple[str | None, str]:  # noqa: ARG001  # every row alike
    if is_email(text):
        return text, ""
    parts = [part for part in map(str.strip, _SEVERAL_EMAILS.split(text)) if part]
    found = next(((place, email) for place, part in enumerate(parts) if (email := email_in(part))), None)
    if found is None:
        return None, ""
    place, email = found
    return email, " ::: ".join(parts[:place] + parts[place + 1 :])


def _take(
    columns: Sequence[Cells],
    settled: list[str],
    read: Callable[[str, int], tuple[str | None, str]],
    same: Callable[[str, int, str], bool],
    defect: Callable[[str, int], str],
) -> Taken:
    """Take the first cell that reads; keep what other columns have, unless it is the same.

    `settled` are the values that were read from the first column already.
    """
    taken = Taken(settled)
    values = taken.values
    for place, column in enumerate(columns):
        position, allowed = column.position, column.allowed
        for row, text in enumerate(column.cells):
            if not text or (allowed is not None and not allowed[row]) or (place == 0 and values[row]):
                continue
            if values[row]:
                if not same(text, row, values[row]):
                    taken.keep(position, row, text)
                continue
            value, rest = read(text, row)
            if value is None:
                taken.defects.setdefault(row, []).append(defect(text, row))
                taken.unread.append((position, row, text))
            else:
                values[row] = value
                taken.keep(position, row, rest)
    for position, row, text in taken.unread:
        if values[row]:
            taken.keep(position, row, text)
    return taken


def phone_defect(text: str, region: str) -> str:
    """Return what is wrong with a phone."""
    if is_scientific(text):
        return f"{quoted(text)} is a phone number shortened by a spreadsheet; its digits are lost"
    return f"{quoted(text)} is not a valid phone number (read for {region})"


def email_defect(text: str) -> str:
    """Return what is wrong with an e-mail."""
    return f"{quoted(text)} is not a valid e-mail address"
