"""Outcome of an edit of many contacts before it is made: those that change, and those that cannot, with the reasons.

Contacts with equal values of the edited fields have one outcome, so it is computed once for each combination of values.
Only where phones or e-mails change is each contact looked at by itself.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, func, literal, or_, select

from segtui.database.tables.core_tables import Id, contacts
from segtui.domain.contact import LABELS, full_name
from segtui.domain.criteria.fields import CUSTOM
from segtui.services.contacts.bulk_editing import reaching
from segtui.services.contacts.bulk_editing.field_edits import FieldEdits, NotPossible
from segtui.services.contacts.bulk_editing.reaching import REACHING, Move
from segtui.services.contacts.bulk_editing.value_packs import BATCH
from segtui.services.session import Transaction

MAX_EXAMPLES: Final = 5
"""Contacts that a preview shows, of those that change and for each reason why others cannot."""
_MODULUS: Final = 1_000_003


@dataclass(frozen=True, slots=True)
class Example:
    """One changed value of one contact; a blank value is empty."""

    title: str
    label: str
    before: str
    after: str
    contact_id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason why contacts stay as they are, as part of a sentence, their number, and the titles of the first."""

    reason: str
    count: int
    titles: tuple[str, ...]


@dataclass
class Outcome:
    """Numbers of contacts: selected, changing, and by changing field. `version` changes with any of those contacts.

    `refused` are the ids of contacts that cannot change, by the reason; of many with equal values the first.
    """

    selected: int = 0
    changing: int = 0
    version: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    refused: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    first: list[tuple[int, ColumnElement[bool]]] = field(default_factory=list)
    """Changing contacts, at most MAX_EXAMPLES: the first of each combination of values, with a condition for that."""

    @property
    def identity(self) -> tuple[int, ...]:
        """Numbers that are equal only where the same contacts change in the same way."""
        return self.selected, self.changing, self.refusals.total(), self.version

    def add(self, row: Row[*tuple[Any, ...]], names: list[str], equal: ColumnElement[bool]) -> None:
        """Count contacts that change."""
        self.changing += row.contacts
        self.version += row.version
        self.fields.update(dict.fromkeys(names, row.contacts))
        self.first.append((row.first, equal))
        if len(self.first) > 8 * MAX_EXAMPLES:
            self.trim()

    def refuse(self, reason: str, count: int, contact_id: int) -> None:
        """Count contacts that cannot change."""
        self.refusals[reason] += count
        self.refused[reason].append(contact_id)

    def trim(self) -> None:
        """Drop all but the first of the changing contacts."""
        self.first = sorted(self.first, key=lambda pair: pair[0])[:MAX_EXAMPLES]


def evaluate(tx: Transaction, which: ColumnElement[bool], edits: FieldEdits) -> Outcome:
    """Return the outcome of edits for the contacts that fulfil a condition."""
    outcome = Outcome(fields=Counter(dict.fromkeys(edits.field_names, 0)))
    pending: list[tuple[Row[*tuple[Any, ...]], list[str], Move]] = []
    for row in tx.execute(_groups(which, edits).execution_options(yield_per=BATCH)):
        outcome.selected += row.contacts
        try:
            _, after = edits.values(row)
        except NotPossible as error:
            outcome.refuse(str(error), row.contacts, row.first)
            continue
        names = list(dict.fromkeys(edits.field_of(name) for name in after))
        if edits.mark is not None and bool(row.do_not_call) != edits.mark:
            names.append("do_not_call")
        if not names:
            continue
        if not REACHING.isdisjoint(after):
            pending.append((row, names, Move.of(row, after)))
        else:
            outcome.add(row, names, _equal(row, edits))
    refused = reaching.refusals(tx, [move for _, _, move in pending])
    for row, names, move in pending:
        if (reason := refused.get(move.contact_id)) is None:
            outcome.add(row, names, contacts.c.id == row.first)
        else:
            outcome.refuse(reason, row.contacts, row.first)
    outcome.trim()
    return outcome


def examples(tx: Transaction, which: ColumnElement[bool], edits: FieldEdits, outcome: Outcome) -> tuple[Example, ...]:
    """Return values of the first contacts that change, and of different combinations of values where there are any."""
    ids = [contact_id for contact_id, _ in outcome.first]
    if len(ids) < min(MAX_EXAMPLES, outcome.changing):
        equal = or_(*(condition for _, condition in outcome.first))
        more = select(contacts.c.id).where(which, equal, contacts.c.id.not_in(ids)).order_by(contacts.c.id)
        ids += tx.execute(more.limit(MAX_EXAMPLES - len(ids))).scalars()
    rows = tx.execute(edits.columns.rows(tx).where(contacts.c.id.in_(ids))).all()
    return tuple(example for row in rows for example in _examples(row, edits))


def refusals(tx: Transaction, outcome: Outcome) -> tuple[Refusal, ...]:
    """Return the reasons why contacts cannot change, the most frequent first."""
    names = (contacts.c.id, contacts.c.first_name, contacts.c.last_name, contacts.c.phone, contacts.c.email)
    first = [contact_id for ids in outcome.refused.values() for contact_id in sorted(ids)[:MAX_EXAMPLES]]
    rows = tx.execute(select(*names).where(tx.scope(contacts), contacts.c.id.in_(first)))
    titles = {row.id: _title(row) for row in rows}
    return tuple(
        Refusal(reason, count, tuple(titles[key] for key in sorted(outcome.refused[reason])[:MAX_EXAMPLES]))
        for reason, count in outcome.refusals.most_common()
    )


def field_label(name: str) -> str:
    """Return the label of a field; a custom field's is its name."""
    return LABELS.get(name) or name.removeprefix(CUSTOM)


def _groups(which: ColumnElement[bool], edits: FieldEdits) -> Any:  # noqa: ANN401  a select of these columns
    """Return the query of combinations of values, with the number of contacts, the first id and the version."""
    names = [*edits.columns.edited, *(("do_not_call",) if edits.mark is not None else ())]
    version = contacts.c.updated_at % _MODULUS + contacts.c.id % _MODULUS
    if edits.columns.changes_reach:
        names = list(dict.fromkeys((*names, "id", "phone", "email", "do_not_call")))
        columns = [contacts.c[name] for name in names]
        return select(
            *columns, literal(1, Id).label("contacts"), contacts.c.id.label("first"), version.label("version")
        ).where(which)
    columns = [contacts.c[name] for name in names]
    counts = (
        func.count().label("contacts"),
        func.min(contacts.c.id).label("first"),
        func.sum(version).label("version"),
    )
    return select(*columns, *counts).where(which).group_by(*columns)


def _equal(row: Row[*tuple[Any, ...]], edits: FieldEdits) -> ColumnElement[bool]:
    """Return the condition that a contact has the values of a combination."""
    names = [*edits.columns.edited, *(("do_not_call",) if edits.mark is not None else ())]
    return and_(*(contacts.c[name].is_not_distinct_from(getattr(row, name)) for name in names))


def _examples(row: Row[*tuple[Any, ...]], edits: FieldEdits) -> Iterator[Example]:
    """Yield the values of a contact that change."""
    before, after = edits.values(row)
    for name, value in after.items():
        yield Example(_title(row), field_label(name), before[name], value, row.id)
    if edits.mark is not None and bool(row.do_not_call) != edits.mark:
        yes_no = ("no", "yes")
        yield Example(_title(row), LABELS["do_not_call"], yes_no[not edits.mark], yes_no[edits.mark], row.id)


def _title(row: Row[*tuple[Any, ...]]) -> str:
    return full_name(row.first_name, row.last_name) or row.phone or row.email or ""
