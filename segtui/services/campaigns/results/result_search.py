"""The contacts of a campaign as a list: searched, filtered by outcome, sorted, shown page by page.

The whole audience is in it. Deleted contacts have no name, and no search matches them.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, select

from segtui.database.tables.campaign_tables import campaign_contacts, campaign_counts
from segtui.database.tables.core_tables import companies, contacts
from segtui.domain import search_terms
from segtui.domain.contact import LISTED_FIELDS
from segtui.domain.criteria.tree import Criteria
from segtui.domain.text import clean
from segtui.errors import InvalidInput
from segtui.services import search_index
from segtui.services.campaigns import campaign_rows
from segtui.services.campaigns.audience import audience_counts, blocking, next_try
from segtui.services.campaigns.audience.due_queue import NO_HOUR
from segtui.services.campaigns.audience.next_try import NextTries
from segtui.services.contacts import contact_query, contact_rows, outcome_filter, sort_keys
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.contact_rows import Contact
from segtui.services.contacts.outcome_filter import EVERYBODY, OutcomeFilter, Results
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session, Transaction


@dataclass(frozen=True, slots=True)
class ResultQuery:
    """A selection of a campaign's contacts and a sort order. `sort` is one of SORTABLE.

    `criteria` select contacts that exist; deleted ones satisfy none.
    """

    campaign_id: int
    search: str = ""
    kept: OutcomeFilter = EVERYBODY
    sort: str = "name"
    descending: bool = False
    criteria: Criteria | None = None

    @property
    def contacts(self) -> ContactQuery:
        """The query for the contacts themselves: for all of them but those that were deleted."""
        results = Results(self.campaign_id, (self.kept,))
        return ContactQuery(search=self.search, results=results, criteria=self.criteria)


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A contact of a campaign. `id` is the contact's; `contact` is None for a deleted one.

    `phone` is the number that is called. While a retry is pending, `outcome` is that of the last attempt. `elsewhere`
    is the other campaign for which the contact was skipped.
    """

    id: int
    contact: Contact | None
    phone: str
    state: str
    outcome: str | None
    reason: str | None
    attempts: int
    next_at: datetime | None
    elsewhere: str | None = None


_c = campaign_contacts.c
_SHOWN: Final[ColumnElement[str]] = case(
    (_c.state == "done", func.replace(_c.outcome, "_", " ")), else_=func.replace(_c.state, "_", " ")
)
# The reason for another call: the outcome of the last one.
_REASON: Final[ColumnElement[str]] = case(
    (_c.state == "retry", func.replace(_c.outcome, "_", " ")),
    (_c.state == "done", func.lower(func.replace(_c.reason, "_", " "))),
)
_KEYS: Final[dict[str, ColumnElement[Any]]] = {
    "name": contacts.c.name_key,
    "phone": _c.phone,
    "outcome": _SHOWN,
    "attempts": _c.attempts,
    "next": _c.next_at,
    "reason": _REASON,
}
_OF_CONTACT: Final = tuple(field_.name for field_ in LISTED_FIELDS if field_.name not in _KEYS)
SORTABLE: Final = (*_KEYS, *_OF_CONTACT)


@dataclass
class ResultListing:
    """A `listing.Listing` of a campaign's contacts.

    `before` is an older listing, whose order is reused where it cannot have changed: names stay while calls are made.
    """

    session: Session
    query: ResultQuery
    interrupt: Interrupt | None
    before: "ResultListing | None" = field(default=None, repr=False)
    search: search_terms.Search = field(init=False)
    _cached_order: tuple[object, "array[int]"] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.search = search_terms.parse(self.query.search)

    def first(self, limit: int) -> list[ResultRow]:
        """Return the first contacts of the order."""
        ids = self._near(limit) if self.query.sort == "name" else None
        ids = self._sorted[:limit] if ids is None else ids
        first_rows = self.rows(ids)
        return [first_rows[key] for key in ids if key in first_rows]

    def ids(self) -> "array[int]":
        """Return the id of every contact, in order."""
        return self.__dict__.pop("_sorted", None) or self._ordered()

    def rows(self, ids: Sequence[int]) -> dict[int, ResultRow]:
        """Return the contacts with these ids."""
        mine = [_c.contact_id, _c.phone.label("called"), _c.state.label("where"), *(_c[name] for name in _OWN)]
        with self.session.read(self.interrupt) as tx:
            audience_query = _inside(tx, self.query.campaign_id, select(*mine)).where(
                tx.backend.id_in(_c.contact_id, ids)
            )
            audience_rows = tx.execute(audience_query).all()
            contacts_query = select(*contact_rows.COLUMNS).where(
                tx.scope(contacts), tx.backend.id_in(contacts.c.id, ids)
            )
            people = {row.id: contact_rows.contact_of(row) for row in tx.execute(contacts_query)}
            held = [row.contact_id for row in audience_rows if blocking.is_held(row)]
            campaign = campaign_rows.get(tx, self.query.campaign_id)
            by = blocking.holders(tx, campaign, held) if held else {}
        tries = NextTries(campaign)
        return {
            row.contact_id: _result(row, tries, people.get(row.contact_id), by.get(row.contact_id))
            for row in audience_rows
        }

    @property
    def matching(self) -> object:
        """The key of the matching contacts, independent of their order."""
        return self.search, replace(self.query, search="", sort="name", descending=False)

    def belonging(self, ids: Sequence[int]) -> set[int]:
        """Return which of these contacts are in the campaign."""
        with self.session.read(self.interrupt) as tx:
            query = _inside(tx, self.query.campaign_id, select(_c.contact_id))
            return set(tx.execute(query.where(tx.backend.id_in(_c.contact_id, ids))).scalars())

    @cached_property
    def _sorted(self) -> "array[int]":
        """The whole order: where it is needed for the first of it, it is not read twice."""
        return self._ordered()

    def _ordered(self) -> "array[int]":
        with self.session.read(self.interrupt) as tx:
            about = self._about(tx)
            before = self.before._cached_order if self.before is not None else None  # noqa: SLF001 -- of its own kind
            self.before = None
            if about is not None and before is not None and before[0] == about:
                self._cached_order = before
            else:
                order = _directed(self.query, _key(tx, self.query))
                ordered = _asked(tx, self.query, select(_c.contact_id)).order_by(*order).subquery()
                gathered = tx.execute(select(tx.backend.aggregate_ids(ordered.c.contact_id))).scalar_one()
                self._cached_order = (about, tx.backend.unpack_ids(gathered))
        return self._cached_order[1]

    def _about(self, tx: Transaction) -> object:
        """Return all that decides the order, where it is nothing that calls change; else None."""
        is_plain = self.query.kept == EVERYBODY and self.query.criteria is None
        lasting = is_plain and self.query.sort in ("name", "phone", *_OF_CONTACT)
        if not lasting or tx.session.company is None:
            return None
        people = select(companies.c.id, companies.c.contact_changes)
        people = people.where(companies.c.id == bindparam("company"))
        counted = select(func.sum(campaign_counts.c.contacts)).where(
            tx.scope(campaign_counts), campaign_counts.c.campaign_id == self.query.campaign_id
        )
        return self.query, tuple(tx.execute(people).one()), tx.execute(counted).scalar()

    def _near(self, limit: int) -> "array[int] | None":
        """Return the first by name if they are near the beginning of the index of all names; else None."""
        if self.query.criteria is not None:
            return None
        with self.session.read(self.interrupt) as tx:
            if tx.session.company is None or audience_counts.of(tx, self.query.campaign_id).total <= contact_query.WALK:
                return None
            key = contacts.c.name_key
            order = [column.desc() if self.query.descending else column.asc() for column in (key, contacts.c.id)]
            columns = (contacts.c.id, key, contacts.c.search)
            names = select(*columns).where(tx.scope(contacts), key.is_not(None)).order_by(*order)
            near = names.limit(contact_query.WALK).subquery()
            of_near = and_(_c.contact_id == near.c.id, tx.scope(campaign_contacts))
            query = select(near.c.id).join(campaign_contacts, of_near)
            matching = search_index.condition(tx, near.c.search, self.search)
            query = query.where(
                _c.campaign_id == self.query.campaign_id, outcome_filter.condition(self.query.kept), matching
            )
            order = [
                column.desc() if self.query.descending else column.asc() for column in (near.c.name_key, near.c.id)
            ]
            first_ids = array("q", tx.execute(query.order_by(*order).limit(limit)).scalars())
        return first_ids if len(first_ids) == limit else None


_OWN: Final = ("outcome", "reason", "attempts", "next_at", "zone")


def _result(
    row: Any,  # noqa: ANN401  of campaign_contacts
    tries: NextTries,
    contact: Contact | None,
    held_by: str | None,
) -> ResultRow:
    following = tries.of(row.where, row.zone, row.next_at)
    reason = NO_HOUR if following.never else row.reason
    return ResultRow(
        row.contact_id, contact, row.called or "", row.where, row.outcome, reason, row.attempts, following.at, held_by
    )


def _inside(tx: Transaction, campaign_id: int, columns: Select[Any]) -> Select[Any]:
    return columns.where(tx.scope(campaign_contacts), _c.campaign_id == campaign_id)


def _asked(tx: Transaction, query: ResultQuery, columns: Select[Any]) -> Select[Any]:
    """Return the `columns` of the contacts of a query, each with its contact where that is needed."""
    statement = _inside(tx, query.campaign_id, columns.select_from(campaign_contacts)).where(
        outcome_filter.condition(query.kept)
    )
    selected = bool(search_terms.parse(query.search)) or query.criteria is not None
    if not selected and query.sort not in ("name", *_OF_CONTACT):
        return statement
    of_contact = and_(contacts.c.company_id == _c.company_id, contacts.c.id == _c.contact_id)
    statement = statement.join(contacts, of_contact, isouter=True)
    if selected:
        matching = contact_query.condition(tx, ContactQuery(search=query.search, criteria=query.criteria))
        statement = statement.where(tx.scope(contacts), matching)
    # By their ids alone: SQLite would walk all names of the company for their order.
    return tx.backend.planner.by_id(tx, statement, contacts)


def _key(tx: Transaction, query: ResultQuery) -> ColumnElement[Any]:
    if query.sort == "next":
        return next_try.sort_key(tx, campaign_rows.get(tx, query.campaign_id))
    return _KEYS[query.sort] if query.sort in _KEYS else sort_keys.folded(tx, query.sort)


def _directed(query: ResultQuery, key: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """Return the order: what is blank comes last in both directions."""
    if query.descending:
        return [key.desc().nulls_last(), _c.contact_id.desc()]
    return [key.asc().nulls_last(), _c.contact_id.asc()]


def listing(
    session: Session, query: ResultQuery, interrupt: Interrupt | None = None, before: ResultListing | None = None
) -> ResultListing:
    """Return the contacts of a campaign as a listing.

    Raises InvalidInput (`sort`, `state`, `outcome`).
    """
    if query.sort not in SORTABLE:
        raise InvalidInput(f"Results are sorted by {', '.join(SORTABLE)}, not by “{clean(query.sort)}”.", "sort")
    outcome_filter.demand_known([query.kept])
    return ResultListing(session, query, interrupt, before)
