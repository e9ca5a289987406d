"""Counts of memberships: the segments, imports and campaigns of some contacts, each with its number of contacts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, Table, func, select

from segtui.database.tables.campaign_tables import campaign_contacts, campaigns
from segtui.database.tables.core_tables import contacts, import_changes, imports, memberships, segments
from segtui.domain.text import fold, name_key
from segtui.services.contacts.access_path import AccessPath
from segtui.services.contacts.field_columns import import_label
from segtui.services.session import Transaction


@dataclass(frozen=True, slots=True)
class Group:
    """A segment, an import or a campaign: its value in criteria, its label, and its number of contacts."""

    value: str
    label: str
    contacts: int


def counted(tx: Transaction, path: AccessPath, field: str) -> Sequence[Group]:
    """Return the groups of `segment`, `import` or `campaign` that contacts of a path are in.

    Imports come newest first, the others the largest first. Where several companies are viewed, segments of one name
    are one group, and so are campaigns, as in criteria.
    """
    return _COUNTS[field](tx, path)


def _segments(tx: Transaction, path: AccessPath) -> Sequence[Group]:
    if path.is_everybody:
        rows = tx.execute(select(segments.c.name, segments.c.contacts).where(tx.scope(segments)))
        return _by_name((name, count) for name, count in rows if count)
    counts = _counts_in(tx, path, memberships, "segment_id")
    names = _as_dict(tx, select(segments.c.id, segments.c.name).where(tx.scope(segments)))
    return _by_name((names[key], count) for key, count in counts.items() if key in names)


def _campaigns(tx: Transaction, path: AccessPath) -> Sequence[Group]:
    counts = _counts_in(tx, path, campaign_contacts, "campaign_id")
    names = _as_dict(tx, select(campaigns.c.id, campaigns.c.name).where(tx.scope(campaigns)))
    return _by_name((names[key], count) for key, count in counts.items() if key in names)


def _imports(tx: Transaction, path: AccessPath) -> Sequence[Group]:
    created = path.read(select(contacts.c.import_id, contacts.c.id.label("contact_id"))).subquery()
    changed = select(import_changes.c.import_id, import_changes.c.contact_id).where(
        tx.scope(import_changes), *_within(path, import_changes)
    )
    # An import may have created a contact and changed it in a later row.
    pairs = select(created.c.import_id, created.c.contact_id).where(created.c.import_id.is_not(None)).union(changed)
    every = pairs.subquery()
    counts = _as_dict(tx, select(every.c.import_id, func.count()).group_by(every.c.import_id))
    files = _as_dict(tx, select(imports.c.id, imports.c.file).where(tx.scope(imports)))
    return [
        Group(str(key), import_label(key, files[key]), counts[key])
        for key in sorted(counts, reverse=True)
        if key in files
    ]


_COUNTS: Final[dict[str, Callable[[Transaction, AccessPath], Sequence[Group]]]] = {
    "segment": _segments,
    "import": _imports,
    "campaign": _campaigns,
}


def _counts_in(tx: Transaction, path: AccessPath, table: Table, group: str) -> dict[int, int]:
    """Return the number of contacts of a path by the group that a table has them in."""
    key = table.c[group]
    return _as_dict(tx, select(key, func.count()).where(tx.scope(table), *_within(path, table)).group_by(key))


def _within(path: AccessPath, table: Table) -> list[Any]:
    """Return the condition that a row of a table is of a contact of the path; none where all contacts are."""
    if path.is_everybody:
        return []
    return [table.c.contact_id.in_(path.read(select(contacts.c.id)).correlate(None))]


def _as_dict(tx: Transaction, pairs: Select[Any]) -> dict[int, Any]:
    """Return the rows of two columns as a mapping."""
    return {row[0]: row[1] for row in tx.execute(pairs)}


def _by_name(counts: Iterable[tuple[str, int]]) -> Sequence[Group]:
    """Return the groups, the largest first, names of equal key as one."""
    names: dict[str, str] = {}
    totals: dict[str, int] = {}
    for name, count in counts:
        key = name_key(name)
        names.setdefault(key, name)
        totals[key] = totals.get(key, 0) + count
    groups = [Group(name, name, totals[key]) for key, name in names.items()]
    return sorted(groups, key=lambda group: (-group.contacts, fold(group.label)))
