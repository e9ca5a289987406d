"""Changes of tidying: segments are archived, merged or deleted together, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from segtui.domain.names import named
from segtui.domain.text import clean, counted, was
from segtui.errors import Conflict, InvalidInput
from segtui.services import undo
from segtui.services.audit import audit
from segtui.services.audit.audit import About
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.interrupt import Interrupt
from segtui.services.segments import containment, many_segments, purge
from segtui.services.segments.memberships import Addition, put
from segtui.services.segments.segment_rows import Segment
from segtui.services.segments.tidying import Finding
from segtui.services.session import Session, Transaction
from segtui.services.undo_together import Step, Together

_DOABLE: Final = frozenset(("archive", "merge", "delete"))


@dataclass(frozen=True, slots=True)
class Tidied:
    """The segments that were archived, merged into others (and archived), and deleted."""

    archived: tuple[Segment, ...]
    merged: tuple[Segment, ...]
    deleted: tuple[Segment, ...]

    @property
    def words(self) -> str:
        """The numbers in a sentence without a full stop: `2 segments were archived, 1 was deleted`."""
        done = {"archived": self.archived, "merged": self.merged, "deleted": self.deleted}
        parts = [f"{len(rows):,} {was(len(rows))} {verb}" for verb, rows in done.items() if rows]
        count = next(len(rows) for rows in done.values() if rows) if parts else 0
        first, *rest = parts or ["nothing was changed"]
        words = ", ".join([first.replace(f"{count:,} ", f"{counted(count, 'segment')} ", 1), *rest])
        return words[0].upper() + words[1:]


def doable(rows: Sequence[Finding]) -> list[Finding]:
    """Return the findings that can be done together: not those for a person, nor segments that others merge into."""
    done = [row for row in rows if row.action in _DOABLE]
    targets = {segment.id for segment in _merge_targets(done)}
    return [row for row in done if row.id not in targets]


def only_archived(rows: Sequence[Finding]) -> list[Finding]:
    """Return the findings with `archive` as their action: nothing is merged or deleted."""
    return [replace(row, action="archive", into=None) for row in rows]


def apply(session: Session, rows: Sequence[Finding], interrupt: Interrupt | None = None) -> Tidied:
    """Do what findings propose, all of it or nothing: archive, merge or delete their segments.

    What is archived or merged can be undone, in one step; what is deleted cannot. Raises NotFound, InvalidInput for
    other actions, and Conflict, naming them, where segments were changed since, or campaigns or rules hold some.
    """
    for row in rows:
        if row.action not in _DOABLE:
            raise InvalidInput(f"“{clean(row.segment.name)}” cannot be tidied automatically: open it.", "segment")
    session = many_segments.one_company(session, [row.id for row in rows])
    with session.write(interrupt) as tx:
        many_segments.demand_unchanged(tx, [*(row.segment for row in rows), *_merge_targets(rows)])
        merged = _of(rows, "merge")
        additions = [addition for row in merged if (addition := _united(tx, row)) is not None]
        deleted = [row.segment for row in _of(rows, "delete")]
        hidden = [row.id for row in rows if row.action != "delete"]
        steps: list[Step] = [*additions, *([many_segments.archive_in(tx, hidden)] if hidden else [])]
        many_segments.delete_in(tx, deleted)
    tidied = Tidied(
        tuple(row.segment for row in _of(rows, "archive")), tuple(row.segment for row in merged), tuple(deleted)
    )
    _record(session, tidied, steps)
    purge.sweep(session)
    return tidied


def _of(rows: Sequence[Finding], action: str) -> list[Finding]:
    return [row for row in rows if row.action == action]


def _merge_targets(rows: Sequence[Finding]) -> list[Segment]:
    """Return the segments that others are merged into, each once."""
    return list({row.into.id: row.into for row in rows if row.into is not None}.values())


def _united(tx: Transaction, row: Finding) -> Addition | None:
    """Put the members of a segment into the one that it is merged into. Raises Conflict where a rule decides those."""
    into = row.into
    if into is None:
        raise InvalidInput(f"“{clean(row.segment.name)}” is merged into no other segment.", "segment")
    if containment.holds_all(tx, row.id, into.id):
        return None
    if into.live:
        raise Conflict(f"“{clean(row.segment.name)}” and “{clean(into.name)}” no longer have the same contacts.")
    addition = put(tx, into.id, ContactQuery(row.id))
    audit.record(tx, "segment.add", into.name, count=addition.count, about=About(into.id))
    return addition


def _record(session: Session, tidied: Tidied, steps: Sequence[Step]) -> None:
    if tidied.deleted:
        company_id = tidied.deleted[0].company_id
        names = named([row.name for row in tidied.deleted])
        were = was(len(tidied.deleted))
        sentence = f"{names} {were} deleted"
        undo.record_final(session, company_id, sentence, f"{sentence} for good: that cannot be undone.")
    hidden = [*tidied.archived, *tidied.merged]
    if hidden:
        count = counted(len(hidden), "segment")
        are = "is" if len(hidden) == 1 else "are"
        together = Together(steps, f"{count} {are} back among the segments.", f"{count} {are} archived again.")
        done = Tidied(tidied.archived, tidied.merged, ()).words
        undo.record(session, hidden[0].company_id, done, together.undo, size=together.size)
