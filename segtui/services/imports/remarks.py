"""The remarks of an import: every rejected row, duplicate and warning, stored with its record.

They are staged while the file is read, and written by one statement in the transaction of the merge. They quote what
people entered: a remark about a contact is deleted with the contact, all of an import are deleted with its undo.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import Text as SqlText
from sqlalchemy import bindparam, delete, func, insert, literal, select, union_all
from sqlalchemy import cast as sql_cast

from segtui.database.tables.core_tables import Id, import_remarks
from segtui.domain import search_terms
from segtui.domain.text import clean, fold
from segtui.services.imports.import_records import get
from segtui.services.imports.staging import matches, staged_remarks
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session, Transaction, Workspace, company_of

if TYPE_CHECKING:  # it loads Polars
    from segtui.importing import Batch

WHOLE_FILE = 0
"""The line of a remark that is about the whole file."""
MAX_TEXT = 1_000
"""Characters of a remark that are kept."""
_PAGE = 5_000


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence about a row of the file, or about the whole file. `id` is its place among those of the import."""

    id: int
    line: int
    kind: str
    text: str

    @property
    def place(self) -> str:
        """The place it is about, in words."""
        return place_of(self.line)

    def to_json(self) -> dict[str, object]:
        """Return the JSON of `segtui imports show --remarks --json`."""
        return {"line": self.line, "kind": self.kind, "text": self.text}


def place_of(line: int) -> str:
    """Return the line a remark is about, in words."""
    return "whole file" if line == WHOLE_FILE else f"line {line:,}"


def stage(workspace: Workspace, batch: "Batch", count: int) -> int:
    """Put the remarks of a batch behind the `count` remarks that are staged already. Return their new number."""
    remarks = [
        *((row.line, "rejected", row.reason) for row in batch.rejected),
        *((row.line, "warning", row.text) for row in batch.warnings),
    ]
    if remarks:
        rows = [
            (count + position, line, kind, clean(text)[:MAX_TEXT])
            for position, (line, kind, text) in enumerate(remarks, 1)
        ]
        with workspace.transaction(writes=False) as tx:
            tx.backend.bulk_load(tx.connection, staged_remarks, rows)
    return count + len(remarks)


def write(tx: Transaction, import_id: int) -> None:
    """Keep the staged remarks, and one for every duplicate, with an import. The contacts must be written already."""
    again = literal("the same contact as line ") + sql_cast(matches.c.duplicate_of, SqlText)
    duplicates = select(
        matches.c.line, literal("duplicate").label("kind"), again.label("text"), literal(0).label("position")
    ).where(matches.c.duplicate_of.is_not(None))
    columns = (staged_remarks.c.line, staged_remarks.c.kind, staged_remarks.c.text, staged_remarks.c.position)
    every = union_all(select(*columns), duplicates).subquery()
    first = matches.alias("first")  # the row that a duplicate is the contact of
    rows = select(
        bindparam("company", type_=Id),
        literal(import_id),
        func.row_number().over(order_by=(every.c.line, every.c.position)),
        every.c.line,
        every.c.kind,
        every.c.text,
        func.coalesce(matches.c.contact_id, first.c.contact_id),
    )
    rows = rows.join_from(every, matches, matches.c.line == every.c.line, isouter=True)
    rows = rows.join(first, first.c.line == matches.c.duplicate_of, isouter=True)
    names = ["company_id", "import_id", "position", "line", "kind", "text", "contact_id"]
    tx.execute(insert(import_remarks).from_select(names, rows))


def forget(tx: Transaction, import_id: int) -> None:
    """Delete the remarks of an import."""
    tx.execute(delete(import_remarks).where(tx.scope(import_remarks), import_remarks.c.import_id == import_id))


def every(session: Session, import_id: int) -> Iterator[Remark]:
    """Yield all remarks of an import in the order of its file, in bounded memory. Raises NotFound."""
    listed = listing(session, import_id, RemarkQuery())
    last = 0
    while page := listed.after(last):
        yield from page
        last = page[-1].id


@dataclass(frozen=True, slots=True)
class RemarkQuery:
    """Remarks that match `search`, sorted by `line`, `kind` or `text`."""

    search: str = ""
    sort: str = "line"
    descending: bool = False


@dataclass(frozen=True)
class _Remarks:
    """The remarks of one import as a list that is shown page by page."""

    session: Session
    import_id: int
    query: RemarkQuery
    interrupt: Interrupt | None
    search: search_terms.Search = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "search", search_terms.parse(self.query.search))

    def first(self, limit: int) -> list[Remark]:
        """Return the first remarks of the order."""
        if self._is_plain:
            return self.after(0, limit)
        ids = self.ids()[:limit]
        rows = self.rows(ids)
        return [rows[key] for key in ids]

    def ids(self) -> "array[int]":
        """Return the id of every remark that matches, in order."""
        remarks = [remark for remark in self._read() if search_terms.matches(self.search, _text(remark))]
        if self.query.sort != "line":
            remarks.sort(key=lambda remark: fold(remark.kind if self.query.sort == "kind" else remark.text))
        ids = array("q", (remark.id for remark in remarks))
        return ids[::-1] if self.query.descending else ids

    def rows(self, ids: Sequence[int]) -> dict[int, Remark]:
        """Return the remarks with these ids."""
        with self.session.read(self.interrupt) as tx:
            statement = self._columns(tx).where(tx.backend.id_in(import_remarks.c.position, ids))
            return {row.position: Remark(*row) for row in tx.execute(statement)}

    @property
    def matching(self) -> object:
        """The key of the matching remarks, independent of their order."""
        return self.import_id, self.search

    def belonging(self, ids: Sequence[int]) -> set[int]:
        """Return those of `ids` that exist."""
        return set(self.rows(ids))

    def after(self, position: int, limit: int = _PAGE) -> list[Remark]:
        """Return the remarks that follow a position, in the order of the file."""
        with self.session.read(self.interrupt) as tx:
            page = self._columns(tx).where(import_remarks.c.position > position)
            return [Remark(*row) for row in tx.execute(page.order_by(import_remarks.c.position).limit(limit))]

    @property
    def _is_plain(self) -> bool:
        return not self.query.search.strip() and self.query.sort == "line" and not self.query.descending

    def _read(self) -> Iterator[Remark]:
        last = 0
        while page := self.after(last):
            yield from page
            last = page[-1].id

    def _columns(self, tx: Transaction):  # type: ignore[no-untyped-def]  # noqa: ANN202  a select of four columns
        columns = import_remarks.c
        return select(columns.position, columns.line, columns.kind, columns.text).where(
            tx.scope(import_remarks), columns.import_id == self.import_id
        )


def _text(remark: Remark) -> str:
    return "\n".join(search_terms.field_text(word) for word in (str(remark.line), remark.kind, remark.text))


def listing(session: Session, import_id: int, query: RemarkQuery, interrupt: Interrupt | None = None) -> _Remarks:
    """Return the remarks of an import that `query` selects, to be shown page by page. Raises NotFound."""
    return _Remarks(company_of(session, get(session, import_id).company_id), import_id, query, interrupt)


def total(session: Session, import_id: int) -> int:
    """Count the remarks of an import. Raises NotFound."""
    with company_of(session, get(session, import_id).company_id).read() as tx:
        count = select(func.count()).select_from(import_remarks)
        scoped = count.where(tx.scope(import_remarks), import_remarks.c.import_id == import_id)
        return int(tx.execute(scoped).scalar_one())
