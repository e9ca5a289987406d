"""Imports as a list: searched and sorted. A company has a few thousand of them at the most."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from segtui.database.tables.core_tables import imports
from segtui.domain.text import clean
from segtui.domain.vocabulary import IMPORT_SORTS
from segtui.errors import InvalidInput
from segtui.services.imports.import_records import ImportRecord, newest_first
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.services.small_listing import SmallListing

_KEYS: Final[dict[str, Callable[[ImportRecord], Any]]] = {
    "started": lambda record: record.started_at,
    "file": lambda record: record.file,
    "segment": lambda record: record.segment or "",
    "user": lambda record: record.user,
    "status": lambda record: record.status,
    "rows": lambda record: record.counts["rows"],
    "created": lambda record: record.counts["created"],
    "rejected": lambda record: record.counts["rejected"],
    "company": lambda record: record.company,
}


@dataclass(frozen=True, slots=True)
class ImportQuery:
    """A selection of imports and a sort order. `sort` is one of IMPORT_SORTS."""

    search: str = ""
    sort: str = "started"
    descending: bool = True


def listing(session: Session, query: ImportQuery, interrupt: Interrupt | None = None) -> SmallListing[ImportRecord]:
    """Return the imports of `query` as a listing. Raises InvalidInput for an unknown `sort`."""
    if query.sort not in IMPORT_SORTS:
        raise InvalidInput(f"Imports are sorted by {', '.join(IMPORT_SORTS)}, not by “{clean(query.sort)}”.", "sort")
    return SmallListing(
        lambda: newest_first(session, interrupt),
        lambda record: (str(record.id), record.file, record.segment or "", record.user, record.status, record.company),
        _KEYS[query.sort],
        query.search,
        query.descending,
        session.company,
    )


def total(session: Session) -> int:
    """Count the imports."""
    with session.read() as tx:
        return int(tx.execute(select(func.count()).select_from(imports).where(tx.scope(imports))).scalar_one())


def state_of(session: Session, interrupt: Interrupt | None = None) -> object:
    """Return a value that is equal to one of before if there was no import and no undo in between."""
    with session.read(interrupt) as tx:
        latest = (func.max(imports.c.id), func.max(imports.c.finished_at), func.max(imports.c.undone_at))
        return tuple(tx.execute(select(*latest, func.count()).where(tx.scope(imports))).one())
