"""Many segments at once: archived, restored or deleted in one transaction, with one undo."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import ColumnElement, func, select, update

from segtui.database.tables.core_tables import memberships, segments
from segtui.domain.names import named
from segtui.domain.text import clean, counted, was
from segtui.errors import Conflict, InvalidInput, NotFound
from segtui.services import undo
from segtui.services.audit import audit
from segtui.services.audit.audit import About
from segtui.services.interrupt import Interrupt
from segtui.services.segments import purge, segment_rows
from segtui.services.segments.segment_rows import Segment
from segtui.services.session import Session, Transaction, company_of
from segtui.services.undo_together import Step, StepReversal

Act = Literal["archive", "restore", "delete"]
DONE: Final[Mapping[Act, str]] = {"archive": "archived", "restore": "restored", "delete": "deleted"}
"""The word for segments that an act has changed."""


@dataclass(frozen=True, slots=True)
class Review:
    """Segments to archive, restore or delete, grouped by what can be done with them.

    `possible` are changed by the act, `unchanged` are in that state already, and `held` stay, each with the reason.
    `contacts` is the number of contacts in the possible ones, each counted once, where they would be deleted.
    """

    possible: tuple[Segment, ...]
    unchanged: tuple[Segment, ...]
    held: tuple[tuple[Segment, str], ...]
    contacts: int

    @property
    def ids(self) -> list[int]:
        """The ids of the possible ones."""
        return [segment.id for segment in self.possible]


def one_company(session: Session, segment_ids: Sequence[int]) -> Session:
    """Return the session bound to the company of segments. Raises InvalidInput where they belong to several.

    Raises NotFound where none of them exists.
    """
    if session.company is not None:
        return session
    with session.read() as tx:
        company_ids = set(tx.execute(select(segments.c.company_id).where(_of(tx, segment_ids))).scalars())
    if len(company_ids) > 1:
        raise InvalidInput("These segments belong to several companies. Choose one company first.", "company")
    if not company_ids:
        raise NotFound("These segments no longer exist.")
    return company_of(session, company_ids.pop())


def review(session: Session, segment_ids: Sequence[int], act: Act, interrupt: Interrupt | None = None) -> Review:
    """Return what an act would do to segments. Those that are gone are left out. Raises Cancelled."""
    with session.read(interrupt) as tx:
        rows = _in_order(tx, segment_ids)
        unchanged = tuple(row for row in rows if act != "delete" and row.archived == (act == "archive"))
        concerned = [row for row in rows if row not in unchanged]
        reasons = _reasons(tx, concerned, act)
        possible = tuple(row for row in concerned if row.id not in reasons)
        held = tuple((row, reasons[row.id]) for row in concerned if row.id in reasons)
        contacts = _distinct_contacts(tx, [row.id for row in possible]) if act == "delete" else 0
        return Review(possible, unchanged, held, contacts)


def contacts_in(session: Session, segment_ids: Sequence[int], interrupt: Interrupt | None = None) -> int:
    """Count the contacts in segments, each once. Raises Cancelled."""
    with session.read(interrupt) as tx:
        return _distinct_contacts(tx, segment_ids)


def archive_many(session: Session, segment_ids: Sequence[int]) -> list[Segment]:
    """Archive segments, all or none, with one undo. Return those that were not archived before.

    Raises NotFound where one is gone, and Conflict, naming them and the reasons, where campaigns or rules hold some.
    """
    return _set_archived(session, segment_ids, "archive")


def restore_many(session: Session, segment_ids: Sequence[int]) -> list[Segment]:
    """Bring archived segments back, all or none, with one undo. Return those that were archived. Raises NotFound."""
    return _set_archived(session, segment_ids, "restore")


def delete_many(session: Session, segment_ids: Sequence[int], *, sweep: bool = True) -> list[Segment]:
    """Delete segments for good, all or none; their contacts are kept. Return the deleted ones.

    A live segment may be deleted together with a segment that its rule names. Raises NotFound where one is gone, and
    Conflict, naming them and the reasons, where campaigns or rules of other segments hold some. Without `sweep` the
    caller runs `purge.sweep`.
    """
    session = one_company(session, segment_ids)
    with session.write() as tx:
        rows = _all_of(tx, segment_ids)
        delete_in(tx, rows)
    if rows:
        sentence = f"{_names(rows)} {was(len(rows))} deleted"
        undo.record_final(session, rows[0].company_id, sentence, f"{sentence} for good: that cannot be undone.")
    if sweep:
        purge.sweep(session)
    return rows


def delete_in(tx: Transaction, rows: Sequence[Segment]) -> None:
    """Delete segments in an open transaction. Raises Conflict as `delete_many` does."""
    _demand_free(tx, rows, "delete")
    purge.discard_all(tx, rows)
    for row in rows:
        audit.record(tx, "segment.delete", row.name, count=row.contacts, about=About(row.id))


def demand_unchanged(tx: Transaction, rows: Sequence[Segment]) -> None:
    """Raise NotFound where a segment is gone, and Conflict, naming them, where some were changed since."""
    present = {row.id: row.updated_at for row in _all_of(tx, [row.id for row in rows])}
    changed = [row.name for row in rows if row.updated_at != present[row.id]]
    if changed:
        were = was(len(changed))
        raise Conflict(f"{named(changed)} {were} changed meanwhile. Nothing was done: look again.")


def _set_archived(session: Session, segment_ids: Sequence[int], act: Act) -> list[Segment]:
    session = one_company(session, segment_ids)
    with session.write() as tx:
        archiving = archive_in(tx, segment_ids) if act == "archive" else restore_in(tx, segment_ids)
        rows = _in_order(tx, list(archiving.before))
    if rows:
        undo.record(session, rows[0].company_id, f"{_names(rows)} {was(len(rows))} {DONE[act]}", archiving.undo)
    return rows


def archive_in(tx: Transaction, segment_ids: Sequence[int]) -> "ManyArchived":
    """Archive segments in an open transaction. Raises the same as `archive_many`."""
    return _archived_in(tx, segment_ids, "archive")


def restore_in(tx: Transaction, segment_ids: Sequence[int]) -> "ManyArchived":
    """Restore segments in an open transaction. Raises the same as `restore_many`."""
    return _archived_in(tx, segment_ids, "restore")


def _archived_in(tx: Transaction, segment_ids: Sequence[int], act: Act) -> "ManyArchived":
    rows = [row for row in _all_of(tx, segment_ids) if row.archived != (act == "archive")]
    if act == "archive":
        _demand_free(tx, rows, act)
    before = _archived_at(tx, [row.id for row in rows])
    change = ManyArchived(before, archived=act == "archive")
    if rows:
        timestamp = segment_rows.stamp(tx)
        change.write(tx, dict.fromkeys(before, timestamp if act == "archive" else None), timestamp)
        for row in rows:
            audit.record(tx, f"segment.{act}", row.name, about=About(row.id))
    return change


@dataclass(frozen=True)
class ManyArchived(Step):
    """Segments that were archived or restored together, with the stored time of archiving that each had before."""

    before: Mapping[int, int | None]
    archived: bool

    def reverse(self, tx: Transaction) -> StepReversal:
        """Put those back that are as this change left them, and name the others. Raises Conflict where none is."""
        act: Act = "restore" if self.archived else "archive"
        rows = [row for row in _in_order(tx, list(self.before)) if row.archived == self.archived]
        reasons = _reasons(tx, rows, act)
        returning = [row for row in rows if row.id not in reasons]
        remarks = [f"“{clean(row.name)}” stays: {reasons[row.id]}." for row in rows if row.id in reasons]
        if other := len(self.before) - len(rows):
            were, stay = ("was", "it stays as it is") if other == 1 else ("were", "they stay as they are")
            remarks.append(f"{counted(other, 'segment')} {were} changed since: {stay}.")
        if not returning:
            raise Conflict(" ".join(["Nothing was undone.", *remarks]))
        inverse = ManyArchived(_archived_at(tx, [row.id for row in returning]), archived=not self.archived)
        self.write(tx, {row.id: self.before[row.id] for row in returning}, segment_rows.stamp(tx))
        for row in returning:
            detail = "segment.archive" if self.archived else "segment.restore"
            audit.record(tx, tx.session.reversal, row.name, detail=detail, about=About(row.id))
        are = "is" if len(returning) == 1 else "are"
        back = f"{are} back among the segments" if self.archived else f"{are} archived again"
        return StepReversal(" ".join([f"{_names(returning)} {back}.", *remarks]), inverse, bool(remarks))

    @staticmethod
    def write(tx: Transaction, archived_at: Mapping[int, int | None], timestamp: int) -> None:
        """Write the times of archiving, one statement for each different time."""
        ids_by_time: dict[int | None, list[int]] = {}
        for segment_id, time in archived_at.items():
            ids_by_time.setdefault(time, []).append(segment_id)
        for time, ids in ids_by_time.items():
            tx.execute(update(segments).where(_of(tx, ids)).values(archived_at=time, updated_at=timestamp))


def _reasons(tx: Transaction, rows: Sequence[Segment], act: Act) -> dict[int, str]:
    """Return the reasons for which some of the segments stay, by id."""
    if act == "restore" or not rows:
        return {}
    from segtui.services.campaigns import segment_holds

    excluding = act == "delete"
    leaving = {row.id for row in rows}
    reasons: dict[int, str] = {}
    while True:
        # A rule holds no segment that is deleted together with its own, unless that has to stay.
        present = segment_holds.holds(tx, excluding=excluding, leaving=leaving if excluding else ())
        held = {segment_id: hold.words for segment_id, hold in present.items() if segment_id in leaving}
        if not held:
            return reasons
        reasons |= held
        leaving -= held.keys()


def _demand_free(tx: Transaction, rows: Sequence[Segment], act: Act) -> None:
    reasons = _reasons(tx, rows, act)
    if not reasons:
        return
    refusals = [f"“{clean(row.name)}” cannot be {DONE[act]}: {reasons[row.id]}." for row in rows if row.id in reasons]
    nothing = "" if len(rows) == 1 else f" Nothing was {DONE[act]}."
    raise Conflict(" ".join(refusals) + nothing)


def _all_of(tx: Transaction, segment_ids: Collection[int]) -> list[Segment]:
    rows = _in_order(tx, segment_ids)
    if gone := len(set(segment_ids)) - len(rows):
        exist = "exists" if gone == 1 else "exist"
        raise NotFound(f"{gone:,} of these segments no longer {exist}. Nothing was changed.")
    return rows


def _in_order(tx: Transaction, segment_ids: Collection[int]) -> list[Segment]:
    """Return the segments with these ids that exist, in the order of the ids, each once."""
    by_id = segment_rows.by_ids(tx, segment_ids)
    return [by_id[segment_id] for segment_id in dict.fromkeys(segment_ids) if segment_id in by_id]


def _archived_at(tx: Transaction, segment_ids: Sequence[int]) -> dict[int, int | None]:
    query = select(segments.c.id, segments.c.archived_at).where(_of(tx, segment_ids))
    times = {row.id: row.archived_at for row in tx.execute(query)}
    return {segment_id: times[segment_id] for segment_id in segment_ids}


def _distinct_contacts(tx: Transaction, segment_ids: Sequence[int]) -> int:
    if len(segment_ids) == 1:
        return int(tx.execute(select(segments.c.contacts).where(_of(tx, segment_ids))).scalar() or 0)
    members = select(func.count(memberships.c.contact_id.distinct())).where(
        tx.scope(memberships), tx.backend.id_in(memberships.c.segment_id, segment_ids)
    )
    return int(tx.execute(members).scalar_one())


def _of(tx: Transaction, segment_ids: Collection[int]) -> ColumnElement[bool]:
    return tx.scope(segments) & tx.backend.id_in(segments.c.id, list(segment_ids))


def _names(rows: Sequence[Segment]) -> str:
    return f"“{clean(rows[0].name)}”" if len(rows) == 1 else f"{len(rows):,} segments ({named([r.name for r in rows])})"
