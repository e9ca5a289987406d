"""Filter choices for the contacts of a campaign, with counts: states, outcomes, and the reasons of an outcome."""

from typing import Final

from sqlalchemy import func, select

from segtui.database.tables.campaign_tables import campaign_contacts
from segtui.services.campaigns import campaign_rows
from segtui.services.campaigns.audience import audience_counts
from segtui.services.contacts.outcome_filter import OutcomeFilter, condition
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session, Transaction

_c = campaign_contacts.c
_MAX_REASONS: Final = 50
"""Different reasons of failed calls that are offered."""


def choices(session: Session, campaign_id: int, interrupt: Interrupt | None = None) -> list[tuple[OutcomeFilter, int]]:
    """Return the filters that contacts of a campaign pass, each with its count; empty ones are left out.

    States come first, then outcomes, each followed by its reasons. Raises NotFound, Cancelled.
    """
    with session.read(interrupt) as tx:
        campaign_rows.get(tx, campaign_id)
        counts = audience_counts.of(tx, campaign_id)
        failed = _failed(tx, campaign_id) if counts.outcomes["failed"] else []
    every = [(OutcomeFilter(state=state), count) for state, count in counts.states.items() if state != "done"]
    for outcome, count in counts.outcomes.items():
        every.append((OutcomeFilter(outcome=outcome), count))
        if outcome == "skipped":
            every += [
                (OutcomeFilter(outcome=outcome, reason=reason), count) for reason, count in counts.skipped.items()
            ]
        elif outcome == "failed":
            every += [(OutcomeFilter(outcome=outcome, reason=reason), count) for reason, count in failed]
    return [(outcome_filter, count) for outcome_filter, count in every if count]


def _failed(tx: Transaction, campaign_id: int) -> list[tuple[str, int]]:
    many = func.count().label("many")
    mine = (tx.scope(campaign_contacts), _c.campaign_id == campaign_id, condition(OutcomeFilter(outcome="failed")))
    reasons = (
        select(_c.reason, many)
        .where(*mine, _c.reason.is_not(None))
        .group_by(_c.reason)
        .order_by(many.desc(), _c.reason)
    )
    return [(row.reason, row.many) for row in tx.execute(reasons.limit(_MAX_REASONS))]
