"""Evaluation of rules in Python, for few contacts: 100 rules take less time than one statement of SQL."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, tzinfo

from sqlalchemy import bindparam, delete, insert

from segtui.database.tables.core_tables import memberships
from segtui.domain.criteria.evaluation import holds
from segtui.services.segments import segment_rows
from segtui.services.segments.live import member_hash
from segtui.services.segments.live.facts import ContactFacts, read_facts
from segtui.services.segments.live.member_counts import MemberCounts, Members
from segtui.services.segments.live.rules import EVERY_FIELD, LiveSegment
from segtui.services.session import Transaction


def evaluate(
    tx: Transaction,
    live: Sequence[LiveSegment],
    contact_ids: Collection[int],
    sources: set[str],
    counts: MemberCounts,
    today: tuple[date, tzinfo | None],
) -> None:
    """Bring the memberships of contacts in step with the rules that read one of `sources`.

    `live` comes in the order of dependency. `today` is the company's day and zone. A segment whose members change is
    added to `sources`.
    """
    read = {source for segment in live for source in segment.rule.sources}
    facts = read_facts(tx, list(contact_ids), read, today[1])
    joined: list[tuple[int, int]] = []
    left: list[tuple[int, int]] = []
    timestamp = None
    for segment in live:
        if EVERY_FIELD not in sources and sources.isdisjoint(segment.rule.sources):
            continue
        joining, leaving = _moving(segment, facts, today[0])
        if not joining and not leaving:
            continue
        sources.add(segment.source)
        timestamp = segment_rows.stamp(tx) if timestamp is None else timestamp
        joined += ((segment.id, contact_id) for contact_id in joining)
        left += ((segment.id, contact_id) for contact_id in leaving)
        counts.add_members(segment.id, len(joining) - len(leaving), timestamp)
        counts.joined(segment.id, _counted(joining, facts, counts.lifted.few))
        counts.departed(segment.id, _counted(leaving, facts, counts.lifted.few))
    _write(tx, joined, left, timestamp)


def _counted(moving: Collection[int], facts: Mapping[int, ContactFacts], lifted: Collection[int]) -> Members:
    can_be_called = sum(facts[key].is_callable for key in moving if key not in lifted)
    return Members(len(moving), can_be_called, sum(map(member_hash.hash_of, moving)))


def _moving(segment: LiveSegment, facts: Mapping[int, ContactFacts], today: date) -> tuple[list[int], list[int]]:
    """Return the contacts that join a segment and those that leave it, and record that in their facts."""
    joining, leaving = [], []
    for contact_id, contact in facts.items():
        is_inside = segment.id in contact.segment_ids
        if holds(segment.rule.criteria, contact, today) == is_inside:
            continue
        if is_inside:
            leaving.append(contact_id)
            contact.segment_ids.remove(segment.id)
        else:
            joining.append(contact_id)
            contact.segment_ids.add(segment.id)
    return joining, leaving


def _write(
    tx: Transaction, joined: Sequence[tuple[int, int]], left: Sequence[tuple[int, int]], timestamp: int | None
) -> None:
    """Write pairs of a segment and a contact, those of all segments at once."""
    if joined:
        made = {"company_id": tx.company_id, "added_at": timestamp}
        rows = [made | {"segment_id": segment_id, "contact_id": contact_id} for segment_id, contact_id in joined]
        tx.execute(insert(memberships), rows)
    if left:
        pair = (
            memberships.c.segment_id == bindparam("segment"),
            memberships.c.contact_id == bindparam("contact"),
        )
        rows = [{"segment": segment_id, "contact": contact_id} for segment_id, contact_id in left]
        tx.execute(delete(memberships).where(tx.whole_scope(memberships), *pair), rows)
