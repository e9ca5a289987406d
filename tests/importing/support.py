"""Writes a file and judges it: what every test here begins with."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segtui.importing import (
    STAGED_COLUMNS,
    Column,
    ReadOptions,
    Rejected,
    RowWarning,
    Source,
    match_columns,
    open_source,
    validate_rows,
)


@dataclass
class Judged:
    """All that came of a file."""

    contacts: list[dict[str, Any]]
    rejected: list[Rejected]
    warnings: list[RowWarning]
    rows: int
    columns: list[Column]
    headers: list[str]
    findings: list[str]

    @property
    def lines(self) -> list[int]:
        """The lines of the accepted rows."""
        return [contact["line"] for contact in self.contacts]

    def target(self, header: str) -> str:
        """Return where the column of a header goes."""
        return next(column.target for column in self.columns if column.header == header)


def opened(path: Path, **options: Any) -> Source:
    """Open a file with these options."""
    return open_source(path, name=path.name, options=ReadOptions(**options))


def judged(path: Path, region: str = "US", mapping: Mapping[str, str] | None = None, **options: Any) -> Judged:
    """Judge a file."""
    read_options = ReadOptions(mapping=mapping or {}, region=region, **options)
    with open_source(path, name=path.name, options=read_options) as source:
        columns = match_columns(source, read_options)
        result = Judged([], [], [], 0, columns, source.headers, source.findings)
        for batch in validate_rows(source, columns, region=region):
            assert batch.rows == len(batch.staged) + len(batch.rejected)
            result.contacts += [dict(zip(STAGED_COLUMNS, row, strict=True)) for row in batch.staged]
            result.rejected += batch.rejected
            result.warnings += batch.warnings
            result.rows += batch.rows
    return result


def judged_text(folder: Path, text: str | bytes, region: str = "US", **options: Any) -> Judged:
    """Judge a file with this content."""
    path = folder / "contacts.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return judged(path, region, **options)
