"""What becomes of rows: accepted, rejected, warned about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segtui.domain.contact import TEXT_FIELDS

if TYPE_CHECKING:
    import polars as pl

STAGED_COLUMNS = ("line", *TEXT_FIELDS, "do_not_call", "custom_fields", "name_key", "email_key", "search")
"""What a staged row holds, in this order: its line (int); texts or None, never ""; 0 or 1; JSON text; text or
None, twice; text."""

StagedRow = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is not imported: the line it begins on, why, and its cells as they are in the file."""

    line: int
    reason: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowWarning:
    """Something about an imported row that somebody should know."""

    line: int
    text: str


@dataclass
class Batch:
    """Some rows of the file, judged: each is in `frame`, in `loose` or in `rejected`; the latter in file order."""

    frame: "pl.DataFrame | None" = None
    """Staged rows as columns (`columnwise.STAGED_SCHEMA`), in file order; None where there are none."""
    loose: list[StagedRow] = field(default_factory=list)
    """Staged rows that were judged one by one, in file order."""
    rejected: list[Rejected] = field(default_factory=list)
    warnings: list[RowWarning] = field(default_factory=list)
    further_phones: list[tuple[int, str]] = field(default_factory=list)
    """Lines with each valid phone beside that of its staged row: of rows that opt out, or where every phone counts."""

    @property
    def rows(self) -> int:
        """How many rows of the file were judged in this batch."""
        return (0 if self.frame is None else self.frame.height) + len(self.loose) + len(self.rejected)

    @property
    def staged(self) -> list[StagedRow]:
        """All staged rows, in file order, one by one."""
        rows: list[StagedRow] = [] if self.frame is None else self.frame.rows()
        return sorted([*rows, *self.loose], key=lambda row: row[0]) if self.loose else rows  # type: ignore[arg-type,return-value]  # a line is a number


@dataclass(slots=True)
class Defects:
    """Sentences by row (its place in the batch): what is wrong with phones and e-mails, what was changed."""

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
    """True where words beside the value say that the person must not be called."""


def quoted(text: str) -> str:
    """Return a cell as a sentence names it: in quotes, and not too long."""
    return f"“{text}”" if len(text) <= 60 else f"“{text[:57]}…”"
