"""Imports as a list: searched, sorted, shown page by page.

A company has imported thousands of files at the most: their few words are read, matched and sorted here.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, func, select

from segtui.database.tables.core_tables import companies, imports
from segtui.domain import search_terms
from segtui.domain.text import clean, fold
from segtui.errors import InvalidInput
from segtui.services.imports.import_records import ImportRecord, records_of
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session, Transaction

SORTABLE = ("started", "file", "segment", "user", "status", "rows", "created", "rejected", "company")
_WORDS = ("file", "segment", "user", "status", "company")
_NUMBERS = {
    "started": imports.c.started_at,
    "rows": imports.c.rows,
    "created": imports.c.created,
    "rejected": imports.c.rejected,
}


@dataclass(frozen=True, slots=True)
class ImportQuery:
    """A selection of imports and a sort order. `sort` is one of SORTABLE."""

    search: str = ""
    sort: str = "started"
    descending: bool = True


@dataclass(frozen=True)
class _ImportListing:
    session: Session
    query: ImportQuery
    interrupt: Interrupt | None
    search: search_terms.Search = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "search", search_terms.parse(self.query.search))

    def first(self, limit: int) -> list[ImportRecord]:
        """Return the first imports of the order."""
        with self.session.read(self.interrupt) as tx:
            ids = self._order(tx)[:limit]
            records = records_of(tx, ids)
            return [records[key] for key in ids]

    def ids(self) -> "array[int]":
        """Return every import's id, in order."""
        with self.session.read(self.interrupt) as tx:
            return array("q", self._order(tx))

    def rows(self, ids: Sequence[int]) -> dict[int, ImportRecord]:
        """Return the imports with these ids."""
        with self.session.read(self.interrupt) as tx:
            return records_of(tx, ids)

    @property
    def matching(self) -> object:
        """The key of the matching imports, independent of their order."""
        return self.session.company, self.search

    def belonging(self, ids: Sequence[int]) -> set[int]:
        """Return those of `ids` that exist."""
        with self.session.read(self.interrupt) as tx:
            query = select(imports.c.id).where(tx.scope(imports), tx.backend.id_in(imports.c.id, ids))
            return set(tx.execute(query).scalars())

    def _order(self, tx: Transaction) -> list[int]:
        sort, descending = self.query.sort, self.query.descending
        number = _NUMBERS.get(sort, imports.c.id)
        columns = (imports.c.id, imports.c.file, imports.c.segment, imports.c.user, imports.c.status)
        rows = tx.execute(
            select(*columns, companies.c.name.label("company"), number.label("number"))
            .join_from(imports, companies, companies.c.id == imports.c.company_id)
            .where(tx.scope(imports))
        ).all()
        matches = [row for row in rows if search_terms.matches(self.search, _text(row))]
        # Of equal ones the newest comes first.
        matches.sort(key=lambda row: -row.id)
        if sort in _NUMBERS:
            matches.sort(key=lambda row: row.number, reverse=descending)
            return [row.id for row in matches]
        keys = {row.id: fold(row._mapping[sort] or "") for row in matches}  # noqa: SLF001  SQLAlchemy's public name for it
        matches.sort(key=lambda row: keys[row.id], reverse=descending)
        matches.sort(key=lambda row: not keys[row.id])  # blanks last, in both directions
        return [row.id for row in matches]


def _text(row: Row[*tuple[Any, ...]]) -> str:
    """Return the searched text: the number of the import and its words."""
    words = (row._mapping[name] or "" for name in _WORDS)  # noqa: SLF001  SQLAlchemy's public name for it
    return "\n".join(search_terms.field_text(word) for word in (str(row.id), *words))


def listing(session: Session, query: ImportQuery, interrupt: Interrupt | None = None) -> _ImportListing:
    """Return the imports of `query` as a listing. Raises InvalidInput for an unknown `sort`."""
    if query.sort not in SORTABLE:
        raise InvalidInput(f"Imports are sorted by {', '.join(SORTABLE)}, not by “{clean(query.sort)}”.", "sort")
    return _ImportListing(session, query, interrupt)


def total(session: Session) -> int:
    """Count the imports."""
    with session.read() as tx:
        return int(tx.execute(select(func.count()).select_from(imports).where(tx.scope(imports))).scalar_one())


def state_of(session: Session, interrupt: Interrupt | None = None) -> object:
    """Return a value that is equal to one of before if there was no import and no undo in between."""
    with session.read(interrupt) as tx:
        latest = (func.max(imports.c.id), func.max(imports.c.finished_at), func.max(imports.c.undone_at))
        return tuple(tx.execute(select(*latest, func.count()).where(tx.scope(imports))).one())
