"""The counts of reading a file, with the first rejected rows and warnings as examples."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from segtui.domain.text import clean

if TYPE_CHECKING:  # these load Polars, which only a running import may
    from segtui.importing import Batch, Rejected, RowWarning

MAX_EXAMPLES = 10_000
"""Rejected rows, warnings and duplicates each that come with the result of an import."""


@dataclass
class Tally:
    """Rows, rejected rows and warnings so far."""

    rows: int = 0
    rejected: int = 0
    warnings: int = 0
    custom_names: set[str] = field(default_factory=set)
    """Names of the custom fields of the rows."""
    rejected_examples: "list[Rejected]" = field(default_factory=list)
    warning_examples: "list[RowWarning]" = field(default_factory=list)

    def count(self, batch: "Batch") -> None:
        """Add the counts of validated rows."""
        self.rows += batch.rows
        self.rejected += len(batch.rejected)
        self.warnings += len(batch.warnings)
        self.custom_names |= batch.custom_names
        few = batch.rejected[: MAX_EXAMPLES - len(self.rejected_examples)]
        self.rejected_examples += [replace(row, cells=()) for row in few]
        self.warning_examples += batch.warnings[: MAX_EXAMPLES - len(self.warning_examples)]

    def nothing_imported(self, region: str) -> str:
        """Return the sentence about a file that brings no contact; `region` is the one its phones are read for."""
        if not self.rows:
            return "The file has no rows; nothing was imported."
        first = self.rejected_examples[0]
        rows = "The only row was" if self.rows == 1 else f"All {self.rows:,} rows were"
        sentence = f"{rows} rejected; nothing was imported. Line {first.line}: {clean(first.reason)}."
        if all(f"(read for {region}" in example.reason for example in self.rejected_examples):
            sentence += f" If these are not numbers of {region}, choose another region."
        return sentence
