"""The segment that an import fills: an existing one, or a new one."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from segtui.database.tables.core_tables import segments
from segtui.domain.names import NAME_LENGTH, checked_name
from segtui.domain.text import clean, name_key
from segtui.errors import Conflict
from segtui.services.segments import segment_rows
from segtui.services.segments.segment_changes import insert_segment
from segtui.services.session import Transaction


@dataclass(frozen=True, slots=True)
class Target:
    """The segment that is filled; `id` is None until a new one is made."""

    id: int | None
    name: str
    contacts: int
    new: bool
    is_generated: bool = False
    """True where its name was made from the file's."""


def filled_segment(tx: Transaction, name: str | None, file: str) -> Target:
    """Return the segment called `name`, a new one of that name, or without a name one named after the file.

    Raises Conflict for one that is archived, or live.
    """
    if name is None:
        return Target(None, _generated_name(tx, file), 0, new=True, is_generated=True)
    name = checked_name(name, "segment")
    row = tx.execute(
        select(segments.c.id, segments.c.name, segments.c.contacts, segments.c.archived_at, segments.c.rule).where(
            tx.scope(segments), segments.c.name_key == name_key(name)
        )
    ).one_or_none()
    if row is None:
        return Target(None, name, 0, new=True)
    if row.archived_at is not None:
        raise Conflict(f"The segment “{clean(row.name)}” is archived: restore it first.")
    if row.rule is not None:
        raise Conflict(
            f"{segment_rows.live_sentence(row.name)} Import without it (contacts that satisfy its rule join by "
            "themselves), or freeze it first."
        )
    return Target(row.id, row.name, row.contacts, new=False)


def created(tx: Transaction, target: Target) -> Target:
    """Return the target with its segment, created where it is new."""
    if target.id is not None:
        return target
    segment_id = insert_segment(tx, target.name)
    if target.is_generated:
        tx.execute(segment_rows.updating(tx, segment_id).values(generated_name=target.name))
    return replace(target, id=segment_id)


def _generated_name(tx: Transaction, file: str) -> str:
    stem = clean(Path(file).stem).strip() or "file"
    minute = datetime.now(tx.session.zone).strftime("%Y-%m-%d %H:%M")
    for number in range(1, 10_000):
        tail = f" {minute}" if number == 1 else f" {minute} ({number})"
        candidate = f"Import {stem[: NAME_LENGTH - len('Import ') - len(tail)]}{tail}"
        taken = select(segments.c.id).where(tx.scope(segments), segments.c.name_key == name_key(candidate))
        if tx.execute(taken).scalar() is None:
            return candidate
    raise Conflict("There are too many segments with this name: choose another.")
