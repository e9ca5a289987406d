"""Counts of a campaign's audience by state and outcome, updated by every transaction that moves contacts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, case, func, insert, select, update

from segtui.database.tables.campaign_tables import campaign_contacts, campaign_counts, campaigns
from segtui.domain.vocabulary import AUDIENCE_STATES, CALL_OUTCOMES, SKIP_REASONS
from segtui.services.session import Transaction


class AudiencePlace(NamedTuple):
    """A place in an audience. `outcome` is '' without one; `reason` is set for skipped contacts only."""

    state: str
    outcome: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """An audience, counted. `states` sum up to `total`, `outcomes` to those done, `skipped` to the skipped."""

    states: Mapping[str, int]
    outcomes: Mapping[str, int]
    skipped: Mapping[str, int]

    @property
    def total(self) -> int:
        """The number of contacts in the audience."""
        return sum(self.states.values())


def place() -> tuple[ColumnElement[str], ...]:
    """Return the columns of `campaign_contacts` that are a Where, in its order."""
    skipped = campaign_contacts.c.outcome == "skipped"
    return (
        campaign_contacts.c.state.label("state"),
        func.coalesce(campaign_contacts.c.outcome, "").label("outcome"),
        case((skipped, func.coalesce(campaign_contacts.c.reason, "")), else_="").label("reason"),
    )


def of(tx: Transaction, campaign_id: int) -> Counts:
    """Return the counts of a campaign; of one that was not launched all are 0."""
    return counts_of(places(tx, campaign_id))


def counts_of(contacts_by_place: Mapping[AudiencePlace, int]) -> Counts:
    """Sum the contacts of each place up to the counts of an audience."""
    states, outcomes, skipped = (dict.fromkeys(names, 0) for names in (AUDIENCE_STATES, CALL_OUTCOMES, SKIP_REASONS))
    for where, count in contacts_by_place.items():
        states[where.state] += count
        if where.state == "done":
            outcomes[where.outcome] += count
            if where.outcome == "skipped":
                skipped[where.reason] += count
    return Counts(states, outcomes, skipped)


def places(tx: Transaction, campaign_id: int) -> dict[AudiencePlace, int]:
    """Return how many contacts are in each place of a campaign."""
    query = select(
        campaign_counts.c.state, campaign_counts.c.outcome, campaign_counts.c.reason, campaign_counts.c.contacts
    ).where(tx.scope(campaign_counts), campaign_counts.c.campaign_id == campaign_id)
    return {AudiencePlace(state, outcome, reason): count for state, outcome, reason, count in tx.execute(query)}


def move(tx: Transaction, campaign_id: int, moved: Iterable[tuple[AudiencePlace | None, AudiencePlace, int]]) -> None:
    """Count contacts in another place than before; from None they are new. Call it where they are moved."""
    changes: Counter[AudiencePlace] = Counter()
    for before, after, count in moved:
        changes[after] += count
        if before is not None:
            changes[before] -= count
    present = places(tx, campaign_id)
    for where, by in sorted(changes.items()):
        if by and where in present:
            changing = update(campaign_counts).where(
                tx.scope(campaign_counts),
                campaign_counts.c.campaign_id == campaign_id,
                campaign_counts.c.state == where.state,
                campaign_counts.c.outcome == where.outcome,
                campaign_counts.c.reason == where.reason,
            )
            tx.execute(changing.values(contacts=campaign_counts.c.contacts + by))
        elif by:
            values = {"company_id": tx.company_id, "campaign_id": campaign_id, **where._asdict(), "contacts": by}
            tx.execute(insert(campaign_counts), values)


def miscounted(connection: Connection) -> Iterator[str]:
    """Recount every audience. Yield the names of the campaigns whose stored counts are wrong."""
    of_campaign = (campaign_contacts.c.company_id, campaign_contacts.c.campaign_id)
    real_places = select(*of_campaign, *place()).subquery()
    recounted = connection.execute(select(*real_places.c, func.count()).group_by(*real_places.c)).all()
    stored_counts = connection.execute(select(campaign_counts).where(campaign_counts.c.contacts != 0)).all()
    wrong = {row[1] for row in {tuple(row) for row in stored_counts} ^ {tuple(row) for row in recounted}}
    if wrong:
        named = connection.execute(select(campaigns.c.id, campaigns.c.name).order_by(campaigns.c.id))
        yield from (name for campaign_id, name in named if campaign_id in wrong)
