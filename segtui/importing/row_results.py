"""Results of row validation: accepted rows, rejected rows, warnings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segtui.domain.contact import TEXT_FIELDS

if TYPE_CHECKING:
    import polars as pl

STAGED_COLUMNS = ("line", *TEXT_FIELDS, "do_not_call", "custom_fields", "name_key", "email_key", "search", "region")
"""Columns of a staged row: its line (int); texts or None, never ""; 0 or 1; JSON text; two keys (text or None); the
search text; the country of the phone or None."""

StagedRow = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is not imported: its first line, the reason, and its cells as they are in the file."""

    line: int
    reason: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowWarning:
    """A warning about an imported row."""

    line: int
    text: str


@dataclass
class Batch:
    """Validated rows of the file: each is in `frame`, in `loose` or in `rejected`; the latter in file order."""

    frame: "pl.DataFrame | None" = None
    """Staged rows as columns (STAGED_COLUMNS), in file order; None if there are none."""
    loose: list[StagedRow] = field(default_factory=list)
    """Staged rows that were validated one by one, in file order."""
    rejected: list[Rejected] = field(default_factory=list)
    warnings: list[RowWarning] = field(default_factory=list)
    custom_names: set[str] = field(default_factory=set)
    """Names of the custom fields of these rows."""
    further_phones: list[tuple[int, str]] = field(default_factory=list)
    """Line and phone, for each further valid phone of a row that opts out, or of any row if every phone counts."""

    @property
    def rows(self) -> int:
        """The number of rows of the file in this batch."""
        return (0 if self.frame is None else self.frame.height) + len(self.loose) + len(self.rejected)

    @property
    def staged(self) -> list[StagedRow]:
        """All staged rows, in file order, one by one."""
        rows: list[StagedRow] = [] if self.frame is None else self.frame.rows()
        return sorted([*rows, *self.loose], key=lambda row: row[0]) if self.loose else rows  # type: ignore[arg-type,return-value]  # a line is a number


@dataclass(slots=True)
class Defects:
    """Sentences by row (its position in the batch) about invalid phones and e-mails, and about changes."""

    phones: dict[int, list[str]] = field(default_factory=dict)
    emails: dict[int, list[str]] = field(default_factory=dict)
    others: dict[int, list[str]] = field(default_factory=dict)

    def of(self, row: int) -> list[str]:
        """Return all sentences about a row."""
        tables: tuple[Mapping[int, list[str]], ...] = (self.others, self.phones, self.emails)
        return [sentence for table in tables for sentence in table.get(row, ())]


@dataclass(frozen=True, slots=True)
class CellReading:
    """The phone or e-mail of a cell. `remark` names an assumption, or, without a value, the reason."""

    value: str | None = None
    rest: str = ""
    """Text of the cell that goes to a custom field."""
    remark: str = ""
    is_withdrawn: bool = False
    """True if words beside the value say that the contact must not be called."""


def quoted(text: str) -> str:
    """Return a cell for a sentence: in quotes, and cut off after 60 characters."""
    return f"“{text}”" if len(text) <= 60 else f"“{text[:57]}…”"
