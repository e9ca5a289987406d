"""Upkeep of live segments in one transaction: members and counts are exact as soon as it is committed.

Every change of a fact that rules read is reported here, in the same transaction: a change of contacts before it is
made, any other after it. At the end the rules that read a changed fact are evaluated once for each touched contact.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, select

from segtui.database.tables.core_tables import memberships
from segtui.services import session as sessions
from segtui.services.company_zone import company_day, company_zone
from segtui.services.segments.live import bulk_evaluation, rules, small_evaluation
from segtui.services.segments.live.contact_set import ContactIds, ContactSet
from segtui.services.segments.live.member_counts import MemberCounts
from segtui.services.segments.live.rules import CALLABLE, EVERY_FIELD, LiveSegment
from segtui.services.session import Transaction

_EVERY_FIELD: Final = frozenset((EVERY_FIELD,))
_CHANGED = 0


class Upkeep:
    """The contacts that a transaction touched, and the facts about them that it changed."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._touched = ContactSet("touched_contacts")
        self._sources: set[str] = set()
        self.counts = MemberCounts()
        self.reported: set[str] = set()
        """Names of the tables whose changes were reported, for tests that detect a missing report."""

    @cached_property
    def _live(self) -> list[LiveSegment]:
        return rules.live_segments(self._tx)

    def before_change(self, which: ContactIds, fields: Iterable[str] = _EVERY_FIELD) -> None:
        """Note contacts whose `fields` are about to change. `which` must select the same contacts until then."""
        self.reported.add("contacts")
        fields = {*fields, "updated_at"}
        if EVERY_FIELD in fields or not CALLABLE.isdisjoint(fields):
            self.counts.lift(self._tx, which)
        self._touch(which, fields)

    def created(self, which: ContactIds) -> None:
        """Note contacts that were made, and are in no segment yet."""
        self.reported.add("contacts")
        self._touch(which, _EVERY_FIELD, bulk_evaluation.CREATED)

    def before_deletion(self, contact_ids: Sequence[int]) -> Sequence[tuple[int, int]]:
        """Note contacts that are about to be deleted, before their memberships are.

        Return the segments that they leave by it, each with their number.
        """
        self.reported |= {"contacts", "memberships"}
        self.counts.lift(self._tx, contact_ids)
        return self.counts.count_deleted(self._tx, contact_ids)

    def before_joining(self, segment_id: int, contact_ids: Select[Any]) -> None:
        """Note contacts that are about to join a fixed segment, by a query of their ids."""
        self.reported.add("memberships")
        self.counts.joined(segment_id, self.counts.count_contacts(self._tx, contact_ids))
        self._touch(contact_ids, {rules.segment_source(segment_id)})

    def joined(self, segment_id: int, which: ColumnElement[bool]) -> None:
        """Note new members of a fixed segment. `which` is a condition on `memberships`, of its members alone."""
        self.reported.add("memberships")
        self.counts.joined(segment_id, self.counts.count_members(self._tx, which))
        self.members_moved(segment_id, which)

    def before_leaving(self, segment_id: int, which: ColumnElement[bool]) -> None:
        """Note members that are about to leave a fixed segment. `which` is as for `joined`."""
        self.reported.add("memberships")
        self.counts.departed(segment_id, self.counts.count_members(self._tx, which))
        self.members_moved(segment_id, which)

    def stayed(self, segment_id: int, count: int) -> None:
        """Note that members left and joined again in this transaction: they are no movement."""
        self.counts.stayed(segment_id, count)

    def members_moved(self, segment_id: int, which: ColumnElement[bool]) -> None:
        """Note members of a segment that joined or are about to leave: rules that name it are affected.

        For a live segment the counts follow otherwise.
        """
        self._touch(select(memberships.c.contact_id).where(which), {rules.segment_source(segment_id)})

    def changed(self, which: ContactIds, source: str) -> None:
        """Note contacts with other calls, campaigns or imports. `source` is `calls`, `campaign` or `import`."""
        self.reported.add(
            {"calls": "contact_calls", "campaign": "campaign_contacts", "import": "import_changes"}[source]
        )
        self._touch(which, {source})

    def touch(self, which: ContactIds, source: str) -> None:
        """Note contacts for which rules that read `source` are evaluated again."""
        self._touch(which, {source})

    def segment_deleted(self, segment_id: int) -> None:
        """Note that a segment is deleted with its memberships; no rule names it."""
        self.reported.add("memberships")
        self.counts.forget(segment_id)
        self.rules_changed()

    def rules_changed(self) -> None:
        """Read the rules again: this transaction changed one."""
        self.__dict__.pop("_live", None)

    def finish(self) -> None:
        """Bring live segments, counts and days in step with the changes so far. More may be reported afterwards."""
        if not self._touched and not self.counts:
            return
        self._evaluate()
        if self.counts.lifted:
            self.counts.put_down(self._tx)
        self.counts.write(self._tx)

    def _evaluate(self) -> None:
        if not self._touched:
            return
        tx, touched, live = self._tx, self._touched, self._live
        zone = company_zone(tx) if any(segment.rule.reads_days for segment in live) else None
        today = company_day(sessions.now(), zone)
        if touched.is_many or self.counts.lifted.is_many:
            self.counts.put_down(tx)
            touched.spill(tx)
            bulk_evaluation.evaluate(tx, live, touched, self._sources, self.counts, today)
        else:
            small_evaluation.evaluate(tx, live, touched.few, self._sources, self.counts, (today, zone))
        touched.clear(tx)
        self._sources.clear()
        self.rules_changed()  # the counts of their segments, at least

    def _touch(self, which: ContactIds, sources: Collection[str], batch: int = _CHANGED) -> None:
        if self._is_read(sources):
            self._touched.add(self._tx, which, batch)
            self._sources.update(sources)

    def _is_read(self, sources: Collection[str]) -> bool:
        if not self._live:
            return False
        return EVERY_FIELD in sources or any(not live.rule.sources.isdisjoint(sources) for live in self._live)
