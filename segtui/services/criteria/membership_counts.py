"""Counts of memberships: the segments, imports and campaigns of some contacts, each with its number of contacts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Select, Table, and_, func, select

from segtui.database.tables.campaign_tables import campaign_contacts, campaigns
from segtui.database.tables.core_tables import contacts, import_changes, imports, memberships, segments
from segtui.domain.text import fold, name_key
from segtui.services.contacts.access_path import AccessPath
from segtui.services.contacts.field_columns import import_label
from segtui.services.criteria import value_counts
from segtui.services.session import Transaction


@dataclass(frozen=True, slots=True)
class Group:
    """A segment, an import or a campaign: its value in criteria, its label, and its numbers of contacts."""

    value: str
    label: str
    contacts: int
    callable: int


Counts = tuple[int, int]
"""Numbers of contacts, and of those that can be called."""


def counted(tx: Transaction, path: AccessPath, field: str) -> Sequence[Group]:
    """Return the groups of `segment`, `import` or `campaign` that contacts of a path are in.

    Imports come newest first, the others the largest first. Where several companies are viewed, segments of one name
    are one group, and so are campaigns, as in criteria.
    """
    return _COUNTS[field](tx, path)


def _segments(tx: Transaction, path: AccessPath) -> Sequence[Group]:
    if path.is_everybody:
        stored = select(segments.c.name, segments.c.contacts, segments.c.callable).where(tx.scope(segments))
        return _by_name((name, (count, callable_)) for name, count, callable_ in tx.execute(stored) if count)
    counts = _counts_in(tx, path, memberships, "segment_id")
    names = _as_dict(tx, select(segments.c.id, segments.c.name).where(tx.scope(segments)))
    return _by_name((names[key], count) for key, count in counts.items() if key in names)


def _campaigns(tx: Transaction, path: AccessPath) -> Sequence[Group]:
    counts = _counts_in(tx, path, campaign_contacts, "campaign_id")
    names = _as_dict(tx, select(campaigns.c.id, campaigns.c.name).where(tx.scope(campaigns)))
    return _by_name((names[key], count) for key, count in counts.items() if key in names)


def _imports(tx: Transaction, path: AccessPath) -> Sequence[Group]:
    flag = value_counts.callable_flag().label("callable")
    created = path.read(select(contacts.c.import_id, contacts.c.id.label("contact_id"), flag)).subquery()
    every_contact = path.read(select(contacts.c.company_id, contacts.c.id, flag)).subquery()
    changed = (
        select(import_changes.c.import_id, import_changes.c.contact_id, every_contact.c.callable)
        .join(every_contact, _same_contact(import_changes, every_contact))
        .where(tx.scope(import_changes))
    )
    # An import may have created a contact and changed it in a later row.
    pairs = select(*created.c).where(created.c.import_id.is_not(None)).union(changed).subquery()
    counts = _counted_by(tx, select(pairs.c.import_id, pairs.c.callable))
    files = _as_dict(tx, select(imports.c.id, imports.c.file).where(tx.scope(imports)))
    return [
        Group(str(key), import_label(key, files[key]), *counts[key])
        for key in sorted(counts, reverse=True)
        if key in files
    ]


_COUNTS: Final[dict[str, Callable[[Transaction, AccessPath], Sequence[Group]]]] = {
    "segment": _segments,
    "import": _imports,
    "campaign": _campaigns,
}


def _counts_in(tx: Transaction, path: AccessPath, table: Table, group: str) -> dict[int, Counts]:
    """Return the counts of the contacts of a path by the group that a table has them in."""
    flag = value_counts.callable_flag().label("callable")
    every = path.read(select(contacts.c.company_id, contacts.c.id, flag)).subquery()
    members = select(table.c[group], every.c.callable).join(every, _same_contact(table, every))
    return _counted_by(tx, members.where(tx.scope(table)))


def _counted_by(tx: Transaction, members: Select[Any]) -> dict[int, Counts]:
    """Return the counts of a query of groups and callable flags, by group."""
    key, flag = (rows := members.subquery()).c
    counts = select(key, func.count(), func.sum(flag)).select_from(rows).group_by(key)
    return {group: (count, int(callable_)) for group, count, callable_ in tx.execute(counts)}


def _same_contact(table: Table, every: FromClause) -> ColumnElement[bool]:
    return and_(table.c.company_id == every.c.company_id, table.c.contact_id == every.c.id)


def _as_dict(tx: Transaction, pairs: Select[Any]) -> dict[int, Any]:
    """Return the rows of two columns as a mapping."""
    return {row[0]: row[1] for row in tx.execute(pairs)}


def _by_name(counts: Iterable[tuple[str, Counts]]) -> Sequence[Group]:
    """Return the groups, the largest first, names of equal key as one."""
    groups: dict[str, Group] = {}
    for name, (count, callable_) in counts:
        group = groups.setdefault(name_key(name), Group(name, name, 0, 0))
        groups[name_key(name)] = replace(group, contacts=group.contacts + count, callable=group.callable + callable_)
    return sorted(groups.values(), key=lambda group: (-group.contacts, fold(group.label)))
