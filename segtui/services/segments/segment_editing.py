"""Creation, editing, archiving and deletion of segments, and their undo."""

from collections.abc import Collection

from segtui.domain.criteria.tree import Criteria
from segtui.domain.text import clean, counted
from segtui.errors import InvalidInput
from segtui.services import undo
from segtui.services.audit import audit
from segtui.services.audit.audit import About
from segtui.services.interrupt import Interrupt
from segtui.services.segments import purge, segment_rows
from segtui.services.segments.live import rule_editing, rule_members, rules
from segtui.services.segments.memberships import ContactSelection, put
from segtui.services.segments.segment_changes import (
    Archiving,
    Creation,
    Editing,
    archived_at,
    insert_segment,
    write_texts,
)
from segtui.services.segments.segment_rows import Segment
from segtui.services.session import Session, Transaction


def create(
    session: Session,
    name: str,
    description: str = "",
    *,
    rule: Criteria | None = None,
    interrupt: Interrupt | None = None,
) -> Segment:
    """Create an empty segment, or a live one of the contacts that satisfy `rule` (criteria with names).

    Raises InvalidInput, NameTaken, NotAllowed, Cancelled.
    """
    with session.write(interrupt) as tx:
        segment_id = insert_segment(tx, name, description)
        if rule is not None:
            empty = segment_rows.get(tx, segment_id)
            rule_editing.change(tx, empty, rule_editing.bound(tx, rule, None, empty.name))
        segment = segment_rows.get(tx, segment_id)
    done = f"was created with {counted(segment.contacts, 'contact')}" if segment.live else "was created"
    _record(session, segment, done, Creation(segment, None).undo)
    return segment


def create_with(
    session: Session,
    name: str,
    selection: ContactSelection,
    description: str = "",
    *,
    besides: Collection[int] = (),
    interrupt: Interrupt | None = None,
) -> tuple[Segment, int]:
    """Create a segment of `selection` except `besides`. Return it with its number of members: all of it or nothing.

    Raises InvalidInput, NameTaken, NotAllowed, Cancelled.
    """
    with session.write(interrupt) as tx:
        segment_id = insert_segment(tx, name, description)
        addition = put(tx, segment_id, selection, besides)
        tx.finish()
        segment = segment_rows.get(tx, segment_id)
        audit.record(tx, "segment.add", segment.name, count=addition.count, about=About(segment_id))
    done = f"was created with {counted(addition.count, 'contact')}"
    _record(session, segment, done, Creation(segment, addition).undo)
    return segment, addition.count


def edit(
    session: Session,
    segment_id: int,
    *,
    name: str | None = None,
    description: str | None = None,
    rule: Criteria | None = None,
    interrupt: Interrupt | None = None,
) -> Segment:
    """Give a segment another name or description, which keeps its contacts, or a `rule` (criteria with names).

    With a rule a fixed segment becomes live. Raises NotFound, InvalidInput, NameTaken, Cancelled.
    """
    session = segment_rows.bound(session, segment_id)
    with session.write(interrupt) as tx:
        before = segment_rows.get(tx, segment_id)
        after = write_texts(
            tx,
            before,
            before.name if name is None else name,
            before.description if description is None else description,
        )
        changed = [
            field_name
            for field_name in ("name", "description")
            if getattr(before, field_name) != getattr(after, field_name)
        ]
        ruled = rule_editing.edit(tx, after, rule)
        if not changed and ruled is None:
            return before
        if ruled is not None:
            after = segment_rows.get(tx, segment_id)
        detail = f"renamed from {before.name}" if "name" in changed else "description" if changed else ""
        detail = ", ".join(filter(None, (detail, "" if ruled is None else "rule")))
        audit.record(tx, "segment.edit", after.name, detail=detail, about=About(segment_id))
    values = {field_name: (getattr(before, field_name), getattr(after, field_name)) for field_name in changed}
    done = ruled.words if ruled is not None else "got a new description"
    done = f"was “{clean(before.name)}” before" if "name" in changed else done
    editing = Editing(segment_id, values, ruled)
    _record(session, after, done, editing.undo, editing.size)
    return after


def freeze(session: Session, segment_id: int, as_name: str | None = None) -> Segment:
    """Make a live segment fixed: its present members stay. With `as_name` make a fixed copy of that name instead.

    Return the fixed segment. Raises NotFound, NameTaken, and InvalidInput for one that is not live.
    """
    session = segment_rows.bound(session, segment_id)
    with session.write() as tx:
        live = segment_rows.get(tx, segment_id)
        if not live.live:
            raise InvalidInput(f"“{clean(live.name)}” is not live: its contacts change only by hand.", "segment")
        inverse: undo.Inverse
        if as_name is None:
            frozen = rule_editing.freeze(tx, live)
            after = segment_rows.get(tx, segment_id)
            audit.record(tx, "segment.freeze", live.name, count=live.contacts, about=About(segment_id))
            inverse = Editing(segment_id, {}, frozen).undo
        else:
            after, inverse = _frozen_copy(tx, live, as_name)
    _record(session, after, "was frozen" if as_name is None else f"was made of “{clean(live.name)}”", inverse)
    return after


def _frozen_copy(tx: Transaction, live: Segment, name: str) -> tuple[Segment, undo.Inverse]:
    copy_id = insert_segment(tx, name, live.description)
    addition = rule_editing.copy_members(tx, live, copy_id)
    tx.finish()
    copy = segment_rows.get(tx, copy_id)
    audit.record(tx, "segment.freeze", live.name, detail=f"as {copy.name}", count=copy.contacts, about=About(live.id))
    return copy, Creation(copy, addition).undo


def check_rule(session: Session, segment_id: int | None, rule: Criteria) -> None:
    """Check that a segment (None for a new one) may have a rule (criteria with names).

    Raises NotFound, and InvalidInput (`where`) for an unknown name, or with the path where it would depend on itself.
    """
    session = session if segment_id is None else segment_rows.bound(session, segment_id)
    with session.read() as tx:
        name = "" if segment_id is None else segment_rows.get(tx, segment_id).name
        rule_editing.bound(tx, rule, segment_id, name)


def preview(
    session: Session,
    segment_id: int | None,
    rule: Criteria,
    interrupt: Interrupt | None = None,
    *,
    examples: bool = True,
) -> rule_members.Preview:
    """Return the contacts that join and leave a segment (None for a new one) by a rule, which is criteria with names.

    Without `examples` it names no contact, and takes half the time. Raises NotFound, InvalidInput (`where`), Cancelled.
    """
    session = session if segment_id is None else segment_rows.bound(session, segment_id)
    with session.read(interrupt) as tx:
        name = "" if segment_id is None else segment_rows.get(tx, segment_id).name
        bound = rule_editing.bound(tx, rule, segment_id, name)
        return rule_members.preview(tx, segment_id, bound, examples=examples)


def rules_naming(session: Session, segment_id: int) -> list[str]:
    """Return the names of the live segments whose rules name a segment, and so keep it. Raises NotFound."""
    with segment_rows.bound(session, segment_id).read() as tx:
        return rules.naming(tx, segment_id=segment_id)


def archive(session: Session, segment_id: int) -> Segment:
    """Hide a segment from the list until it is restored. Raises NotFound, Conflict while a campaign targets it."""
    return _set_archived(session, segment_id, archived=True)


def restore(session: Session, segment_id: int) -> Segment:
    """Bring an archived segment back. Raises NotFound."""
    return _set_archived(session, segment_id, archived=False)


def delete(session: Session, segment_id: int, *, sweep: bool = True) -> Segment:
    """Delete a segment for good; its contacts are kept. Return the deleted segment. Raises NotFound.

    Raises Conflict, naming them, while unfinished campaigns target it or drafts exclude its contacts.

    It is hidden at once. The memberships of a large one are deleted afterwards, in slices; without `sweep` the caller
    runs `purge.sweep`.
    """
    session = segment_rows.bound(session, segment_id)
    with session.write() as tx:
        segment = segment_rows.get(tx, segment_id)
        purge.discard(tx, segment)
        audit.record(tx, "segment.delete", segment.name, count=segment.contacts, about=About(segment_id))
    name = clean(segment.name)
    refusal = f"“{name}” was deleted for good: that cannot be undone."
    undo.record_final(session, segment.company_id, f"“{name}” was deleted", refusal)
    if sweep:
        purge.sweep(session)
    return segment


def _set_archived(session: Session, segment_id: int, *, archived: bool) -> Segment:
    session = segment_rows.bound(session, segment_id)
    with session.write() as tx:
        if segment_rows.get(tx, segment_id).archived == archived:
            return segment_rows.get(tx, segment_id)
        archiving = Archiving(segment_id, archived_at(tx, segment_id), archived)
        after = archiving.do(tx)
        action = "segment.archive" if archived else "segment.restore"
        audit.record(tx, action, after.name, about=About(segment_id))
    _record(session, after, "was archived" if archived else "was restored", archiving.undo)
    return after


def _record(session: Session, segment: Segment, done: str, inverse: undo.Inverse, size: int = 0) -> None:
    undo.record(session, segment.company_id, f"“{clean(segment.name)}” {done}", inverse, size=size)
