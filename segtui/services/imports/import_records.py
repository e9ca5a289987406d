"""Import records: the user, the file, the destination and the counts of each import."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, insert, select

from segtui.database.tables.core_tables import companies, imports
from segtui.domain.text import clean
from segtui.domain.vocabulary import IMPORT_COUNTS
from segtui.errors import NotFound
from segtui.services.do_not_call import opt_outs
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session, Transaction, moment, now


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """One import as lists show it. `status`: running, completed, failed, cancelled, undone. `size` in bytes."""

    id: int
    status: str
    file: str
    size: int | None
    sha256: str | None
    user: str
    company_id: int
    company: str
    segment_id: int | None
    segment: str | None
    started_at: datetime
    finished_at: datetime | None
    counts: dict[str, int]
    rejects_file: str | None
    options: dict[str, Any]
    error: str | None
    undone_by: str | None
    undone_at: datetime | None
    do_not_call: bool = False
    """True if it filled the do-not-call list and no segment."""
    left_marks: bool = False
    """True if it is undone, but its numbers are still listed, or its marks still set."""

    @property
    def can_be_undone(self) -> bool:
        """True if it changed anything that was not taken back."""
        return self.status == "completed"

    @property
    def has_remarks(self) -> bool:
        """True if it has remarks about rows; those of an undone import are deleted."""
        counted = ("rejected", "duplicates", "warnings")
        return self.status != "undone" and any(self.counts[name] for name in counted)

    @property
    def default_values(self) -> str:
        """The values that rows got where their own were blank, in words; empty without any."""
        values: dict[str, str] = self.options.get("set", {})
        return ", ".join(f"{clean(name)} = {clean(value)}" for name, value in values.items())

    @property
    def destination(self) -> str:
        """The destination in words; empty where the import came to nothing."""
        return self.segment or ("do-not-call list" if self.do_not_call else "")

    def to_json(self) -> dict[str, Any]:
        """Return the JSON of `segtui imports list --json`; times as aware datetimes."""
        names = ("id", "status", "file", "size", "sha256", "user", "company", "segment", "started_at", "finished_at")
        rest = ("rejects_file", "options", "error", "undone_by", "undone_at")
        return {
            **{name: getattr(self, name) for name in names},
            **self.counts,
            **{name: getattr(self, name) for name in rest},
        }


def every(session: Session) -> list[ImportRecord]:
    """Return the imports the session may see, the newest first."""
    with session.read() as tx:
        return [_record(row) for row in tx.execute(_columns(tx).order_by(imports.c.id.desc()))]


def get(session: Session, import_id: int) -> ImportRecord:
    """Return one import. Raises NotFound."""
    with session.read() as tx:
        return record_of(tx, import_id)


def records_of(tx: Transaction, ids: Sequence[int]) -> dict[int, ImportRecord]:
    """Return the imports with these ids, in an open transaction; unknown ids are missing."""
    return {record.id: record for record in _records(tx, _columns(tx).where(tx.backend.id_in(imports.c.id, ids)))}


def newest_first(session: Session, interrupt: Interrupt | None = None) -> list[ImportRecord]:
    """Return all imports of the session, newest first."""
    with session.read(interrupt) as tx:
        return _records(tx, _columns(tx).order_by(imports.c.id.desc()))


def _records(tx: Transaction, statement: Select[*tuple[Any, ...]]) -> list[ImportRecord]:
    rows = tx.execute(statement).all()
    undone = {row.id for row in rows if row.status == "undone"}
    leaving_marks = opt_outs.imports_with_marks(tx, undone) if undone else set()
    return [_record(row, left_marks=row.id in leaving_marks) for row in rows]


def record_of(tx: Transaction, import_id: int) -> ImportRecord:
    """Return one import, in an open transaction. Raises NotFound."""
    record = records_of(tx, [import_id]).get(import_id)
    if record is None:
        raise NotFound(f"There is no import {import_id}.")
    return record


def begin(tx: Transaction, values: dict[str, Any]) -> int:
    """Write the record of an import and return its id."""
    row = {"company_id": tx.company_id, "user": tx.session.actor.login, "started_at": now(), **values}
    return int(tx.execute(insert(imports).returning(imports.c.id), row).scalar_one())


def _columns(tx: Transaction) -> Select[*tuple[Any, ...]]:
    return (
        select(imports, companies.c.name.label("company"))
        .join(companies, companies.c.id == imports.c.company_id)
        .where(tx.scope(imports))
    )


def _record(row: Row[*tuple[Any, ...]], *, left_marks: bool = False) -> ImportRecord:
    return ImportRecord(
        id=row.id,
        status=row.status,
        file=row.file,
        size=row.size,
        sha256=row.sha256,
        user=row.user,
        company_id=row.company_id,
        company=row.company,
        segment_id=row.segment_id,
        segment=row.segment,
        started_at=moment(row.started_at),
        finished_at=None if row.finished_at is None else moment(row.finished_at),
        counts={name: row._mapping[name] for name in IMPORT_COUNTS},  # noqa: SLF001  SQLAlchemy's public name for it
        rejects_file=row.rejects_file,
        options=json.loads(row.options),
        error=row.error,
        undone_by=row.undone_by,
        undone_at=None if row.undone_at is None else moment(row.undone_at),
        do_not_call=bool(row.do_not_call),
        left_marks=left_marks,
    )
