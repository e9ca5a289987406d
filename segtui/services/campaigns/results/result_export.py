"""Export of a campaign's results, one row per contact."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from segtui.domain.contact import RESULT_COLUMNS
from segtui.domain.criteria.sentences import sentence_of
from segtui.domain.text import without_controls
from segtui.errors import DatabaseError
from segtui.services import user_files
from segtui.services.audit import audit
from segtui.services.audit.audit import About
from segtui.services.campaigns import campaign_rows
from segtui.services.campaigns.results import result_search
from segtui.services.campaigns.results.result_search import ResultQuery, ResultRow
from segtui.services.criteria import expressions
from segtui.services.exports.export_files import Form, form_for, write
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session

_PAGE: Final = 5_000
_OF_CONTACT: Final = ("first_name", "last_name", "email")


def export(
    session: Session,
    query: ResultQuery,
    target: Path | BinaryIO,
    form: Form | str | None = None,
    interrupt: Interrupt | None = None,
    *,
    ids: Sequence[int] | None = None,
    marked: bool = False,
) -> int:
    """Write the results of a query and return their number; see `exports.export`. `ids` limits and orders them.

    `marked` tells that the contacts were selected one by one.

    The columns are phone, first_name, last_name, email and RESULT_COLUMNS; in JSON, those of `results`. The export is
    recorded in the audit trail before the first row is written, and not where it fails before that. Raises NotFound,
    InvalidInput, Cancelled, SegtuiError as `exports.export` does.
    """
    form = form_for(target, form)
    with session.read(interrupt) as tx:
        campaign = campaign_rows.get(tx, query.campaign_id)
    source = _Results(session, query, interrupt, ids)
    conditions = [f"“{audit.cut(query.search.strip())}”"] * bool(query.search.strip()) + [query.kept.words] * bool(
        query.kept.words
    )
    if query.criteria is not None:
        conditions.append(audit.cut(sentence_of(query.criteria, expressions.catalog(session))))
    conditions = ["marked"] if marked else conditions
    owns = session.actor.user_id is None

    def record(count: int) -> None:
        # The owner of a database that cannot be written, such as a backup, reads it by other means as well.
        with suppress(*([DatabaseError] if owns else [])), session.note() as tx:
            audit.record(
                tx,
                "campaign.export",
                campaign.name,
                detail=without_controls(", ".join([form.format, *conditions])),
                count=count,
                company_id=campaign.company_id if session.company is None else None,
                about=About(campaign.segment_id),
            )

    return write(source, target, form, record, user_files.quota(session))


class _Results:
    """The results of a query or of given contacts, page by page, and their layout."""

    noun = "result"
    headers = ("phone", *_OF_CONTACT, *RESULT_COLUMNS)

    def __init__(
        self, session: Session, query: ResultQuery, interrupt: Interrupt | None, ids: Sequence[int] | None
    ) -> None:
        self._listing = result_search.listing(session, query, interrupt)
        self._ids = self._listing.ids() if ids is None else ids

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[ResultRow]:
        for start in range(0, len(self._ids), _PAGE):
            page = self._ids[start : start + _PAGE]
            rows = self._listing.rows(page)
            yield from (rows[key] for key in page if key in rows)

    def layout(self) -> "_Results":
        """Return itself: every result has the same columns."""
        return self

    @staticmethod
    def cells(row: ResultRow) -> list[str]:
        """Return the cells of one result."""
        contact_cells = [getattr(row.contact, name) if row.contact else "" for name in _OF_CONTACT]
        outcome = [row.state, row.outcome or "", row.reason or "", str(row.attempts)]
        return [row.phone, *contact_cells, *outcome, _utc(row.next_at) or ""]

    @staticmethod
    def json(row: ResultRow) -> dict[str, Any]:
        """Return one result as JSON has it."""
        contact_values = {name: getattr(row.contact, name) if row.contact else None for name in _OF_CONTACT}
        return {
            "contact_id": row.id,
            "phone": row.phone or None,
            **contact_values,
            "state": row.state,
            "outcome": row.outcome,
            "reason": row.reason,
            "attempts": row.attempts,
            "next_at": _utc(row.next_at),
        }

    @staticmethod
    def title(row: ResultRow) -> str:
        """Return what to call the contact of a result."""
        return row.contact.title if row.contact else row.phone or f"contact {row.id}"


def _utc(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat(timespec="seconds").replace("+00:00", "Z")
