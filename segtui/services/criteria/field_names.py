"""Names of fields as they are written for columns and orders: `--columns name,custom.plan`, `--sort joined`.

A custom field is `custom.NAME`, regardless of case. `"` around a name, or a part of it, is needed only where it holds a
comma, or a `"` itself with a backslash before it.
"""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from segtui.domain.criteria.fields import CUSTOM, FIELDS, CriteriaField, custom_field
from segtui.domain.names import NAME_LENGTH
from segtui.domain.text import clean, fold, name_key, require_length
from segtui.errors import InvalidInput
from segtui.services.criteria import custom_fields
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session, Transaction

MAX_COLUMNS: Final = 200
"""Columns of one list."""
_ITEM: Final = re.compile(r'(?:"(?:\\.|[^"\\])*"|[^,"])*')
_QUOTED: Final = re.compile(r'"((?:\\.|[^"\\])*)"')


def every(session: Session, *, in_segment: bool = False, interrupt: Interrupt | None = None) -> list[CriteriaField]:
    """Return the declared fields, then the custom fields by name, for the columns and the order of a list of contacts.

    With `in_segment`, for the list of one segment. Raises Cancelled.
    """
    with session.read(interrupt) as tx:
        names = [spelled[0] for spelled in custom_fields.spellings(tx).values()]
    declared = [field for field in FIELDS.values() if in_segment or not field.segment_only]
    return declared + [custom_field(name) for name in sorted(names, key=lambda name: (fold(name), name))]


@dataclass(frozen=True, slots=True)
class FieldSuggestion:
    """A field, and the number of contacts with a value of it; None where that is not counted."""

    field: CriteriaField
    contacts: int | None = None


def suggestions(
    session: Session,
    typed: str,
    limit: int = 20,
    interrupt: Interrupt | None = None,
    *,
    in_segment: bool = False,
    counts_contacts: bool = False,
) -> list[FieldSuggestion]:
    """Return fields whose name or label contains the typed text, those that begin with it first.

    `custom.` may be left out. With `counts_contacts`, custom fields have the number of contacts with a value, which
    reads every contact. Raises Cancelled.
    """
    fields = every(session, in_segment=in_segment, interrupt=interrupt)
    folded = fold(typed)
    words = {field.name: (fold(field.name), fold(field.label)) for field in fields}
    beginning = [field for field in fields if any(word.startswith(folded) for word in words[field.name])]
    containing = [field for field in fields if any(folded in word for word in words[field.name])]
    suggested = list(dict.fromkeys((*beginning, *containing)))[:limit]
    if not counts_contacts:
        return [FieldSuggestion(field) for field in suggested]
    with session.read(interrupt) as tx:
        counts = {CUSTOM + key: count for key, count in custom_fields.counts(tx).items()}
    custom = {field.name: counts.get(name_key(field.name), 0) for field in suggested if field.name.startswith(CUSTOM)}
    return [FieldSuggestion(field, custom.get(field.name)) for field in suggested]


def parse_columns(session: Session, text: str, *, in_segment: bool = False) -> tuple[str, ...]:
    """Return the names of the fields in a list such as `name,phone,custom."Plan type"`, each once.

    Raises InvalidInput (`columns`) for an empty list and for an unknown field, with the nearest name.
    """
    require_length(text, "A list of columns", "columns")
    items = list(_items(text, "columns"))
    if not all(item for item, _ in items):
        raise InvalidInput("The columns are fields with commas between them, such as name,phone,added.", "columns")
    with session.read() as tx:
        names = _Names(tx, in_segment=in_segment)
        columns = tuple(dict.fromkeys(names.find(item, raw, "columns") for item, raw in items))
    if len(columns) > MAX_COLUMNS:
        raise InvalidInput(f"A list has at most {MAX_COLUMNS} columns; these are {len(columns):,}.", "columns")
    return columns


def parse_sort(session: Session, text: str, *, in_segment: bool = False) -> str:
    """Return the name of the field that contacts are to be sorted by.

    Raises InvalidInput (`sort`) for an unknown field, with the nearest name.
    """
    require_length(text, "An order", "sort")
    with session.read() as tx:
        return _Names(tx, in_segment=in_segment).find(_unquoted(text.strip()), text.strip(), "sort")


def demand_field(name: str, where: str, *, in_segment: bool) -> None:
    """Raise InvalidInput, about `where`, unless `name` is a declared field, or `custom.NAME` with any name."""
    declared = FIELDS.get(name)
    if declared is not None:
        _demand_viewed(declared, where, in_segment=in_segment)
    elif not name.startswith(CUSTOM):
        raise InvalidInput(no_field(name), where)


def demand_sortable(sort: str, *, in_segment: bool) -> None:
    """Raise InvalidInput (`sort`) unless `sort` is a declared field, or `custom.NAME` with any name.

    A custom field that no contact has is blank for all of them.
    """
    if sort not in FIELDS and not sort.startswith(CUSTOM):
        raise InvalidInput(f"Contacts are sorted by one of their fields. {no_field(sort)}", "sort")
    demand_field(sort, "sort", in_segment=in_segment)


class _Names:
    """The names of all fields of a company's contacts."""

    def __init__(self, tx: Transaction, *, in_segment: bool) -> None:
        self._in_segment = in_segment
        self._custom = {key: spelled[0] for key, spelled in custom_fields.spellings(tx).items()}

    def find(self, name: str, raw: str, where: str) -> str:
        """Return the declared spelling of a name that is written as `raw`."""
        declared = FIELDS.get(name.casefold())
        if declared is not None:
            _demand_viewed(declared, where, in_segment=self._in_segment)
            return declared.name
        for written in (name, raw):
            if written[: len(CUSTOM)].casefold() == CUSTOM:
                spelling = self._custom.get(name_key(written[len(CUSTOM) :]))
                if spelling is not None:
                    return CUSTOM + spelling
        raise InvalidInput(no_field(name, self._custom.values(), in_segment=self._in_segment), where)


def no_field(name: str, custom: Iterable[str] = (), *, in_segment: bool = False) -> str:
    """Return the sentence for a field that does not exist, with the nearest of the declared and `custom` names."""
    names = [field.name for field in FIELDS.values() if in_segment or not field.segment_only]
    by_key = {name_key(field): field for field in (*names, *(CUSTOM + spelling for spelling in custom))}
    key = name_key(name[:NAME_LENGTH])
    near = [CUSTOM + key] if CUSTOM + key in by_key else difflib.get_close_matches(key, list(by_key), n=1)
    hint = f" Did you mean “{clean(by_key[near[0]])}”?" if near else ""
    return f"There is no field “{clean(name[:NAME_LENGTH])}”.{hint}"


def _demand_viewed(field: CriteriaField, where: str, *, in_segment: bool) -> None:
    if field.segment_only and not in_segment:
        raise InvalidInput(f"{field.name}, {field.help}, exists only in the list of one segment.", where)


def _items(text: str, where: str) -> Iterator[tuple[str, str]]:
    """Yield the items between commas, without quotation marks, and as they are written."""
    position = 0
    while True:
        match = _ITEM.match(text, position)
        raw = match.group() if match else ""
        position += len(raw)
        if position < len(text) and text[position] != ",":
            raise InvalidInput('A quotation mark is not closed: custom."Plan type" has one at both ends.', where)
        yield _unquoted(raw.strip()), raw.strip()
        if position >= len(text):
            return
        position += 1


def _unquoted(text: str) -> str:
    return _QUOTED.sub(lambda quoted: re.sub(r"\\(.)", r"\1", quoted.group(1)), text)
