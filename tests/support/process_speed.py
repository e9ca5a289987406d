"""Three short cuts for a process that runs thousands of tests.

SQL is compiled once: each test opens a database of its own, and so an engine whose cache of compiled statements is
empty, and compiling the same statements anew was a fifth of a service test's work. Garbage is collected less often: a
collection of the oldest generation walks through every test that was collected and every module, which do not go away.
SQLite does not wait for the disk, 7 ms a commit: no test cuts the power, and tests that kill do so to other processes.
"""

import gc
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.util import LRUCache

from segtui.database.backends import sqlite

_STATEMENTS = 5_000
"""The compiled statements of all databases that are kept: the whole suite has fewer."""

_YOUNG_OBJECTS = 20_000
"""New objects after which the youngest generation is collected; 700 is Python's default."""


class _SharedStatements(LRUCache[Any, Any]):
    """A cache of compiled statements for engines of one kind: keys name the dialect's class instead of the dialect."""

    __slots__ = ()

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_of_any_engine(key), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(_of_any_engine(key), value)


def _of_any_engine(key: tuple[Any, ...]) -> tuple[Any, ...]:
    return (type(key[0]), *key[1:])


_statements = _SharedStatements(_STATEMENTS)


def install() -> None:
    """Put the short cuts in place for this process. Garbage is not collected before `freeze`."""
    # Not by another `__init__`: SQLAlchemy reads the options of an engine from its signature.
    Engine._compiled_cache = property(lambda _: _statements, lambda *_: None)  # type: ignore[assignment]
    sqlite._SETTINGS = (*sqlite._SETTINGS, "PRAGMA synchronous = OFF")  # type: ignore[assignment]
    gc.disable()


def freeze() -> None:
    """Take what exists now, the collected tests above all, out of every later collection of garbage, and begin it."""
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS, 10, 10)
    gc.enable()
