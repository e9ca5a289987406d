"""Rules of live segments: their criteria, the facts they read, and their dependencies on each other."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sqlalchemy import ColumnElement, select

from segtui.database.tables.core_tables import segments
from segtui.domain.criteria import stored, tree
from segtui.domain.criteria.fields import CUSTOM, FIELDS
from segtui.domain.criteria.tree import Comparison, Criteria
from segtui.domain.text import clean
from segtui.errors import InvalidInput
from segtui.services.session import Transaction

CALLABLE: Final = frozenset(("phone", "do_not_call"))
"""Columns of a contact that decide whether it can be called."""
EVERY_FIELD: Final = "*"
"""The source that stands for every column of a contact."""
_SOURCES: Final[Mapping[str, frozenset[str]]] = {
    "name": frozenset(("first_name", "last_name")),
    "region": frozenset(("phone",)),
    "added": frozenset(("created_at",)),
    "created": frozenset(("created_at",)),
    "updated": frozenset(("updated_at",)),
    "last_outcome": frozenset(("calls",)),
    "last_called": frozenset(("calls",)),
    "calls": frozenset(("calls",)),
}
_TOO_WIDE: Final = (
    "A live segment cannot ask whether a contact is in any segment at all, because it is one itself: name the segments."
)


@dataclass(frozen=True, slots=True)
class Rule:
    """Criteria with ids in place of names, and the facts that they read.

    `sources` are the facts that decide it: columns of `contacts`, `import`, `campaign`, `calls` and `segment:ID`.
    `segment_ids` and `campaign_ids` are those that it names. `relative_days` are pairs of a day field and a number of
    days, counted back from today.
    """

    criteria: Criteria
    sources: frozenset[str]
    segment_ids: frozenset[int]
    campaign_ids: frozenset[int]
    relative_days: frozenset[tuple[str, int]]
    reads_days: bool


@dataclass(frozen=True, slots=True)
class LiveSegment:
    """A live segment with its rule. `contacts` is the stored count of its members."""

    id: int
    name: str
    rule: Rule
    contacts: int
    changes_at: int | None

    @property
    def source(self) -> str:
        """The name of its members as a source of rules that name it."""
        return segment_source(self.id)


def today_source(field: str, days: int) -> str:
    """Return the name of the present day as a source of a rule that counts `days` back from it."""
    return f"today:{field}:{days}"


def segment_source(segment_id: int) -> str:
    """Return the name of a segment's members as a source of rules."""
    return f"segment:{segment_id}"


@lru_cache(maxsize=4096)
def parsed(text: str) -> Rule:
    """Return the rule of a text in `segments.rule`."""
    return rule_of(stored.load(text))


def rule_of(criteria: Criteria) -> Rule:
    """Return the rule of bound criteria."""
    comparisons = list(tree.comparisons(criteria))
    return Rule(
        criteria,
        frozenset(source for comparison in comparisons for source in _sources(comparison)),
        _ids(comparisons, "segment"),
        _ids(comparisons, "campaign"),
        frozenset((c.field, int(c.values[0])) for c in comparisons if c.operator == "in last"),
        any(c.field in FIELDS and FIELDS[c.field].kind == "day" for c in comparisons),
    )


def live_segments(tx: Transaction) -> list[LiveSegment]:
    """Return the live segments of the company, each after those that its rule names."""
    query = select(segments.c.id, segments.c.name, segments.c.rule, segments.c.contacts, segments.c.changes_at).where(
        tx.scope(segments), segments.c.rule.is_not(None)
    )
    by_index = tx.backend.planner.by_index(tx, query, segments, "ix_segments_live")
    rows = [
        LiveSegment(row.id, row.name, parsed(row.rule), row.contacts, row.changes_at) for row in tx.execute(by_index)
    ]
    return ordered(rows)


def ordered(rows: Sequence[LiveSegment]) -> list[LiveSegment]:
    """Return live segments in order of dependency: each after those that its rule names."""
    by_id = {row.id: row for row in rows}
    placed: dict[int, LiveSegment] = {}

    def place(row: LiveSegment, above: frozenset[int]) -> None:
        for segment_id in sorted(row.rule.segment_ids & by_id.keys() - placed.keys() - above):
            place(by_id[segment_id], above | {segment_id})
        placed.setdefault(row.id, row)

    for row in rows:
        if row.id not in placed:
            place(row, frozenset((row.id,)))
    return list(placed.values())


def demand_valid(tx: Transaction, criteria: Criteria, segment_id: int | None, name: str) -> Rule:
    """Return the rule that a segment may have. `segment_id` is None for a new one.

    Raises InvalidInput where it would depend on itself, or has fields that rules cannot have.
    """
    for comparison in tree.comparisons(criteria):
        if comparison.field == "joined":
            raise InvalidInput("“joined” exists only in the list of a segment, not in the rule of one.", "where")
        if comparison.field == "segment" and not comparison.values:
            raise InvalidInput(_TOO_WIDE, "where")
    rule = rule_of(criteria)
    path = None if segment_id is None else _circle(live_segments(tx), rule, segment_id)
    if path is not None:
        steps = " → ".join(f"“{clean(step)}”" for step in (name, *path, name))
        raise InvalidInput(f"“{clean(name)}” would depend on itself: {steps}. Take one of them out of a rule.", "where")
    return rule


def naming(tx: Transaction, *, segment_id: int | None = None, campaign_id: int | None = None) -> list[str]:
    """Return the names of the live segments whose rules name a segment or a campaign, in order."""
    return sorted(
        row.name
        for row in live_segments(tx)
        if segment_id in row.rule.segment_ids or campaign_id in row.rule.campaign_ids
    )


def _circle(rows: Collection[LiveSegment], rule: Rule, segment_id: int) -> list[str] | None:
    """Return the names on the way from a rule back to the segment that is to have it; None where there is no way."""
    by_id = {row.id: row for row in rows}

    def path(here: Rule, seen: frozenset[int]) -> list[str] | None:
        if segment_id in here.segment_ids:
            return []
        for named_id in sorted(here.segment_ids & by_id.keys() - seen):
            further = path(by_id[named_id].rule, seen | {named_id})
            if further is not None:
                return [by_id[named_id].name, *further]
        return None

    return path(rule, frozenset())


def _sources(comparison: Comparison) -> Iterator[str]:
    field = comparison.field
    if comparison.operator == "in last":
        yield today_source(field, int(comparison.values[0]))
    if field == "segment":
        yield from (segment_source(int(value)) for value in comparison.values)
    elif field.startswith(CUSTOM):
        yield "custom_fields"
    else:
        yield from _SOURCES.get(field, (field,))


def _ids(comparisons: Sequence[Comparison], field: str) -> frozenset[int]:
    return frozenset(int(value) for c in comparisons if c.field == field for value in c.values)


def is_live(tx: Transaction, segment_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that a column holds the id of a live segment."""
    return segment_id.in_(select(segments.c.id).where(tx.scope(segments), segments.c.rule.is_not(None)))
