"""Changes of segments as they are undone and done again: creation, editing, archiving.

With the statements that the changes themselves use too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from segtui.database.tables.core_tables import memberships, segments
from segtui.domain.text import clean, counted, without_controls
from segtui.errors import Conflict
from segtui.services.audit import audit
from segtui.services.audit.audit import About
from segtui.services.segments import purge, segment_rows
from segtui.services.segments.live import rule_editing
from segtui.services.segments.live.rule_editing import RuleChange
from segtui.services.segments.memberships import Addition, Removal, take_out
from segtui.services.segments.segment_rows import Segment
from segtui.services.session import Transaction
from segtui.services.undo_together import Step, StepReversal


def insert_segment(tx: Transaction, name: str, description: str = "", returning_id: int | None = None) -> int:
    """Create a segment in an open transaction, record it and return its id. Raises InvalidInput, NameTaken.

    `returning_id` is the id of a segment that an undo deleted: it gets that again, unless its row is still there.
    """
    segment_id = insert_row(tx, name, description, returning_id)
    audit.record(tx, "segment.create", without_controls(name).strip(), about=About(segment_id))
    return segment_id


def insert_row(tx: Transaction, name: str, description: str = "", returning_id: int | None = None) -> int:
    """Do the same as `insert_segment`, without an entry in the audit trail."""
    values = segment_rows.named(name, description) | {"company_id": tx.company_id}
    if returning_id is not None and not _has_row(tx, returning_id):
        values["id"] = returning_id
    timestamp = segment_rows.stamp(tx)
    try:
        with tx.connection.begin_nested():
            adding = insert(segments).returning(segments.c.id)
            segment_id = int(
                tx.execute(adding, values | {"created_at": timestamp, "updated_at": timestamp}).scalar_one()
            )
    except IntegrityError:
        raise segment_rows.taken(values["name"]) from None
    return segment_id


def _has_row(tx: Transaction, segment_id: int) -> bool:
    """Tell whether the row of a segment is there, also of a deleted one that is not swept yet."""
    row = select(segments.c.id).where(tx.whole_scope(segments), segments.c.id == segment_id)
    return tx.execute(row).scalar() is not None


def write_texts(tx: Transaction, before: Segment, name: str, description: str) -> Segment:
    """Give a segment a name and a description, in an open transaction. Raises InvalidInput, NameTaken."""
    values = segment_rows.named(name, description)
    if (values["name"], values["description"]) == (before.name, before.description):
        return before
    try:
        with tx.connection.begin_nested():
            tx.execute(segment_rows.updating(tx, before.id).values(**values, updated_at=segment_rows.stamp(tx)))
    except IntegrityError:
        raise segment_rows.taken(values["name"]) from None
    return segment_rows.get(tx, before.id)


@dataclass(frozen=True)
class Creation(Step):
    """A segment that was made, with the members it was made of."""

    made: Segment
    addition: Addition | None

    def reverse(self, tx: Transaction) -> StepReversal:
        """Delete the segment, or if others added members by now, remove only those that this change added."""
        removal = Removal(self.made.id)
        segment = segment_rows.get(tx, self.made.id)
        name = clean(segment.name)
        own = self._own(tx)
        stays = self._stays(segment, own)
        if stays and self.addition is not None and own and not segment.live:
            removal = take_out(tx, self.addition)
        elif stays:
            raise Conflict(f"“{name}” stays: {stays}.")
        else:
            if self.addition is not None:
                removal.remember(tx, self.addition.condition(tx))
            purge.discard(tx, segment)
        about = About(segment.id)
        audit.record(tx, tx.session.reversal, segment.name, detail="segment.create", count=own, about=about)
        if stays:
            was = "was" if own == 1 else "were"
            sentence = f"{counted(own, 'contact')} {was} taken out of “{name}” again; the segment stays: {stays}."
            return StepReversal(sentence, removal, is_partial=True)
        return StepReversal(f"Undone: “{name}” is gone.", _Deletion(segment, self.addition, removal))

    def _own(self, tx: Transaction) -> int:
        """Count the members it was created with that are still in it."""
        if self.addition is None:
            return 0
        members = select(func.count()).select_from(memberships).where(self.addition.condition(tx))
        return int(tx.execute(members).scalar_one())

    def _stays(self, segment: Segment, own: int) -> str:
        if segment.stored_rule != self.made.stored_rule:
            return "its rule was edited meanwhile"
        if segment.contacts > own and not segment.live:
            verb = "was" if segment.contacts - own == 1 else "were"
            return f"{counted(segment.contacts - own, 'contact')} {verb} added to it meanwhile"
        if (segment.name, segment.description) != (self.made.name, self.made.description):
            return "it was edited meanwhile"
        return ""


@dataclass(frozen=True)
class _Deletion(Step):
    """A segment that an undo deleted, with its members."""

    segment: Segment
    addition: Addition | None
    removal: Removal

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return self.removal.size

    def reverse(self, tx: Transaction) -> StepReversal:
        """Create the segment again, under its id, so that later changes to it can be redone too."""
        segment_id = insert_segment(tx, self.segment.name, self.segment.description, self.segment.id)
        if self.segment.stored_rule is not None:
            rule_editing.restore(tx, segment_rows.get(tx, segment_id), self.segment.stored_rule)
        self.removal.put_back(tx, segment_id)
        tx.finish()
        made = segment_rows.get(tx, segment_id)
        about = About(segment_id)
        audit.record(tx, tx.session.reversal, made.name, detail="segment.create", count=made.contacts, about=about)
        # The members keep their timestamps, by which the redo of an addition finds them.
        addition = self.addition and replace(self.addition, segment_id=segment_id)
        return StepReversal(f"Redone: “{clean(made.name)}” is back.", Creation(made, addition))


@dataclass(frozen=True)
class Editing(Step):
    """A new name or description, with the old and the new value of each, and a new rule."""

    segment_id: int
    values: Mapping[str, tuple[str, str]]
    ruled: RuleChange | None = None

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return 0 if self.ruled is None else self.ruled.size

    def reverse(self, tx: Transaction) -> StepReversal:
        """Restore the old values, if the present ones are still those of this change."""
        segment = segment_rows.get(tx, self.segment_id)
        for field_name, (_, after) in self.values.items():
            if getattr(segment, field_name) != after:
                raise Conflict(f"The {field_name} of “{clean(segment.name)}” was changed again meanwhile; it stays.")
        old_values = {field_name: before for field_name, (before, _) in self.values.items()}
        now = {"name": segment.name, "description": segment.description}
        write_texts(tx, segment, **(now | old_values))
        ruled = None if self.ruled is None else self.ruled.reverse(tx)
        frozen = self.ruled is not None and self.ruled.after is None
        audit.record(
            tx,
            tx.session.reversal,
            (now | old_values)["name"],
            detail="segment.freeze" if frozen else "segment.edit",
            about=About(self.segment_id),
        )
        swapped = {name: (after, before) for name, (before, after) in self.values.items()}
        inverse = Editing(self.segment_id, swapped, ruled)
        if "name" in old_values:
            sentence = f"“{clean(segment.name)}” is “{clean(old_values['name'])}” again."
        elif ruled is not None:
            sentence = f"“{clean(segment.name)}” {ruled.words_again}."
        else:
            sentence = f"“{clean(segment.name)}” has its old description again."
        return StepReversal(sentence, inverse)


@dataclass(frozen=True)
class Archiving(Step):
    """A segment that was archived or restored. `before` is when it was archived, as it is stored."""

    segment_id: int
    before: int | None
    archived: bool

    def do(self, tx: Transaction) -> Segment:
        """Archive or restore the segment. Raises Conflict, naming them, where unfinished campaigns target it."""
        if self.archived:
            _demand_untargeted(tx, segment_rows.get(tx, self.segment_id))
        timestamp = segment_rows.stamp(tx)
        values = {"archived_at": timestamp if self.archived else None, "updated_at": timestamp}
        tx.execute(segment_rows.updating(tx, self.segment_id).values(**values))
        return segment_rows.get(tx, self.segment_id)

    def reverse(self, tx: Transaction) -> StepReversal:
        """Put it back, if it is still as this change left it."""
        segment = segment_rows.get(tx, self.segment_id)
        name = clean(segment.name)
        if segment.archived != self.archived:
            since = "restored" if self.archived else "archived again"
            raise Conflict(f"“{name}” was {since} since; nothing was undone.")
        if not self.archived:
            _demand_untargeted(tx, segment)
        inverse = Archiving(self.segment_id, archived_at(tx, self.segment_id), not self.archived)
        values = {"archived_at": self.before, "updated_at": segment_rows.stamp(tx)}
        tx.execute(segment_rows.updating(tx, self.segment_id).values(**values))
        action = "segment.archive" if self.archived else "segment.restore"
        audit.record(tx, tx.session.reversal, segment.name, detail=action, about=About(segment.id))
        back = "back among the segments" if self.archived else "archived again"
        return StepReversal(f"“{name}” is {back}.", inverse)


def _demand_untargeted(tx: Transaction, segment: Segment) -> None:
    from segtui.services.campaigns import deletion_guards

    deletion_guards.demand_free(tx, segment, "archived", excluding=False)


def archived_at(tx: Transaction, segment_id: int) -> int | None:
    """Return when a segment was archived, as it is stored; None for one that is not."""
    query = select(segments.c.archived_at).where(tx.scope(segments), segments.c.id == segment_id)
    archived_at: int | None = tx.execute(query).scalar_one()
    return archived_at
