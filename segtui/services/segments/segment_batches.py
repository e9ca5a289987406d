"""Batches of new segments: all of them in one transaction, with one undo."""

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BigInteger, Column, MetaData, Select, Table, bindparam, insert, literal, select

from segtui.database.tables.core_tables import Id, contacts, memberships, segments
from segtui.domain import names
from segtui.domain.criteria.tree import Criteria
from segtui.domain.text import counted, name_key
from segtui.errors import InvalidInput, NameTaken
from segtui.services import undo
from segtui.services.audit import audit
from segtui.services.audit.audit import About
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segment_rows
from segtui.services.segments.live import rule_editing
from segtui.services.segments.memberships import Addition
from segtui.services.segments.segment_changes import Creation, insert_row
from segtui.services.segments.segment_rows import Segment
from segtui.services.session import Session, Transaction
from segtui.services.undo_together import Step, Together

MAX_SEGMENTS: Final = 1_000
"""Maximum number of segments that are created together."""
_new_members = Table(
    "new_members",
    MetaData(),
    Column("contact_id", BigInteger, primary_key=True, autoincrement=False),
    prefixes=["TEMPORARY"],
)


@dataclass(frozen=True, slots=True)
class NewSegment:
    """A segment to create, of `members` (a query of contact ids, each once, or ids) or with a `rule` (live).

    The rule is criteria with names.
    """

    name: str
    description: str = ""
    members: "Select[Any] | Sequence[int] | array[int] | None" = None
    rule: Criteria | None = None


Plan = Callable[[Transaction], Sequence[NewSegment]]
"""Returns the segments to create, computed in the transaction that creates them."""


def create_many(
    session: Session,
    plan: Plan,
    sentence: str,
    interrupt: Interrupt | None = None,
    *,
    members_read: Callable[[Transaction], None] | None = None,
) -> list[Segment]:
    """Create the segments of a plan, all of them or none, with one undo. `sentence` says what was done.

    Return them in the order of the plan. A rule may name a segment of the same plan. `members_read` is called when the
    members are in their segments: it drops what the plan made in the database. Raises NameTaken (`name`) for all
    names that are taken or occur twice, InvalidInput for other wrong names, for a wrong rule (`where`) and for none or
    more than MAX_SEGMENTS, NotAllowed, Cancelled.
    """
    company = session.one_company
    with session.write(interrupt) as tx:
        creations = create_in(tx, plan(tx))
        if members_read is not None:
            members_read(tx)
    step: Step = creations[0]
    if len(creations) > 1:
        count = counted(len(creations), "segment")
        step = Together(creations, f"Undone: {count} are gone.", f"Redone: {count} are back.")
    undo.record(session, company.id, sentence, step.undo, size=step.size)
    return [creation.made for creation in creations]


def create_in(tx: Transaction, new_segments: Sequence[NewSegment]) -> list[Creation]:
    """Create segments in an open transaction, without a record for undo. Raises as `create_many` does."""
    _demand_valid(tx, new_segments)
    return _created(tx, new_segments)


def taken_names(tx: Transaction, names_: Iterable[str]) -> Mapping[str, Segment | None]:
    """Return those of the names of new segments that are taken.

    Each comes with the segment that has it; with None where two of the new segments would have it.
    """
    keys = Counter(map(name_key, names_ := list(names_)))
    query = segment_rows.columns(tx).where(tx.scope(segments), segments.c.name_key.in_(list(keys)))
    holders = {name_key(segment.name): segment for segment in segment_rows.segments_of(tx, tx.execute(query))}
    return {name: holders.get(key) for name in names_ if (key := name_key(name)) in holders or keys[key] > 1}


def _demand_valid(tx: Transaction, new_segments: Sequence[NewSegment]) -> None:
    if not new_segments:
        raise InvalidInput("There is no segment to create.")
    if len(new_segments) > MAX_SEGMENTS:
        raise InvalidInput(f"At most {MAX_SEGMENTS:,} segments are created at once; these are {len(new_segments):,}.")
    for new in new_segments:
        names.checked_name(new.name, "segment")
        names.checked_description(new.description)
    demand_names_free(tx, [new.name for new in new_segments])


def demand_names_free(tx: Transaction, names_: Collection[str]) -> None:
    """Raise NameTaken (`name`) where names of new segments are taken or occur twice: for all of them at once."""
    taken = taken_names(tx, names_)
    held = [name for name, holder in taken.items() if holder is not None]
    twice = [name for name, holder in taken.items() if holder is None]
    if held:
        are = "is already a segment" if len(held) == 1 else "are already segments"
        raise NameTaken(f"There {are} {names.named(held)}. Nothing was created: choose other names.", "name")
    if twice:
        raise NameTaken(f"Several new segments would be called {names.named(twice)}. Nothing was created.", "name")


def _created(tx: Transaction, new_segments: Sequence[NewSegment]) -> list[Creation]:
    ids = [insert_row(tx, new.name, new.description) for new in new_segments]
    additions = [_filled(tx, segment_id, new) for segment_id, new in zip(ids, new_segments, strict=True)]
    tx.finish()
    # A rule may name a segment of the same plan: they come last, when all names exist and the fixed ones are full.
    for segment_id, new in zip(ids, new_segments, strict=True):
        if new.rule is not None:
            segment = segment_rows.get(tx, segment_id)
            rule_editing.change(tx, segment, rule_editing.bound(tx, new.rule, segment_id, segment.name))
    by_id = segment_rows.by_ids(tx, ids)
    made = [by_id[segment_id] for segment_id in ids]
    for segment in made:
        audit.record(tx, "segment.create", segment.name, count=segment.contacts, about=About(segment.id))
    return [Creation(segment, addition) for segment, addition in zip(made, additions, strict=True)]


def _filled(tx: Transaction, segment_id: int, new: NewSegment) -> Addition | None:
    """Put the members of a new segment into it. Return None where it has none, or is to be live."""
    if new.members is None or new.rule is not None:
        return None
    if isinstance(new.members, Select):
        return _add(tx, segment_id, new.members)
    _new_members.create(tx.connection)
    tx.backend.bulk_load(tx.connection, _new_members, [(contact_id,) for contact_id in sorted(set(new.members))])
    tx.backend.analyze(tx.connection, _new_members)
    # Contacts that were deleted meanwhile are left out.
    of_company = select(contacts.c.id).where(tx.scope(contacts), contacts.c.id.in_(select(_new_members.c.contact_id)))
    addition = _add(tx, segment_id, of_company)
    _new_members.drop(tx.connection)
    return addition


def _add(tx: Transaction, segment_id: int, contact_ids: Select[Any]) -> Addition:
    timestamp = segment_rows.stamp(tx)
    joining = contact_ids.subquery()
    rows = select(bindparam("company", type_=Id), literal(segment_id, Id), *joining.c, literal(timestamp, Id))
    column_names = ["company_id", "segment_id", "contact_id", "added_at"]
    count = tx.changed(insert(memberships).from_select(column_names, rows))
    if count:
        segment_rows.change_count(tx, segment_id, count, timestamp=timestamp)
        tx.upkeep.joined(segment_id, segment_rows.in_segment(tx, segment_id))
    return Addition(segment_id, timestamp, count, None)
