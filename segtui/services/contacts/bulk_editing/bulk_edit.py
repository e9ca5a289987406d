"""Bulk edit: fields of many contacts set, cleared or replaced in one transaction, with a preview and one undo."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select

from segtui.database.tables.core_tables import contacts
from segtui.domain.text import counted, was
from segtui.errors import Conflict
from segtui.services import search_index, undo
from segtui.services.audit import audit
from segtui.services.contacts import bulk
from segtui.services.contacts.bulk_editing import edit_outcome
from segtui.services.contacts.bulk_editing.assignments import assigned
from segtui.services.contacts.bulk_editing.edit_outcome import Example, Refusal
from segtui.services.contacts.bulk_editing.edited_columns import Edited
from segtui.services.contacts.bulk_editing.field_edits import FieldEdits, NotPossible, Replacement
from segtui.services.contacts.bulk_editing.value_changes import ValueChange
from segtui.services.contacts.bulk_editing.value_packs import BATCH
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.do_not_call import opt_outs
from segtui.services.do_not_call.mark_changes import STAYS, MarkChange
from segtui.services.do_not_call.opt_outs import ForAdmins
from segtui.services.interrupt import Interrupt
from segtui.services.segments.memberships import ContactSelection, named, which
from segtui.services.session import Session, Transaction, now
from segtui.services.undo import Reversal

__all__ = ["ChangedMeanwhile", "Example", "Preview", "Refusal", "Replacement", "edit", "preview"]


class ChangedMeanwhile(Conflict):
    """The contacts of an edit are others than those of its preview, or have other values; nothing was changed."""

    def __init__(self) -> None:
        super().__init__("The contacts were changed since the preview; nothing was edited. Look at the preview again.")


@dataclass(frozen=True, slots=True)
class Preview:
    """Numbers of contacts: selected, changing, and changing by field; with examples.

    All others stay as they are: `refusals` has those that cannot change. Pass the preview to `edit`, which makes the
    same changes or none.
    """

    selected: int
    changing: int
    fields: Mapping[str, int]
    examples: tuple[Example, ...]
    refusals: tuple[Refusal, ...] = ()
    version: tuple[int, ...] = field(default=(), compare=False, repr=False)

    @property
    def refused(self) -> int:
        """The number of contacts that cannot change."""
        return sum(refusal.count for refusal in self.refusals)

    @property
    def unchanged(self) -> int:
        """The number of contacts that have these values already."""
        return self.selected - self.changing - self.refused


def demand_valid(session: Session, values: Mapping[str, str], replacements: Sequence[Replacement] = ()) -> None:
    """Raise InvalidInput, with the field, where `edit` would refuse these values for all contacts."""
    FieldEdits.checked(values, replacements, session.one_company.region)


def preview(
    session: Session,
    selection: ContactSelection,
    values: Mapping[str, str],
    replacements: Sequence[Replacement] = (),
    *,
    besides: Collection[int] = (),
    interrupt: Interrupt | None = None,
) -> Preview:
    """Return the effect that `edit` would have. Raises what it raises, but for a viewer."""
    session = session.bound_to(session.one_company)
    edits = FieldEdits.checked(values, replacements, session.one_company.region)
    with session.read(interrupt) as tx:
        condition = which(tx, selection, besides)
        if edits.mark is False and not session.is_admin:
            listed = select(contacts.c.id).where(condition, contacts.c.do_not_call == 1, ~opt_outs.unlisted(tx))
            if tx.execute(listed.limit(1)).first() is not None:
                session.demand_admin(opt_outs.FOR_ADMINS)
        outcome = edit_outcome.evaluate(tx, condition, edits)
        return Preview(
            outcome.selected,
            outcome.changing,
            dict(outcome.fields),
            edit_outcome.examples(tx, condition, edits, outcome),
            edit_outcome.refusals(tx, outcome),
            outcome.identity,
        )


def edit(
    session: Session,
    selection: ContactSelection,
    values: Mapping[str, str],
    replacements: Sequence[Replacement] = (),
    *,
    besides: Collection[int] = (),
    previewed: Preview | None = None,
    interrupt: Interrupt | None = None,
) -> int:
    """Set fields of `selection` except `besides` to `values`, and replace parts. Return the number of changed contacts.

    `values` are by field as in `contact_editing.edit`; a blank value clears a field. Contacts that cannot have the new
    values stay as they are (`Preview.refusals`). All the rest or nothing. Raises InvalidInput for a wrong field or
    value and in a session of all companies; NotAllowed for a viewer, and where a user other than an admin would take
    numbers off the do-not-call list; ChangedMeanwhile where the result would not be as `previewed`; Cancelled.
    """
    company = session.one_company
    edits = FieldEdits.checked(values, replacements, company.region)
    session = session.bound_to(company)
    with opt_outs.admins_only(session), session.write(interrupt) as tx:
        change = _BulkChange(edits.names, ValueChange(edits.columns, now()))
        names = named(selection)
        # All contacts, or those of a segment, are the same ones while their values change.
        is_plain = isinstance(selection, ContactQuery) and not (selection.search or selection.criteria)
        selected = nullcontext(which(tx, selection, besides)) if is_plain else bulk.lasting(tx, selection, besides)
        with selected as inside:
            # A contact that cannot have the new values keeps its mark too, as the preview says.
            refused = _refused_ids(tx, inside, edits) if edits.mark is not None else []
            _make(tx, inside, edits, change, previewed)
            if edits.mark is not None:
                marked = inside & ~tx.backend.id_in(contacts.c.id, refused) if refused else inside
                time = change.values.changed_at
                change.marks = bulk.mark(tx, marked, do_not_call=edits.mark, time=time, named_=names)
                changed = (inside, contacts.c.updated_at == time)
                change.count = int(tx.execute(select(func.count()).select_from(contacts).where(*changed)).scalar_one())
        if change.count or (change.marks and len(change.marks.entries)):
            search_index.after_change(tx)
        if change.values.count:
            object_, about = names
            audit.record(tx, "contact.edit", object_, detail=edits.names, count=change.values.count, about=about)
    if change.count:
        undo.record(
            session,
            company.id,
            f"{counted(change.count, 'contact')} {was(change.count)} edited",
            change.undo,
            size=change.size,
        )
    return change.count


def _make(
    tx: Transaction, inside: ColumnElement[bool], edits: FieldEdits, change: "_BulkChange", previewed: Preview | None
) -> None:
    """Change the values of the selected contacts, unless the result is another one than was previewed."""
    refused: frozenset[int] = frozenset()
    if previewed is not None or edits.columns.changes_reach:
        outcome = edit_outcome.evaluate(tx, inside, edits)
        if previewed is not None and previewed.version != outcome.identity:
            raise ChangedMeanwhile
        refused = frozenset(contact_id for ids in outcome.refused.values() for contact_id in ids)
    with assigned(tx, inside, edits) as assignment:
        if assignment is not None:
            change.values.assign(tx, assignment, edits.values)
        elif edits.texts or edits.custom:
            change.values.write(tx, _batches(tx, inside, edits, refused, change.values.changed_at))
    change.count = change.values.count


def _refused_ids(tx: Transaction, inside: ColumnElement[bool], edits: FieldEdits) -> list[int]:
    """Return the ids of all contacts that cannot have the new values, which are still to be written."""
    if edits.columns.changes_reach:
        outcome = edit_outcome.evaluate(tx, inside, edits)
        return [contact_id for ids in outcome.refused.values() for contact_id in ids]
    if not edits.custom and edits.texts.keys() == edits.constants.keys():
        return []
    query = edits.columns.rows(tx).where(inside).execution_options(yield_per=BATCH)
    return [row.id for row in tx.execute(query) if not edits.is_possible(row)]


def _batches(
    tx: Transaction, inside: ColumnElement[bool], edits: FieldEdits, refused: Collection[int], time: int
) -> Iterator[list[tuple[Row[*tuple[Any, ...]], Edited]]]:
    """Yield the contacts whose values change, with the new ones."""
    query = edits.columns.rows(tx).where(inside).execution_options(yield_per=BATCH)
    for rows in tx.execute(query).partitions():
        batch = []
        for row in rows:
            try:
                before, after = edits.values(row)
            except NotPossible:
                continue
            if after and row.id not in refused:
                batch.append((row, Edited(before, after, time)))
        yield batch


@dataclass
class _BulkChange:
    """A committed bulk edit: the changed values and marks, and the number of contacts that it changed."""

    names: str
    values: ValueChange
    marks: MarkChange | None = field(default=None)
    count: int = 0

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return self.values.size + (self.marks.size if self.marks else 0)

    def undo(self, session: Session) -> Reversal:
        """Restore the values and marks that nobody has changed since. Raises Conflict, ConsentNeeded."""
        try:
            with session.write() as tx:
                marks = self.marks.reverse(tx) if self.marks else None
                values = self.values.reverse(tx)
                if not values.count and not (marks and (marks.count or len(marks.entries))):
                    raise Conflict("Nothing was undone: all these values were changed again meanwhile.")
                search_index.after_change(tx)
                if values.count:
                    reversal = tx.session.reversal
                    audit.record(tx, reversal, "several contacts", detail="contact.edit", count=values.count)
        except ForAdmins:
            raise Conflict(STAYS) from None
        which = "new" if session.reversal == "redo" else "old"
        has = "has" if values.count == 1 else "have"
        parts = [f"{counted(values.count, 'contact')} {has} the {which} values again"]
        if values.left_alone:
            stays = "was changed meanwhile and stays as it is"
            if values.left_alone > 1:
                stays = "were changed meanwhile and stay as they are"
            parts.append(f"{counted(values.left_alone, 'contact')} {stays}")
        sentence = f"{'; '.join(parts)}." if values.count or values.left_alone else ""
        if marks is not None:
            sentence = f"{sentence} {marks.sentence}".strip()
        inverse = _BulkChange(self.names, values, marks)
        return Reversal(sentence, inverse.undo, inverse.size)
