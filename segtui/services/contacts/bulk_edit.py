"""Bulk edit: fields of many contacts set, cleared or replaced in one transaction, with a preview and one undo."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, func, or_, select, true

from segtui.database.tables.core_tables import contacts
from segtui.domain.contact import EDITABLE_FIELDS, LABELS, full_name
from segtui.domain.criteria.fields import CUSTOM
from segtui.domain.names import no_such
from segtui.domain.text import clean, counted, name_key, require_length, without_controls
from segtui.errors import Conflict, InvalidInput
from segtui.services import search_index, undo
from segtui.services.audit import audit
from segtui.services.contacts import bulk, contact_values
from segtui.services.contacts.value_changes import BATCH, BULK_FIELDS, Edited, EditedColumns, ValueChange
from segtui.services.do_not_call import opt_outs
from segtui.services.do_not_call.mark_changes import STAYS, MarkChange
from segtui.services.do_not_call.opt_outs import ForAdmins
from segtui.services.interrupt import Interrupt
from segtui.services.segments.memberships import ContactSelection, named, which
from segtui.services.session import Session, Transaction, now
from segtui.services.undo import Reversal

MAX_EXAMPLES: Final = 5
"""Changed contacts that a preview shows."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """Every occurrence of `old` in a field becomes `new`; letter case counts."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Example:
    """One changed value of one contact; a blank value is empty."""

    title: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Preview:
    """Number of contacts that are selected, number of those that change, and the first values that change."""

    selected: int
    changing: int
    examples: tuple[Example, ...]


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
    edits = _Edits.checked(values, replacements)
    session = session.bound_to(session.one_company)
    with session.read(interrupt) as tx:
        condition = which(tx, selection, besides)
        if edits.mark is False and not session.is_admin:
            listed = select(contacts.c.id).where(condition, contacts.c.do_not_call == 1, ~opt_outs.unlisted(tx))
            if tx.execute(listed.limit(1)).first() is not None:
                session.demand_admin(opt_outs.FOR_ADMINS)
        selected = int(tx.execute(select(func.count()).select_from(contacts).where(condition)).scalar_one())
        changing, examples = 0, list[Example]()
        query = edits.columns.rows(tx).where(condition, edits.may_change()).execution_options(yield_per=BATCH)
        for row in tx.execute(query):
            changes = list(edits.examples(row))
            changing += bool(changes)
            examples += changes[: MAX_EXAMPLES - len(examples)]
    return Preview(selected, changing, tuple(examples))


def edit(
    session: Session,
    selection: ContactSelection,
    values: Mapping[str, str],
    replacements: Sequence[Replacement] = (),
    *,
    besides: Collection[int] = (),
    interrupt: Interrupt | None = None,
) -> int:
    """Set fields of `selection` except `besides` to `values`, and replace parts. Return the number of changed contacts.

    `values` are by field as in `contact_editing.edit`; a blank value clears a field. All of it or nothing. Raises
    InvalidInput for a wrong field or value and in a session of all companies; NotAllowed for a viewer, and where a user
    other than an admin would take numbers off the do-not-call list; Cancelled.
    """
    edits = _Edits.checked(values, replacements)
    company = session.one_company
    session = session.bound_to(company)
    with opt_outs.admins_only(session), session.write(interrupt) as tx:
        change = _BulkChange(edits.names, ValueChange(edits.columns, now()))
        at, names = change.values.at, named(selection)
        with bulk.lasting(tx, selection, besides) as inside:
            change.values.write(tx, edits.batches(tx, inside, at))
            if edits.mark is not None:
                change.marks = bulk.mark(tx, inside, do_not_call=edits.mark, time=at, named_=names)
            changed = (inside, contacts.c.updated_at == at)
            change.count = int(tx.execute(select(func.count()).select_from(contacts).where(*changed)).scalar_one())
        if change.count or (change.marks and len(change.marks.entries)):
            search_index.after_change(tx)
        if change.values.count:
            object_, about = names
            audit.record(tx, "contact.edit", object_, detail=edits.names, count=change.values.count, about=about)
    if change.count:
        undo.record(session, company.id, f"{_were(change.count)} edited", change.undo, size=change.size)
    return change.count


@dataclass(frozen=True)
class _Edits:
    """Checked edits: the new text of each text field, and of each custom field by the key of its name, from the old.

    `spellings` are the names of the custom fields as they were typed. `mark` is the new do-not-call mark.
    """

    texts: Mapping[str, Callable[[str], str]]
    custom: Mapping[str, Callable[[str], str]]
    spellings: Mapping[str, str]
    settings: Mapping[str, str]
    """The text fields that get one value, which a statement can compare."""
    mark: bool | None = None

    @classmethod
    def checked(cls, values: Mapping[str, str], replacements: Sequence[Replacement]) -> "_Edits":
        """Return the checked edits. Raises InvalidInput with the field."""
        texts: dict[str, Callable[[str], str]] = {}
        custom: dict[str, Callable[[str], str]] = {}
        spellings: dict[str, str] = {}
        settings: dict[str, str] = {}
        mark = None
        requests: list[tuple[str, str | Replacement]] = [*values.items()]
        requests += [(replacement.field, replacement) for replacement in replacements]
        for name, value in requests:
            change = _replacing(value) if isinstance(value, Replacement) else _setting(name, value)
            if name == "do_not_call" and isinstance(value, str):
                mark = contact_values.is_yes(value)
            elif name.startswith(CUSTOM):
                spelling = _custom_name(name)
                key = name_key(spelling)
                custom[key] = _combined(custom.get(key), change, name)
                spellings.setdefault(key, spelling)
            else:
                _demand_bulk_field(name)
                texts[name] = _combined(texts.get(name), change, name)
                if isinstance(value, str):
                    settings[name] = change("")
        if not texts and not custom and mark is None:
            raise InvalidInput("Say what to change, such as status=NEW.", "values")
        return cls(texts, custom, spellings, settings, mark)

    @property
    def columns(self) -> EditedColumns:
        """The columns that the edit reads and writes."""
        return EditedColumns(tuple(self.texts), bool(self.custom))

    @property
    def names(self) -> str:
        """The fields in words, without the mark, which has an entry of its own in the audit trail."""
        return ", ".join((*self.texts, *(CUSTOM + clean(spelling) for spelling in self.spellings.values())))

    def may_change(self) -> ColumnElement[bool]:
        """Return a condition that holds for every contact that changes."""
        if self.custom or len(self.settings) < len(self.texts):
            return true()
        tests = [contacts.c[name].is_distinct_from(value or None) for name, value in self.settings.items()]
        if self.mark is not None:
            tests.append(contacts.c.do_not_call != int(self.mark))
        return or_(*tests)

    def batches(
        self, tx: Transaction, inside: ColumnElement[bool], time: int
    ) -> Iterator[list[tuple[Row[*tuple[Any, ...]], Edited]]]:
        """Yield the contacts whose values change, with the new ones."""
        if not self.texts and not self.custom:
            return
        query = self.columns.rows(tx).where(inside, self.may_change())
        for rows in tx.execute(query.execution_options(yield_per=BATCH)).partitions():
            edited = ((row, self._edited(row, time)) for row in rows)
            yield [(row, change) for row, change in edited if change.after]

    def examples(self, row: Row[*tuple[Any, ...]]) -> Iterator[Example]:
        """Yield the values of a contact that change."""
        title = full_name(row.first_name, row.last_name) or row.phone or row.email or ""
        edited = self._edited(row, 0)
        for name, value in edited.after.items():
            yield Example(title, LABELS.get(name) or name.removeprefix(CUSTOM), edited.before[name], value)
        if self.mark is not None and bool(row.do_not_call) != self.mark:
            yes_no = ("no", "yes")
            yield Example(title, LABELS["do_not_call"], yes_no[not self.mark], yes_no[self.mark])

    def _edited(self, row: Row[*tuple[Any, ...]], time: int) -> Edited:
        """Return the new values of a contact, and the old ones of the same fields."""
        before: dict[str, str] = {}
        after: dict[str, str] = {}
        for name, change in self.texts.items():
            old = getattr(row, name) or ""
            before[name], after[name] = old, change(old)
        if self.custom:
            self._edit_custom(row, before, after)
        for name in [name for name in after if after[name] == before[name]]:
            del before[name], after[name]
        return Edited(before, after, time)

    def _edit_custom(self, row: Row[*tuple[Any, ...]], before: dict[str, str], after: dict[str, str]) -> None:
        # A contact keeps its own spelling of a name; of several, the first counts, as in criteria.
        present: dict[str, list[str]] = {}
        for name in sorted(contact_values.custom_fields_of(row.custom_fields)):
            present.setdefault(name_key(name), []).append(name)
        custom = contact_values.custom_fields_of(row.custom_fields)
        for key, change in self.custom.items():
            names = present.get(key, [self.spellings[key]])
            value = change(custom.get(names[0], ""))
            for name in names if not value else names[:1]:
                before[CUSTOM + name], after[CUSTOM + name] = custom.get(name, ""), value


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
        parts = [f"{counted(values.count, 'contact')} {'has' if values.count == 1 else 'have'} the old values again"]
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


@dataclass(frozen=True, slots=True)
class _Setting:
    """The edit that gives a field one value."""

    value: str

    def __call__(self, _: str) -> str:
        """Return the value."""
        return self.value


def _setting(name: str, value: str) -> _Setting:
    require_length(value, "A value", name)
    return _Setting(without_controls(value).strip())


def _replacing(replacement: Replacement) -> Callable[[str], str]:
    if not replacement.old:
        raise InvalidInput("Say what to replace: FIELD/OLD/NEW.", "values")
    require_length(replacement.new, "A value", replacement.field)

    def replaced(old: str) -> str:
        new = without_controls(old.replace(replacement.old, replacement.new)).strip()
        require_length(new, "A value", replacement.field)
        return new

    return replaced


def _combined(first: Callable[[str], str] | None, second: Callable[[str], str], name: str) -> Callable[[str], str]:
    """Return the edit of a field that makes two replacements. Raises InvalidInput where one sets the value."""
    if first is None:
        return second
    if isinstance(first, _Setting) or isinstance(second, _Setting):
        raise InvalidInput(f"{clean(name)} is given twice: set it, or replace parts of it.", "values")
    return lambda old: second(first(old))


def _custom_name(name: str) -> str:
    require_length(name, "The name of a custom field", "custom_fields")
    spelling = without_controls(name.removeprefix(CUSTOM)).strip()
    if not spelling:
        raise InvalidInput("A custom field needs a name: custom.NAME=VALUE.", "custom_fields")
    return spelling


def _demand_bulk_field(name: str) -> None:
    if name in BULK_FIELDS:
        return
    if name in EDITABLE_FIELDS:
        can = "The mark is set or cleared" if name == "do_not_call" else f"The {LABELS[name].lower()} is one contact's"
        raise InvalidInput(f"{can}: it cannot be changed like this for several contacts at once.", name)
    raise InvalidInput(str(no_such("field", name, EDITABLE_FIELDS)), name)


def _were(count: int) -> str:
    return f"{counted(count, 'contact')} {'was' if count == 1 else 'were'}"
