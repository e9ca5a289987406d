"""Views: search, criteria, order and columns of a list of contacts, saved under a name.

A view belongs to the company, or to one user, who alone sees it. Members save views; viewers use them.
"""

from typing import Any

from segtui.domain.criteria.fields import CUSTOM, FIELDS
from segtui.domain.criteria.limits import check_limits
from segtui.domain.criteria.tree import fields_of
from segtui.domain.names import checked_name, no_such
from segtui.domain.text import clean, name_key, require_length
from segtui.errors import Conflict, InvalidInput
from segtui.services import undo
from segtui.services.audit import audit
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.criteria import field_names
from segtui.services.session import Session, company_of, now
from segtui.services.views import view_rows
from segtui.services.views.view_rows import COMPANY, View, ViewChange, ViewContent

__all__ = [
    "View",
    "ViewContent",
    "by_name",
    "delete",
    "every",
    "get",
    "is_there",
    "query_of",
    "rename",
    "save",
    "usable",
]


def every(session: Session) -> list[View]:
    """Return the user's own views and the company's, by name."""
    with session.read() as tx:
        return [view_rows.view_of(tx, row) for row in view_rows.every(tx)]


def get(session: Session, view_id: int) -> View:
    """Return a view by its id. Raises NotFound, also for a private view of another user."""
    with session.read() as tx:
        return view_rows.view_of(tx, view_rows.get(tx, view_id))


def by_name(session: Session, name: str, *, private: bool | None = None) -> View:
    """Return a view by its name, regardless of case: the user's own before the company's, or only one of them.

    Raises NotFound, naming the nearest one, and InvalidInput where several companies have one of that name.
    """
    owners = [session.actor.login, COMPANY] if private is None else [_owner(session, private=private)]
    with session.read() as tx:
        rows = view_rows.named(tx, name_key(name), *owners)
        if not rows:
            kind = "private view" if private else "view"
            raise no_such(kind, name, [row.name for row in view_rows.every(tx) if row.owner in owners])
        if len({row.company_id for row in rows}) > 1:
            raise InvalidInput(
                f"Several companies have a view “{clean(name)}”: choose one with --company NAME.", "company"
            )
        return view_rows.view_of(tx, rows[0])


def is_there(session: Session, name: str, *, private: bool) -> bool:
    """Tell whether `save` would replace a view. Raises InvalidInput for a wrong name, or of several companies."""
    key = name_key(checked_name(name, "view"))
    with session.bound_to(session.one_company).read() as tx:
        return bool(view_rows.named(tx, key, _owner(session, private=private)))


def usable(view: View) -> View:
    """Return the view. Raises Conflict where its criteria can no longer be read."""
    if view.problem:
        raise Conflict(view.problem)
    return view


def query_of(view: View, segment_id: int | None = None) -> ContactQuery:
    """Return the query of a view, in one segment or of all contacts.

    Raises Conflict where its criteria can no longer be read, InvalidInput where they need a segment and none is given.
    """
    usable(view)
    if segment_id is None and "joined" in fields_of(view.criteria) | {view.sort}:
        raise InvalidInput(
            f"The view “{clean(view.name)}” is by the day contacts joined a segment: use it in a segment.", "view"
        )
    return ContactQuery(
        segment_id, search=view.search, criteria=view.criteria, sort=view.sort, descending=view.descending
    )


def save(session: Session, name: str, content: ViewContent, *, private: bool = False, replacing: bool = False) -> View:
    """Save a view, for the user alone (`private`) or for the company.

    Raises NameTaken where there is one of that name, unless `replacing`; InvalidInput for a wrong name, search, field
    or value, and in a session of all companies; NotAllowed for a viewer.
    """
    session = session.bound_to(session.one_company)
    name = checked_name(name, "view")
    _check(content)
    owner = _owner(session, private=private)
    with session.write() as tx:
        old = view_rows.named(tx, name_key(name), owner)
        if old and not replacing:
            raise view_rows.taken(name)
        present = now()
        values: dict[str, Any] = {
            **view_rows.content_values(tx, content),
            "company_id": tx.company_id,
            "owner": owner,
            "name": name,
            "name_key": name_key(name),
            "updated_at": present,
        }
        values |= {} if old else {"created_at": present}
        change = ViewChange.written(tx, old[0].id if old else None, values)
        view = view_rows.view_of(tx, view_rows.get(tx, change.view_id))
        audit.record(tx, "view.save", name, detail="private" if private else "")
    _record(session, view, "was replaced" if old else "was saved", change)
    return view


def rename(session: Session, view_id: int, name: str) -> View:
    """Give a view another name. Raises NotFound, InvalidInput, NameTaken, NotAllowed."""
    session = _bound(session, view_id)
    name = checked_name(name, "view")
    with session.write() as tx:
        before = view_rows.view_of(tx, view_rows.get(tx, view_id))
        if before.name == name:
            return before
        values = {"name": name, "name_key": name_key(name), "updated_at": now()}
        change = ViewChange.written(tx, view_id, values)
        after = view_rows.view_of(tx, view_rows.get(tx, view_id))
        audit.record(tx, "view.rename", name, detail=f"renamed from {before.name}")
    _record(session, after, f"was “{clean(before.name)}” before", change)
    return after


def delete(session: Session, view_id: int) -> View:
    """Delete a view: any of the company's, a private one by its owner or an admin. Return the deleted view.

    Raises NotFound, NotAllowed for a viewer.
    """
    session = _bound(session, view_id)
    with session.write() as tx:
        view = view_rows.view_of(tx, view_rows.get(tx, view_id))
        change = ViewChange.written(tx, view_id, None)
        audit.record(tx, "view.delete", view.name, detail="private" if view.is_private else "")
    _record(session, view, "was deleted", change)
    return view


def _check(content: ViewContent) -> None:
    """Raise InvalidInput for a search or criteria that are too long, or a sort or column that is no field."""
    check_limits(content.criteria)
    require_length(content.search, "A search", "search")
    field_names.demand_sortable(content.sort, in_segment=True)
    for column in content.columns or ():
        if column not in FIELDS and not column.startswith(CUSTOM):
            raise InvalidInput(field_names.no_field(column, in_segment=True), "columns")


def _owner(session: Session, *, private: bool) -> str:
    return session.actor.login if private else COMPANY


def _bound(session: Session, view_id: int) -> Session:
    """Return the session bound to the company of a view, for an admin's session on all companies."""
    return session if session.company is not None else company_of(session, get(session, view_id).company_id)


def _record(session: Session, view: View, done: str, change: ViewChange) -> None:
    undo.record(session, view.company_id, f"The view “{clean(view.name)}” {done}", change.undo)
