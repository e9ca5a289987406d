"""Where somebody sent columns before: kept with each import, and found again for a file with the same headers."""

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

# So many of the company's last imports are looked through.
_LOOKED_THROUGH = 200
# What a file of rejected rows has before the columns of the file they come from.
_OF_REJECTS = ("line", "reason")


def with_remembered(session: Session, source: "Source", options: ReadOptions) -> ReadOptions:
    """Return `options` with where columns were sent in the last import of a file with the same set of headers.

    What `options` say themselves is stronger. Nothing is remembered about files without a header row, of imports that
    were undone, and of other companies. Options that were completed before are returned as they are.
    """
    if options.remembered is not None:
        return options
    headers = _set_of(source.headers) if source.written_headers else frozenset()
    return replace(options, remembered=_last(session, headers) if headers else {})


def _last(session: Session, headers: frozenset[str]) -> Mapping[str, str]:
    with session.read() as tx:
        recent = select(imports.c.options).where(tx.scope(imports), imports.c.status == "completed")
        option_texts = tx.execute(recent.order_by(imports.c.id.desc()).limit(_LOOKED_THROUGH)).scalars().all()
    for text in option_texts:
        options = json.loads(text)
        if _set_of(options.get("mapping", {})) == headers:
            mapping: dict[str, str] = options.get("chosen", {})
            return mapping
    return {}


def _set_of(headers: Collection[str]) -> frozenset[str]:
    """Return the headers that matter: a mended file of rejected rows is a file as they came from."""
    of_rejects = tuple(headers)[:2] == _OF_REJECTS
    return frozenset(headers) - (frozenset(_OF_REJECTS) if of_rejects else frozenset())


def recorded(columns: "Iterable[Column]") -> dict[str, dict[str, str]]:
    """Return what is kept with an import: where every column went, and which of them somebody sent there."""
    columns = list(columns)
    return {
        "mapping": {column.header: column.target for column in columns},
        "chosen": {column.header: column.target for column in columns if column.is_chosen},
    }
