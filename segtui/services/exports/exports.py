"""Exports: contacts as a file, by the field names an import understands."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import select

from segtui.database.tables.campaign_tables import campaigns
from segtui.database.tables.core_tables import contacts, segments
from segtui.domain.contact import FIELDS, TEXT_FIELDS
from segtui.domain.criteria.sentences import sentence_of
from segtui.domain.formula_guard import is_formula
from segtui.domain.text import without_controls
from segtui.errors import DatabaseError
from segtui.services import user_files
from segtui.services.audit import audit
from segtui.services.audit.audit import About
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.contacts import Contact, listing
from segtui.services.contacts.outcome_filter import Results
from segtui.services.criteria import expressions
from segtui.services.exports.export_files import FORMATS, Form, form_for, form_of, write
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segment_rows
from segtui.services.session import Session, Transaction, now

__all__ = ["FORMATS", "Form", "as_json", "export", "form_of"]

_PAGE = 5_000
_TAKEN = frozenset((*FIELDS, "id", "created", "updated", "line", "reason", ""))


def export(
    session: Session,
    query: ContactQuery,
    target: Path | BinaryIO,
    form: Form | str | None = None,
    interrupt: Interrupt | None = None,
    *,
    ids: Sequence[int] | None = None,
) -> int:
    """Write the contacts of a query and return their number. A file appears whole or not at all, for its owner only.

    `form` is the form or one of FORMATS; by the file's name if None. An existing file is replaced: ask before. With
    `ids` these contacts are written instead, in this order.

    The export is recorded in the audit trail before the first contact is written, and not where it fails before that.

    Raises InvalidInput for an unknown format, SegtuiError where the file cannot be written, Cancelled.
    """
    form = form_for(target, form)
    source = _Contacts(session, query, interrupt, ids)
    return write(
        source, target, form, lambda count: _record(session, query, form, count, is_selection=ids is not None),
        user_files.quota(session),
    )  # fmt: skip


def _record(session: Session, query: ContactQuery, form: Form, count: int, *, is_selection: bool) -> None:
    """Record in the audit trail how many contacts are exported, from which list, search and filters."""
    conditions = [] if is_selection else [f"“{audit.cut(query.search.strip())}”"] * bool(query.search.strip())
    conditions += ["marked"] if is_selection else []
    owns = session.actor.user_id is None
    used: list[int] = []
    # The owner of a database that cannot be written, such as a backup, reads it by other means as well.
    with suppress(*([DatabaseError] if owns else [])), session.note() as tx:
        segments_query = select(segments.c.id, segments.c.name, segments.c.company_id).where(tx.scope(segments))
        in_query = segments.c.id.in_(query.segment_ids)
        of_list = tx.execute(segments_query.where(in_query).order_by(segments.c.name_key)).all()
        segment = of_list[0] if of_list else None
        if query.criteria is not None and not is_selection:
            conditions.append(audit.cut(sentence_of(query.criteria, expressions.catalog_of(tx, in_segment=True))))
        conditions += [] if is_selection or query.results is None else [_called(tx, query.results)]
        whole = "all contacts" if query.segment_id is None else "a deleted segment"
        company_id = segment.company_id if segment is not None and session.company is None else None
        audit.record(
            tx,
            "export",
            ", ".join(row.name for row in of_list) or whole,
            detail=without_controls(", ".join([form.format, *conditions])),
            count=count,
            company_id=company_id,
            about=About(query.segment_id),
        )
        used = [row.id for row in of_list]
        segment_rows.mark_used(tx, used[:1], now())
    # Each in a transaction of its own, so that this never holds one segment while it waits for another.
    for segment_id in used[1:]:
        with session.note() as tx:
            segment_rows.mark_used(tx, [segment_id], now())


def _called(tx: Transaction, results: Results) -> str:
    """Return a campaign's outcome filter in words: `campaign “Spring fair”: no answer, busy`."""
    mine = (tx.scope(campaigns), campaigns.c.id == results.campaign_id)
    name = tx.execute(select(campaigns.c.name).where(*mine)).scalar()
    called = f"campaign “{name}”" if name is not None else "a deleted campaign"
    return f"{called}: {results.words}" if results.words else called


class _Contacts:
    """The contacts of a query in its order, or those with these ids in theirs, page by page."""

    noun = "contact"

    def __init__(
        self, session: Session, query: ContactQuery, interrupt: Interrupt | None, ids: Sequence[int] | None
    ) -> None:
        self._session, self._interrupt = session, interrupt
        self._listing = listing(session, query, interrupt)
        self._ids = self._listing.ids() if ids is None else ids

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[Contact]:
        for start in range(0, len(self._ids), _PAGE):
            page = self._ids[start : start + _PAGE]
            rows = self._listing.rows(page)
            yield from (rows[key] for key in page if key in rows)

    def layout(self) -> "_Layout":
        """Return the columns these contacts need."""
        names = self._custom_names()
        awkward = {name for name in names if name in _TAKEN or name != name.strip() or is_formula(name)}
        return _Layout(tuple(sorted(names - awkward)), frozenset(awkward))

    def _custom_names(self) -> set[str]:
        """Return the names of all custom fields, by reading only that column."""
        names: set[str] = set()
        for start in range(0, len(self._ids), _PAGE):
            with self._session.read(self._interrupt) as tx:
                condition = (tx.scope(contacts), tx.backend.id_in(contacts.c.id, self._ids[start : start + _PAGE]))
                query = select(contacts.c.custom_fields).where(*condition, contacts.c.custom_fields != "{}")
                names.update(*map(json.loads, tx.execute(query).scalars()))
        return names


@dataclass(frozen=True)
class _Layout:
    """The columns of an export: the fields, and a column for each custom field.

    A custom field whose name a header reader would take for another field goes into a JSON object in the last column.
    """

    custom: tuple[str, ...]
    awkward: frozenset[str]

    @property
    def headers(self) -> list[str]:
        """The header row."""
        return [*TEXT_FIELDS, "do_not_call", *self.custom, *(["custom_fields"] if self.awkward else [])]

    def cells(self, contact: Contact) -> list[str]:
        """Return the cells of one contact."""
        cells = [*(getattr(contact, name) for name in TEXT_FIELDS), "yes" if contact.do_not_call else ""]
        cells += [contact.custom_fields.get(name, "") for name in self.custom]
        if self.awkward:
            rest = {name: value for name, value in contact.custom_fields.items() if name in self.awkward}
            cells.append(json.dumps(rest, ensure_ascii=False) if rest else "")
        return cells

    @staticmethod
    def json(contact: Contact) -> dict[str, Any]:
        """Return a contact as JSON has it."""
        return as_json(contact)

    @staticmethod
    def title(contact: Contact) -> str:
        """Return the contact's name for messages."""
        return contact.title


def as_json(contact: Contact) -> dict[str, Any]:
    """Return a contact with every field of the specification under its name."""
    return {
        "id": contact.id,
        **{name: getattr(contact, name) for name in TEXT_FIELDS},
        "do_not_call": contact.do_not_call,
        "custom_fields": contact.custom_fields,
        "created": contact.created_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "updated": contact.updated_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
