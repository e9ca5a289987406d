"""Values of contacts as SQLite computes them: folded text, numbers, custom fields."""

from typing import Any

from sqlalchemy import ColumnElement, Float, Text, column, func, literal, select
from sqlalchemy.engine.interfaces import DBAPIConnection

from segtui.domain.criteria.numbers import number_of
from segtui.domain.text import fold

# Values that a connection caches, of each function.
_MAX_CACHED = 16_384


class SqliteValues:
    """Functions of the connection, which call the definitions in Python."""

    def folded(self, text: ColumnElement[str]) -> ColumnElement[str]:
        """Call `fold()`."""
        return func.fold_of(text, type_=Text)

    def by_code(self, text: ColumnElement[str]) -> ColumnElement[str]:
        """Return the text as it is."""
        return text

    def number(self, text: ColumnElement[str]) -> ColumnElement[float]:
        """Call `number_of()`."""
        return func.number_of(text, type_=Float)

    def of_object(self, text: ColumnElement[str], name: str) -> ColumnElement[str]:
        """Return `json_extract`; it knows no path to a name with a quote or a backslash, which is looked up."""
        if not {'"', "\\"}.intersection(name):
            return func.json_extract(text, f'$."{name}"', type_=Text)
        members = func.json_each(text).table_valued(column("key", Text), column("value", Text))
        return select(members.c.value).where(members.c.key == literal(name)).scalar_subquery()


def install(connection: DBAPIConnection) -> None:
    """Give a new connection the functions."""
    raw: Any = connection
    raw.create_function("fold_of", 1, _Folded().__getitem__, deterministic=True)
    raw.create_function("number_of", 1, _Numbers().__getitem__, deterministic=True)


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
