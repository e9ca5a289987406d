"""Holds: the unfinished campaigns, and the rules of live segments, for which segments have to stay."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select, union_all

from segtui.database.tables.campaign_tables import campaign_exclusions, campaign_segments, campaigns
from segtui.domain.names import named
from segtui.domain.vocabulary import UNFINISHED
from segtui.services.segments.live import rules
from segtui.services.session import Transaction


@dataclass(frozen=True, slots=True)
class Hold:
    """The reasons for which a segment stays: names of unfinished campaigns, and of live segments that name it."""

    campaigns: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The reasons, as the end of a sentence: `the unfinished campaign “Spring” needs it`."""
        reasons = []
        if self.campaigns:
            need = "campaign %s needs" if len(self.campaigns) == 1 else "campaigns %s need"
            reasons.append(f"the unfinished {need % named(self.campaigns)} it")
        if self.rules:
            name = "rule of %s names" if len(self.rules) == 1 else "rules of %s name"
            reasons.append(f"the {name % named(self.rules)} it")
        return " and ".join(reasons)


def holds(tx: Transaction, *, excluding: bool, leaving: Collection[int] = ()) -> dict[int, Hold]:
    """Return the segments that have to stay, by id. The rules of the segments that are `leaving` hold none.

    With `excluding` a draft that leaves out the contacts of a segment holds it too: without it those would be called.
    """
    by_campaigns: dict[int, list[str]] = {}
    for segment_id, name in tx.execute(_needed(tx, excluding=excluding)):
        by_campaigns.setdefault(segment_id, []).append(name)
    by_rules: dict[int, list[str]] = {}
    for live in rules.live_segments(tx):
        for segment_id in live.rule.segment_ids if live.id not in leaving else ():
            by_rules.setdefault(segment_id, []).append(live.name)
    return {
        segment_id: Hold(
            tuple(sorted(set(by_campaigns.get(segment_id, ())))), tuple(sorted(by_rules.get(segment_id, ())))
        )
        for segment_id in by_campaigns.keys() | by_rules.keys()
    }


def _needed(tx: Transaction, *, excluding: bool) -> Select[tuple[int, str]]:
    """Return the ids of segments that unfinished campaigns need, with the names of those."""
    unfinished = and_(tx.scope(campaigns), campaigns.c.status.in_(UNFINISHED))
    needs = [
        select(campaigns.c.segment_id, campaigns.c.name).where(unfinished, campaigns.c.segment_id.is_not(None)),
        select(campaign_segments.c.segment_id, campaigns.c.name)
        .join_from(campaigns, campaign_segments, _of_campaign(campaign_segments.c))
        .where(unfinished, campaign_segments.c.segment_id.is_not(None)),
    ]
    if excluding:
        needs.append(
            select(campaign_exclusions.c.segment_id, campaigns.c.name)
            .join_from(campaigns, campaign_exclusions, _of_campaign(campaign_exclusions.c))
            .where(tx.scope(campaigns), campaigns.c.status == "draft", campaign_exclusions.c.segment_id.is_not(None))
        )
    pairs = union_all(*needs).subquery()
    return select(pairs.c.segment_id, pairs.c.name)


def _of_campaign(columns: Any) -> ColumnElement[bool]:  # noqa: ANN401  the columns of a table
    return and_(columns.company_id == campaigns.c.company_id, columns.campaign_id == campaigns.c.id)
