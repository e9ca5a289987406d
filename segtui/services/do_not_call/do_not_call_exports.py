"""Export of the do-not-call list, in a form that `segtui import FILE --do-not-call` reads."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Final

from segtui.domain.text import without_controls
from segtui.errors import DatabaseError
from segtui.services import user_files
from segtui.services.audit import audit
from segtui.services.do_not_call import do_not_call
from segtui.services.do_not_call.do_not_call import DoNotCallQuery, Listed
from segtui.services.do_not_call.opt_outs import BY_HAND
from segtui.services.exports.export_files import Form, form_for, write
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session

_PAGE: Final = 5_000


def export(
    session: Session,
    query: DoNotCallQuery,
    target: Path | BinaryIO,
    form: Form | str | None = None,
    interrupt: Interrupt | None = None,
    *,
    ids: Sequence[int] | None = None,
) -> int:
    """Write the numbers of a query and return their count; see `exports.export`. With `ids` these, in this order.

    The columns are phone, added_at, added_by and source. The export is recorded before the first number is written.
    Raises InvalidInput, Cancelled, SegtuiError as `exports.export` does.
    """
    form = form_for(target, form)
    numbers = _Numbers(session, query, interrupt, ids)
    search = f"“{audit.cut(query.search.strip())}”" if query.search.strip() else ""
    owns = session.actor.user_id is None
    detail = without_controls(", ".join(filter(None, [form.format, search])))

    def record(count: int) -> None:
        # The owner of a database that cannot be written, such as a backup, reads it by other means as well.
        with suppress(*([DatabaseError] if owns else [])), session.note() as tx:
            audit.record(tx, "do_not_call.export", "do-not-call list", detail=detail, count=count)

    return write(numbers, target, form, record, user_files.quota(session))


def as_json(listed: Listed) -> dict[str, Any]:
    """Return a number of the list as JSON: the time and the user of its first entry, and all its sources."""
    return {
        "phone": listed.phone,
        "added_at": _utc(listed),
        "added_by": listed.by,
        "sources": [
            {"import_id": None, "file": None} if key == BY_HAND else {"import_id": key, "file": file}
            for key, file in listed.sources.items()
        ],
        "contact_id": listed.contact.id if listed.contact else None,
    }


class _Numbers:
    """The numbers of a query in its order, or these numbers in theirs, page by page; and how each is written."""

    noun = "number"
    headers = ("phone", "added_at", "added_by", "source")

    def __init__(
        self, session: Session, query: DoNotCallQuery, interrupt: Interrupt | None, ids: Sequence[int] | None
    ) -> None:
        self._listing = do_not_call.listing(session, query, interrupt)
        self._ids = self._listing.ids() if ids is None else ids

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[Listed]:
        for start in range(0, len(self._ids), _PAGE):
            page = self._ids[start : start + _PAGE]
            rows = self._listing.rows(page)
            yield from (rows[key] for key in page if key in rows)

    def layout(self) -> "_Numbers":
        """Return itself: every number has the same columns."""
        return self

    @staticmethod
    def cells(row: Listed) -> list[str]:
        """Return the cells of one number."""
        sources = ("by hand" if key == BY_HAND else file for key, file in row.sources.items())
        return [row.phone, _utc(row), row.by, "; ".join(sources)]

    @staticmethod
    def json(row: Listed) -> dict[str, Any]:
        """Return one number as JSON."""
        return as_json(row)

    @staticmethod
    def title(row: Listed) -> str:
        """Return the number as it is named in messages."""
        return row.phone


def _utc(row: Listed) -> str:
    return row.since.isoformat(timespec="seconds").replace("+00:00", "Z")
