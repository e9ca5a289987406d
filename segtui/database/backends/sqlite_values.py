"""Values of contacts as SQLite computes them: folded text, numbers, custom fields."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Float,
    LargeBinary,
    TableValuedAlias,
    Text,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.engine.interfaces import DBAPIConnection

from segtui.domain.criteria.numbers import MAX_DIGITS, number_of
from segtui.domain.text import FOLDED_IN_ASCII, fold

# Values of each function that a connection caches.
_MAX_CACHED = 16_384
_NOT_DIGITS = "*[^0-9]*"


class SqliteValues:
    """Functions of the connection, which call the definitions in Python."""

    def by_code(self, text: ColumnElement[str]) -> ColumnElement[str]:
        """Return the text: SQLite compares the bytes of UTF-8."""
        return text

    def folded(self, text: ColumnElement[str]) -> ColumnElement[str]:
        """Call `fold()`."""
        return func.fold_of(text, type_=Text)

    def may_fold_to(self, text: ColumnElement[str], folded: Sequence[str]) -> ColumnElement[bool]:
        """Return that the lower case is one of them, or that folding changes more than the case."""
        is_other = (func.length(text) != func.length(cast(text, LargeBinary)), func.trim(text) != text)
        return or_(func.lower(text).in_(folded), *is_other, *(func.instr(text, sign) > 0 for sign in FOLDED_IN_ASCII))

    def with_lines(
        self, text: ColumnElement[str], lines: Mapping[int, ColumnElement[str] | str], count: int
    ) -> ColumnElement[str]:
        """Call `with_line` for each of the lines."""
        for position, line in lines.items():
            text = func.with_line(text, count - position, line, type_=Text)
        return text

    def number(self, text: ColumnElement[str]) -> ColumnElement[float]:
        """Return the digits of a column as they are, and `number_of()` of the rest."""
        other = func.number_of(text, type_=Float)
        if not isinstance(text, Column):  # an expression would be computed once per mention
            return other
        glob = text.op("GLOB", is_comparison=True)
        is_whole = and_(~glob(_NOT_DIGITS), func.length(text).between(1, MAX_DIGITS))
        return case((is_whole, cast(text, Float)), (glob("*[0-9]*"), other))

    def members(self, text: ColumnElement[str]) -> TableValuedAlias:
        """Return `json_each`."""
        return func.json_each(text).table_valued(column("key", Text), column("value", Text))

    def of_object(self, text: ColumnElement[str], name: str) -> ColumnElement[str]:
        """Return `json_extract`; a name with a quote or a backslash has no path, and is looked up."""
        if not {'"', "\\"}.intersection(name):
            return case((text != "{}", func.json_extract(text, f'$."{name}"', type_=Text)))
        members = self.members(text)
        return select(members.c.value).where(members.c.key == literal(name)).scalar_subquery()


def install(connection: DBAPIConnection) -> None:
    """Give a new connection the functions."""
    raw: Any = connection
    raw.create_function("fold_of", 1, _Folded().__getitem__, deterministic=True)
    raw.create_function("with_line", 3, _with_line, deterministic=True)
    raw.create_function("number_of", 1, _Numbers().__getitem__, deterministic=True)


def _with_line(text: str, position: int, line: str) -> str:
    """Return a text with another line at a position, counted from the end: 1 is the last."""
    lines = text.rsplit("\n", position)
    lines[-position] = line
    return "\n".join(lines)


class _Folded(dict[str | None, str | None]):
    """A cache of `fold()` for the values that are compared and sorted by, None for a blank one.

    SQLite calls its `__getitem__`, which runs no Python code for a cached value.
    """

    def __missing__(self, value: str | None) -> str | None:
        if len(self) >= _MAX_CACHED:
            self.clear()
        folded = self[value] = (fold(value) if value else "") or None
        return folded


class _Numbers(dict[str | None, float | None]):
    """A cache of `number_of()`, as that of `fold()`."""

    def __missing__(self, value: str | None) -> float | None:
        if len(self) >= _MAX_CACHED:
            self.clear()
        number = self[value] = number_of(value) if value else None
        return number
