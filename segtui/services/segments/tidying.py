"""Tidying: segments that could be cleaned up, each with its reasons and a safe action."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final, Literal, NamedTuple

from sqlalchemy import Row, func, select

from segtui.database.tables.core_tables import companies, contacts, segments
from segtui.domain.contact import LARGEST_CAMPAIGN, size_of
from segtui.domain.text import clean, counted, fold
from segtui.errors import InvalidInput
from segtui.services.campaigns import segment_holds
from segtui.services.campaigns.segment_holds import Hold
from segtui.services.interrupt import Interrupt
from segtui.services.segments import containment, segment_rows
from segtui.services.segments.containment import Members
from segtui.services.segments.segment_rows import Segment
from segtui.services.session import Session, Transaction, company_of, now

Kind = Literal["archived", "empty", "same", "unused", "uncallable", "inside", "large", "generated"]
Action = Literal["delete", "merge", "archive", "split", "rename", ""]

UNUSED_DAYS: Final = 90
"""Days after which a segment that was not used is reported, by default."""
ARCHIVED_DAYS: Final = 365
"""Days after which an archived segment is reported."""
_DAY: Final = 86_400_000_000  # microseconds
_LARGE: Final = 10_000
"""Contacts from which it is worth counting all contacts, to know that a segment holds every one of them."""
_ACTIONS: Final[Mapping[Kind, Action]] = {
    "archived": "delete",
    "empty": "delete",
    "same": "merge",
    "unused": "archive",
    "uncallable": "archive",
    "inside": "archive",
    "large": "split",
    "generated": "rename",
}
"""The action for each kind of reason. The first kind that a segment has decides."""
_HARMLESS: Final[frozenset[Action]] = frozenset(("split", "rename"))
"""Actions that campaigns and rules do not prevent."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason to tidy a segment: its kind, its words (`wholly inside “Leads”`), and the name of that other one."""

    kind: Kind
    words: str
    other_name: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A segment that could be tidied: the reasons, the strongest first, and the action proposed.

    `into` is the segment to keep where the action is `merge`. `held` says why the segment has to stay, where campaigns
    or rules need it: then neither archiving, merging nor deleting is proposed.
    """

    segment: Segment
    reasons: tuple[Reason, ...]
    action: Action
    into: Segment | None = None
    held: str = ""

    @property
    def id(self) -> int:
        """The id of the segment."""
        return self.segment.id

    @property
    def words(self) -> str:
        """The reasons as one text."""
        return ", ".join(reason.words for reason in self.reasons)

    @property
    def is_due(self) -> bool:
        """True where an action is proposed."""
        return bool(self.action)

    @property
    def is_idle(self) -> bool:
        """True where nothing is missed once it is archived: it is empty, unused, or a twin of another one.

        Both twins are fixed: a live one has the same contacts by chance, and others tomorrow.
        """
        kinds = {reason.kind for reason in self.reasons}
        are_fixed = self.into is not None and not self.into.live and not self.segment.live
        return not self.segment.archived and (
            not kinds.isdisjoint(("empty", "unused")) or ("same" in kinds and are_fixed)
        )


class _Others(NamedTuple):
    """The segment to keep of those with the same members, and the smallest one with all and more, by segment id."""

    twins: Mapping[int, int]
    outer: Mapping[int, int]


def findings(session: Session, *, unused_days: int = UNUSED_DAYS, interrupt: Interrupt | None = None) -> list[Finding]:
    """Return the segments that could be tidied, by name. Nothing is changed.

    `unused_days` is the number of days without use after which a segment is reported. Raises InvalidInput (`unused`)
    where it is below 1, and Cancelled.
    """
    if unused_days < 1:
        raise InvalidInput("A segment is unused after at least 1 day: give a number of days from 1.", "unused")
    if session.company is None:
        with session.read(interrupt) as tx:
            company_ids = tx.execute(select(segments.c.company_id).where(tx.scope(segments)).distinct()).scalars().all()
        bound = [company_of(session, company_id) for company_id in company_ids]
        return _by_name(row for part in bound for row in findings(part, unused_days=unused_days, interrupt=interrupt))
    with session.read(interrupt) as tx:
        return _findings_in(tx, unused_days)


def state_of(session: Session, interrupt: Interrupt | None = None) -> object:
    """Return a value that stays equal until a change may alter the findings. Raises Cancelled."""
    with session.read(interrupt) as tx:
        of_companies = companies.c.id.in_(select(segments.c.company_id).where(tx.scope(segments)))
        changed = select(companies.c.id, companies.c.segments_changed_at).where(of_companies).order_by(companies.c.id)
        numbers = select(func.sum(segments.c.callable), func.max(segments.c.used_at)).where(tx.scope(segments))
        holds = sorted(segment_holds.holds(tx, excluding=True).items(), key=itemgetter(0))
        return tuple(map(tuple, tx.execute(changed))), tuple(tx.execute(numbers).one()), tuple(holds)


def _findings_in(tx: Transaction, unused_days: int) -> list[Finding]:
    rows = _rows(tx)
    active = {row.id: row for row in rows if row.archived_at is None}
    for_archiving = segment_holds.holds(tx, excluding=False)
    for_deletion = segment_holds.holds(tx, excluding=True)
    others = _others(tx, active, for_archiving)
    named = {row.id: row.name for row in rows}
    time = now()
    reasons: dict[int, tuple[Reason, ...]] = {}
    for row in rows:
        is_needed = row.id in for_deletion
        if kinds := _reasons(row, others, named, time, None if is_needed else unused_days):
            reasons[row.id] = tuple(kinds)
    used = {row.id for row in rows if row.used_at is not None and time - row.used_at < unused_days * _DAY}
    by_id = segment_rows.by_ids(tx, [*reasons, *(others.twins[key] for key in reasons if key in others.twins)])
    listed = [
        _finding(by_id, reasons[key], key, others, for_archiving.get(key), for_deletion.get(key), is_used=key in used)
        for key in reasons
        if key in by_id
    ]
    return _by_name(listed)


def _by_name(rows: Iterable[Finding]) -> list[Finding]:
    return sorted(rows, key=lambda row: (fold(row.segment.name), row.segment.company, row.id))


def _rows(tx: Transaction) -> Sequence[Row[*tuple[object, ...]]]:
    c = segments.c
    query = select(
        c.id, c.name, c.contacts, c.callable, c.created_at, c.archived_at, c.used_at, c.generated_name,
        c.members_hash, c.rule.is_not(None).label("live"),
    )  # fmt: skip
    return tx.execute(query.where(tx.scope(segments))).all()


def _others(tx: Transaction, active: Mapping[int, Row[*tuple[object, ...]]], held: Mapping[int, Hold]) -> _Others:
    members = {key: Members(row.contacts, row.members_hash) for key, row in active.items()}
    twins: dict[int, int] = {}
    for group in containment.equal_segments(tx, members):
        # What is needed stays, then a live one, the one used last, and the oldest.
        ranked = sorted(
            group,
            key=lambda key: (
                key not in held,
                not active[key].live,
                -(active[key].used_at or 0),
                active[key].created_at,
                key,
            ),
        )
        twins |= dict.fromkeys(ranked[1:], ranked[0])
    counts = {key: row.contacts for key, row in active.items() if key not in twins}
    total = 0
    if max(counts.values(), default=0) >= _LARGE:
        total = tx.execute(select(func.count()).select_from(contacts).where(tx.scope(contacts))).scalar_one()
    return _Others(twins, containment.containing_segments(tx, counts, total))


def _reasons(
    row: Row[*tuple[object, ...]], others: _Others, named: Mapping[int, str], time: int, unused_days: int | None
) -> list[Reason]:
    """Return the reasons to tidy a segment, the strongest first. `unused_days` is None for one that is in use."""
    if row.archived_at is not None:
        days = (time - row.archived_at) // _DAY
        return [Reason("archived", f"archived {days:,} days ago")] if days >= ARCHIVED_DAYS else []
    reasons = [] if row.contacts else [Reason("empty", "empty")]
    if (twin := others.twins.get(row.id)) is not None:
        the = "the same contact" if row.contacts == 1 else f"the same {row.contacts:,} contacts"
        reasons.append(Reason("same", f"{the} as “{clean(named[twin])}”", named[twin]))
    idle = (time - (row.created_at if row.used_at is None else row.used_at)) // _DAY
    if unused_days is not None and idle >= unused_days:
        words = f"not used for {counted(idle, 'day')}"
        reasons.append(Reason("unused", words if row.used_at is not None else f"never used in {counted(idle, 'day')}"))
    if row.contacts and not row.callable:
        reasons.append(Reason("uncallable", "no contact can be called"))
    if (outer := others.outer.get(row.id)) is not None:
        reasons.append(Reason("inside", f"wholly inside “{clean(named[outer])}”", named[outer]))
    if size_of(row.contacts) == "split":
        reasons.append(Reason("large", f"over {LARGEST_CAMPAIGN:,} contacts"))
    if row.generated_name is not None and row.name == row.generated_name:
        reasons.append(Reason("generated", "generated name never changed"))
    return reasons


def _finding(
    by_id: Mapping[int, Segment],
    reasons: tuple[Reason, ...],
    segment_id: int,
    others: _Others,
    archiving: Hold | None,
    deletion: Hold | None,
    *,
    is_used: bool,
) -> Finding:
    segment = by_id[segment_id]
    actions = [_ACTIONS[reason.kind] for reason in reasons]
    if actions[0] == "delete" and not segment.archived and (segment.live or deletion is not None or is_used):
        # Its rule would be lost, a draft leaves out its contacts, or it is filled again soon: archiving is enough.
        actions[0] = "archive"
    hold = deletion if segment.archived else archiving
    if actions[0] in _HARMLESS or hold is None:
        into = by_id.get(others.twins[segment_id]) if actions[0] == "merge" else None
        return Finding(segment, reasons, actions[0], into)
    harmless: Action = next((action for action in actions if action in _HARMLESS), "")
    return Finding(segment, reasons, harmless, held=hold.words)
