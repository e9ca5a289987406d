"""Changes of rules, with their undo: fixed segments become live, live ones get another rule or are frozen."""

from dataclasses import dataclass

from sqlalchemy import insert, literal, select

from segtui.database.tables.core_tables import Id, memberships
from segtui.domain.criteria import stored
from segtui.domain.criteria.limits import check_limits
from segtui.domain.criteria.tree import Criteria
from segtui.domain.text import clean
from segtui.errors import Conflict
from segtui.services.criteria import criteria_names
from segtui.services.segments import segment_rows
from segtui.services.segments.live import rule_members, rules
from segtui.services.segments.live.rule_members import Moves
from segtui.services.segments.live.rules import Rule
from segtui.services.segments.memberships import Addition, Removal
from segtui.services.segments.segment_rows import Segment
from segtui.services.session import Transaction


def bound(tx: Transaction, criteria: Criteria, segment_id: int | None, name: str) -> Rule:
    """Return the rule of criteria with names, for a segment (None for a new one).

    Raises InvalidInput for criteria that are too large or have an unknown name, and with the path where the segment
    would depend on itself.
    """
    check_limits(criteria)
    return rules.demand_valid(tx, criteria_names.bind(tx, criteria), segment_id, name)


@dataclass(frozen=True)
class RuleChange:
    """A changed rule: as it was stored before and after, None where the segment was or is fixed.

    `removal` are the members that the fixed segment had, where it became live.
    """

    segment_id: int
    before: str | None
    after: str | None
    removal: Removal | None = None

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return 0 if self.removal is None else self.removal.size

    @property
    def words(self) -> str:
        """The change in words, behind the name of the segment."""
        if self.after is None:
            return "was frozen"
        return "became live" if self.before is None else "got a new rule"

    @property
    def words_again(self) -> str:
        """The change in words, where an undo or a redo makes it."""
        if self.after is None:
            return "is fixed again"
        return "is live again" if self.before is None else "has its old rule again"

    def reverse(self, tx: Transaction) -> "RuleChange":
        """Put the rule back, in an open transaction, and return the change that this is.

        A segment that was fixed gets its members back. Raises Conflict where the rule was changed again since.
        """
        segment = segment_rows.get(tx, self.segment_id)
        if segment.stored_rule != self.after:
            raise Conflict(f"The rule of “{clean(segment.name)}” was changed again meanwhile; it stays.")
        if self.before is not None:
            return restore(tx, segment, self.before)
        undone = freeze(tx, segment)
        if self.removal is not None:
            self.removal.put_back_alone(tx)
            tx.finish()
        return undone


def edit(tx: Transaction, segment: Segment, criteria: Criteria | None) -> RuleChange | None:
    """Give a segment the rule of criteria with names, in an open transaction. None where it has that one already."""
    if criteria is None:
        return None
    rule = bound(tx, criteria, segment.id, segment.name)
    return None if stored.dump(rule.criteria) == segment.stored_rule else change(tx, segment, rule)[0]


def restore(tx: Transaction, segment: Segment, text: str) -> RuleChange:
    """Give a segment a stored rule that it had before, in an open transaction.

    Raises InvalidInput where what the rule names is gone, or depends on the segment by now.
    """
    criteria_names.bind(tx, criteria_names.unbind(tx, rules.parsed(text).criteria))
    return change(tx, segment, rules.demand_valid(tx, rules.parsed(text).criteria, segment.id, segment.name))[0]


def change(tx: Transaction, segment: Segment, rule: Rule) -> tuple[RuleChange, Moves]:
    """Give a segment a rule, in an open transaction, and make the contacts that satisfy it its members."""
    tx.finish()
    removal = None
    if segment.stored_rule is None:
        if tx.session.history is not None:
            removal = Removal(segment.id)
            removal.remember(tx, tx.scope(memberships) & (memberships.c.segment_id == segment.id))
        rule_members.forget_imports(tx, segment.id)
    text = stored.dump(rule.criteria)
    tx.execute(segment_rows.updating(tx, segment.id).values(rule=text))
    tx.upkeep.rules_changed()
    moves = rule_members.settle(tx, segment.id, rule)
    tx.finish()
    return RuleChange(segment.id, segment.stored_rule, text, removal), moves


def freeze(tx: Transaction, segment: Segment) -> RuleChange:
    """Make a live segment fixed, in an open transaction; its members stay."""
    values = {"rule": None, "changes_at": None, "updated_at": segment_rows.stamp(tx)}
    tx.execute(segment_rows.updating(tx, segment.id).values(**values))
    tx.upkeep.rules_changed()
    return RuleChange(segment.id, segment.stored_rule, None)


def copy_members(tx: Transaction, source: Segment, target_id: int) -> Addition:
    """Put the members of a segment into a new one, in an open transaction."""
    timestamp = segment_rows.stamp(tx)
    of_source = (tx.scope(memberships), memberships.c.segment_id == source.id)
    rows = select(
        memberships.c.company_id, literal(target_id, Id), memberships.c.contact_id, literal(timestamp, Id)
    ).where(*of_source)
    names = ["company_id", "segment_id", "contact_id", "added_at"]
    count = tx.changed(insert(memberships).from_select(names, rows))
    if count:
        segment_rows.change_count(tx, target_id, count, timestamp=timestamp)
        tx.upkeep.joined(target_id, tx.whole_scope(memberships) & (memberships.c.segment_id == target_id))
    return Addition(target_id, timestamp, count, None)
