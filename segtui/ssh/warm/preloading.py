"""Preloading: imports the modules of a session into the warm process, once for all sessions."""

import gc
import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import segtui

_PROGRAMS: Final = ("segtui.__main__", "segtui.demo", "segtui.dialer.simulator", "segtui.ssh.warm.stub")
"""Modules that no session over SSH imports."""
_LEFT_TO_SESSIONS: Final = "polars"
"""It starts threads when it is imported, and no fork has the threads of its parent."""
_IMPORTED_LATE: Final = (
    "sqlalchemy.dialects.sqlite.pysqlite",
    "sqlalchemy.dialects.postgresql.psycopg",
    "psycopg",
    "phonenumbers",
    "lark",
    "logging.handlers",
    "tomllib",
    "encodings.idna",
)
"""Modules that functions import on use, and that most sessions need."""


def preload(*steps: Callable[[], None]) -> None:
    """Import segtui and its dependencies, call `steps`, and exempt all of it from garbage collection.

    Nothing here may open a database, start a thread or read a user's data.
    """
    gc.disable()
    with _import_blocked(_LEFT_TO_SESSIONS):
        for name in _module_names():
            _import(name)
    for name in _IMPORTED_LATE:
        _import(name)
    for step in steps:
        step()
    gc.collect()
    gc.freeze()


def _module_names() -> Iterator[str]:
    """Yield the names of segtui's modules, packages before their contents."""

    def names(path: list[str], prefix: str) -> Iterator[str]:
        for module in pkgutil.iter_modules(path, prefix):
            if module.name.startswith(_PROGRAMS) or ".migrations" in module.name:
                continue
            yield module.name
            if module.ispkg and (package := sys.modules.get(module.name)) is not None:
                yield from names(list(package.__path__), f"{module.name}.")

    yield from names(list(segtui.__path__), "segtui.")


def _import(name: str) -> None:
    with suppress(ModuleNotFoundError):  # what is left to sessions, or an optional package that is not installed
        importlib.import_module(name)


@contextmanager
def _import_blocked(package: str) -> Iterator[None]:
    """Let imports of `package`, and of modules that need it, fail while the block runs."""
    modules: dict[str, Any] = sys.modules
    modules[package] = None  # which blocks its import
    try:
        yield
    finally:
        del modules[package]
