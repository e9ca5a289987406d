"""Segments by the values of a field: one segment from each line of a frequency table, all of them with one undo."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    cast,
    exists,
    func,
    insert,
    literal,
    select,
)

from segtui.database.tables.campaign_tables import campaigns
from segtui.database.tables.core_tables import contacts, segments
from segtui.domain.criteria.sentences import sentence_of
from segtui.domain.criteria.tree import Comparison, Criteria, Not, all_of, any_of
from segtui.domain.names import NAME_LENGTH, distinct_names, named, shortened_description
from segtui.domain.text import clean, counted, fold, was
from segtui.errors import InvalidInput, NotFound
from segtui.services.contacts import contact_query, sort_keys
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.outcome_filter import EVERYBODY
from segtui.services.criteria.criteria_columns import ContactColumns
from segtui.services.criteria.expressions import catalog_of
from segtui.services.criteria.frequency import Line
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segment_batches
from segtui.services.segments.live import rule_editing
from segtui.services.segments.segment_batches import NewSegment
from segtui.services.segments.segment_rows import Segment
from segtui.services.session import Session, Transaction

ALL_CONTACTS: Final = "All contacts"
"""The name of the list of all contacts, for `{segment}` in a pattern."""
PATTERN_IN_SEGMENT: Final = "{segment} – {value}"
PATTERN_OF_ALL: Final = "{field}: {value}"
"""Name patterns that are offered in the list of a segment or a campaign, and in the list of all contacts."""
_PLACEHOLDERS: Final = ("segment", "field", "value")
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
# Lines whose criteria are one statement: SQLite limits the depth of an expression.
_LINES_PER_STATEMENT: Final = 100
# Kinds of fields of which every contact has one stored value or none.
_VALUED: Final = ("text", "phone", "choice", "number", "flag")
_parts = Table(
    "line_parts",
    MetaData(),
    Column("key", Text, primary_key=True),
    Column("part", Integer, nullable=False),
    prefixes=["TEMPORARY"],
)
_part_members = Table(
    "part_members",
    MetaData(),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("contact_id", BigInteger, primary_key=True, autoincrement=False),
    prefixes=["TEMPORARY"],
    sqlite_with_rowid=False,
)


@dataclass(frozen=True, slots=True)
class SegmentsBy:
    """A request for one segment from each of the `lines` of a frequency table of the contacts of `query`.

    `pattern` names the segments; it may contain `{segment}` (the name of the list), `{field}` (the label of the field)
    and `{value}`. With `at_least`, lines with fewer contacts make no segment of their own: together they are the
    segment `rest_name`; without that name, none. `covers_table` is True where the lines are all lines of the table.
    """

    query: ContactQuery
    lines: Sequence[Line]
    pattern: str
    live: bool = False
    at_least: int = 0
    rest_name: str = ""
    covers_table: bool = False

    @property
    def large(self) -> list[Line]:
        """The lines that make a segment of their own."""
        return [line for line in self.lines if line.contacts >= self.at_least]

    @property
    def count(self) -> int:
        """The number of segments."""
        return len(self.large) + bool(self.small and self.rest_name.strip())

    @property
    def small(self) -> list[Line]:
        """The lines with too few contacts."""
        return [line for line in self.lines if line.contacts < self.at_least]


@dataclass(frozen=True, slots=True)
class PlannedSegment:
    """A segment that a request would create, with its lines and its numbers of contacts.

    `is_taken` where a segment has the name already, `is_repeated` where several of the planned ones would have it.
    """

    name: str
    lines: Sequence[Line] = field(repr=False)
    contacts: int
    callable: int
    is_rest: bool = False
    is_taken: bool = False
    is_repeated: bool = False


def planned(session: Session, request: SegmentsBy, interrupt: Interrupt | None = None) -> list[PlannedSegment]:
    """Return the segments that `segments_from` would create, with the names that are taken; nothing is written.

    Raises InvalidInput (`pattern`, `at_least`, `live`, `where`), NotFound, Cancelled.
    """
    with session.read(interrupt) as tx:
        plan = _Plan(tx, request)
        if request.live:
            for part in plan.segments:
                rule_editing.bound(tx, plan.rule(part), None, part.name)
        taken = segment_batches.taken_names(tx, (part.name for part in plan.segments))
        return [
            replace(
                part,
                is_taken=taken.get(part.name) is not None,
                is_repeated=part.name in taken and taken[part.name] is None,
            )
            for part in plan.segments
        ]


def name_problem(parts: Sequence[PlannedSegment]) -> str:
    """Return the sentence about the names of planned segments that are taken or repeated; blank where none is."""
    for_rest = "choose another name for the rest"
    if taken := [part for part in parts if part.is_taken]:
        are = "is already a segment" if len(taken) == 1 else "are already segments"
        instead = for_rest if all(part.is_rest for part in taken) else "change the pattern"
        return f"There {are} {named([part.name for part in taken])}: {instead}."
    if repeated := [part for part in parts if part.is_repeated]:
        instead = for_rest if any(part.is_rest for part in repeated) else "use {value} in the pattern"
        names = list(dict.fromkeys(part.name for part in repeated))
        return f"Several segments would be called {named(names)}: {instead}."
    return ""


def segments_from(session: Session, request: SegmentsBy, interrupt: Interrupt | None = None) -> list[Segment]:
    """Create one segment from each line, in the order of the lines, the rest last: all of them or none, with one undo.

    Raises the same as `planned`, NameTaken for all names that are taken, NotAllowed.
    """

    def plan(tx: Transaction) -> Sequence[NewSegment]:
        return _Plan(tx, request).new_segments()

    label = clean(request.lines[0].of.declared.label) if request.lines else "nothing"
    were = was(request.count)
    sentence = f"{counted(request.count, 'segment')} by {label} {were} created"
    return segment_batches.create_many(session, plan, sentence, interrupt, members_read=_drop_members)


def _drop_members(tx: Transaction) -> None:
    _part_members.drop(tx.connection, checkfirst=True)


def default_pattern(query: ContactQuery) -> str:
    """Return the name pattern that is offered for the contacts of a query."""
    return PATTERN_IN_SEGMENT if query.segment_ids or query.results is not None else PATTERN_OF_ALL


@dataclass(frozen=True, slots=True)
class _Plan:
    """A request in an open transaction, with its segments."""

    tx: Transaction
    request: SegmentsBy

    @property
    def segments(self) -> list[PlannedSegment]:
        """The segments, one for each line, the rest last. Raises InvalidInput."""
        request = self.request
        if request.at_least < 0:
            raise InvalidInput("“At least” is a number of contacts, 0 or more.", "at_least")
        if not request.lines:
            raise InvalidInput("There is no line to make a segment of.")
        names = _names(self.tx, request)
        planned_ = [
            PlannedSegment(name, (line,), line.contacts, line.callable)
            for name, line in zip(names, request.large, strict=True)
        ]
        if (small := request.small) and (rest_name := request.rest_name.strip()):
            planned_.append(PlannedSegment(rest_name, small, *self._counts(small), is_rest=True))
        if not planned_:
            at_least = counted(request.at_least, "contact")
            raise InvalidInput(
                f"No value has at least {at_least}: lower the number, or name a segment for the rest.", "at_least"
            )
        if len(planned_) > segment_batches.MAX_SEGMENTS:
            most = f"{segment_batches.MAX_SEGMENTS:,}"
            at_least = "raise “at least”, or mark fewer values"
            raise InvalidInput(
                f"At most {most} segments are made at once; these are {len(planned_):,}: {at_least}.", "at_least"
            )
        return planned_

    def _counts(self, small: Sequence[Line]) -> tuple[int, int]:
        """Return the numbers of contacts of lines together; those of memberships overlap, and are counted anew."""
        if small[0].of.declared.kind != "membership":
            return sum(line.contacts for line in small), sum(line.callable for line in small)
        from segtui.services.criteria import value_counts

        every = self._matching(
            _any_line(small), contacts.c.id, value_counts.callable_flag().label("callable")
        ).subquery()
        count = select(func.count(), func.coalesce(func.sum(every.c.callable), 0)).select_from(every)
        number, callable_ = self.tx.execute(count).one()
        return int(number), int(callable_)

    # Live segments

    def rule(self, part: PlannedSegment) -> Criteria:
        """Return the rule of a live segment. Raises InvalidInput (`live`) where the list cannot be part of a rule."""
        query = self.request.query
        if search := query.search.strip():
            shown = clean(search)
            raise InvalidInput(f"The search “{shown}” cannot be part of a rule, only filters can.", "live")
        if query.results is not None and query.results.kept != (EVERYBODY,):
            raise InvalidInput("The results of a campaign cannot be part of a rule: make fixed segments.", "live")
        is_single_valued = part.lines[0].of.declared.kind != "membership"
        if part.is_rest and self.request.covers_table and is_single_valued and self.request.large:
            # Later values belong to the rest too: every contact stays in exactly one of the segments.
            return all_of((*self._list_criteria(), Not(_any_line(self.request.large)))) or part.lines[0].criteria
        return all_of((*self._list_criteria(), _any_line(part.lines))) or part.lines[0].criteria

    def _list_criteria(self) -> Iterator[Criteria]:
        """Yield the criteria of the list: its segments, its campaign, its filters."""
        query = self.request.query
        if query.segment_ids:
            yield _named("segment", _names_of(self.tx, segments, query.segment_ids))
        if query.results is not None:
            yield _named("campaign", _names_of(self.tx, campaigns, (query.results.campaign_id,)))
        if query.criteria is not None:
            yield query.criteria

    # Fixed segments

    def new_segments(self) -> list[NewSegment]:
        """Return the segments to create: live ones with their rules, fixed ones with their members."""
        planned_ = self.segments
        if self.request.live:
            return [NewSegment(part.name, rule=self.rule(part)) for part in planned_]
        _part_members.create(self.tx.connection)
        if planned_[0].lines[0].of.declared.kind in _VALUED:
            self._put_by_value(planned_)
        else:
            self._put_by_criteria(planned_)
        self.tx.backend.analyze(self.tx.connection, _part_members)
        c = _part_members.c
        return [
            NewSegment(part.name, self._description(part), select(c.contact_id).where(c.part == number))
            for number, part in enumerate(planned_)
        ]

    def _put_by_value(self, planned_: Sequence[PlannedSegment]) -> None:
        """Put the contacts of all parts into the temporary table in one pass over the contacts."""
        tx = self.tx
        keys = [(_key_of(line), number) for number, part in enumerate(planned_) for line in part.lines]
        _parts.create(tx.connection)
        tx.backend.bulk_load(tx.connection, _parts, keys)
        tx.backend.analyze(tx.connection, _parts)
        key = func.coalesce(cast(_key(tx, planned_[0].lines[0]), Text), "").label("key")
        path = contact_query.access_path_of(tx, self.request.query)
        every = path.read(select(contacts.c.id, key)).subquery()
        by_code = tx.backend.values.by_code
        rows = select(_parts.c.part, every.c.id).join_from(every, _parts, by_code(every.c.key) == by_code(_parts.c.key))
        tx.execute(insert(_part_members).from_select(_part_members.c.keys(), rows))
        _parts.drop(tx.connection)

    def _put_by_criteria(self, planned_: Sequence[PlannedSegment]) -> None:
        """Put the contacts of each part into the temporary table by the criteria of its lines."""
        for number, part in enumerate(planned_):
            for start in range(0, len(part.lines), _LINES_PER_STATEMENT):
                lines = part.lines[start : start + _LINES_PER_STATEMENT]
                every = self._matching(_any_line(lines), contacts.c.id).subquery()
                rows = select(literal(number), every.c.id)
                if start:
                    c = _part_members.c
                    rows = rows.where(~exists(select(literal(1)).where(c.part == number, c.contact_id == every.c.id)))
                self.tx.execute(insert(_part_members).from_select(_part_members.c.keys(), rows))

    def _matching(self, criteria: Criteria, *columns: ColumnElement[Any]) -> Select[Any]:
        query = self.request.query
        narrowed = replace(query, criteria=all_of((*([query.criteria] if query.criteria else []), criteria)))
        return contact_query.access_path_of(self.tx, narrowed).read(select(*columns))

    def _description(self, part: PlannedSegment) -> str:
        query, lines = self.request.query, part.lines
        criteria = [*self._list_criteria(), *([] if part.is_rest else [lines[0].criteria])]
        catalog = catalog_of(self.tx, in_segment=query.viewed_segment is not None)
        joined = all_of(criteria)
        sentence = "" if joined is None else sentence_of(joined, catalog)
        rest = f"{counted(len(lines), 'value')} of {lines[0].of.declared.label} together" if part.is_rest else ""
        outcome = query.results.words if query.results is not None else ""
        search = f"search “{query.search.strip()}”" if query.search.strip() else ""
        text = "; ".join(filter(None, (sentence, rest, outcome, search)))
        return shortened_description(f"{text[:1].upper()}{text[1:]}")


def _names(tx: Transaction, request: SegmentsBy) -> list[str]:
    """Return the names of the segments of the large lines. Raises InvalidInput (`pattern`).

    Values with equal names get a number, such as a value that is called like the blanks; a pattern without the value
    does not name them.
    """
    pattern = request.pattern.strip()
    if not pattern:
        raise InvalidInput("The segments need a name pattern, such as “{segment} – {value}”.", "pattern")
    for placeholder in _PLACEHOLDER.findall(pattern):
        if placeholder not in _PLACEHOLDERS:
            placeholders = ", ".join(f"{{{name}}}" for name in _PLACEHOLDERS)
            raise InvalidInput(f"A name pattern may contain {placeholders}, not {{{clean(placeholder)}}}.", "pattern")
    list_name = _list_name(tx, request.query)

    def name(line: Line) -> str:
        values = {"segment": list_name, "field": line.of.declared.label, "value": line.word}
        text = _PLACEHOLDER.sub(lambda match: values[match[1]], pattern)
        return text if len(text) <= NAME_LENGTH else f"{text[: NAME_LENGTH - 1]}…"

    names = list(map(name, request.large))
    return distinct_names(names) if "{value}" in pattern else names


def _list_name(tx: Transaction, query: ContactQuery) -> str:
    if query.results is not None:
        return _names_of(tx, campaigns, (query.results.campaign_id,))[0]
    return " or ".join(_names_of(tx, segments, query.segment_ids)) or ALL_CONTACTS


def _names_of(tx: Transaction, table: Table, ids: Sequence[int]) -> list[str]:
    query = select(table.c.id, table.c.name).where(tx.scope(table), table.c.id.in_(ids))
    names = {row.id: row.name for row in tx.execute(query)}
    if len(names) < len(set(ids)):
        raise NotFound(f"This {table.name.removesuffix('s')} no longer exists.")
    return [names[key] for key in ids]


def _named(membership: str, names: Sequence[str]) -> Comparison:
    return Comparison(membership, "in" if len(names) > 1 else "=", tuple(names))


def _any_line(lines: Sequence[Line]) -> Criteria:
    """Return the criteria of lines of one field together."""
    of = lines[0].of
    values = tuple(line.value for line in lines if line.value is not None)
    blanks = [line.criteria for line in lines if line.value is None]
    if of.period is None and len(values) > 1:
        every: Sequence[Criteria] = [Comparison(of.declared.name, "in", values), *blanks]
    else:
        every = [line.criteria for line in lines]
    return any_of(every) or every[0]


def _key(tx: Transaction, line: Line) -> ColumnElement[Any]:
    """Return the expression of a contact's key: its text is `_key_of` the contact's line, NULL for blanks."""
    declared = line.of.declared
    if declared.kind == "text":
        return ContactColumns(tx).folded(declared.name)
    return sort_keys.stored_value(tx, declared.name)


def _key_of(line: Line) -> str:
    if line.value is None:
        return ""
    if line.of.declared.kind == "flag":
        return str(int(line.value == "yes"))
    return fold(line.value) if line.of.declared.kind == "text" else line.value
