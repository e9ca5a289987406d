"""Values of contacts as criteria compare them: expressions on `contacts`, or columns that were computed before.

A condition of one statement computes its values from the table. For many conditions on the same contacts the values are
computed once: `computed` selects them, and `ContactColumns` reads them from that selection.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, FromClause, Select, and_, false, func, or_, select, true

from segtui.database.tables.core_tables import contacts
from segtui.domain.contact import TEXT_FIELDS
from segtui.domain.criteria.fields import CUSTOM, FIELDS
from segtui.domain.criteria.tree import ORDER_OPERATORS, Criteria, comparisons
from segtui.domain.text import name_key
from segtui.services.criteria import custom_fields
from segtui.services.session import Transaction

Form = Literal["stored", "folded", "number"]
Value = tuple[Form, str]
"""A value that a comparison reads: its form and the field."""

# Stored columns of fields whose name differs from that of their column.
_COLUMNS: Final = {"added": "created_at", "created": "created_at", "updated": "updated_at", "import": "import_id"}
# Kinds of fields that are compared as they are stored; fields of other tables have no value here.
_STORED: Final = ("phone", "flag", "day", "choice", "membership")
_OF_OTHER_TABLES: Final = frozenset(("joined", "segment", "campaign", "last_outcome", "last_called", "calls"))


def values_of(criteria: Criteria | None) -> Iterable[Value]:
    """Yield the values of contacts that the condition of `criteria` reads; some of them several times."""
    for comparison in comparisons(criteria):
        if comparison.field in _OF_OTHER_TABLES:
            continue
        declared = FIELDS.get(comparison.field)
        if declared is not None and declared.kind in _STORED:
            yield "stored", comparison.field
        elif comparison.operator in ORDER_OPERATORS:
            yield "number", comparison.field
        else:
            yield "folded", comparison.field


@dataclass(frozen=True)
class ContactColumns:
    """The ids and values of the contacts that a condition is about.

    `source` is `contacts` or a selection by `computed`, whose columns are named by `names`.
    """

    tx: Transaction
    source: FromClause = contacts
    names: Mapping[Value, str] = field(default_factory=dict)

    @property
    def company_id(self) -> ColumnElement[int]:
        """The id of the company."""
        return self.source.c.company_id

    @property
    def id(self) -> ColumnElement[int]:
        """The id of the contact."""
        return self.source.c.id

    @property
    def search(self) -> ColumnElement[str] | None:
        """The search text, where an index of it can serve the condition."""
        is_served = self.source is contacts and self.tx.backend.search.serves_conditions
        return contacts.c.search if is_served else None

    def stored(self, name: str) -> ColumnElement[Any]:
        """Return a field as it is stored: a phone, a flag, a time in microseconds, a region, an import's id."""
        return self.value("stored", name)

    def folded(self, name: str) -> ColumnElement[str]:
        """Return the folded text of a field, NULL where it is blank."""
        return self.value("folded", name)

    def has_custom(self, name: str) -> ColumnElement[bool]:
        """Return a condition that holds for every contact with the custom field `name`; true for other fields."""
        is_stored = name.startswith(CUSTOM) and self.source is contacts
        return contacts.c.custom_fields != "{}" if is_stored else true()

    def likely(self, name: str, folded: Sequence[str], *, whole: bool) -> ColumnElement[bool] | None:
        """Return a necessary condition for a folded text that begins with one of `folded`, or with `whole` equals one.

        It holds for other contacts too, but takes a fraction of the time that folding takes. None where there is no
        such condition.
        """
        if name not in TEXT_FIELDS or ("folded", name) in self.names:
            return None
        text = self.tx.backend.values.by_code(contacts.c[name])
        tests = [
            and_(true(), *([text >= first] if first else []), *([text < end] if end else []))
            for first, end in _first_letters({start[:1] for start in folded})
        ]
        begins = or_(false(), *tests)
        return and_(begins, self.tx.backend.values.may_fold_to(contacts.c[name], folded)) if whole else begins

    def number(self, name: str) -> ColumnElement[float]:
        """Return the number that the text of a field is, NULL where it is none."""
        return self.value("number", name)

    def value(self, form: Form, name: str) -> ColumnElement[Any]:
        """Return a field in one of the forms."""
        computed = self.names.get((form, name))
        if computed is not None:
            return self.source.c[computed]
        if form == "stored":
            return contacts.c[_COLUMNS.get(name, name)]
        if name == "name" and form == "folded":
            return contacts.c.name_key
        text = self._text(name)
        values = self.tx.backend.values
        return values.folded(text) if form == "folded" else values.number(text)

    def _text(self, name: str) -> ColumnElement[str]:
        if name == "name":
            first, last = (func.coalesce(contacts.c[part], "") for part in ("first_name", "last_name"))
            return first.concat(" ").concat(last)
        if not name.startswith(CUSTOM):
            return contacts.c[name]
        spellings = self.spellings(name)
        members = [self.tx.backend.values.of_object(contacts.c.custom_fields, spelling) for spelling in spellings]
        # A contact that has several spellings of a name has the value of the first in sorted order.
        return func.coalesce(*members) if len(members) > 1 else members[0]

    def spellings(self, name: str) -> Sequence[str]:
        """Return the spellings of a custom field that contacts have, in sorted order; at least the given one."""
        own = name.removeprefix(CUSTOM)
        return self._spellings.get(name_key(own)) or [own]

    @cached_property
    def _spellings(self) -> Mapping[str, list[str]]:
        return custom_fields.spellings(self.tx)


def _first_letters(starts: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the ranges, up to and without the second letter, of texts that may fold to one that begins with `starts`.

    An ASCII letter or digit at the beginning of a text folds to one character; any other may fold to anything.
    """
    begin: str | None = ""
    for letter in map(chr, range(ord("0"), ord("{") + 1)):
        if letter.isalnum() and letter.lower() not in starts:
            if begin is not None:
                yield begin, letter
            begin = None
        elif begin is None:
            begin = letter
    yield begin or "", ""


def computed(
    tx: Transaction, every: Iterable[Criteria], where: ColumnElement[bool]
) -> tuple[Select[Any], dict[Value, str]]:
    """Return a query for the values that `every` criteria read of the contacts that fulfil `where`, and column names.

    The query selects `company_id`, `id` and the values. Make it a subquery, a CTE or a temporary table, and read it by
    `ContactColumns(tx, source, names)`.
    """
    columns = ContactColumns(tx)
    values = sorted({value for criteria in every for value in values_of(criteria)})
    names = {value: f"value_{number}" for number, value in enumerate(values)}
    selected = [columns.value(*value).label(names[value]) for value in values]
    return select(contacts.c.company_id, contacts.c.id, *selected).where(tx.scope(contacts), where), names
