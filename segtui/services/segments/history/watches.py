"""Watches on segments: set, taken away, listed, and evaluated."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, delete, func, insert, select, update

from segtui.database.tables.core_tables import companies, segments
from segtui.database.tables.history_tables import segment_days, segment_watches
from segtui.domain.text import clean, counted
from segtui.domain.vocabulary import WATCH_KINDS
from segtui.domain.watches import KINDS, WATCHED_DAYS
from segtui.errors import Conflict, InvalidInput, NotFound
from segtui.services import session as sessions
from segtui.services import undo
from segtui.services.audit import audit
from segtui.services.audit.audit import About
from segtui.services.company_zone import company_day, stored_zone
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segment_rows
from segtui.services.segments.history import segment_days as recorded_days
from segtui.services.session import Session, Transaction, moment, now
from segtui.services.undo_together import Step, StepReversal


@dataclass(frozen=True, slots=True)
class Watch:
    """A condition of a segment that is watched. `amount` is in contacts, percent or days; 0 for `empty`.

    `standing` is the state of the segment in words: `has 1,234 contacts; the limit is 1,000`.
    """

    segment_id: int
    segment: str
    company: str
    kind: str
    amount: int
    created_at: datetime
    created_by: str
    due: bool
    standing: str

    @property
    def sentence(self) -> str:
        """The standing as a sentence, with the name of the segment."""
        return f"“{clean(self.segment)}” {self.standing}."

    @property
    def condition(self) -> str:
        """The condition in words: `more than 1,000 contacts`."""
        return KINDS[self.kind].words(self.amount)


def every(session: Session, segment_id: int | None = None, interrupt: Interrupt | None = None) -> list[Watch]:
    """Return the watches on one segment or on all, by the segments' names. Those on archived segments are never due.

    Raises NotFound, Cancelled.
    """
    if segment_id is not None:
        session = segment_rows.bound(session, segment_id)
    with session.read(interrupt) as tx:
        if segment_id is not None:
            segment_rows.get(tx, segment_id)
        return _watches(tx, segment_id)


def state_of(session: Session, interrupt: Interrupt | None = None) -> object:
    """Return a value that stays equal until a watch may become due, or not due any more: at a change or at midnight."""
    with session.read(interrupt) as tx:
        query = select(companies.c.id, companies.c.timezone, companies.c.segments_changed_at).order_by(companies.c.id)
        if tx.is_in_company:
            query = query.where(companies.c.id == bindparam("company"))
        present = sessions.now()
        return tuple((row[0], company_day(present, stored_zone(row[1])), row[2]) for row in tx.execute(query))


def due(session: Session, interrupt: Interrupt | None = None) -> list[Watch]:
    """Return the watches that are due now, by the segments' names. Raises Cancelled."""
    return [watch for watch in every(session, interrupt=interrupt) if watch.due]


def change(session: Session, segment_id: int, amounts: Mapping[str, int | None]) -> list[Watch]:
    """Watch a segment: give its watches of these kinds other amounts, None to take one away. Return all it has then.

    It leaves an entry in the audit trail, and can be undone. Raises NotFound, also for a watch to take away that is
    not there (nothing is changed then), NotAllowed, and InvalidInput (`kind`, `amount`).
    """
    for kind, amount in amounts.items():
        if kind not in KINDS:
            raise InvalidInput(f"Watches are {', '.join(WATCH_KINDS)}, not “{clean(kind)}”.", "kind")
        if amount is not None:
            KINDS[kind].checked(amount)
    session = segment_rows.bound(session, segment_id)
    with session.write() as tx:
        segment = segment_rows.get(tx, segment_id)
        before = _amounts(tx, segment_id)
        for kind, amount in amounts.items():
            if amount is None and kind not in before:
                raise NotFound(f"“{clean(segment.name)}” has no watch on {KINDS[kind].label} ({kind}).")
        both = {kind: (before.get(kind), amount) for kind, amount in amounts.items() if before.get(kind) != amount}
        if not both:
            return _watches(tx, segment_id)
        step = _WatchChange(segment_id, both)
        step.write(tx)
        audit.record(tx, "segment.watch", segment.name, detail=step.words, about=About(segment_id))
        watches = _watches(tx, segment_id)
    undo.record(session, segment.company_id, f"“{clean(segment.name)}” is {step.words}", step.undo)
    return watches


@dataclass(frozen=True)
class _WatchChange(Step):
    """Changed watches on a segment: the amount of each kind before and after, None for no watch."""

    segment_id: int
    amounts: Mapping[str, tuple[int | None, int | None]]

    @property
    def words(self) -> str:
        """The change in words: `watched for more than 1,000 contacts`."""
        on = [KINDS[kind].words(after) for kind, (_, after) in self.amounts.items() if after is not None]
        off = [KINDS[kind].words(before or 0) for kind, (before, after) in self.amounts.items() if after is None]
        parts = [f"watched for {' and '.join(on)}"] if on else []
        return "; ".join([*parts, *([f"no longer watched for {' and '.join(off)}"] if off else [])])

    def write(self, tx: Transaction) -> None:
        """Write the amounts after the change. Sessions that show watches see it by the stamp."""
        segment_rows.stamp(tx)
        for kind, (before, after) in self.amounts.items():
            mine = (
                tx.scope(segment_watches),
                segment_watches.c.segment_id == self.segment_id,
                segment_watches.c.kind == kind,
            )
            if after is None:
                tx.execute(delete(segment_watches).where(*mine))
            elif before is not None:
                tx.execute(update(segment_watches).where(*mine).values(amount=after))
            else:
                values = {"company_id": tx.company_id, "segment_id": self.segment_id, "kind": kind, "amount": after}
                made = {"created_at": now(), "created_by": tx.session.actor.login}
                tx.execute(insert(segment_watches), values | made)

    def reverse(self, tx: Transaction) -> StepReversal:
        """Give the watches their amounts of before, where they are still those of this change. Raises Conflict."""
        segment = segment_rows.get(tx, self.segment_id)
        present = _amounts(tx, self.segment_id)
        if any(present.get(kind) != after for kind, (_, after) in self.amounts.items()):
            raise Conflict(f"The watches on “{clean(segment.name)}” were changed again meanwhile; they stay.")
        inverse = _WatchChange(
            self.segment_id, {kind: (after, before) for kind, (before, after) in self.amounts.items()}
        )
        inverse.write(tx)
        about = About(self.segment_id)
        audit.record(tx, tx.session.reversal, segment.name, detail=f"segment.watch: {inverse.words}", about=about)
        done = "Undone" if tx.session.reversal == "undo" else "Redone"
        return StepReversal(f"{done}: “{clean(segment.name)}” is {inverse.words}.", inverse)


def _amounts(tx: Transaction, segment_id: int) -> dict[str, int]:
    """Return the amounts of a segment's watches by their kinds."""
    mine = (tx.scope(segment_watches), segment_watches.c.segment_id == segment_id)
    rows = tx.execute(select(segment_watches.c.kind, segment_watches.c.amount).where(*mine))
    return {row.kind: row.amount for row in rows}


@dataclass(frozen=True, slots=True)
class _State:
    """The state of a segment that its watches compare with.

    `before` is its number of contacts a week ago, `changed_on` the last recorded day on which one joined or left.
    """

    contacts: int
    before: int
    changed_on: date
    today: date

    def standing(self, kind: str, amount: int) -> tuple[bool, str]:
        """Return whether a watch is due, and the state of the segment in words."""
        has = f"has {counted(self.contacts, 'contact')}"
        if kind == "over":
            return self.contacts > amount, f"{has}; the limit is {amount:,}"
        if kind == "empty":
            return self.contacts == 0, has if self.contacts else "is empty"
        if kind == "grows":
            return self._growth(amount, has)
        days = (self.today - self.changed_on).days
        since = f"has not changed since {self.changed_on}" if days else "changed today"
        return days >= amount, f"{since}; the limit is {counted(amount, 'day')}"

    def _growth(self, percent: int, has: str) -> tuple[bool, str]:
        """Compare the contacts with those of a week ago. From none, any growth is more than every percentage."""
        grown = self.contacts - self.before
        is_due = grown > 0 and 100 * grown >= percent * self.before
        if self.before == 0:
            return is_due, f"had no contact {WATCHED_DAYS} days ago and {has}; the limit is +{percent:,}%"
        return is_due, f"{has}, {100 * grown / self.before:+,.0f}% in {WATCHED_DAYS} days; the limit is +{percent:,}%"


def _watches(tx: Transaction, segment_id: int | None) -> list[Watch]:
    columns = (
        segment_watches, segments.c.name, segments.c.contacts, segments.c.archived_at,
        segments.c.created_at.label("segment_created_at"), companies.c.name.label("company"), companies.c.timezone,
    )  # fmt: skip
    of_segment = (segments.c.company_id == segment_watches.c.company_id, segments.c.id == segment_watches.c.segment_id)
    query = (
        select(*columns)
        .join_from(segment_watches, segments, of_segment[0] & of_segment[1])
        .join(companies, companies.c.id == segments.c.company_id)
        .where(tx.scope(segment_watches), tx.scope(segments))
        .order_by(segments.c.sort_key, segments.c.id)
    )
    if segment_id is not None:
        query = query.where(segment_watches.c.segment_id == segment_id)
    rows = tx.execute(query).all()
    growth = recorded_days.growth(tx, {row.segment_id: row.company_id for row in rows}, WATCHED_DAYS)
    changed_on = _changed_on(tx, {row.segment_id for row in rows if row.kind == "stale"})
    watches = []
    for row in sorted(rows, key=lambda row: WATCH_KINDS.index(row.kind)):
        zone = stored_zone(row.timezone)
        joined, departed = growth[row.segment_id]
        state = _State(
            row.contacts,
            row.contacts - joined + departed,
            changed_on.get(row.segment_id) or company_day(row.segment_created_at, zone),
            company_day(sessions.now(), zone),
        )
        is_due, standing = state.standing(row.kind, row.amount)
        if row.archived_at is not None:
            is_due, standing = False, "is archived: its watches are paused"
        made = (moment(row.created_at), row.created_by)
        watches.append(Watch(row.segment_id, row.name, row.company, row.kind, row.amount, *made, is_due, standing))
    order = {row.segment_id: number for number, row in enumerate(rows)}
    return sorted(watches, key=lambda watch: order[watch.segment_id])


def _changed_on(tx: Transaction, segment_ids: set[int]) -> dict[int, date]:
    """Return the last recorded day of segments."""
    if not segment_ids:
        return {}
    of_these = tx.backend.id_in(segment_days.c.segment_id, sorted(segment_ids))
    query = select(segment_days.c.segment_id, func.max(segment_days.c.day)).where(tx.scope(segment_days), of_these)
    rows = tx.execute(query.group_by(segment_days.c.segment_id))
    return {segment_id: date.fromisoformat(day) for segment_id, day in rows}
