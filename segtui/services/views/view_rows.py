"""Views as rows: reading and writing them in an open transaction, and the inverse of a change."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from segtui.database.tables.core_tables import companies, views
from segtui.domain.criteria import stored
from segtui.domain.criteria.tree import Criteria
from segtui.domain.text import clean
from segtui.errors import Conflict, NameTaken, NotFound, SegtuiError
from segtui.services.audit import audit
from segtui.services.criteria import criteria_names
from segtui.services.session import Session, Transaction
from segtui.services.undo import Reversal

COMPANY: str = ""
"""The owner of the views that belong to the company."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewContent:
    """Selection, order and columns that a view saves.

    `criteria` name segments and campaigns by their names; None selects every contact. `sort` is a field by which
    contacts are sorted. `columns` are names of fields, None the usual ones.
    """

    search: str = ""
    criteria: Criteria | None = None
    sort: str = "name"
    descending: bool = False
    columns: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class View(ViewContent):
    """A saved view. `owner` is the login of the user who alone sees it; that of the company's views is empty.

    `problem` is a sentence where its criteria can no longer be read, such as those of a segment that was deleted.
    """

    id: int
    company_id: int
    company: str
    name: str
    owner: str
    problem: str = ""

    @property
    def is_private(self) -> bool:
        """True for a view that only its owner sees."""
        return self.owner != COMPANY


def every(tx: Transaction) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return the rows of the user's own views and the company's, by name; of two of one name the own one first."""
    query = _query(tx).where(_visible(tx)).order_by(views.c.name_key, views.c.owner.desc(), views.c.id)
    return tx.execute(query).all()


def get(tx: Transaction, view_id: int) -> Row[*tuple[Any, ...]]:
    """Return the row of a view by its id. Raises NotFound, unless for admins also for another user's private view."""
    query = _query(tx).where(views.c.id == view_id)
    row = tx.execute(query if tx.session.is_admin else query.where(_visible(tx))).one_or_none()
    if row is None:
        raise NotFound("This view no longer exists.")
    return row


def named(tx: Transaction, key: str, *owners: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return the rows of the views with a name key (`text.name_key`) and one of these owners, private ones first."""
    query = _query(tx).where(views.c.name_key == key, views.c.owner.in_(owners))
    return tx.execute(query.order_by(views.c.owner.desc(), views.c.id)).all()


def view_of(tx: Transaction, row: Row[*tuple[Any, ...]]) -> View:
    """Return the view of a row."""
    criteria = None if row.criteria is None else criteria_names.unbind(tx, stored.load(row.criteria))
    problem = "" if criteria is None else _problem(tx, row.name, criteria)
    return View(
        id=row.id,
        company_id=row.company_id,
        company=row.company,
        name=row.name,
        owner=row.owner,
        search=row.search,
        criteria=criteria,
        sort=row.sort,
        descending=bool(row.descending),
        columns=None if row.columns is None else tuple(json.loads(row.columns)),
        problem=problem,
    )


def content_values(tx: Transaction, content: ViewContent) -> dict[str, Any]:
    """Return the stored columns of a view's content. Raises InvalidInput for a segment or campaign that is gone."""
    criteria = None if content.criteria is None else stored.dump(criteria_names.bind(tx, content.criteria))
    columns = None if content.columns is None else json.dumps(list(content.columns), ensure_ascii=False)
    return {
        "search": content.search,
        "criteria": criteria,
        "sort": content.sort,
        "descending": int(content.descending),
        "columns": columns,
    }


def taken(name: str) -> NameTaken:
    """Return the error for a name that another view has."""
    return NameTaken(f"There is already a view “{clean(name)}”.", "name")


@dataclass(frozen=True)
class ViewChange:
    """A change of one view: its row before and after, as it is stored; None where there was or is none."""

    view_id: int
    before: Mapping[str, Any] | None = field(repr=False)
    after: Mapping[str, Any] | None = field(repr=False)

    @classmethod
    def written(cls, tx: Transaction, view_id: int | None, values: Mapping[str, Any] | None) -> "ViewChange":
        """Write `values` over the view, make it (`view_id` None) or delete it (`values` None). Raises NameTaken."""
        before = None if view_id is None else _values_of(tx, view_id)
        written_id = _write(tx, view_id, before, values)
        return cls(written_id, before, _values_of(tx, written_id))

    def undo(self, session: Session) -> Reversal:
        """Restore the row before, if the present one is still that of this change. Raises Conflict, NameTaken."""
        with session.write() as tx:
            present = _values_of(tx, self.view_id)
            if present != self.after:
                name = clean((present or self.after or self.before or {})["name"])
                raise Conflict(f"The view “{name}” was changed again meanwhile; nothing was undone.")
            _write(tx, self.view_id, present, self.before)
            object_ = (self.before or self.after or {})["name"]
            audit.record(tx, tx.session.reversal, object_, detail="view.save" if self.after else "view.delete")
        return Reversal(self._told(), ViewChange(self.view_id, self.after, self.before).undo)

    def _told(self) -> str:
        if self.before is None:
            return f"The view “{clean((self.after or {})['name'])}” is gone again."
        name = clean(self.before["name"])
        if self.after is None:
            return f"The view “{name}” is back."
        if self.after["name"] != self.before["name"]:
            return f"The view “{clean(self.after['name'])}” is “{name}” again."
        return f"The view “{name}” is as it was."


def _problem(tx: Transaction, name: str, criteria: Criteria) -> str:
    """Return a sentence where criteria name something that was deleted; else ""."""
    try:
        criteria_names.bind(tx, criteria)
    except SegtuiError as error:
        return f"The view “{clean(name)}” cannot be used any more: {error} Save it again without that."
    return ""


def _query(tx: Transaction) -> Any:  # noqa: ANN401  SQLAlchemy's Select is generic in its columns
    query = select(*views.c, companies.c.name.label("company"))
    return query.join_from(views, companies, views.c.company_id == companies.c.id).where(tx.scope(views))


def _visible(tx: Transaction) -> ColumnElement[bool]:
    return or_(views.c.owner == COMPANY, views.c.owner == tx.session.actor.login)


def _values_of(tx: Transaction, view_id: int) -> dict[str, Any] | None:
    row = tx.execute(select(views).where(tx.scope(views), views.c.id == view_id)).one_or_none()
    return None if row is None else dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name for it


def _write(
    tx: Transaction, view_id: int | None, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> int:
    """Bring a row from `before` to `after`, and return its id. Raises NameTaken."""
    here = (tx.scope(views), views.c.id == view_id)
    if after is None:
        tx.execute(delete(views).where(*here))
        return view_id or 0
    try:
        with tx.connection.begin_nested():
            if before is not None and view_id is not None:
                tx.execute(update(views).where(*here).values(**after))
                return view_id
            return int(tx.execute(insert(views).returning(views.c.id), dict(after)).scalar_one())
    except IntegrityError:
        raise taken(after["name"]) from None
