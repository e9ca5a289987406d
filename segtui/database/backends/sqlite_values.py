"""Computed values on SQLite: by `json_extract`, and by Python through functions of the connection."""

import re
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import ColumnElement, Double, Text, func, select

from segtui.database.backends.backend import CompanyTransaction
from segtui.domain.numbers import number_of
from segtui.domain.text import fold

# Values that a function of a connection caches.
_MAX_CACHED: Final = 16_384
# Characters of a key that a JSON path would have to escape, which SQLite 3.40 does not undo.
_NOT_IN_PATHS: Final = re.compile(r'["\\\x00-\x1f\x7f]')


class SqliteValues:
    """See `backend.ValueExpressions`."""

    def json_text(self, column: ColumnElement[str], key: str) -> ColumnElement[str]:
        """Use `json_extract`, or walk the object where a path cannot hold the key."""
        if not _NOT_IN_PATHS.search(key):
            return func.json_extract(column, f'$."{key}"', type_=Text)
        entries = func.json_each(column).table_valued("key", "value")
        return select(entries.c.value).where(entries.c.key == key).limit(1).correlate_except(entries).scalar_subquery()

    def folded(self, _tx: CompanyTransaction, value: ColumnElement[str]) -> ColumnElement[str]:
        """Call `fold()` in Python."""
        return func.fold_of(value, type_=Text)

    def number(self, value: ColumnElement[str]) -> ColumnElement[float]:
        """Call `number_of()` in Python."""
        return func.number_of(value, type_=Double)


def register_functions(connection: Any) -> None:  # noqa: ANN401  a connection of the driver
    """Give a connection the functions `fold_of` and `number_of`: None for a blank value, and for one that is no number.

    SQLite calls the `__getitem__` of a cache, which runs no Python code for a cached value.
    """
    connection.create_function("fold_of", 1, _Cache(fold).__getitem__, deterministic=True)
    connection.create_function("number_of", 1, _Cache(number_of).__getitem__, deterministic=True)


class _Cache(dict[str | None, str | float | None]):
    """A cache of a function of texts, None for a blank result."""

    def __init__(self, function: Callable[[str], str | float | None]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, value: str | None) -> str | float | None:
        if len(self) >= _MAX_CACHED:
            self.clear()
        result = self._function(value) if value else None
        self[value] = None if result == "" else result
        return self[value]
