"""Remembered mappings: the columns that a user mapped by hand, applied again to files with the same headers."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from segtui.database.tables.core_tables import imports
from segtui.importing.options import ReadOptions
from segtui.services.session import Session

if TYPE_CHECKING:  # these load Polars, which only a running import may
    from segtui.importing import Column
    from segtui.importing.source import Source

# The company's last imports that are searched.
_MAX_IMPORTS = 200
# What a file of rejected rows has before the columns of the file they come from.
_OF_REJECTS = ("line", "reason")


def with_remembered(session: Session, source: "Source", options: ReadOptions) -> ReadOptions:
    """Return `options` with the mapping of the last import of a file with the same set of headers.

    Mappings in `options` take precedence. Nothing is remembered for files without a header row, from undone imports, or
    from other companies. Options that were completed before are returned unchanged.
    """
    if options.remembered is not None:
        return options
    headers = _set_of(source.headers) if source.written_headers else frozenset()
    return replace(options, remembered=_last(session, headers) if headers else {})


def _last(session: Session, headers: frozenset[str]) -> Mapping[str, str]:
    with session.read() as tx:
        recent = select(imports.c.options).where(tx.scope(imports), imports.c.status == "completed")
        option_texts = tx.execute(recent.order_by(imports.c.id.desc()).limit(_MAX_IMPORTS)).scalars().all()
    for text in option_texts:
        options = json.loads(text)
        if _set_of(options.get("mapping", {})) == headers:
            mapping: dict[str, str] = options.get("chosen", {})
            return mapping
    return {}


def _set_of(headers: Collection[str]) -> frozenset[str]:
    """Return the set of headers without those that rejects add: a corrected file matches its original."""
    of_rejects = tuple(headers)[:2] == _OF_REJECTS
    return frozenset(headers) - (frozenset(_OF_REJECTS) if of_rejects else frozenset())


def recorded(columns: "Iterable[Column]") -> dict[str, dict[str, str]]:
    """Return the mapping to store with an import: the target of every column, and the columns mapped by hand."""
    columns = list(columns)
    return {
        "mapping": {column.header: column.target for column in columns},
        "chosen": {column.header: column.target for column in columns if column.is_chosen},
    }
