"""Members of one rule: the preview of those that join and leave, and their move in a few set-based statements."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    MetaData,
    Table,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    null,
    select,
    update,
)

from segtui.database.tables.core_tables import Id, contacts, memberships
from segtui.services import session as sessions
from segtui.services.company_zone import company_day, company_zone, end_of_day
from segtui.services.contacts import contact_rows
from segtui.services.contacts.contact_rows import Contact
from segtui.services.criteria import criteria_sql
from segtui.services.segments import segment_rows
from segtui.services.segments.live import member_hash
from segtui.services.segments.live.callable_counts import can_be_called
from segtui.services.segments.live.rules import Rule
from segtui.services.segments.segment_rows import in_segment
from segtui.services.session import Transaction

MAX_EXAMPLES: Final = 8
_matches = Table(
    "rule_matches",
    MetaData(),
    Column("contact_id", BigInteger, primary_key=True, autoincrement=False),
    Column("callable", Integer, nullable=False),
    prefixes=["TEMPORARY"],
)


@dataclass(frozen=True, slots=True)
class Moves:
    """Numbers of contacts that joined and left a segment."""

    joined: int
    left: int


@dataclass(frozen=True, slots=True)
class Preview:
    """Result that a rule would have: contacts that join and leave, all members, and those that can be called.

    The examples are up to MAX_EXAMPLES contacts of each.
    """

    joining: int
    leaving: int
    contacts: int
    callable: int
    joining_examples: tuple[Contact, ...] = ()
    leaving_examples: tuple[Contact, ...] = ()


def settle(tx: Transaction, segment_id: int, rule: Rule) -> Moves:
    """Make exactly the contacts that satisfy a rule members of a segment, and write its counts and hash.

    No contact may be lifted (`Upkeep.finish`). Members that stay keep the time at which they joined.
    """
    timestamp, (today, changes_at) = segment_rows.stamp(tx), _day(tx, rule)
    inside = in_segment(tx, segment_id)
    condition = criteria_sql.condition(tx, rule.criteria, today=today)
    _matches.create(tx.connection)
    rows = select(contacts.c.id, case((can_be_called(), 1), else_=0)).where(tx.scope(contacts), condition)
    tx.execute(insert(_matches).from_select(["contact_id", "callable"], rows))
    tx.backend.analyze(tx.connection, _matches)
    leaving = inside & memberships.c.contact_id.not_in(select(_matches.c.contact_id))
    tx.upkeep.members_moved(segment_id, leaving)
    left = tx.changed(delete(memberships).where(leaving))
    is_member = exists(select(literal(1)).where(inside, memberships.c.contact_id == _matches.c.contact_id))
    joining = select(
        bindparam("company", type_=Id), literal(segment_id, Id), _matches.c.contact_id, literal(timestamp, Id), null()
    )
    if tx.execute(select(memberships.c.contact_id).where(inside).limit(1)).first() is not None:
        joining = joining.where(~is_member)
    joined = tx.changed(insert(memberships).from_select(memberships.c.keys(), joining.order_by(_matches.c.contact_id)))
    tx.upkeep.members_moved(segment_id, inside & (memberships.c.added_at == timestamp))
    can_be_called_ = func.coalesce(func.sum(_matches.c.callable), 0).label("callable")
    hash_ = member_hash.sum_of(_matches.c.contact_id).label("members_hash")
    counts = select(func.count().label("contacts"), can_be_called_, hash_)
    values = {**tx.execute(counts).one()._mapping, "changes_at": changes_at, "updated_at": timestamp}  # noqa: SLF001
    _matches.drop(tx.connection)
    tx.execute(segment_rows.updating(tx, segment_id).values(**values))
    tx.upkeep.counts.moved(segment_id, joined, left, 0)
    tx.upkeep.rules_changed()
    return Moves(joined, left)


def forget_imports(tx: Transaction, segment_id: int) -> None:
    """Detach the members of a segment from the imports that added them: its rule decides now."""
    of_imports = (in_segment(tx, segment_id), memberships.c.import_id.is_not(None))
    tx.execute(update(memberships).where(*of_imports).values(import_id=None))


def preview(tx: Transaction, segment_id: int | None, rule: Rule, *, examples: bool = True) -> Preview:
    """Return the result that a rule would have, `segment_id` being None for a new segment.

    Without `examples` a new segment takes one scan.
    """
    condition = criteria_sql.condition(tx, rule.criteria, today=_day(tx, rule)[0])
    satisfying = and_(tx.scope(contacts), condition)
    is_member = literal(0) if segment_id is None else case((_is_member(tx, segment_id), 1), else_=0)
    one_scan = select(
        func.count(),
        func.coalesce(func.sum(case((can_be_called(), 1), else_=0)), 0),
        func.coalesce(func.sum(is_member), 0),
    )
    count, can_be_called_, staying = map(int, tx.execute(one_scan.select_from(contacts).where(satisfying)).one())
    joining = satisfying
    if segment_id is None:
        return Preview(count, 0, count, can_be_called_, _examples(tx, joining) if examples and count else ())
    members = int(
        tx.execute(select(func.count()).select_from(memberships).where(in_segment(tx, segment_id))).scalar_one()
    )
    staying_ids = select(contacts.c.id).where(satisfying).correlate(None)
    leaving = and_(tx.scope(contacts), _is_member(tx, segment_id), contacts.c.id.not_in(staying_ids))
    return Preview(
        count - staying,
        members - staying,
        count,
        can_be_called_,
        _examples(tx, joining & ~_is_member(tx, segment_id)) if examples and count > staying else (),
        _examples(tx, leaving) if examples and members > staying else (),
    )


def _examples(tx: Transaction, which: ColumnElement[bool]) -> tuple[Contact, ...]:
    query = select(*contact_rows.COLUMNS).where(which).order_by(contacts.c.id).limit(MAX_EXAMPLES)
    return tuple(contact_rows.contact_of(row) for row in tx.execute(query))


def _day(tx: Transaction, rule: Rule) -> tuple[date, int | None]:
    """Return the present day, and when the rule next changes by itself: None without relative days."""
    zone = company_zone(tx)
    today = company_day(sessions.now(), zone)
    return today, end_of_day(today, zone) if rule.relative_days else None


def _is_member(tx: Transaction, segment_id: int) -> ColumnElement[bool]:
    return exists(select(literal(1)).where(in_segment(tx, segment_id), memberships.c.contact_id == contacts.c.id))
